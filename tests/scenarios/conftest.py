"""The fixture city of the stories, on its frozen business date."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from tests.city import City, city
from tests.fresh_database import FreshDatabase, fresh_database
from tests.scenarios.places import Cities


@pytest.fixture(scope="module")
def other_database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    """For a module that compares two cities."""
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    """Without the objections of US-9."""
    async with city(module_database) as found:
        yield found


@pytest.fixture(scope="module")
async def disputed_town(module_database: FreshDatabase) -> AsyncIterator[City]:
    """With the objections of 6 May 2026."""
    async with city(module_database, objections=True) as found:
        yield found


@pytest.fixture(scope="module")
async def cities(module_database: FreshDatabase) -> AsyncIterator[Cities]:
    """Five jurisdictions whose rules differ, with their offices and nothing else."""
    async with city(module_database, empty=True) as found:
        yield await Cities(found).found()
