"""A database of a test's own on the embedded server, copied from the migrated template in about 30 ms.

    async def test_something(database: FreshDatabase) -> None:      # pytestmark = pytest.mark.anyio
        async with database.owner() as owner:
            await insert(owner, "agency", agency(1))
        async with database.connect(DatabaseRole.SHARING) as sharing:
            ...

All databases of a run share the scope roles and their secrets, which stand in ``home``.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from gateway.database.cluster import DATABASE, OWNER
from gateway.database.embedded import EmbeddedServer
from gateway.database.engines import Databases, PoolLimits, owner_connection, role_connection
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.database.wall import connection_statements


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshDatabase:
    name: str
    url: str  # of the owner
    home: Path  # holds the secrets of the scope roles
    credentials: Credentials

    def owner(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        return owner_connection(self.url)

    def connect(self, role: DatabaseRole) -> AbstractAsyncContextManager[asyncpg.Connection]:
        return role_connection(self.url, self.credentials, role)

    def databases(self, limits: PoolLimits | None = None) -> Databases:
        """The caller closes it."""
        return Databases(self.url, self.credentials, limits)


@contextmanager
def fresh_database(
    server: EmbeddedServer, home: Path, credentials: Credentials, template: str = DATABASE
) -> Iterator[FreshDatabase]:
    name = f"credit_test_{uuid4().hex[:12]}"
    asyncio.run(_administer(server, f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}"))
    asyncio.run(_administer(server, *connection_statements(credentials, name)))
    try:
        url = server.url.replace(f"/{DATABASE}?", f"/{name}?")
        yield FreshDatabase(name=name, url=url, home=home, credentials=credentials)
    finally:
        asyncio.run(_administer(server, f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def empty_database(server: EmbeddedServer) -> Iterator[str]:
    """The owner's URL of a database without tables, for tests of the migration itself."""
    name = f"credit_empty_{uuid4().hex[:12]}"
    asyncio.run(_administer(server, f"CREATE DATABASE {name} TEMPLATE template0 OWNER {OWNER}"))
    try:
        yield server.url.replace(f"/{DATABASE}?", f"/{name}?")
    finally:
        asyncio.run(_administer(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(server: EmbeddedServer, *statements: str) -> None:
    async with owner_connection(server.superuser_url()) as superuser:
        for statement in statements:
            await superuser.execute(statement)
