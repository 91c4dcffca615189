"""Who may change what: nobody who answers questions changes anything, and nobody at all changes the ledger."""

import json
from uuid import UUID

import asyncpg
import pytest

from gateway.database.scopes import READ_ONLY, DatabaseRole, tables
from tests.fresh_database import FreshDatabase
from tests.rows import agency, feedback, insert, link, measure, organisation, record

pytestmark = pytest.mark.anyio

READ_ONLY_ROLES = sorted(READ_ONLY)
WRITES = (
    "INSERT INTO {table} DEFAULT VALUES",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "LOCK TABLE {table} IN EXCLUSIVE MODE",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "DROP TABLE {table} CASCADE",
    "CREATE INDEX ON {table} ((1))",
    "GRANT SELECT ON {table} TO PUBLIC",
)
UPDATE = 'UPDATE "{table}" SET "{column}" = NULL'
DELETES = ("DELETE FROM {table}", "TRUNCATE {table} CASCADE")
WRITER = UUID(int=1)


@pytest.mark.parametrize("role", READ_ONLY_ROLES)
@pytest.mark.parametrize("write", WRITES)
async def test_a_reading_role_writes_to_no_table(city: FreshDatabase, role: DatabaseRole, write: str) -> None:
    async with city.connect(role) as connection:
        await connection.execute("SET default_transaction_read_only = off")  # it may say so; it does not help
        for table in sorted(tables()):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with connection.transaction():
                    await connection.execute(write.format(table=table))


