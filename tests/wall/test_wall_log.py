"""The wall around the log: who reads it reads nothing else, and nobody else reads it."""

import asyncpg
import pytest

from gateway.database.scopes import READERS, DatabaseRole
from gateway.ledger.tables import METADATA
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

READABLE = """
    SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
"""
OF_DATA = READERS | {DatabaseRole.INTAKE, DatabaseRole.REGISTRY}
OF_THE_LEDGER = (DatabaseRole.LEDGER_WRITER, DatabaseRole.SEQUENCER, DatabaseRole.LEDGER_KEEPER)


async def tables_of(city: FreshDatabase, role: DatabaseRole) -> set[str]:
    async with city.connect(role) as connection:
        return {row["relname"] for row in await connection.fetch(READABLE)}


async def test_who_reads_the_log_reads_no_data(city: FreshDatabase) -> None:
    assert await tables_of(city, DatabaseRole.LEDGER_READER) <= {*METADATA.tables, "finding"}


@pytest.mark.parametrize("role", sorted(OF_DATA))
async def test_who_reads_data_reads_nothing_of_the_log(city: FreshDatabase, role: DatabaseRole) -> None:
    assert not await tables_of(city, role) & set(METADATA.tables)


@pytest.mark.parametrize("role", OF_THE_LEDGER)
async def test_no_other_role_of_the_ledger_searches_it(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        for statement in (
            "SELECT id FROM audit_index WHERE principal = 'A1'",
            "SELECT matter_ref FROM audit_actor",
            "SELECT record_refs FROM audit_disclosure",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(statement)


async def test_the_reader_writes_nothing_not_even_the_index(city: FreshDatabase) -> None:
    async with city.connect(DatabaseRole.LEDGER_READER) as connection:
        for statement in ("SELECT audit_index_extend(1)", "DELETE FROM audit_index", "DELETE FROM audit_indexed"):
            with pytest.raises(asyncpg.PostgresError):
                await connection.fetch(statement)
