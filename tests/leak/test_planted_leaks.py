"""Leaks planted on purpose are found by the same comparison that finds none otherwise."""

from dataclasses import replace
from random import Random

import pytest

from schema.errors import Code
from tests.fresh_database import FreshDatabase
from tests.generation.askers import ASKERS
from tests.leak.planted import PLANTS, Plant, uses_unchecked, withholding
from tests.leak.replay import Leak, replay
from tests.leak.twin_cities import TwinCities, twin_cities

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", PLANTS)
async def test_a_leak_planted_on_purpose_is_found(
    database: FreshDatabase, twin_database: FreshDatabase, name: str
) -> None:
    asker = next(each for each in ASKERS if each.name == name)
    async with twin_cities(database, twin_database, asker) as cities:
        unnoticed = [what for what, plant in PLANTS[name].items() if not await leaks(cities, plant)]
    assert unnoticed == []


async def test_a_filter_or_order_by_what_is_withheld_would_tell(
    database: FreshDatabase, twin_database: FreshDatabase
) -> None:
    """Under policies that withhold what documents filter on; the shipped ones withhold nothing of the kind."""
    asker = next(each for each in ASKERS if each.name == "A1-PM-301")
    async with twin_cities(database, twin_database, asker, narrow=withholding(*FILTERED)) as cities:
        tally = await replay(cities, Random(asker.name), operations=120, draws=4)
        assert tally.codes[Code.FIELD_NOT_FILTERABLE] > 0
        assert await leaks(cities, uses_unchecked)


FILTERED = ("Record.severity", "Record.decidedOn", "Record.validUntil", "Record.status", "Record.documentNumber")


async def leaks(cities: TwinCities, plant: Plant) -> bool:
    planted = replace(cities, first=plant(cities.first), second=plant(cities.second))
    try:
        await replay(planted, Random(planted.asker.name), operations=400, draws=4)
    except Leak:
        return True
    return False
