"""The register of freezes: what is frozen now, what ever was, a freeze more, a freeze lifted; one statement each.

Adding to it changes the revision of what is frozen, by triggers, in the same transaction. It decides nothing: whether
a freeze stops an operation is ``authz.frozen``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from authz.frozen import Freeze, Frozen, Target
from gateway.identity.register import Rows

_NOW = """
    SELECT authz_state.freezes, standing.targets, standing.names, standing.ends
    FROM authz_state, LATERAL (
        SELECT array_agg(target ORDER BY id) AS targets, array_agg(name ORDER BY id) AS names,
            array_agg(ends_at ORDER BY id) AS ends
        FROM frozen
        WHERE (ends_at IS NULL OR ends_at > $1)
            AND NOT EXISTS (SELECT FROM frozen_lift WHERE frozen_lift.frozen = frozen.id)
    ) AS standing
"""
_IMPOSE = (
    "INSERT INTO frozen (id, target, name, reason, imposed_by, imposed_at, ends_at, entry) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
)
_LIFT = "INSERT INTO frozen_lift (frozen, reason, lifted_by, lifted_at, entry) VALUES ($1, $2, $3, $4, $5)"
_STANDING = """
    SELECT id FROM frozen
    WHERE target = $1 AND name = $2 AND (ends_at IS NULL OR ends_at > $3)
        AND NOT EXISTS (SELECT FROM frozen_lift WHERE frozen_lift.frozen = frozen.id)
    ORDER BY id
"""
_HISTORY = """
    SELECT id, target, name, frozen.reason, imposed_by, imposed_at, ends_at, frozen.entry, lifted_by, lifted_at,
        frozen_lift.reason AS lift_reason, frozen_lift.entry AS lift_entry
    FROM frozen LEFT JOIN frozen_lift ON frozen_lift.frozen = frozen.id ORDER BY imposed_at, id
"""


class Connection(Protocol):
    """What the register needs of a connection (asyncpg's)."""

    async def execute(self, query: str, /, *args: object) -> str: ...

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposed:
    """A row of the register. Times are ms since the epoch; ``by`` is who imposed it; ``entry`` that of the log."""

    id: UUID
    freeze: Freeze
    reason: str
    by: str
    at: int
    entry: UUID


async def frozen_now(rows: Rows, now: int) -> Frozen:
    """What is frozen and not over, with its revision: one snapshot."""
    row = await rows.fetchrow(_NOW, now)
    if row is None:
        return Frozen()
    each = zip(row["targets"] or (), row["names"] or (), row["ends"] or (), strict=True)
    freezes = tuple(Freeze(target=Target(target), name=name, ends=ends) for target, name, ends in each)
    return Frozen(revision=row["freezes"], freezes=freezes)


async def impose(connection: Connection, new: Imposed) -> None:
    freeze = new.freeze
    named = new.id, freeze.target.value, freeze.name
    await connection.execute(_IMPOSE, *named, new.reason, new.by, new.at, freeze.ends, new.entry)


async def lift(connection: Connection, freeze: UUID, *, reason: str, by: str, at: int, entry: UUID) -> None:
    await connection.execute(_LIFT, freeze, reason, by, at, entry)


async def standing(connection: Connection, target: Target, name: str, now: int) -> tuple[UUID, ...]:
    """The freezes of this very name that are in force."""
    return tuple(row["id"] for row in await connection.fetch(_STANDING, target.value, name, now))


async def history(connection: Connection) -> tuple[Mapping[str, Any], ...]:
    """Every freeze that ever was, the oldest first."""
    return tuple(dict(row) for row in await connection.fetch(_HISTORY))
