"""Answers about a stored tree, whose tiles are fetched as they are needed, all at once.

What is asked is first asked of a tree of zeros, which tells the tiles that it takes. Nothing is kept between answers.
"""

from collections.abc import Callable
from typing import TypeVar

import asyncpg

from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.tiles import HASH_BYTES, WIDTH, node_reader
from gateway.ledger.proof.tree import Nodes, consistency, inclusion, root_of
from gateway.ledger.sequence.store import Head, read_tiles

Answer = TypeVar("Answer")

_ZEROS = bytes(WIDTH * HASH_BYTES)


async def asked(connection: asyncpg.Connection, at: Head, ask: Callable[[Nodes], Answer]) -> Answer:
    """What ``ask`` says of the nodes of this tree. Raises ``ProofError`` where a tile is missing or too short."""
    wanted: set[tuple[int, int]] = set()

    def ask_zeros(level: int, n: int) -> bytes:
        wanted.add((level, n))
        return _ZEROS

    ask(node_reader(ask_zeros, at.size))
    found = await read_tiles(connection, at, wanted)
    if not wanted <= found.keys():
        raise ProofError("a tile of the tree is missing")
    return ask(node_reader(lambda level, n: found[level, n], at.size))


async def root_at(connection: asyncpg.Connection, at: Head, size: int) -> bytes:
    """The root that the tree had at ``size``."""
    return await asked(connection, at, lambda nodes: root_of(size, nodes))


async def inclusion_at(connection: asyncpg.Connection, at: Head, index: int, size: int) -> tuple[bytes, ...]:
    """The proof that leaf ``index`` stands in the tree as it was at ``size``."""
    return await asked(connection, at, lambda nodes: inclusion(index, size, nodes))


async def consistency_at(connection: asyncpg.Connection, at: Head, old: int) -> tuple[bytes, ...]:
    """The proof that the tree has grown from its state at ``old``."""
    return await asked(connection, at, lambda nodes: consistency(old, at.size, nodes))
