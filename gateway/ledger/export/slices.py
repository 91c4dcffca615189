"""A range of leaves -> files of lines, each of a few thousand leaves: such as prove themselves, or events of OCSF.

The name of a file says which leaves it holds. One that is there is not written again, so the same command goes on where
it broke off, and every leaf is told at least once.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import asyncpg

from gateway.ledger.export import ocsf
from gateway.ledger.export.files import write
from gateway.ledger.export.trees import BATCH, batches
from gateway.ledger.proof import lines
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.sequence.store import Head
from gateway.ledger.sequence.tree import asked

Told: TypeAlias = Callable[[asyncpg.Connection, Head, int, Sequence[bytes]], Awaitable[bytes]]
"""The lines of leaves that begin at an index."""


async def export_lines(connection: asyncpg.Connection, head: Head, folder: Path, begin: int, end: int) -> int:
    """JSON Lines that prove themselves (``proof.lines``); how many files. Errors: ``ProofError``, ``OSError``."""
    return await _export(connection, head, _files(folder, "lines", begin, end), _proven)


async def export_events(connection: asyncpg.Connection, head: Head, folder: Path, begin: int, end: int) -> int:
    """Events of OCSF (``export.ocsf``), one a line; how many files. Errors: ``ProofError``, ``OSError``."""
    return await _export(connection, head, _files(folder, "ocsf", begin, end), _events)


def _files(folder: Path, word: str, begin: int, end: int) -> dict[Path, tuple[int, int]]:
    """Cut at multiples of the batch, so that a later export has the same files."""
    cuts = [begin, *range((begin // BATCH + 1) * BATCH, end, BATCH), end] if begin < end else []
    return {folder / f"{word}-{first:012}-{until:012}.jsonl": (first, until) for first, until in pairwise(cuts)}


async def _export(connection: asyncpg.Connection, head: Head, files: dict[Path, tuple[int, int]], tell: Told) -> int:
    missing = {path: bounds for path, bounds in files.items() if not path.exists()}
    for path, (first, until) in missing.items():
        async for leaves in batches(connection, head, first, until):  # one: no file holds more
            write(path, await tell(connection, head, first, leaves))
    return len(missing)


async def _proven(connection: asyncpg.Connection, head: Head, first: int, leaves: Sequence[bytes]) -> bytes:
    note, until = head.note or b"", first + len(leaves)
    return await asked(
        connection,
        head,
        lambda nodes: b"".join(lines.write(first, until, leaves, size=head.noted, nodes=nodes, checkpoint=note)),
    )


async def _events(connection: asyncpg.Connection, head: Head, first: int, leaves: Sequence[bytes]) -> bytes:
    return b"".join(canonical(ocsf.event(leaf, index)) + b"\n" for index, leaf in enumerate(leaves, first))
