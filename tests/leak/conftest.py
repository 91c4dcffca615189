"""A second database on the same server: for the twin."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from tests.fresh_database import FreshDatabase, fresh_database


@pytest.fixture
def twin_database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh
