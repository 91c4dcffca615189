"""``log sequence|freeze|fsck``: give leaves their signed places; begin a shard by hand; look for what is amiss."""

import argparse

from gateway.commands.ending import can_be_told_to_end, told_to_end
from gateway.commands.options import Commands, command, tell
from gateway.sequencing import examine, freeze, sequence
from gateway.settings import Settings


def add(kinds: Commands) -> None:
    """Below ``log``."""
    sequencing = command(kinds, "sequence", run, "give leaves their places in the tree and sign it, until stopped")
    can_be_told_to_end(sequencing)
    freezing = command(kinds, "freeze", begin, "freeze the current shard of the log and begin the next")
    freezing.add_argument(
        "--restored", action="store_true", help="a backup was restored: begin one in place of what it cannot continue"
    )
    command(
        kinds,
        "fsck",
        check,
        "hold the leaves, their places, tiles, heads and the notes on this host against each other",
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    await sequence(settings, await told_to_end(options))
    return 0


async def begin(settings: Settings, options: argparse.Namespace) -> int:
    shard = await freeze(settings, restored=options.restored)
    tell(options, {"shard": shard}, f"the log goes on in {shard}")
    return 0


async def check(settings: Settings, options: argparse.Namespace) -> int:
    found = await examine(settings)
    tell(options, {"findings": found}, *(found or ["the log is in order"]))
    return 1 if found else 0
