"""What waits for a place: the leaves that have none, in the order in which they get one, and counters without a leaf.

One statement, so one snapshot: what a late chain (administration, consents) says follows everything that was committed
before it. It reads chains that are not finished, and of each what lies behind its last place; nothing grows with the
log.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import asyncpg

BATCH = 4096  # leaves

# Chains take turns: the first new leaf of each, then the second. A missing leaf is one that was removed, because the
# counter of a chain and its leaves are committed together.
UNSEQUENCED = """
    SELECT w.writer, w.last_wseq, w.closed IS NOT NULL AS closed, done.wseq AS done, p.wseq, p.leaf
    FROM audit_writer AS w
    CROSS JOIN LATERAL (
        SELECT greatest(
            (SELECT max(s.wseq) FROM audit_seq AS s WHERE s.writer = w.writer),
            (SELECT max(m.last) FROM audit_missing AS m WHERE m.writer = w.writer),
            -1
        ) AS wseq
    ) AS done
    LEFT JOIN LATERAL (
        SELECT wseq, leaf FROM audit_pending WHERE writer = w.writer AND wseq > done.wseq ORDER BY wseq LIMIT $1
    ) AS p ON true
    WHERE NOT w.sealed AND (p.wseq IS NOT NULL OR w.last_wseq > done.wseq OR w.closed IS NOT NULL)
    ORDER BY w.late, p.wseq - done.wseq, w.writer
    LIMIT $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One leaf without a place; or a chain that has none (``wseq`` null), for what its counter says."""

    writer: UUID
    last_wseq: int
    closed: bool
    done: int  # its last counter that has a place, or is known to be missing
    wseq: int | None
    leaf: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Counters of a chain that have no leaf, from ``first`` to ``last``."""

    writer: UUID
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """``places``: writer and counter of each leaf of ``leaves``; ``finished``: chains that end with them."""

    places: tuple[tuple[UUID, int], ...]
    leaves: tuple[bytes, ...]
    gaps: tuple[Gap, ...]
    finished: tuple[UUID, ...]
    more: bool  # the batch is full


async def backlog(connection: asyncpg.Connection, limit: int = BATCH) -> Backlog:
    """The next batch of at most ``limit`` leaves."""
    return arranged([Row(**row) for row in await connection.fetch(UNSEQUENCED, limit)], limit)


def arranged(rows: Sequence[Row], limit: int) -> Backlog:
    """The batch that ``rows``, in order, make. Where they fill it, how a chain ends is seen by a later one."""
    more = len(rows) >= limit
    chains = [tuple(chain) for _, chain in groupby(sorted(rows, key=_by_chain), key=lambda row: row.writer)]
    leaves = [(row.writer, row.wseq, row.leaf) for row in rows if row.wseq is not None and row.leaf is not None]
    return Backlog(
        places=tuple((writer, wseq) for writer, wseq, _ in leaves),
        leaves=tuple(leaf for _, _, leaf in leaves),
        gaps=tuple(gap for chain in chains for gap in _gaps(chain, whole=not more)),
        finished=() if more else tuple(chain[0].writer for chain in chains if chain[0].closed),
        more=more,
    )


def _by_chain(row: Row) -> tuple[UUID, int]:
    return row.writer, -1 if row.wseq is None else row.wseq


def _gaps(chain: Iterable[Row], *, whole: bool) -> Iterator[Gap]:
    expected = -1
    for row in chain:
        expected = max(expected, row.done + 1)
        if row.wseq is not None:
            if row.wseq > expected:
                yield Gap(writer=row.writer, first=expected, last=row.wseq - 1)
            expected = row.wseq + 1
    if whole and row.last_wseq >= expected:
        yield Gap(writer=row.writer, first=expected, last=row.last_wseq)
