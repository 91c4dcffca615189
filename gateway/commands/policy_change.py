"""``policy propose|activate|rollback|history``: which policy is in force, by whose approval, and what was before."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from authz.policy import load_policy
from gateway.administration import administered
from gateway.approvals.queue import Act
from gateway.commands import options as read
from gateway.commands.options import Commands, command, tell
from gateway.commands.policy_files import SHIPPED, files_of
from gateway.founding import owner_of, versions_of
from gateway.keys.material import SigningKey, Use
from gateway.settings import Settings
from gateway.versions import store
from gateway.versions.approval import NEEDED
from gateway.versions.changing import Approval
from gateway.versions.kept import IN_FORCE, Files, files_named
from gateway.versions.store import Change

_VERSION = re.compile(r"[0-9a-f]{8,64}")
DAYS = 7
"""For which what was asked for can be done."""
DAY = 86_400_000  # ms
SHORT = 12
"""Characters of a version that are shown to people."""

WHICH = f"a folder of policy files, {SHIPPED}, or a stored version (its first 8 characters or more)"


def add(kinds: Commands) -> None:
    """Below ``policy``."""
    proposing = command(kinds, "propose", propose, "store a policy for others to approve; nothing changes")
    activating = command(
        kinds, "activate", activate, "put a policy in force, in every process, within its next request"
    )
    returning = command(kinds, "rollback", roll_back, "put the policy in force again that was before")
    command(kinds, "history", history, "every change of the policy in force, and what is proposed")
    asking = command(kinds, "ask", ask, "ask others to approve that a policy is put in force (approval approve)")
    asking.add_argument("--by", type=read.text, required=True, metavar="CLIENT/NUMBER", help="the officer who asks")
    asking.add_argument("--reason", type=read.text, required=True, help="why; it is kept, so it names nobody")
    activating.add_argument("--request", type=read.identifier, help="what was asked for, and others have approved")
    for parser in (proposing, activating, asking):
        parser.add_argument("policy", type=read.text, help=WHICH)
    _take_approvers(activating, required=False)
    about = "an article that it rests on, such as WH-二(二)1"
    activating.add_argument("--basis", type=read.text, action="append", default=[], help=about)
    _take_approvers(returning, required=True)
    returning.add_argument("--reason", type=read.text, required=True, help="why; it is kept, so it names nobody")
    returning.add_argument("--to", type=version, help="an earlier version; by default the one before the present one")


def _take_approvers(parser: argparse.ArgumentParser, *, required: bool) -> None:
    about = "who approves; given twice for two"
    parser.add_argument(
        "--approver",
        type=read.text,
        action="append",
        default=[],
        required=required,
        metavar="CLIENT/NUMBER",
        help=about,
    )


def version(given: str) -> str:
    """The first characters of a stored version. Errors: ``ArgumentTypeError``."""
    if not _VERSION.fullmatch(given):
        raise argparse.ArgumentTypeError("a version is named by its first 8 characters or more, 0 to 9 and a to f")
    return given


async def propose(settings: Settings, options: argparse.Namespace) -> int:
    async with versions_of(settings) as versions:
        files = await named_files(options.policy, versions.owner, versions.keys)
        version = (await versions.propose(files)).version
    tell(options, {"policyVersion": version}, f"policy {version[:SHORT]} is proposed")
    return 0


async def ask(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        keys = administration.keys.signing[Use.POLICY]
        policy = load_policy(await named_files(options.policy, administration.owner, keys))
        by = await (await administration.officers()).of_office(options.by)
        queue = administration.queue
        request = await queue.ask(Act.POLICY, policy.version, by, options.reason, lasts=DAYS * DAY, needed=NEEDED)
    tell(options, {"request": str(request.id)}, f"asked for: {request.id}; two other officers approve it")
    return 0


async def activate(settings: Settings, options: argparse.Namespace) -> int:
    approval = Approval(named=tuple(options.approver), basis=tuple(options.basis), request=options.request)
    async with versions_of(settings) as versions:
        files = await named_files(options.policy, versions.owner, versions.keys)
        change = await versions.activate(files, approval)
    if change is None:
        tell(options, {"changed": False}, "that policy is in force already")
    else:
        tell(options, {"changed": True, **_told(change)}, _line(change))
    return 0


async def roll_back(settings: Settings, options: argparse.Namespace) -> int:
    approval = Approval(named=tuple(options.approver), reason=options.reason)
    async with versions_of(settings) as versions:
        change = await versions.roll_back(approval, to=options.to)
    tell(options, {"changed": True, **_told(change)}, _line(change))
    return 0


async def history(settings: Settings, options: argparse.Namespace) -> int:
    async with owner_of(settings) as (owner, _):
        changes, proposals = await store.changes(owner), await store.pending(owner)
    proposed = [f"{each['proposed']} PROPOSED {str(each['version'])[:SHORT]}" for each in proposals]
    value = {"changes": [_told(change) for change in changes], "proposals": list(proposals)}
    tell(options, value, *(f"{change.made} {_line(change)}" for change in changes), *proposed)
    return 0


async def named_files(name: str, owner: asyncpg.Connection, keys: Sequence[SigningKey]) -> Files:
    """The files of a policy, wherever it is. Errors: ``Failure``, ``NoSuchVersion``, ``BundleRefused``."""
    if is_stored(name):
        return await files_named(owner, keys, name)
    return files_of(name)


def is_stored(name: str) -> bool:
    """Whether this names a policy that an installation has stored, rather than a folder."""
    return name == IN_FORCE or (_VERSION.fullmatch(name) is not None and not Path(name).is_dir())


def _told(change: Change) -> dict[str, object]:
    return {
        "act": change.act.value,
        "policyVersion": change.version,
        "replaced": change.replaced,
        "bundle": change.bundle,
        "widens": change.widens,
        "widenedCells": change.widened,
        "narrowedCells": change.narrowed,
        "approvers": change.approvers,
        "basis": change.basis,
        "reason": change.reason,
        "entry": str(change.entry),
        "made": change.made,
    }


def _line(change: Change) -> str:
    before = f" instead of {change.replaced[:SHORT]}" if change.replaced is not None else ""
    cells = f"widened {change.widened} cells, narrowed {change.narrowed}"
    approved = f"; approved by {', '.join(change.approvers)}" if change.approvers else ""
    basis = f"; basis {' '.join(change.basis)}" if change.basis else ""
    reason = f"; {change.reason}" if change.reason else ""
    return f"{change.act} {change.version[:SHORT]}{before}: {cells}{approved}{basis}{reason}; log entry {change.entry}"
