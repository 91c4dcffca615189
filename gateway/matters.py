"""Registered matters (事项办件): found by number, opened, closed and added to by the agencies' own approval systems.

A party is kept as a keyed digest of its identifier, so that a matter names people without listing them. Numbers are the
clients' own, so nobody learns of another's matters by trying them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from authz.principal import Matter, Party
from schema.errors import Code, PolicyError

FIND = """
    SELECT purpose, opened_on, closed_on, operators, revision, digests, roles, naturals
    FROM matter, LATERAL (
        SELECT array_agg(party_digest ORDER BY role, party_digest) AS digests,
            array_agg(role ORDER BY role, party_digest) AS roles,
            array_agg("natural" ORDER BY role, party_digest) AS naturals
        FROM matter_party WHERE matter_party.client_id = matter.client_id AND matter_number = number
    ) AS parties
    WHERE client_id = $1 AND number = $2
"""
OPEN = (
    "INSERT INTO matter (number, client_id, purpose, opened_on, operators) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (client_id, number) DO NOTHING RETURNING number"
)
ADD = (
    'INSERT INTO matter_party (client_id, matter_number, party_digest, role, "natural") VALUES ($1, $2, $3, $4, $5) '
    "ON CONFLICT DO NOTHING"
)
CLOSE = "UPDATE matter SET closed_on = $3 WHERE number = $1 AND client_id = $2 AND closed_on IS NULL RETURNING number"


class Connection(Protocol):
    """What the register needs of a connection (asyncpg's)."""

    async def fetchrow(self, query: str, /, *args: object) -> Mapping[str, Any] | None: ...

    async def executemany(self, command: str, args: Sequence[Sequence[object]], /) -> None: ...


async def find(connection: Connection, client: str, number: str) -> Matter | None:
    """The client's matter of that number; numbers are the clients' own, and another's is not to be told from none."""
    row = await connection.fetchrow(FIND, client, number)
    if row is None:
        return None
    return Matter(
        number=number,
        client=client,
        purpose=row["purpose"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        operators=frozenset(row["operators"] or ()),
        parties=tuple(
            Party(digest=bytes(digest), role=role, natural=natural)
            for digest, role, natural in zip(
                row["digests"] or (), row["roles"] or (), row["naturals"] or (), strict=True
            )
        ),
        revision=row["revision"],
    )


async def register(connection: Connection, matter: Matter) -> None:
    """Open a matter with its parties. Errors: MATTER_NOT_OPEN where the client has used the number."""
    opened = await connection.fetchrow(
        OPEN, matter.number, matter.client, matter.purpose, matter.opened_on, sorted(matter.operators)
    )
    if opened is None:
        raise _not_open()
    await add_parties(connection, matter.client, matter.number, matter.parties)


async def add_parties(connection: Connection, client: str, number: str, parties: Sequence[Party]) -> None:
    """Name further parties; one that is named already stays as it is."""
    rows = [(client, number, party.digest, party.role, party.natural) for party in parties]
    await connection.executemany(ADD, rows)


async def close(connection: Connection, number: str, client: str, today: date) -> None:
    """Close a matter of this client from today on. Errors: MATTER_NOT_OPEN where it has no such open matter."""
    if await connection.fetchrow(CLOSE, number, client, today) is None:
        raise _not_open()


def _not_open() -> PolicyError:
    return PolicyError(Code.MATTER_NOT_OPEN, "the matter is not open to this operation")
