"""The hidden city, built once for each module that attacks the wall around it."""

import asyncio

import pytest

from tests.fresh_database import FreshDatabase
from tests.wall.hidden_city import build


@pytest.fixture(scope="module")
def city(module_database: FreshDatabase) -> FreshDatabase:
    async def built() -> None:
        async with module_database.owner() as owner:
            await build(owner)
            await owner.execute("ANALYZE")

    asyncio.run(built())
    return module_database
