"""The tree in the database: what the sequencer reads and writes there, one statement each.

Full tiles of hashes are rows; the last tile of each level, while it is not full, is part of the head; entry bundles are
the leaves themselves. Nothing here begins or ends a transaction, hashes or signs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from gateway.ledger.proof.tiles import HEIGHT, WIDTH, Grown, Tile

_HEAD = "SELECT shard, ordinal, size, root, edge, frozen, abandoned, noted, note FROM audit_head"
_HEADS = f"{_HEAD} ORDER BY ordinal"
_ONE_HEAD = f"{_HEAD} WHERE shard = $1"
_PUBLISHED = f"{_HEAD} WHERE note IS NOT NULL ORDER BY ordinal DESC LIMIT 1"
# The row of the head is moved first: whoever comes second waits for it and then finds it moved.
_MOVE = """
    UPDATE audit_head SET size = $4, root = $5, edge = $6, frozen = $7
    WHERE shard = $1 AND size = $2 AND root = $3 AND NOT frozen RETURNING size
"""
_OPEN = """
    INSERT INTO audit_head (shard, ordinal, size, root, edge, frozen, abandoned) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_ABANDON = """
    UPDATE audit_head SET frozen = true, abandoned = true WHERE shard = $1 AND size = $2 AND root = $3 RETURNING size
"""
_PUBLISH = """
    UPDATE audit_head SET note = $4, noted = $2 WHERE shard = $1 AND size >= $2 AND noted <= $2
    AND (size > $2 OR root = $3) RETURNING size
"""
_TILES = "INSERT INTO audit_tile (shard, level, n, data) SELECT $1, * FROM unnest($2::int[], $3::bigint[], $4::bytea[])"
_READ_TILES = """
    SELECT level, n, data FROM audit_tile JOIN unnest($2::int[], $3::bigint[]) AS one (level, n) USING (level, n)
    WHERE shard = $1
"""
_PLACES = """
    INSERT INTO audit_seq (shard, idx, writer, wseq)
    SELECT $1, $2 + place - 1, writer, wseq
    FROM unnest($3::uuid[], $4::bigint[]) WITH ORDINALITY AS one (writer, wseq, place)
"""
_LEAVES = """
    SELECT p.leaf FROM audit_seq AS s JOIN audit_pending AS p USING (writer, wseq)
    WHERE s.shard = $1 AND s.idx >= $2 AND s.idx < $3 ORDER BY s.idx
"""
_SEALED = "UPDATE audit_writer SET sealed = true WHERE writer = ANY($1::uuid[]) AND closed IS NOT NULL AND NOT sealed"
_MISSING = "INSERT INTO audit_missing (writer, first, last, alert) SELECT * FROM unnest($1::audit_missing[])"
_KEYS = "SELECT shard, public, since FROM audit_key ORDER BY since, public"
_NAME_KEY = (
    "INSERT INTO audit_key (shard, public, since) SELECT $1, public, $3 FROM unnest($2::bytea[]) AS one (public)"
)
_OWN_WRITER = """
    INSERT INTO audit_writer (writer, process, started, last_wseq, closed, late, sealed)
    VALUES ($1, 'sequencer', $2, $3, $2, true, true)
"""
_OWN_LEAF = "INSERT INTO audit_pending (writer, wseq, id, leaf, leaf_hash, t) VALUES ($1, $2, $3, $4, $5, $6)"
_FIND = """
    SELECT p.leaf, s.shard, s.idx FROM audit_pending AS p LEFT JOIN audit_seq AS s USING (writer, wseq) WHERE p.id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a shard stands. ``edge``: data of the tiles that are not full, by level; ``note`` speaks of ``noted``."""

    shard: str
    ordinal: int
    size: int
    root: bytes
    edge: Mapping[int, bytes]
    frozen: bool = False
    abandoned: bool = False  # frozen as a restored backup had it: never signed again
    noted: int = 0
    note: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """A public key that a shard has named as its own. ``since``: ms since the epoch."""

    shard: str
    public: bytes
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry, with its place where it has one."""

    leaf: bytes
    shard: str | None
    idx: int | None


async def heads(connection: asyncpg.Connection) -> tuple[Head, ...]:
    """Every shard, the oldest first."""
    return tuple(_head(row) for row in await connection.fetch(_HEADS))


async def head(connection: asyncpg.Connection, shard: str) -> Head | None:
    row = await connection.fetchrow(_ONE_HEAD, shard)
    return None if row is None else _head(row)


async def published(connection: asyncpg.Connection) -> Head | None:
    """The newest shard that has a signed head."""
    row = await connection.fetchrow(_PUBLISHED)
    return None if row is None else _head(row)


async def move(connection: asyncpg.Connection, old: Head, grown: Grown, *, frozen: bool = False) -> bool:
    """Compare and swap; whether the head still stood where it was read."""
    swapped = await connection.fetchval(
        _MOVE, old.shard, old.size, old.root, grown.size, grown.root, _edge_row(grown.edge), frozen
    )
    return swapped is not None


async def open_shard(connection: asyncpg.Connection, new: Head) -> None:
    edge = _edge_row(new.edge)
    await connection.execute(_OPEN, new.shard, new.ordinal, new.size, new.root, edge, new.frozen, new.abandoned)


async def abandon(connection: asyncpg.Connection, old: Head) -> bool:
    """Freeze a shard as it is, never to be signed again; whether it still stood there."""
    return await connection.fetchval(_ABANDON, old.shard, old.size, old.root) is not None


async def publish(connection: asyncpg.Connection, at: Head, note: bytes) -> bool:
    """Give out the note of a committed head; whether the tree still has that head, or has grown from it."""
    return await connection.fetchval(_PUBLISH, at.shard, at.size, at.root, note) is not None


async def add_tiles(connection: asyncpg.Connection, shard: str, tiles: Iterable[Tile]) -> None:
    """The full ones of ``tiles``."""
    full = [tile for tile in tiles if tile.width == WIDTH]
    await connection.execute(
        _TILES, shard, [tile.level for tile in full], [tile.n for tile in full], [tile.data for tile in full]
    )


async def read_tiles(
    connection: asyncpg.Connection, at: Head, wanted: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], bytes]:
    """Tiles of hashes by level and number, each as wide as the tree has it; those that it does not have are absent."""
    last = {(level, at.size >> HEIGHT * (level + 1)): data for level, data in at.edge.items()}
    stored = [place for place in wanted if place not in last]
    rows = await connection.fetch(_READ_TILES, at.shard, [level for level, _ in stored], [n for _, n in stored])
    return last | {(row["level"], row["n"]): row["data"] for row in rows}


async def add_places(
    connection: asyncpg.Connection, shard: str, first: int, leaves: Sequence[tuple[UUID, int]]
) -> None:
    """Leaves, each by writer and counter, get the places from ``first``."""
    await connection.execute(_PLACES, shard, first, [writer for writer, _ in leaves], [wseq for _, wseq in leaves])


async def leaves(connection: asyncpg.Connection, shard: str, begin: int, end: int) -> tuple[bytes, ...]:
    """The leaves at the places from ``begin`` up to, not including, ``end``."""
    return tuple(row["leaf"] for row in await connection.fetch(_LEAVES, shard, begin, end))


async def seal_writers(connection: asyncpg.Connection, writers: Iterable[UUID]) -> None:
    """Closed chains of which every leaf has its place; they are not looked at again."""
    await connection.execute(_SEALED, list(writers))


async def add_missing(connection: asyncpg.Connection, rows: Iterable[tuple[UUID, int, int, UUID]]) -> None:
    """Counters without leaf: writer, first, last, and the entry that says so."""
    await connection.execute(_MISSING, list(rows))


async def keys(connection: asyncpg.Connection) -> tuple[NamedKey, ...]:
    """Every key that a shard has named, in order of time."""
    return tuple(NamedKey(**row) for row in await connection.fetch(_KEYS))


async def name_keys(connection: asyncpg.Connection, shard: str, public: Iterable[bytes], since: int) -> None:
    await connection.execute(_NAME_KEY, shard, list(public), since)


async def add_own(
    connection: asyncpg.Connection, writer: UUID, rows: Sequence[tuple[UUID, bytes, bytes]], t: int
) -> None:
    """A closed chain of the sequencer's own leaves: id, leaf and hash of each."""
    await connection.execute(_OWN_WRITER, writer, t, len(rows) - 1)
    await connection.executemany(_OWN_LEAF, [(writer, wseq, *row, t) for wseq, row in enumerate(rows)])


async def find(connection: asyncpg.Connection, entry: UUID) -> Found | None:
    row = await connection.fetchrow(_FIND, entry)
    return None if row is None else Found(**row)


def _head(row: Mapping[str, object]) -> Head:
    edge = row["edge"]
    parts = dict(enumerate(edge)) if isinstance(edge, list) else {}
    return Head(**{**row, "edge": {level: data for level, data in parts.items() if data}})  # type: ignore[arg-type]


def _edge_row(edge: Mapping[int, bytes]) -> list[bytes]:
    return [edge.get(level, b"") for level in range(max(edge, default=-1) + 1)]
