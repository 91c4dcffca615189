"""The queue's tables: an act that was asked for, who approved it, and its one use; one statement each, append-only.

The database itself refuses an approval by whoever asked, one that comes too late, and a use without enough of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

_ASK = (
    "INSERT INTO approval_request (id, act, about, asked_by, asker, reason, asked_at, ends_at, needed, entry) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
_APPROVE = "INSERT INTO approval (request, approver, given_by, given_at, entry) VALUES ($1, $2, $3, $4, $5)"
_USE = "INSERT INTO approval_use (request, used_at, entry) VALUES ($1, $2, $3)"
_SELECT = """
    SELECT id, act, about, asked_by, asker, reason, asked_at, ends_at, needed, approval_use.used_at,
        ARRAY(SELECT given_by FROM approval WHERE request = approval_request.id ORDER BY given_at) AS given_by,
        ARRAY(SELECT approver FROM approval WHERE request = approval_request.id) AS approvers
    FROM approval_request LEFT JOIN approval_use ON approval_use.request = approval_request.id
"""
_FIND = _SELECT + " WHERE id = $1"
_LISTED = _SELECT + " ORDER BY asked_at DESC, id LIMIT $1"
_LOCK = "SELECT id FROM approval_request WHERE id = $1 FOR UPDATE"


class Connection(Protocol):
    """What the queue needs of a connection (asyncpg's)."""

    async def execute(self, query: str, /, *args: object) -> str: ...

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``act``: its permanent name; ``about``: what it is to be done to; ``asker`` and ``approvers`` are persons,
    ``asked_by`` and ``given_by`` as they were named; ``needed``: approvals. Times are ms since the epoch."""

    id: UUID
    act: str
    about: str
    asked_by: str
    asker: str
    reason: str
    asked_at: int
    ends_at: int
    needed: int
    used_at: int | None = None
    given_by: tuple[str, ...] = ()
    approvers: frozenset[str] = frozenset()


async def ask(connection: Connection, new: Request, entry: UUID) -> None:
    who = new.asked_by, new.asker, new.reason
    await connection.execute(_ASK, new.id, new.act, new.about, *who, new.asked_at, new.ends_at, new.needed, entry)


async def approve(connection: Connection, request: UUID, *, approver: str, given_by: str, at: int, entry: UUID) -> None:
    await connection.execute(_APPROVE, request, approver, given_by, at, entry)


async def use(connection: Connection, request: UUID, at: int, entry: UUID) -> None:
    await connection.execute(_USE, request, at, entry)


async def lock(connection: Connection, request: UUID) -> None:
    """Until the transaction ends nobody else approves or uses it."""
    await connection.fetch(_LOCK, request)


async def find(connection: Connection, request: UUID) -> Request | None:
    rows = await connection.fetch(_FIND, request)
    return _request(rows[0]) if rows else None


async def listed(connection: Connection, most: int = 200) -> tuple[Request, ...]:
    """The newest first."""
    return tuple(map(_request, await connection.fetch(_LISTED, most)))


def _request(row: Mapping[str, Any]) -> Request:
    return Request(**{**row, "given_by": tuple(row["given_by"]), "approvers": frozenset(row["approvers"])})
