"""The register of findings: what the rules found, who owns it, why it was closed; one statement each, append-only.

Everything but looking is entered in the log first by whoever calls.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from gateway.watch.acts import Fired

_RECENT = "SELECT EXISTS (SELECT FROM finding WHERE rule = $1 AND about = $2 AND found_at > $3)"
_ENTER = (
    "INSERT INTO finding (id, rule, about, refs, figures, evidence, found_at, entry) "
    "VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6, $7, $8)"
)
_STEP = "INSERT INTO finding_step (finding, state, owner, reason, at, entry) VALUES ($1, $2, $3, $4, $5, $6)"
_LISTED = """
    SELECT finding.id, rule, refs::text, figures::text, evidence, found_at, finding.entry,
        coalesce(last.state, 'OPEN') AS state, last.owner, last.reason
    FROM finding LEFT JOIN LATERAL (
        SELECT state, owner, reason FROM finding_step WHERE finding = finding.id ORDER BY at DESC, entry DESC LIMIT 1
    ) AS last ON true
    ORDER BY found_at DESC, finding.id LIMIT $1
"""
_STATE = """
    SELECT coalesce((SELECT state FROM finding_step WHERE finding = $1 ORDER BY at DESC, entry DESC LIMIT 1), 'OPEN')
    FROM finding WHERE id = $1
"""


class NoSuchFinding(Exception):  # noqa: N818  # it says what became of the act
    """Nothing has been changed."""

    def __init__(self) -> None:
        super().__init__("there is no open finding of that id")


class Connection(Protocol):
    """What the register needs of a connection (asyncpg's)."""

    async def execute(self, query: str, /, *args: object) -> str: ...

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...

    async def fetchval(self, query: str, /, *args: object) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``entry``: that of the log; ``at``: ms since the epoch."""

    id: UUID
    fired: Fired
    at: int
    entry: UUID


async def told_of(connection: Connection, fired: Fired, now: int) -> bool:
    """Whether the same was found within its quiet time."""
    found: bool = await connection.fetchval(_RECENT, fired.rule.value, fired.about, now - fired.quiet)
    return found


async def enter(connection: Connection, new: Finding) -> None:
    fired = new.fired
    refs, figures = json.dumps(dict(fired.refs)), json.dumps(dict(fired.figures))
    said = new.id, fired.rule.value, fired.about, refs, figures
    await connection.execute(_ENTER, *said, list(fired.evidence), new.at, new.entry)


async def check_open(connection: Connection, finding: UUID) -> None:
    """Errors: ``NoSuchFinding`` where there is none, or it is closed."""
    if await connection.fetchval(_STATE, finding) not in ("OPEN", "OWNED"):
        raise NoSuchFinding


async def step(
    connection: Connection, finding: UUID, state: str, *, owner: str, reason: str, at: int, entry: UUID
) -> None:
    """``state``: OWNED or CLOSED."""
    await connection.execute(_STEP, finding, state, owner, reason, at, entry)


async def listed(connection: Connection, most: int = 200) -> tuple[Mapping[str, Any], ...]:
    """The newest findings first, with their state, owner and reason."""
    rows = await connection.fetch(_LISTED, most)
    return tuple({**row, "refs": json.loads(row["refs"]), "figures": json.loads(row["figures"])} for row in rows)
