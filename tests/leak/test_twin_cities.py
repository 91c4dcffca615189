"""Noninterference: cities that differ only in what a caller may not see answer that caller with the same bytes.

At least 2 000 generated operations for each kind of caller, of which at least 30 % touch a cell that differs.
"""

from random import Random

import pytest

from schema.errors import Code
from tests.fresh_database import FreshDatabase
from tests.generation.askers import ASKERS, NARROW, Asker
from tests.leak.open_eyes import OpenEyes
from tests.leak.replay import replay
from tests.leak.twin_cities import twin_cities

pytestmark = pytest.mark.anyio

DOCUMENTS, DRAWS = 145, 14
LEAST = 2000


@pytest.mark.parametrize("asker", [*ASKERS, *NARROW], ids=lambda asker: asker.name)
async def test_nothing_tells_twin_cities_apart(
    database: FreshDatabase, twin_database: FreshDatabase, asker: Asker
) -> None:
    async with twin_cities(database, twin_database, asker) as cities, OpenEyes(cities=cities) as eyes:
        tally = await replay(cities, Random(asker.name), documents=DOCUMENTS, draws=DRAWS, eyes=eyes)
    assert {table for table, _, _ in cities.differing} == {"subject", "record", "measure", "link", "feedback"}
    assert tally.operations >= LEAST
    assert tally.codes[Code.INTERNAL] == 0
    assert tally.share >= 0.3
