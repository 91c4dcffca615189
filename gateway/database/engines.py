"""Credentials of the scope roles -> one pool of connections per scope, opened when it is first needed.

A pool hands connections back without resetting their session (a reset costs several times a look-up): allowed because
no statement of the gateway changes session state; what a role needs is set on the role, and what the wall must know of
a source that reads its archive lasts as long as one transaction. There is no pool for the owner: only migrations and
administration connect as it, one connection at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import asyncpg

from gateway.database.roles import Credentials
from gateway.database.scopes import READERS, DatabaseRole
from gateway.database.wall import TELL_AGENCY

APPLICATION = "credit-gateway"

STATEMENTS_KEPT = 256
STATEMENT_KEPT_BYTES = 48 * 1024
"""Prepared statements kept by each connection, and the longest of them. A backend holds the plan of each: 25 statements
near the limits of a document took 70 MB of one backend, so such statements are planned anew instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """``sizes``: most connections per role and process; ``statement_timeout``: seconds, for the roles that read."""

    sizes: Mapping[DatabaseRole, int] = field(default_factory=lambda: MappingProxyType({}))
    default_size: int = 4
    statement_timeout: float = 5.0

    def size(self, role: DatabaseRole) -> int:
        return self.sizes.get(role, self.default_size)


class Databases:
    """The pools of one process, bound to the event loop that first asks for them."""

    def __init__(self, url: str, credentials: Credentials, limits: PoolLimits | None = None) -> None:
        """``url`` names the server and the database; whose name and secret it carries does not matter."""
        self._url = url
        self._credentials = credentials
        self._limits = limits or PoolLimits()
        self._pools: dict[DatabaseRole, asyncpg.Pool] = {}
        self._opening = asyncio.Lock()

    async def pool(self, role: DatabaseRole) -> asyncpg.Pool:
        """Errors: those of asyncpg where the server or the role cannot be reached."""
        pool = self._pools.get(role)
        if pool is None:
            async with self._opening:
                pool = self._pools.get(role) or await self._open(role)
                self._pools[role] = pool
        return pool

    @asynccontextmanager
    async def connection(self, role: DatabaseRole) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the pool for the time of the block."""
        async with (await self.pool(role)).acquire() as connection:
            yield connection

    @asynccontextmanager
    async def archive(self, agency: int | None) -> AsyncIterator[asyncpg.Connection]:
        """A connection as ``archive``, to which the wall shows for the time of the block what it hides of this agency.

        INVARIANT: the agency is told for one transaction; the connection goes back to its pool knowing none.
        """
        async with self.connection(DatabaseRole.ARCHIVE) as connection, connection.transaction():
            await connection.fetchval(TELL_AGENCY, "" if agency is None else str(agency))
            yield connection

    @asynccontextmanager
    async def snapshot(self, role: DatabaseRole) -> AsyncIterator[asyncpg.Connection]:
        """A connection to which all statements of the block show one moment."""
        async with self.connection(role) as connection, connection.transaction(isolation="repeatable_read"):
            yield connection

    async def close(self) -> None:
        """Waits for connections in use, then closes every pool."""
        pools = tuple(self._pools.values())
        self._pools.clear()
        await asyncio.gather(*(pool.close() for pool in pools))

    async def _open(self, role: DatabaseRole) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            user=self._credentials.name(role),
            password=self._credentials.secrets[role],
            min_size=0,
            max_size=self._limits.size(role),
            max_queries=0x7FFFFFFF,  # never renewed by count: a new connection plans every statement anew
            reset=_keep_session,
            init=_know_composites,
            statement_cache_size=STATEMENTS_KEPT,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=STATEMENT_KEPT_BYTES,
            server_settings=self._settings(role),
        )

    def _settings(self, role: DatabaseRole) -> dict[str, str]:
        settings = {"application_name": f"{APPLICATION} {role}"}
        if role in READERS:
            settings["statement_timeout"] = f"{round(self._limits.statement_timeout * 1000)}ms"
        return settings


@asynccontextmanager
async def role_connection(url: str, credentials: Credentials, role: DatabaseRole) -> AsyncIterator[asyncpg.Connection]:
    """One connection outside the pools, as a scope role: for commands and tests."""
    connection = await asyncpg.connect(url, user=credentials.name(role), password=credentials.secrets[role])
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def owner_connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner, whom no row policy binds: for migrations and administration, never for requests."""
    connection = await asyncpg.connect(url, server_settings={"application_name": f"{APPLICATION} owner"})
    try:
        yield connection
    finally:
        await connection.close()


async def _keep_session(connection: asyncpg.Connection) -> None:
    """Instead of a reset. asyncpg has already dropped listeners and rolled back a transaction left open."""


async def _know_composites(connection: asyncpg.Connection) -> None:
    """asyncpg learns the type of an array only from a statement that returns one; what is nested in composites needs
    it."""
    await connection.fetchval("SELECT array[row(1)], array[''::text], array[''::bytea]")
