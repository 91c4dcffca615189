"""The generated city that the hand-written properties ask about: one seed, whole or without a single subject."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.city import city
from tests.fresh_database import FreshDatabase
from tests.generation.agencies import MATTERS
from tests.generation.askers import ASKERS, NARROW, OFFICE, Asker
from tests.generation.rows import Rows, generate, write
from tests.reference.hearing import Hearing
from tests.reference.world import read

SEED = 5
REGISTERS = ("agency", "client", "operator", "matter", "matter_party")
"""Who may ask: the tables that an empty city has too."""


INITIATOR = Asker(
    name="A1-PM-831",
    client="A1",
    matter=next(matter for matter in MATTERS if matter.number == "HSZB-2026-0118"),
    persons=True,
)
"""Asks about its own targets like A7, and has initiated measures on others as well."""

EVERYBODY = (*ASKERS, INITIATOR, OFFICE, *NARROW)


def asker_named(name: str) -> Asker:
    return next(asker for asker in EVERYBODY if asker.name == name)


@asynccontextmanager
async def heard_city(database: FreshDatabase, *, subjects: bool = True) -> AsyncIterator[tuple[Hearing, Rows]]:
    async with city(database, empty=True) as found:
        rows = generate(SEED, found.installation.sealer)
        if not subjects:
            rows = {table: each if table in REGISTERS else [] for table, each in rows.items()}
        async with database.owner() as owner:
            await write(owner, rows)
            world = await read(owner)
        yield Hearing(city=found, world=world), rows
