"""Noninterference before those who look up organisations and natural persons alike."""

import pytest

from tests.generation.askers import AUDIT, EVERY_GROUP, Asker
from tests.leak.noninterference import check_no_interference
from tests.leak.twin_cities import Pair

pytestmark = pytest.mark.anyio

BOTH = [each for each in EVERY_GROUP if each.persons and each.organisations and each != AUDIT]


@pytest.mark.parametrize("asker", BOTH, ids=lambda asker: asker.name)
async def test_nothing_tells_twin_cities_apart(pair: Pair, asker: Asker) -> None:
    await check_no_interference(pair, asker)
