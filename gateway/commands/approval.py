"""``approval list|approve``: the queue of acts that need other persons."""

import argparse

from gateway.administration import administered
from gateway.approvals import store
from gateway.approvals.store import Request
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "approval", run, "approve what another officer has asked for, or list what was asked")
    parser.add_argument("action", choices=["list", "approve"])
    parser.add_argument("request", type=read.identifier, nargs="?", help="id of what was asked for, to approve")
    parser.add_argument("--by", type=read.text, metavar="CLIENT/NUMBER", help="the officer who approves")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if (options.action == "approve") != all((options.request, options.by)):
        raise Failure("to approve needs the id of what was asked for and --by; to list needs neither", 2)
    async with administered(settings) as administration:
        if options.action == "list":
            found = await store.listed(administration.owner)
            tell(options, [_told(each) for each in found], *map(_line, found))
            return 0
        by = await (await administration.officers()).named(options.by)
        request = await administration.queue.approve(options.request, by)
    tell(options, _told(request), _line(request))
    return 0


def _told(request: Request) -> dict[str, object]:
    return {
        "id": str(request.id),
        "act": request.act,
        "about": request.about,
        "askedBy": request.asked_by,
        "reason": request.reason,
        "endsAt": request.ends_at,
        "needed": request.needed,
        "approvedBy": request.given_by,
        "used": request.used_at is not None,
    }


def _line(request: Request) -> str:
    state = "done" if request.used_at is not None else f"{len(request.approvers)} of {request.needed} approvals"
    return f"{request.id} {request.act} {request.about} asked by {request.asked_by}: {request.reason}; {state}"
