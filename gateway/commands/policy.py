"""``policy``: what policies open, to whom and why, and whether that may be; and which of them is in force.

What stands here works on files and touches no installation; ``policy_diff`` may look into one, and ``policy_change``
changes one.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track

from authz.grant import Scope
from authz.matrix import listing
from authz.matrix.check import Finding, check_policy
from authz.matrix.coverage import page
from authz.matrix.expectations import FILE, Expectation, Met, load_expectations, meet
from authz.matrix.mutation import Outcome, Tried, mutants, score, trial_of
from authz.matrix.page import page as matrix_page
from authz.matrix.rectangles import Extent
from authz.matrix.world import World, world_of
from authz.policy import Policy, load_policy
from authz.trees import Tree
from gateway.commands import options as read
from gateway.commands import policy_change, policy_diff
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.commands.policy_files import SHIPPED, files_of
from gateway.commands.tables import named, write_csv
from gateway.installation import today_in_china
from gateway.settings import Settings
from schema.coordinates import declaring

_NARROWING = ("who", "purpose", "item", "field")
"""Options of ``matrix``: names of the trees."""


def add(commands: Commands) -> None:
    about = "check, list, compare and test policies, put them in force and go back"
    kinds = commands.add_parser("policy", help=about, description=about).add_subparsers(required=True, metavar="WHAT")
    checking = command(kinds, "check", check, "what speaks against putting a policy in force, with file and line")
    showing = command(kinds, "matrix", matrix, "who sees what at which level for which purpose, as CSV")
    testing = command(kinds, "test", test, "expected cells, rules that they speak for, and widened rules")
    covering = command(kinds, "coverage", cover, "the articles and what carries them, as Markdown")
    for parser in (checking, showing, testing, covering):
        parser.add_argument("--policies", default=SHIPPED, help=f"a folder of policy files, or {SHIPPED}")
    for parser in (checking, testing):
        parser.add_argument("--at", type=read.day, help="the day on which it is to hold; today by default")
    showing.add_argument("--channel", choices=[scope.value for scope in Scope], help="only this scope")
    for name in _NARROWING:
        showing.add_argument(f"--{name}", help=f"only this {name}, a name or a node of its tree")
    showing.add_argument("--page", action="store_true", help="as one page of HTML, item by item and class by class")
    testing.add_argument("expectations", nargs="*", type=read.file, help=f"files of expected cells; {FILE} by default")
    testing.add_argument(
        "--mutants", type=read.number(0, 1_000_000), help="try this many of the widened rules, evenly chosen; 0: none"
    )
    policy_diff.add(kinds)
    policy_change.add(kinds)


async def check(settings: Settings, options: argparse.Namespace) -> int:
    policy = load_policy(files_of(options.policies))
    found = (*check_policy(policy, options.at or today_in_china()), *_unclassified(policy))
    value = [{"file": each.file, "line": each.line, "grave": each.grave, "says": each.sentence} for each in found]
    tell(options, value, *([str(each) for each in found] or ["nothing speaks against this policy"]))
    return 1 if found else 0


def _unclassified(policy: Policy) -> Iterator[Finding]:
    """Fields that callers can ask for and the catalogue does not know, so that nothing decides them."""
    for coordinate in sorted(set(declaring().values()) - set(policy.catalogue.fields)):
        sentence = f"{coordinate} stands in the schema and has no class"
        yield Finding(file="catalogue/fields.csv", line=1, sentence=sentence, grave=True)


async def matrix(settings: Settings, options: argparse.Namespace) -> int:
    if options.page and (options.json or any(getattr(options, name) is not None for name in _NARROWING)):
        raise Failure("a page is of everything, or of one --channel", status=2)
    world = world_of(load_policy(files_of(options.policies)))
    if options.page:
        print(matrix_page(world, options.channel))
        return 0
    lines = listing.listing(world, _about(world, options))
    chosen = [line.row() for line in lines if options.channel in (None, line.shown.channel)]
    if options.json:
        tell(options, named(listing.COLUMNS, chosen))
    else:
        write_csv(listing.COLUMNS, chosen)
    return 0


def _about(world: World, options: argparse.Namespace) -> Extent:
    """What the options ask about."""
    space, axes, found = world.policy.space, world.matrix.axes, listing.everything(world)
    if options.who is not None:
        found = found._replace(departments=axes.departments_in(_leaves(space.roles, options.who)))
    if options.purpose is not None:
        found = found._replace(errands=axes.errands_in(_leaves(space.purposes, options.purpose)))
    if options.item is not None:
        items, wanted = sorted(space.facts), _leaves(space.items, options.item)
        found = found._replace(items=sum(1 << number for number, item in enumerate(items) if item in wanted))
    if options.field is not None:
        _leaves(space.fields, options.field)
        found = found._replace(fields=world.fields(options.field))
    return found


def _leaves(tree: Tree, name: str) -> frozenset[str]:
    if name not in tree:
        raise Failure("there is no such name in the trees", status=2)
    return tree.leaves_of(name)


async def test(settings: Settings, options: argparse.Namespace) -> int:
    files = files_of(options.policies)
    policy, day = load_policy(files), options.at or today_in_china()
    met = meet(_expected(files, options.expectations), world_of(policy))
    failed = [each for each in met if each.but is not None]
    tried = _tried(policy, day, options.mutants, silent=options.json)
    said = {"expectations": len(met), "as expected": len(met) - len(failed), **_spoken(policy, met), **_ends(tried)}
    wider = [f"wider by {each.cells} cells: {each.mutant}" for each in tried if each.outcome is Outcome.WIDENED]
    tell(options, said, *map(str, failed), *(f"{name}: {value}" for name, value in said.items()), *wider)
    return 1 if failed else 0


def _expected(files: Mapping[str, bytes], paths: Sequence[Path]) -> tuple[Expectation, ...]:
    if not paths:
        return load_expectations(files)
    return tuple(each for path in paths for each in load_expectations({path.name: path.read_bytes()}, name=path.name))


def _spoken(policy: Policy, met: Sequence[Met]) -> dict[str, str]:
    """How many of the allows open a cell that is expected."""
    allows = {rule.id for rule in policy.rules if rule.allows}
    spoken = allows & {rule for each in met for rule in each.rules}
    return {"rules that an expectation speaks for": f"{len(spoken)} of {len(allows)}"}


def _ends(tried: Sequence[Tried]) -> dict[str, int]:
    return {"widened rules tried": len(tried), **{str(end): count for end, count in score(tried).items()}}


def _tried(policy: Policy, day: date, wanted: int | None, *, silent: bool) -> tuple[Tried, ...]:
    """The mutants, tried in turn while standard error shows how far it is, unless a machine reads."""
    every = tuple(mutants(policy))
    step = 1 if wanted is None else max(1, len(every) // max(1, wanted))
    chosen = every[::step] if wanted != 0 else ()
    trial = trial_of(policy, day)
    shown = track(chosen, description="widened rules", console=Console(stderr=True), transient=True, disable=silent)
    return tuple(trial.trial(each) for each in shown)


async def cover(settings: Settings, options: argparse.Namespace) -> int:
    print(page(load_policy(files_of(options.policies))), end="")
    return 0
