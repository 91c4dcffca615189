"""One edge city, and one hidden city behind its wall, for all mutants of a process."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from tests.fresh_database import FreshDatabase
from tests.mutants.town import Town, edge_town
from tests.mutants.walled import Walled
from tests.wall.hidden_city import build


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[Town]:
    async with edge_town(module_database) as found:
        yield found


@pytest.fixture(scope="module")
async def wall(
    module_database: FreshDatabase, database_server: EmbeddedServer, database_credentials: Credentials
) -> AsyncIterator[Walled]:
    connection = await asyncpg.connect(database_server.superuser_url(module_database.name))
    try:
        await build(connection)
        yield Walled(connection=connection, credentials=database_credentials)
    finally:
        await connection.close()
