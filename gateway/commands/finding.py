"""``finding list|own|close``: what the alert rules found, who looks into it, and what it was."""

import argparse

from gateway.administration import Administration, administered
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.log.vaults import milliseconds
from gateway.settings import Settings
from gateway.watch import findings
from gateway.watch.account import Step, handled


def add(commands: Commands) -> None:
    parser = command(commands, "finding", run, "list what the alert rules found, own it, or close it with a reason")
    parser.add_argument("action", choices=["list", "own", "close"])
    parser.add_argument("finding", type=read.identifier, nargs="?", help="its id, to own or close it")
    parser.add_argument("--by", type=read.text, metavar="CLIENT/NUMBER", help="the officer who owns or closes it")
    parser.add_argument("--reason", type=read.text, help="what it was, to close it; it names nobody")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if (options.action == "list") == bool(options.finding and options.by):
        raise Failure("to own or close needs the id of a finding and --by; to list needs neither", 2)
    if (options.action == "close") != bool(options.reason):
        raise Failure("to close needs a --reason, and nothing else does", 2)
    async with administered(settings) as administration:
        if options.action != "list":
            await _step(administration, options)
        found = await findings.listed(administration.owner)
    listed = [each for each in found if options.finding in (None, each["id"])]
    tell(options, listed, *(f"{each['id']} {each['rule']} {each['state']} {each['figures']}" for each in listed))
    return 0


async def _step(administration: Administration, options: argparse.Namespace) -> None:
    by = await (await administration.officers()).named(options.by)
    await findings.check_open(administration.owner, options.finding)
    state, step = ("OWNED", Step.OWNED) if options.action == "own" else ("CLOSED", Step.CLOSED)
    reason = options.reason or ""
    receipt = await administration.ledger.append(handled(step, by, reason))
    # COMMIT POINT: the step is durable in the log.
    at, entry = milliseconds(), receipt.entry_id
    await findings.step(administration.owner, options.finding, state, owner=str(by), reason=reason, at=at, entry=entry)
