"""A shard -> a folder of its tiles, entry bundles and checkpoint, as readers of tiles expect it (c2sp.org/tlog-tiles).

What is full never changes, so it is written once; a later export adds what is new. The checkpoint comes last: until
then the folder is that of the checkpoint before.
"""

from collections.abc import Iterator
from pathlib import Path

import asyncpg

from gateway.ledger.export.files import write
from gateway.ledger.export.trees import batches
from gateway.ledger.proof.directory import CHECKPOINT
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.tiles import ENTRIES, HASH_BYTES, WIDTH, bundle, levels, path, widths
from gateway.ledger.sequence.store import Head, read_tiles


async def export_tiles(connection: asyncpg.Connection, head: Head, folder: Path, begin: int = 0) -> int:
    """Everything up to the signed head that is not there yet, entry bundles only from that of leaf ``begin``; how many
    files were written. Errors: ``ProofError``, ``OSError``."""
    written = 0
    for level in levels(head.noted):
        wanted = {(level, n): width for n, width in widths(level, head.noted) if not _there(folder, level, n, width)}
        for part in _parts(list(wanted)):
            found = await read_tiles(connection, head, part)
            for place in part:
                written += _keep(folder, *place, wanted[place], found.get(place, b"")[: wanted[place] * HASH_BYTES])
    written += await _bundles(connection, head, folder, begin)
    write(folder / CHECKPOINT, head.note or b"")
    return written + 1


async def _bundles(connection: asyncpg.Connection, head: Head, folder: Path, begin: int) -> int:
    written, missing = (
        0,
        [
            (n, width)
            for n, width in widths(ENTRIES, head.noted)
            if n >= begin // WIDTH and not _there(folder, ENTRIES, n, width)
        ],
    )
    for n, width in missing:
        async for leaves in batches(connection, head, n * WIDTH, n * WIDTH + width):
            write(folder / path(ENTRIES, n, width), bundle(leaves))
            written += 1
    return written


def _keep(folder: Path, level: int, n: int, width: int, data: bytes) -> int:
    if len(data) != width * HASH_BYTES:
        raise ProofError(f"tile {n} of level {level} is missing or too short")
    write(folder / path(level, n, width), data)
    return 1


def _there(folder: Path, level: int, n: int, width: int) -> bool:
    return (folder / path(level, n, width)).exists()


def _parts(places: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    return (places[at : at + WIDTH] for at in range(0, len(places), WIDTH))