@pytest.mark.parametrize("role", READ_ONLY_ROLES)
async def test_a_reading_role_updates_no_column(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.owner() as owner:
        columns = await owner.fetch(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
    assert len(columns) > 200
    async with city.connect(role) as connection:
        await connection.execute("SET default_transaction_read_only = off")
        for table, column in columns:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(UPDATE.format(table=table, column=column))


@pytest.mark.parametrize("role", READ_ONLY_ROLES)
async def test_a_reading_role_copies_nothing_in(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        await connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.copy_records_to_table("organisation_name_gram", records=[("武汉", 1)])


@pytest.mark.parametrize("role", READ_ONLY_ROLES)
async def test_a_reading_role_is_read_only_from_the_start(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("SELECT lo_create(0)")


async def test_intake_writes_what_it_loads(database: FreshDatabase) -> None:
    async with database.connect(DatabaseRole.INTAKE) as intake:
        await insert(intake, "agency", agency())
        await insert(intake, "subject", organisation(1))
        await insert(intake, "organisation_name_gram", {"gram": "武汉", "subject_id": 1})
        await insert(intake, "link", link(1))
        await insert(intake, "record", record(1, sealed=True))
        await insert(intake, "record_person_target", {"record_id": 1, "link_id": 1})
        await insert(intake, "measure", measure(1))
        await insert(intake, "feedback", feedback(1))
        await intake.execute("UPDATE record SET state = 'CORRECTED' WHERE id = 1")
        await intake.execute("DELETE FROM organisation_name_gram WHERE subject_id = 1")
        assert await intake.fetchval("SELECT state FROM record") == "CORRECTED"


@pytest.mark.parametrize("table", ["subject", "link", "record", "measure", "feedback", "agency"])
async def test_intake_deletes_no_row(city: FreshDatabase, table: str) -> None:
    """A record is marked as deleted; its row stays."""
    async with city.connect(DatabaseRole.INTAKE) as intake:
        for statement in DELETES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await intake.execute(statement.format(table=table))


HISTORY_CHANGES = (
    "SELECT earlier FROM row_history",
    "UPDATE row_history SET earlier = '{}'",
    "DELETE FROM row_history",
    "TRUNCATE row_history",
    "INSERT INTO row_history (relation, row_id, earlier, changed) VALUES ('record', 1, '{}', '2000-01-01')",
    "ALTER TABLE record DISABLE TRIGGER record_history",
)


@pytest.mark.parametrize("role", sorted(DatabaseRole))
async def test_what_rows_said_before_is_kept_from_everybody(database: FreshDatabase, role: DatabaseRole) -> None:
    async with database.owner() as owner:
        await insert(owner, "agency", agency())
        await insert(owner, "subject", organisation(1))
        await insert(owner, "record", record(1))
        await owner.execute("UPDATE record SET fine_amount = 2, title = NULL, state = 'CORRECTED'")
        await owner.execute("UPDATE record SET fine_amount = 2")
        (kept,) = await owner.fetch("SELECT relation, row_id, earlier FROM row_history")
    assert (kept["relation"], kept["row_id"]) == ("record", 1)
    assert {"fine_amount": None, "state": "ACTIVE"}.items() <= json.loads(kept["earlier"]).items()
    async with database.connect(role) as connection:
        await connection.execute("SET default_transaction_read_only = off")
        for statement in HISTORY_CHANGES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


@pytest.mark.parametrize("role", [DatabaseRole.INTAKE, DatabaseRole.REGISTRY, DatabaseRole.LEDGER_WRITER])
async def test_a_writing_role_changes_no_policy_and_no_date(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        for statement in ("UPDATE authz_state SET business_date = NULL", "UPDATE wall_item SET published = true"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_the_registry_keeps_clients_operators_and_matters(database: FreshDatabase) -> None:
    async with database.connect(DatabaseRole.REGISTRY) as registry:
        await insert(registry, "agency", agency())
        await insert(registry, "client", {"client_id": "A1", "agency_id": 900, "role": "AGENCY", "jwks": "{}"})
        await insert(registry, "operator", {"client_id": "A1", "staff_number": "1001"})
        day = await registry.fetchval("SELECT wall_today()")
        await insert(registry, "matter", {"number": "M-1", "client_id": "A1", "purpose": "PM-301", "opened_on": day})
        party = {"client_id": "A1", "matter_number": "M-1", "party_digest": b"d", "role": "bidder", "natural": False}
        await insert(registry, "matter_party", party)
        await registry.execute("UPDATE matter SET closed_on = opened_on")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await registry.execute("DELETE FROM matter_party")


async def write_ledger(connection: asyncpg.Connection) -> None:
    await insert(connection, "audit_writer", {"writer": WRITER, "process": "p", "started": 1, "last_wseq": -1})
    leaf = {"writer": WRITER, "wseq": 0, "id": UUID(int=2), "leaf": b"{}", "leaf_hash": b"h", "t": 1}
    await insert(connection, "audit_pending", leaf)
    await connection.execute("UPDATE audit_writer SET last_wseq = 0")


LEDGER_CHANGES = (
    "UPDATE audit_pending SET leaf = 'x'",
    "DELETE FROM audit_pending",
    "TRUNCATE audit_pending",
    "DELETE FROM audit_writer",
    "TRUNCATE audit_writer",
    "UPDATE audit_writer SET last_wseq = -1",
    "UPDATE audit_writer SET process = 'another'",
)


@pytest.mark.parametrize("change", LEDGER_CHANGES)
async def test_not_even_the_owner_changes_the_ledger(database: FreshDatabase, change: str) -> None:
    async with database.owner() as owner:
        await write_ledger(owner)
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute(change)


async def test_a_closed_chain_stays_closed(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        await write_ledger(owner)
        await owner.execute("UPDATE audit_writer SET closed = 2")
        for change in ("UPDATE audit_writer SET last_wseq = 1", "UPDATE audit_writer SET closed = NULL"):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await owner.execute(change)


async def test_triggers_cannot_be_slept_through(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        modes = await owner.fetch("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal")
    assert {row["tgname"]: row["tgenabled"] for row in modes} == {
        "audit_pending_append_only": b"A",
        "audit_writer_kept": b"A",
        "audit_writer_only_forward": b"A",
        "audit_seq_append_only": b"A",
        "audit_missing_append_only": b"A",
        "audit_tile_append_only": b"A",
        "audit_key_append_only": b"A",
        "audit_head_kept": b"A",
        "audit_head_only_forward": b"A",
        "subject_key_kept": b"A",
        "subject_key_only_forward": b"A",
        "usage_drawn": b"A",
        "usage_emptied": b"A",
        "usage_truncated": b"A",
        "policy_proposal_append_only": b"A",
        "policy_bundle_append_only": b"A",
        "policy_change_append_only": b"A",
        "frozen_imposed": b"A",
        "frozen_lifted": b"A",
        "frozen_append_only": b"A",
        "frozen_lift_append_only": b"A",
        "finding_append_only": b"A",
        "finding_step_append_only": b"A",
        "approval_given": b"A",
        "approval_used": b"A",
        "approval_request_append_only": b"A",
        "approval_append_only": b"A",
        "approval_use_append_only": b"A",
        "consent_request_kept": b"A",
        "consent_request_append_only": b"A",
        "consent_request_accounted": b"A",
        "consent_within_request": b"A",
        "consent_kept": b"A",
        "consent_append_only": b"A",
        "consent_accounted": b"A",
        "consent_use_kept": b"A",
        "consent_use_append_only": b"A",
        "consent_use_accounted": b"A",
        "consent_event_kept": b"A",
        "consent_event_append_only": b"A",
        "consent_event_accounted": b"A",
        "consent_event_logged": b"A",
        "consent_notice_text_append_only": b"A",
        "relation_append_only": b"A",
        "relation_end_append_only": b"A",
        "consent_notice_once": b"A",
        "consent_notice_kept": b"A",
        "consent_event_told": b"A",
        "consent_use_told": b"A",
        "consent_told_to_client": b"A",
        "matter_revised": b"A",
        "matter_party_added": b"A",
        "matter_party_changed": b"A",
        "matter_party_removed": b"A",
        "agency_history": b"A",
        "subject_history": b"A",
        "link_history": b"A",
        "record_history": b"A",
        "measure_history": b"A",
        "feedback_history": b"A",
        "record_person_target_history": b"A",
    }


async def test_the_ledger_writer_appends_and_no_more(database: FreshDatabase) -> None:
    async with database.connect(DatabaseRole.LEDGER_WRITER) as writer:
        await write_ledger(writer)
        assert await writer.fetchval("SELECT wseq FROM audit_pending WHERE id = $1", UUID(int=2)) == 0
        refused = (
            *LEDGER_CHANGES[:5],
            LEDGER_CHANGES[6],
            "SELECT leaf FROM audit_pending",
            "SELECT ct FROM audit_disclosure",
            "UPDATE audit_actor SET ct = NULL",
            "DELETE FROM audit_disclosure",
        )
        for statement in refused:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await writer.execute(statement)
