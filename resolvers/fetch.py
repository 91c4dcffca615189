"""A statement and its values -> the one row that holds the answer, in one snapshot on the scope's own connection."""

from collections.abc import Sequence
from typing import Protocol

from resolvers.statements import Statement


class Connection(Protocol):
    """The one thing that reading needs of a connection (asyncpg's)."""

    async def fetchrow(self, query: str, /, *args: object) -> Sequence[object] | None: ...


async def fetch(connection: Connection, statement: Statement, values: Sequence[object]) -> Sequence[object] | None:
    """The row, or None where the policy version (or business date) that the statement was made for is no longer in
    force: then nothing was read."""
    return await connection.fetchrow(statement.text, *values)
