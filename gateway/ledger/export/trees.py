"""A stored tree against its leaves: grown again from the first leaf, it must lead to every tile, the head and the note.

It reads the whole shard, a few thousand leaves at a time, and keeps nothing of it.
"""

from collections.abc import AsyncIterator, Sequence

import asyncpg

from gateway.ledger.proof.checkpoint import Checkpoint, opened
from gateway.ledger.proof.directory import NOTHING
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import Key
from gateway.ledger.proof.tiles import WIDTH, Grown, extend
from gateway.ledger.proof.tree import leaf_hash
from gateway.ledger.sequence import store
from gateway.ledger.sequence.store import Head
from gateway.ledger.sequence.tree import root_at

BATCH = 16 * WIDTH


async def check_tree(connection: asyncpg.Connection, head: Head, origin: str, keys: Sequence[Key]) -> Checkpoint | None:
    """What the log has signed of this shard, or nothing yet. Errors: ``ProofError``, the first step that fails."""
    tree = NOTHING
    # 1. Every leaf is at its place: the tiles that lead from them are those that are stored.
    async for leaves in batches(connection, head):
        tree = extend(tree.size, tree.edge, [leaf_hash(leaf) for leaf in leaves])
        await _check_tiles(connection, head, tree)
    # 2. They lead to the head.
    if (tree.size, tree.root) != (head.size, head.root) or dict(tree.edge) != _hashes(head):
        raise ProofError(f"the leaves of {head.shard} do not lead to its head")
    if head.note is None:
        return None
    # 3. The log has signed a head that this tree once had.
    signed = opened(head.note, origin, keys)
    await check_older(connection, head, signed)
    return signed


async def check_older(connection: asyncpg.Connection, head: Head, old: Checkpoint) -> None:
    """Whether the tree of ``head`` began as that of ``old``. Errors: ``ProofError``."""
    if old.size > head.size:
        raise ProofError(f"{head.shard} is shorter than a checkpoint of it")
    if await root_at(connection, head, old.size) != old.root:
        raise ProofError(f"{head.shard} is not a continuation of a checkpoint of it")


async def batches(
    connection: asyncpg.Connection, head: Head, begin: int = 0, end: int | None = None
) -> AsyncIterator[Sequence[bytes]]:
    """The leaves [begin, end) of a shard, in order. Errors: ``ProofError`` where one is missing."""
    last = head.size if end is None else end
    for first in range(begin, last, BATCH):
        until = min(first + BATCH, last)
        leaves = await store.leaves(connection, head.shard, first, until)
        if len(leaves) != until - first:
            raise ProofError(f"{head.shard} has not every leaf from {first} to {until}")
        yield leaves


async def _check_tiles(connection: asyncpg.Connection, head: Head, tree: Grown) -> None:
    full = {(tile.level, tile.n): tile.data for tile in tree.tiles if tile.width == WIDTH}
    stored = await store.read_tiles(connection, head, full)
    for (level, n), data in full.items():
        if stored.get((level, n)) != data:
            raise ProofError(f"the leaves of {head.shard} do not lead to tile {n} of level {level}")


def _hashes(head: Head) -> dict[int, bytes]:
    return {level: data for level, data in head.edge.items() if level >= 0}
