"""The hidden city as a probe sees it: behind its wall, as whoever it likes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg

from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.database.wall import TELL_AGENCY
from tests.wall.hidden_city import KEEPER

Probe: TypeAlias = Callable[["Walled"], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walled:
    """The hidden city, and a connection that may be whoever it likes."""

    connection: asyncpg.Connection
    credentials: Credentials

    @asynccontextmanager
    async def role(self, role: DatabaseRole | None) -> AsyncIterator[None]:
        """As this scope role, or as the owner of the tables; the archive that is read is the keeper's."""
        name = self.credentials.name(role) if role is not None else OWNER
        await self.connection.execute(f"SET LOCAL ROLE {name}")
        await self.connection.fetchval(TELL_AGENCY, str(KEEPER))
        try:
            yield
        finally:
            await self.connection.fetchval(TELL_AGENCY, "")
            await self.connection.execute("RESET ROLE")

    async def column(self, statement: str, *values: object) -> set[Any]:
        return {row[0] for row in await self.connection.fetch(statement, *values)}

    async def refuses(self, statement: str) -> bool:
        """Whether the database will not do it."""
        attempt = self.connection.transaction()
        await attempt.start()
        try:
            await self.connection.execute(statement)
        except asyncpg.PostgresError:
            return True
        finally:
            await attempt.rollback()
        return False


OWNER = "credit_owner"
