"""A connection of the edge city that remembers what was read last."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from resolvers.fetch import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A connection that keeps the last statement and its row."""

    connection: Connection
    rows: list[object]

    async def fetchrow(self, query: str, /, *args: object) -> Sequence[object] | None:
        row = await self.connection.fetchrow(query, *args)
        self.rows[:] = [query, row]
        return row


@asynccontextmanager
async def lent(connection: Connection) -> AsyncIterator[Connection]:
    yield connection
