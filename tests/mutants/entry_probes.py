"""Probes of the second wall: what writers may change, what rows may hold, and who comes in."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from gateway.database.scopes import DatabaseRole
from tests.mutants.walled import Walled
from tests.rows import insert, organisation, person, record
from tests.wall.hidden_city import (
    COMPANY,
    PERSON,
)


async def the_ledger_only_grows(wall: Walled) -> None:
    """Its writer appends, and not even its owner changes what was written."""
    async with wall.role(DatabaseRole.LEDGER_WRITER):
        for statement in (
            "UPDATE audit_pending SET leaf = 'x'",
            "DELETE FROM audit_pending",
            "SELECT leaf FROM audit_pending",
            "SELECT ct FROM audit_disclosure",
            "UPDATE audit_writer SET process = 'another'",
        ):
            assert await wall.refuses(statement), statement
    async with wall.role(None):
        await insert(wall.connection, "audit_writer", {"writer": WRITER, "process": "p", "started": 1, "last_wseq": 5})
        for statement in (
            "UPDATE audit_pending SET leaf = 'x'",
            "DELETE FROM audit_pending",
            "DELETE FROM audit_writer",
            "UPDATE audit_writer SET last_wseq = 1",
        ):
            assert await wall.refuses(statement), statement


WRITER = "00000000-0000-4000-8000-000000000001"


async def writers_keep_to_their_tables(wall: Walled) -> None:
    """Intake deletes no row and reads no client, the register of matters no subject; neither changes the policy."""
    refused = {
        DatabaseRole.INTAKE: (
            "DELETE FROM record WHERE false",  # the right is asked for first
            "DELETE FROM subject WHERE false",
            "SELECT jwks FROM client",
            "UPDATE authz_state SET business_date = NULL",
        ),
        DatabaseRole.REGISTRY: (
            "SELECT id FROM subject",
            "SELECT id FROM record",
            "DELETE FROM matter WHERE false",
            "DELETE FROM matter_party WHERE false",
            "UPDATE authz_state SET business_date = NULL",
        ),
    }
    for role, statements in refused.items():
        async with wall.role(role):
            for statement in statements:
                assert await wall.refuses(statement), statement


async def changes_leave_history(wall: Walled) -> None:
    """What a row said stays when intake changes it, and intake can neither read it nor say when that was."""
    async with wall.role(DatabaseRole.INTAKE):
        for table, column in CHANGED.items():
            await wall.connection.execute(f"UPDATE {table} SET {column} = 'changed'")  # noqa: S608
        await wall.connection.execute("DELETE FROM record_person_target")
        for statement in (
            "SELECT earlier FROM row_history",
            "DELETE FROM row_history",
            "UPDATE row_history SET earlier = '{}'",
            "INSERT INTO row_history (relation, row_id, earlier, changed) VALUES ('record', 1, '{}', '2000-01-01')",
        ):
            assert await wall.refuses(statement), statement
    async with wall.role(None):
        assert await wall.column("SELECT relation FROM row_history") == {*CHANGED, "record_person_target"}


CHANGED = {
    "agency": "name",
    "subject": "jurisdiction",
    "link": "source",
    "record": "title",
    "measure": "lift_reason",
    "feedback": "matter_number",
}


async def rows_hold_what_their_kind_may(wall: Walled) -> None:
    """A row of an organisation names no person, and one of a person only as the law publishes it (WH-二(二)2)."""
    named, number = {"party_name_ct": b"x", "party_name__name_surname": "王**"}, {"party_id_number__id_court": "x"}
    natural = {"natural": True, "publication_basis": "LAW-X-1"}
    for row in (
        record(9001, COMPANY, party_name__name_surname="王**"),
        record(9001, PERSON, **natural, **named),
        record(9001, PERSON, **natural, **number),
        record(9001, PERSON),
        record(9001, COMPANY, state="SHOWN"),
    ):
        assert await _rejected(wall, "record", row), row
    assert not await _rejected(wall, "record", record(9001, PERSON, **natural, family="Honour", **named))
    bare = {"id": 9001, "natural": True, "kind": "LEGAL_PERSON", "status": "ACTIVE", "jurisdiction": "420100"}
    for row in (organisation(9001, person_name_ct=b"x"), person(9001, name="王测试"), bare):
        assert await _rejected(wall, "subject", row), row


async def _rejected(wall: Walled, table: str, row: Mapping[str, Any]) -> bool:
    attempt = wall.connection.transaction()
    await attempt.start()
    try:
        await insert(wall.connection, table, row)
    except asyncpg.IntegrityConstraintViolationError:
        return True
    finally:
        await attempt.rollback()
    return False


async def nobody_else_comes_in(wall: Walled) -> None:
    """What is granted to everybody is granted to the public role as well: nothing is."""
    everyone = """
        SELECT c.relname FROM pg_class c, aclexplode(c.relacl) AS given
        WHERE given.grantee = 0 AND c.relnamespace = 'public'::regnamespace
    """
    assert await wall.column(everyone) == set()
    called = """
        SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
          AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) AS given WHERE given.grantee = 0))
    """
    assert await wall.column(called) == set()
