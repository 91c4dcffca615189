"""The archive of a source: its agency is told to the wall for one transaction, and opens what is hidden of it alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from gateway.database.engines import PoolLimits
from gateway.database.scopes import READERS, DatabaseRole
from gateway.database.wall import TELL_AGENCY
from tests.fresh_database import FreshDatabase
from tests.wall.hidden_city import (
    CLOSED,
    CURRENT_MEASURES,
    EVERY,
    HIDDEN_TRIGGERS,
    IN_ARCHIVE,
    KEEPER,
    MINORS,
    NUMBER,
    PAST_MEASURES,
    REVOKED,
    UNPUBLISHED,
    VISIBLE,
)

pytestmark = pytest.mark.anyio

ARCHIVE = DatabaseRole.ARCHIVE
SHARED = {*VISIBLE, *UNPUBLISHED, *REVOKED}
HIDDEN = {*CLOSED, *MINORS} - IN_ARCHIVE
RECORDS = "SELECT document_number FROM record"
STRANGER = 902


@asynccontextmanager
async def archive_of(city: FreshDatabase, agency: int | None) -> AsyncIterator[asyncpg.Connection]:
    databases = city.databases()
    try:
        async with databases.archive(agency) as connection:
            yield connection
    finally:
        await databases.close()


async def found(connection: asyncpg.Connection, statement: str, *values: object) -> set[object]:
    return {row[0] for row in await connection.fetch(statement, *values)}


async def test_a_source_sees_its_own_hidden_records_and_no_others(city: FreshDatabase) -> None:
    async with archive_of(city, KEEPER) as source:
        assert await found(source, RECORDS) == SHARED | IN_ARCHIVE


@pytest.mark.parametrize("agency", [None, STRANGER, 0, -1])
async def test_who_kept_nothing_sees_what_is_shared(city: FreshDatabase, agency: int | None) -> None:
    async with archive_of(city, agency) as other:
        assert await found(other, RECORDS) == SHARED
        assert await found(other, "SELECT id FROM measure WHERE id = ANY($1)", list(HIDDEN_TRIGGERS)) == set()


@pytest.mark.parametrize("name", sorted(HIDDEN))
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM record WHERE document_number = $1",
        "SELECT id FROM record WHERE document_number = $1 OR document_number = $1 AND (sealed OR state <> 'ACTIVE')",
        "SELECT m.id FROM measure m JOIN record r ON r.id = m.record_id WHERE r.document_number = $1",
        "SELECT t.link_id FROM record_person_target t JOIN record r ON r.id = t.record_id WHERE r.document_number = $1",
        "SELECT s.id FROM subject s WHERE EXISTS (SELECT FROM record WHERE subject_id = s.id AND document_number = $1)",
        "SELECT 1 FROM record WHERE document_number = $1 GROUP BY source_unit_id HAVING count(*) > 0",
        "SELECT id FROM record WHERE 1 / (document_number <> $1)::int = 0",
    ],
)
async def test_no_statement_reaches_a_hidden_record_of_another_source(
    city: FreshDatabase, name: str, statement: str
) -> None:
    async with archive_of(city, KEEPER) as source:
        assert await source.fetch(statement, name) == []


async def test_the_statements_above_do_reach_what_is_its_own(city: FreshDatabase) -> None:
    async with archive_of(city, KEEPER) as source:
        assert await source.fetch("SELECT id FROM record WHERE document_number = $1", "sealed, kept") != []
        with pytest.raises(asyncpg.DivisionByZeroError):
            await source.fetch("SELECT 1 / (document_number <> $1)::int FROM record", "sealed, kept")


async def test_a_hidden_trigger_hides_a_measure_from_all_but_its_initiator(city: FreshDatabase) -> None:
    shared = {NUMBER[name] for name in SHARED}
    standing = {900, 901, *CURRENT_MEASURES, *PAST_MEASURES}
    async with archive_of(city, KEEPER) as source:
        assert await found(source, "SELECT id FROM measure") == shared | standing | set(HIDDEN_TRIGGERS)
        assert await found(source, "SELECT id FROM feedback") == shared
        behind = "SELECT m.id FROM measure m JOIN record r ON r.id = m.record_id WHERE m.id = ANY($1)"
        assert await found(source, behind, list(HIDDEN_TRIGGERS)) == set()


async def test_whom_its_own_hidden_list_entries_reach_is_its_own_too(city: FreshDatabase) -> None:
    async with archive_of(city, KEEPER) as source:
        reached = await found(source, "SELECT record_id FROM record_person_target")
    assert reached == {NUMBER[name] for name in SHARED | IN_ARCHIVE}


async def test_the_next_who_is_lent_the_connection_is_told_nobody(city: FreshDatabase) -> None:
    databases = city.databases(PoolLimits(default_size=1))
    async with databases.archive(KEEPER) as source:
        process = await source.fetchval("SELECT pg_backend_pid()")
        assert await found(source, RECORDS) > SHARED
    async with databases.connection(ARCHIVE) as next_one:
        assert await next_one.fetchval("SELECT pg_backend_pid()") == process
        assert not await next_one.fetchval("SELECT current_setting('credit.agency', true)")
        assert await found(next_one, RECORDS) == SHARED
    async with databases.archive(STRANGER) as other:
        assert await other.fetchval("SELECT pg_backend_pid()") == process
        assert await found(other, RECORDS) == SHARED
    await databases.close()


@pytest.mark.parametrize("failure", ["SELECT 1 / 0", "SELECT pg_sleep(60)"])
async def test_nor_after_a_failure(city: FreshDatabase, failure: str) -> None:
    databases = city.databases(PoolLimits(default_size=1, statement_timeout=0.2))
    with pytest.raises((asyncpg.DivisionByZeroError, asyncpg.QueryCanceledError)):
        async with databases.archive(KEEPER) as source:
            await source.execute(failure)
    async with databases.connection(ARCHIVE) as next_one:
        assert not next_one.is_in_transaction()
        assert not await next_one.fetchval("SELECT current_setting('credit.agency', true)")
    await databases.close()


@pytest.mark.parametrize("told", ["901 OR true", "*", "901,900", "NaN", " "])
async def test_what_is_no_number_opens_nothing(city: FreshDatabase, told: str) -> None:
    async with city.connect(ARCHIVE) as connection, connection.transaction():
        await connection.fetchval(TELL_AGENCY, told)
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await connection.fetch(RECORDS)


@pytest.mark.parametrize("role", sorted(READERS - {ARCHIVE}))
async def test_no_other_role_is_listened_to(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection, connection.transaction():
        before = await found(connection, RECORDS)
        await connection.fetchval(TELL_AGENCY, str(KEEPER))
        assert await found(connection, RECORDS) == before


async def test_the_city_keeps_something_of_every_kind() -> None:
    assert {*SHARED, *IN_ARCHIVE, *HIDDEN} == set(EVERY)
