"""A caller -> whether cities that differ only in what this caller may not see answer it with the same bytes.

As many generated operations for each caller as ``TWIN_OPERATIONS`` says, 2 000 unless it says otherwise; of those that
are looked at, at least 30 % touch a cell that differs.
"""

import os
from random import Random

from schema.errors import Code
from tests.generation.askers import Asker
from tests.leak.open_eyes import OpenEyes
from tests.leak.replay import Tally, replay
from tests.leak.twin_cities import Pair

OPERATIONS = int(os.environ.get("TWIN_OPERATIONS", "2000"))
_DIFFERING = {"subject", "record", "measure", "link", "feedback"}


async def check_no_interference(pair: Pair, asker: Asker) -> None:
    """Errors: Leak, and AssertionError where the operations would have shown little."""
    cities = await pair.twins_for(asker)
    async with OpenEyes(cities=cities) as eyes:
        tally = await replay(cities, Random(asker.name), operations=OPERATIONS, eyes=eyes)
    tell(asker, tally)
    assert {table for table, _, _ in cities.differing} == _DIFFERING
    assert tally.operations >= OPERATIONS
    assert tally.codes[Code.INTERNAL] == 0
    assert tally.share >= 0.3


async def check_nothing_is_told(pair: Pair, asker: Asker, *codes: Code) -> None:
    """A caller whom no data root answers. Errors: Leak, and AssertionError for data or a refusal of another kind."""
    cities = await pair.twins_for(asker)
    tally = await replay(cities, Random(asker.name), operations=OPERATIONS)
    tell(asker, tally)
    assert {table for table, _, _ in cities.differing} == _DIFFERING
    assert tally.operations >= OPERATIONS
    assert tally.told == 0
    assert tally.codes.keys() <= {None, *codes}


def tell(asker: Asker, tally: Tally) -> None:
    """For whoever runs this with ``-rP``."""
    refused = ", ".join(f"{code} {count}" for code, count in sorted(tally.codes.items(), key=str) if code is not None)
    told = f"{tally.operations} operations of {tally.documents} documents, {tally.told} answered"
    print(
        f"{asker.name}: {told}; {tally.share:.0%} of {tally.looked} touch a differing cell; {refused or 'no refusals'}"
    )
