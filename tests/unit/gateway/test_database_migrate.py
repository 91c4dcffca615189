"""The migrated database is the one that the tables describe, the words know, and the wall surrounds."""

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.schema import UniqueConstraint

from gateway.consents.tables import METADATA as CONSENTS
from gateway.database.engines import owner_connection, role_connection
from gateway.database.migrate import MigrationError, migrate, newest_revision, revision
from gateway.database.scopes import DatabaseRole
from gateway.database.tables import METADATA as WATCHING
from gateway.identity.clients import ClientRole
from gateway.ledger.tables import METADATA as LEDGER
from gateway.usage.tables import METADATA as USAGE
from resolvers.tables import measures, records, registry, subjects
from schema.vocabulary.administration import AgencyKind
from schema.vocabulary.measures import MeasureCategory, MeasureForce
from schema.vocabulary.records import Polarity, RecordStatus, Severity
from schema.vocabulary.subjects import LinkRole, SubjectKind
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert, link, measure, organisation, person, record

pytestmark = pytest.mark.anyio

DESCRIBED: tuple[MetaData, ...] = (
    measures.measure.metadata,
    records.record.metadata,
    registry.agency.metadata,
    subjects.subject.metadata,
    LEDGER,
    USAGE,
    WATCHING,
    CONSENTS,
)
TABLES = {table.name: table for metadata in DESCRIBED for table in metadata.tables.values()}
VERSIONS = {"policy_proposal", "policy_bundle", "policy_change"}

COLUMNS = """
    SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull
    FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
"""
UNIQUE = """
    SELECT array_agg(attname ORDER BY place) AS columns, indisprimary
    FROM pg_index, unnest(indkey) WITH ORDINALITY AS key (number, place), pg_attribute
    WHERE indrelid = $1::text::regclass AND indisunique AND indpred IS NULL AND attrelid = indrelid AND attnum = number
    GROUP BY indexrelid, indisprimary
"""


def described_columns(table: Table) -> set[tuple[str, str, bool]]:
    asyncpg_dialect = dialect()  # type: ignore[no-untyped-call]
    return {(c.name, c.type.compile(asyncpg_dialect).lower(), not c.nullable) for c in table.columns}


def described_keys(table: Table) -> set[tuple[str, ...]]:
    unique = {
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    return unique | {tuple(column.name for column in table.primary_key.columns)}


@pytest.mark.parametrize("name", sorted(TABLES))
async def test_columns_are_those_of_the_table(database: FreshDatabase, name: str) -> None:
    async with database.owner() as owner:
        rows = await owner.fetch(COLUMNS, name)
    assert {(row["attname"], row["type"], row["attnotnull"]) for row in rows} == described_columns(TABLES[name])


@pytest.mark.parametrize("name", sorted(TABLES))
async def test_keys_and_indexes_are_those_of_the_table(database: FreshDatabase, name: str) -> None:
    async with database.owner() as owner:
        keys = {tuple(row["columns"]) for row in await owner.fetch(UNIQUE, name)}
        indexes = {row["indexname"] for row in await owner.fetch("SELECT * FROM pg_indexes WHERE tablename = $1", name)}
    assert keys - {("id", "natural")} == described_keys(TABLES[name])
    assert {index.name for index in TABLES[name].indexes} <= indexes


async def test_there_are_no_other_tables(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        rows = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row["tablename"] for row in rows} == {
        *TABLES,
        *VERSIONS,
        *("row_history", "used_identifier", "dpop_seen", "portal_session", "portal_sign_in", "alembic_version"),
    }


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("agency_kind_known", set(AgencyKind)),
        ("client_role_known", set(ClientRole)),
        ("subject_kind_known", set(SubjectKind)),
        ("link_role_known", set(LinkRole)),
        ("record_severity_known", set(Severity)),
        ("record_polarity_known", set(Polarity)),
        ("measure_category_known", set(MeasureCategory)),
        ("measure_force_known", set(MeasureForce)),
    ],
)
async def test_checks_know_the_words_of_the_vocabulary(
    database: FreshDatabase, constraint: str, words: set[str]
) -> None:
    assert await checked_words(database, constraint) == {str(word) for word in words}


async def test_states_and_families_are_words_of_ours(database: FreshDatabase) -> None:
    assert await checked_words(database, "record_state_known") < {str(word) for word in RecordStatus}
    assert len(await checked_words(database, "record_family_known")) == 24


