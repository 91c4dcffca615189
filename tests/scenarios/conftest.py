"""The fixture city of the stories, on its frozen business date."""

from collections.abc import AsyncIterator

import pytest

from tests.city import City, city
from tests.fresh_database import FreshDatabase


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
