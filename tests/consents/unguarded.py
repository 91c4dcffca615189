"""Past the triggers of the register, as only its owner can go: for what no road of ours brings about, like time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_TRIGGERS = """
    WITH RECURSIVE reached AS (
        SELECT each AS id FROM unnest($1::regclass[]) AS each
        UNION SELECT conrelid::regclass FROM pg_constraint JOIN reached ON confrelid = reached.id
    )
    SELECT tgrelid::regclass::text AS "table", tgname AS name, tgenabled = 'A' AS always
    FROM pg_trigger WHERE tgrelid IN (SELECT id FROM reached) AND NOT tgisinternal AND tgenabled <> 'D'
"""


@asynccontextmanager
async def unguarded(owner: asyncpg.Connection, *tables: str) -> AsyncIterator[None]:
    """One transaction in which nothing watches over these tables, those of the register unless others are named, and
    whatever refers to them."""
    async with owner.transaction():
        triggers = await owner.fetch(_TRIGGERS, list(tables or ("consent_request",)))
        for each in triggers:
            await owner.execute(f"ALTER TABLE {each['table']} DISABLE TRIGGER {each['name']}")
        yield
        for each in triggers:
            how = "ENABLE ALWAYS" if each["always"] else "ENABLE"
            await owner.execute(f"ALTER TABLE {each['table']} {how} TRIGGER {each['name']}")