async def checked_words(database: FreshDatabase, constraint: str) -> set[str]:
    async with database.owner() as owner:
        text = await owner.fetchval(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", constraint
        )
    return set(re.findall(r"'(\w+)'::text", text))


async def test_a_second_migration_changes_nothing(database: FreshDatabase, tmp_path: Path) -> None:
    before = await standing(database)
    await migrate(database.url, database.home)
    assert await standing(database) == before


async def test_a_right_given_by_hand_is_taken_away(database: FreshDatabase) -> None:
    before = await standing(database)
    public = database.credentials.name(DatabaseRole.PUBLICATION)
    async with database.owner() as owner:
        await owner.execute(f"GRANT SELECT ON feedback TO {public}; GRANT SELECT ON measure TO PUBLIC")
        await owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        await owner.execute(f"CREATE POLICY everything ON subject TO {public} USING (true)")
        await owner.execute("ALTER TABLE record DISABLE ROW LEVEL SECURITY")
    assert await standing(database) != before
    await migrate(database.url, database.home)
    assert await standing(database) == before


async def standing(database: FreshDatabase) -> tuple[list[Any], ...]:
    """All rights, policies and tables, and which tables have row security."""
    questions = (
        "SELECT relname, relacl::text, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace",
        "SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute WHERE attacl IS NOT NULL",
        "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies",
        "SELECT proname, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'",
        "SELECT version_num FROM alembic_version",
    )
    async with database.owner() as owner:
        return tuple([sorted(map(repr, await owner.fetch(question))) for question in questions])


async def test_an_empty_database_is_brought_to_the_newest_revision(empty_url: str, tmp_path: Path) -> None:
    async with owner_connection(empty_url) as owner:
        assert await revision(owner) is None
    credentials = await migrate(empty_url, tmp_path)
    async with owner_connection(empty_url) as owner:
        assert await revision(owner) == newest_revision()
    async with role_connection(empty_url, credentials, DatabaseRole.PUBLICATION) as public:
        assert await public.fetchval("SELECT count(*) FROM subject") == 0


async def test_an_unknown_revision_is_left_alone(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        await owner.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationError, match="does not know"):
        await migrate(database.url, database.home)


async def test_a_scope_role_that_may_do_more_is_refused(empty_url: str, tmp_path: Path) -> None:
    credentials = await migrate(empty_url, tmp_path)
    name = credentials.name(DatabaseRole.SELF)
    async with owner_connection(empty_url) as owner:
        await owner.execute(f"ALTER ROLE {name} CREATEROLE")
    with pytest.raises(MigrationError, match="may do more than log in"):
        await migrate(empty_url, tmp_path)


async def test_the_owner_needs_no_superuser(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        assert await owner.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("subject", organisation(2, kind="PARTNERSHIP")),
        ("subject", organisation(2, natural=True)),
        ("subject", organisation(2, person_sex="MALE")),
        ("subject", person(2, name="李测试")),
        ("link", link(1, role="COUSIN")),
        ("record", record(1, natural=True)),  # of an organisation
        ("record", record(1, severity="GRAVE")),
        ("record", record(1, state="PUBLISHED")),
        ("record", record(1, party_name_ct=b"x")),
        ("record", record(1, 3, natural=True, party_name_ct=b"x")),  # a full name in a penalty
        ("record", record(1, 3, natural=True, family="Honour", party_age=30)),
        ("measure", measure(1, record_id=None, force="ADVISED")),
        ("measure", measure(1, record_id=None, natural=True)),
        ("agency", agency(2, kind="CLUB")),
    ],
)
async def test_rows_that_contradict_themselves_are_refused(database: FreshDatabase, table: str, row: Any) -> None:
    async with database.owner() as owner:
        await insert(owner, "agency", agency())
        await insert(owner, "subject", organisation(1), person(3))
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.ForeignKeyViolationError)):
            await insert(owner, table, row)


async def test_honours_and_defaulters_may_name_their_person(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        await insert(owner, "agency", agency())
        await insert(owner, "subject", person(3))
        defaulter = record(1, 3, natural=True, family="Defaulter", party_name_ct=b"x", party_age=40)
        honour = record(2, 3, natural=True, family="Honour", party_name_ct=b"x")
        model = record(4, 3, natural=True, family="ListEntry", list_type="MODEL", party_name_ct=b"x")
        await insert(owner, "record", defaulter, honour, model)
