"""Noninterference before those who look up organisations, the public among them."""

import pytest

from tests.generation.askers import EVERY_GROUP, Asker
from tests.leak.noninterference import check_no_interference
from tests.leak.twin_cities import Pair

pytestmark = pytest.mark.anyio

ORGANISATIONS = [each for each in EVERY_GROUP if not each.persons]


@pytest.mark.parametrize("asker", ORGANISATIONS, ids=lambda asker: asker.name)
async def test_nothing_tells_twin_cities_apart(pair: Pair, asker: Asker) -> None:
    await check_no_interference(pair, asker)
