"""``policy diff``: two policies -> what the second shows more and less, what differs beside, whether that is approved.

People read CSV, and on standard error what is said of it; a machine reads one value that says all of it. It looks into
an installation only where one is asked about.
"""

import argparse
import sys

from authz.matrix import diff
from authz.matrix.widening import weigh
from authz.policy import Policy, load_policy
from gateway.commands import options as read
from gateway.commands.options import Commands, command, tell
from gateway.commands.policy_change import WHICH, is_stored, named_files
from gateway.commands.policy_files import files_of
from gateway.commands.tables import named, write_csv
from gateway.founding import owner_of
from gateway.settings import Settings
from gateway.versions.kept import IN_FORCE
from gateway.versions.live import Live, live


def add(kinds: Commands) -> None:
    """Below ``policy``."""
    parser = command(kinds, "diff", compare, "what the second policy shows more, and what it shows less, as CSV")
    for name in ("old", "new"):
        parser.add_argument(name, type=read.text, help=f"{WHICH}, or {IN_FORCE}")
    parser.add_argument("--live", action="store_true", help="with the number of stored rows that may be concerned")


async def compare(settings: Settings, options: argparse.Namespace) -> int:
    old, new, stored = await _compared(settings, options)
    weighed = weigh(old, new)
    found = weighed.diff or diff.diff(old, new)
    columns, rows = _table(found, old, new, stored)
    differs = tuple(dict.fromkeys((*found.beside, *weighed.beside)))
    if options.json:
        cells = {"widenedCells": found.widened_cells, "narrowedCells": found.narrowed_cells}
        beside = {"differs": differs, "needsApproval": weighed.widens}
        tell(options, {"old": found.old, "new": found.new, **cells, "cells": named(columns, rows), **beside})
        return 0
    write_csv(columns, rows)
    print(f"widened {found.widened_cells} cells, narrowed {found.narrowed_cells}", file=sys.stderr)
    for each in differs:
        print(f"differs: {each}", file=sys.stderr)
    if weighed.widens:
        print("to put the second in force after the first needs two approvers and an article", file=sys.stderr)
    return 0


def _table(
    found: diff.Diff, old: Policy, new: Policy, stored: Live | None
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns and the rows, with the numbers of stored rows where they were counted."""
    changed = (*found.widened, *found.narrowed)
    if stored is None:
        return diff.COLUMNS, [each.row() for each in changed]
    return (*diff.COLUMNS, "rows"), [(*each.row(), str(stored.concerned(each, old, new))) for each in changed]


async def _compared(settings: Settings, options: argparse.Namespace) -> tuple[Policy, Policy, Live | None]:
    """The two policies and what is stored; an installation is opened only where one is asked about."""
    if not (options.live or is_stored(options.old) or is_stored(options.new)):
        return load_policy(files_of(options.old)), load_policy(files_of(options.new)), None
    async with owner_of(settings) as (owner, keys):
        old = load_policy(await named_files(options.old, owner, keys))
        new = load_policy(await named_files(options.new, owner, keys))
        return old, new, await live(owner) if options.live else None
