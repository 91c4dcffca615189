"""A second database on the same server, for the twin; and two cities for all callers of a module."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from tests.fresh_database import FreshDatabase, fresh_database
from tests.leak.twin_cities import Pair, founded


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """As the server runs."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture
def twin_database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def module_twin_database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


@pytest.fixture(scope="module")
async def pair(module_database: FreshDatabase, module_twin_database: FreshDatabase) -> AsyncIterator[Pair]:
    """Founded once: policies, keys and the rows of the first city are the same for every caller."""
    async with founded(module_database, module_twin_database) as found:
        usual = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)  # catalogue and plans live long: looking through them again takes a tenth
        yield found
        gc.set_threshold(*usual)
        gc.unfreeze()
