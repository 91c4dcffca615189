"""Noninterference before those who look up natural persons, and before the auditors, who look up nobody."""

import pytest

from schema.errors import Code
from tests.generation.askers import AUDIT, EVERY_GROUP, Asker
from tests.leak.noninterference import check_no_interference, check_nothing_is_told
from tests.leak.twin_cities import Pair

pytestmark = pytest.mark.anyio

PERSONS = [each for each in EVERY_GROUP if not each.organisations]


@pytest.mark.parametrize("asker", PERSONS, ids=lambda asker: asker.name)
async def test_nothing_tells_twin_cities_apart(pair: Pair, asker: Asker) -> None:
    await check_no_interference(pair, asker)


async def test_auditors_are_refused_whatever_the_cities_hold(pair: Pair) -> None:
    await check_nothing_is_told(pair, AUDIT, Code.SUBJECT_NOT_COVERED, Code.LIMIT_EXCEEDED)
