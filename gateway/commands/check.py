"""``check``: is this environment and installation safe and consistent? Says what is not."""

import argparse
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import policies
from authz.casbin_model import check_provider, providers
from authz.matrix.check import check_policy
from authz.policy import load_policy
from gateway.commands.failures import FAILURES, sentence_of
from gateway.commands.options import Commands, command, tell
from gateway.installation import opened, today_in_china
from gateway.settings import Settings
from resolvers.bindings import CLEAR, column_of
from schema.catalogue import Catalogue

OURS = ("gateway", "schema", "authz", "resolvers", "policies")
DISTRIBUTION = "credit-gateway"


def add(commands: Commands) -> None:
    parser = command(commands, "check", run, "check the environment and the installation")
    parser.add_argument("--environment", action="store_true", help="check the environment and the policies only")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    try:
        found = list(environment()) if options.environment else await problems(settings)
    except FAILURES as failure:
        found = [sentence_of(failure)]
    found_text = [*found, *settings.doubts()]
    tell(options, {"problems": found, "doubts": settings.doubts()}, *(found_text or ["everything is in order"]))
    return 1 if found else 0


def environment() -> Iterator[str]:
    """What is wrong before any installation is looked at."""
    installed = packages_distributions()
    for name in OURS:
        others = sorted({each for each in installed.get(name, ()) if each.lower() != DISTRIBUTION})
        if others:
            yield f"another distribution claims the package {name}: {', '.join(others)}"
    check_provider(providers())
    policy = load_policy(policies.contents())
    yield from (str(each) for each in check_policy(policy, today_in_china()) if each.grave)
    yield from _unbound(policy.catalogue)


def _unbound(catalogue: Catalogue) -> Iterator[str]:
    for field in catalogue.fields.values():
        for form in (CLEAR, *field.masks) if field.store in {"plain", "sealed"} else ():
            try:
                column_of(field, form)
            except KeyError:
                yield f"{field.coordinate} has no column for {form}"


async def problems(settings: Settings) -> list[str]:
    """What is wrong with the environment and the installation; opening it checks keys, database, policy and log."""
    found = list(environment())
    async with opened(settings) as installation:
        if not installation.ledger.available:
            found.append("the log cannot be written")
    return found
