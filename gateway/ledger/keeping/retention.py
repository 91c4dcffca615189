"""How long side rows are kept, and how they are dropped at the end: rows, keys of subjects, keys of years.

Reports on the handling of personal information are kept for at least three years (PIPL 56), and so is what they rest
on; five years are usual. Leaves are never dropped. What is held as evidence stays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg

from gateway.ledger.keeping.account import pruned
from gateway.ledger.keeping.keeper import Keeper

TERM = 5
"""Years for which side rows are usually kept; while they run, a subject's rows are restricted rather than erased."""
FLOOR = 3
"""BASIS: PIPL 56, years. Nothing is dropped sooner."""
BATCH = 5000
_CHINA = timedelta(hours=8)

_HELD = "SELECT FROM subject_key WHERE subject_key.subject_ref = row.subject_ref AND hold"
_DROP_DISCLOSURES = f"""
    DELETE FROM audit_disclosure WHERE (entry_id, n) IN (
        SELECT row.entry_id, row.n FROM audit_disclosure AS row
        WHERE row.entry_id < $1 AND NOT EXISTS ({_HELD}) LIMIT $2
    )
"""  # noqa: S608 - fixed parts
_DROP_ACTORS = """
    DELETE FROM audit_actor WHERE entry_id IN (
        SELECT row.entry_id FROM audit_actor AS row WHERE row.entry_id < $1
            AND NOT EXISTS (SELECT FROM audit_disclosure WHERE audit_disclosure.entry_id = row.entry_id) LIMIT $2
    )
"""
_DROP_KEYS = """
    UPDATE subject_key SET wrapped_dek = NULL, subject_ref = NULL, retired_at = coalesce(retired_at, $2),
        destroyed_at = $2, destroyed_by = $3
    WHERE year < $1 AND destroyed_at IS NULL
        AND NOT EXISTS (SELECT FROM subject_key AS row WHERE row.subject_ref = subject_key.subject_ref AND row.hold)
"""
_YEARS_LEFT = "SELECT DISTINCT year FROM subject_key WHERE year < $1 AND destroyed_at IS NULL"


class TooSoon(Exception):  # noqa: N818  # nothing was dropped
    """Asked to drop what must still be kept."""

    def __init__(self, latest: date) -> None:
        super().__init__(f"side rows are kept for {FLOOR} years at least (PIPL 56): nothing after {latest} is dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was dropped. ``entry`` says so in the log."""

    entry: UUID
    disclosures: int
    actors: int
    keys: int
    years: tuple[int, ...]


async def prune(
    keeper: Keeper,
    before: date,
    *,
    today: date,
    reason: str,
    years: tuple[int, ...],
    destroy: Callable[[int], None],
) -> Pruned:
    """Drop every side row of entries before a day, and the keys of whole years before it. ``years`` have a key;
    ``destroy`` ends one. Said first and done after: an interrupted run is repeated. Errors: ``TooSoon``,
    ``NotWritten``."""
    latest = years_ago(today, FLOOR)
    if before > latest:
        raise TooSoon(latest)
    # COMMIT POINT: from here on the log excuses what is gone.
    entry = (await keeper.append(pruned(before=before, reason=reason))).entry_id
    disclosures = await _drop(keeper.connection, _DROP_DISCLOSURES, first_id(before))
    actors = await _drop(keeper.connection, _DROP_ACTORS, first_id(before))
    keys = affected(await keeper.connection.execute(_DROP_KEYS, before.year, keeper.clock(), entry))
    left = {row["year"] for row in await keeper.connection.fetch(_YEARS_LEFT, before.year)}
    ended = tuple(year for year in years if year < before.year and year not in left)
    for year in ended:
        destroy(year)
    return Pruned(entry=entry, disclosures=disclosures, actors=actors, keys=keys, years=ended)


def years_ago(day: date, years: int) -> date:
    """The same day of an earlier year; the last of February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def first_id(day: date) -> UUID:
    """The least id that an entry of this day can have, in China's time (RFC 9562 5.7: ms since the epoch, first)."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - _CHINA
    return UUID(int=int(begins.timestamp() * 1000) << 80)


def affected(status: str) -> int:
    """Rows that a statement changed, of its command tag."""
    return int(status.rpartition(" ")[2])


async def _drop(connection: asyncpg.Connection, statement: str, before: UUID) -> int:
    """In batches, each of them a transaction."""
    total = 0
    while dropped := affected(await connection.execute(statement, before, BATCH)):
        total += dropped
    return total
