"""The pools of a process -> what the line borrows of them: connections as the role of a grant, look-ups in registers.

Each is lent for one block or one statement. Nothing here decides which rows are read.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from authz.grant import Grant
from authz.principal import Caller, Matter
from gateway import matters
from gateway.database.engines import Databases
from gateway.database.scopes import DatabaseRole, role_of
from gateway.in_force import STATE
from gateway.log.reading import AGENCIES, draw
from gateway.recent_matters import Find
from gateway.usage.counting import FORGET
from resolvers.fetch import Connection
from schema.errors import Code, DocumentError

AGENCY = "SELECT uscc, name, kind, level, supervision_field, jurisdiction FROM agency WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Registry:
    """The register's rows, one statement at a time."""

    databases: Databases

    async def fetchrow(self, query: str, *args: object) -> Mapping[str, Any] | None:
        async with self.databases.connection(DatabaseRole.REGISTRY) as connection:
            row: Mapping[str, Any] | None = await connection.fetchrow(query, *args)
            return row

    async def fetch(self, query: str, *args: object) -> Sequence[Mapping[str, Any]]:
        async with self.databases.connection(DatabaseRole.REGISTRY) as connection:
            rows: Sequence[Mapping[str, Any]] = await connection.fetch(query, *args)
            return rows


def state_reader(databases: Databases) -> Callable[[], Awaitable[Mapping[str, object] | None]]:
    """Reads what is in force: versions, the fixed day, the number of freezes."""

    async def read() -> Mapping[str, object] | None:
        async with databases.connection(DatabaseRole.PUBLICATION) as connection:
            row: Mapping[str, object] | None = await connection.fetchrow(STATE)
            return row

    return read


def matter_finder(databases: Databases) -> Find:
    """Asks the register for a matter as it is now."""

    async def find(client: str, number: str) -> Matter | None:
        async with databases.connection(DatabaseRole.REGISTRY) as connection:
            return await matters.find(connection, client, number)

    return find


def agency_finder(databases: Databases) -> Callable[[int], Awaitable[Mapping[str, Any] | None]]:
    """Asks the register for an agency by its id, as the schema has it."""

    async def find(agency: int) -> Mapping[str, Any] | None:
        async with databases.connection(DatabaseRole.REGISTRY) as connection:
            row = await connection.fetchrow(AGENCY, agency)
        return None if row is None else {**row, "supervisionField": row["supervision_field"]}

    return find


async def agencies_of(databases: Databases, clients: Collection[str]) -> Sequence[Mapping[str, Any]]:
    """The agencies of these clients."""
    async with databases.connection(DatabaseRole.REGISTRY) as connection:
        rows: Sequence[Mapping[str, Any]] = await connection.fetch(AGENCIES, list(clients))
        return rows


async def draw_index(databases: Databases) -> None:
    """Draw into the index of the log what was committed so far, and with it what reports count."""
    async with databases.connection(DatabaseRole.LEDGER_WRITER) as connection:
        await draw(connection)
        await connection.execute(FORGET)


@asynccontextmanager
async def transaction(databases: Databases) -> AsyncIterator[matters.Connection]:
    """Of the registry's role, for changes of matters."""
    async with databases.connection(DatabaseRole.REGISTRY) as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def connection_of(databases: Databases, grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
    """As the role under which the rows of this grant are read."""
    role = role_of(grant)
    archive = role is DatabaseRole.ARCHIVE
    async with lent(
        databases.archive(caller.principal.agency_id) if archive else databases.connection(role)
    ) as connection:
        yield connection


@asynccontextmanager
async def lent(lent: AbstractAsyncContextManager[asyncpg.Connection]) -> AsyncIterator[asyncpg.Connection]:
    """Errors: LIMIT_EXCEEDED where a statement took too long."""
    try:
        async with lent as connection:
            yield connection
    except asyncpg.QueryCanceledError:
        raise DocumentError(Code.LIMIT_EXCEEDED, "the operation took longer to read than is allowed") from None
