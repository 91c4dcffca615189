"""Probes of the second wall alone: what each scope role can see, name and change in the hidden city."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg

from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole, tables
from tests.rows import insert, organisation, person, record
from tests.wall.hidden_city import (
    COMPANY,
    CURRENT_MEASURES,
    MINORS,
    NUMBER,
    PAST_MEASURES,
    PERSON,
    REVOKED,
    UNPUBLISHED,
    VISIBLE,
)
from tests.wall.test_wall_columns import NEVER, PUBLIC

Probe: TypeAlias = Callable[["Walled"], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walled:
    """The hidden city, and a connection that may be whoever it likes."""

    connection: asyncpg.Connection
    credentials: Credentials

    @asynccontextmanager
    async def role(self, role: DatabaseRole | None) -> AsyncIterator[None]:
        """As this scope role, or as the owner of the tables."""
        name = self.credentials.name(role) if role is not None else OWNER
        await self.connection.execute(f"SET LOCAL ROLE {name}")
        try:
            yield
        finally:
            await self.connection.execute("RESET ROLE")

    async def column(self, statement: str, *values: object) -> set[Any]:
        return {row[0] for row in await self.connection.fetch(statement, *values)}

    async def refuses(self, statement: str) -> bool:
        """Whether the database will not do it."""
        attempt = self.connection.transaction()
        await attempt.start()
        try:
            await self.connection.execute(statement)
        except asyncpg.PostgresError:
            return True
        finally:
            await attempt.rollback()
        return False


OWNER = "credit_owner"
PUBLICATION, SHARING, CONSENT, SELF = (
    DatabaseRole.PUBLICATION,
    DatabaseRole.SHARING,
    DatabaseRole.CONSENT,
    DatabaseRole.SELF,
)
SEEN: Mapping[DatabaseRole, frozenset[str]] = {
    PUBLICATION: frozenset(VISIBLE),
    SHARING: frozenset((*VISIBLE, *UNPUBLISHED, *REVOKED)),
    CONSENT: frozenset((*VISIBLE, *UNPUBLISHED)),
    SELF: frozenset((*VISIBLE, *UNPUBLISHED, *REVOKED, *MINORS)),
}
REGISTERED = {"LEGAL_REP", "PRINCIPAL", "SHAREHOLDER", "OPERATOR"}


# Rows -----------------------------------------------------------------------------------------------------------------


def _rows_of(role: DatabaseRole) -> Probe:
    async def probe(wall: Walled) -> None:
        async with wall.role(role):
            await _sees(wall, role)

    return probe


async def _sees(wall: Walled, role: DatabaseRole) -> None:
    numbers = {NUMBER[name] for name in SEEN[role]}
    persons = {PERSON} if role is not PUBLICATION else set[int]()
    assert await wall.column("SELECT document_number FROM record") == SEEN[role]
    assert await wall.column("SELECT id FROM subject") == {COMPANY} | persons
    assert await wall.column("SELECT id FROM measure") == _measures(role, numbers)
    links = await wall.column("SELECT role FROM link")
    assert links == REGISTERED if role in {PUBLICATION, CONSENT} else links > REGISTERED
    if role in {SHARING, SELF}:
        assert await wall.column("SELECT id FROM feedback") == numbers
        assert await wall.column("SELECT record_id FROM record_person_target") == numbers


def _measures(role: DatabaseRole, numbers: set[int]) -> set[int]:
    """A measure is seen with its trigger; the public sees none on a person, and none that is over."""
    if role is PUBLICATION:
        return (numbers - {NUMBER["person with a basis"]}) | set(CURRENT_MEASURES)
    return numbers | set(CURRENT_MEASURES) | {900, 901, *PAST_MEASURES}


# Columns --------------------------------------------------------------------------------------------------------------

COLUMNS = """
    SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped AND a.attnum > 0
      AND has_column_privilege(c.oid, a.attnum, 'SELECT')
"""


async def columns_of_publication(wall: Walled) -> None:
    """Every column that the public may be shown, and none besides."""
    async with wall.role(PUBLICATION):
        found = await wall.column(COLUMNS)
    assert found == {f"{table}.{column}" for table, columns in PUBLIC.items() for column in columns.split()}


def _columns_of(role: DatabaseRole) -> Probe:
    async def probe(wall: Walled) -> None:
        async with wall.role(role):
            assert not await wall.column(COLUMNS) & NEVER[role]

    return probe


# Writes ---------------------------------------------------------------------------------------------------------------


def _writes_of(role: DatabaseRole) -> Probe:
    async def probe(wall: Walled) -> None:
        async with wall.role(role):
            may = "has_table_privilege($1, 'DELETE') OR has_table_privilege($1, 'TRUNCATE')"
            for right in ("INSERT", "UPDATE"):
                may += f" OR has_any_column_privilege($1, '{right}')"
            for table in sorted(tables()):
                assert not await wall.connection.fetchval(f"SELECT {may}", table), table

    return probe


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


PROBES: Mapping[str, Probe] = {
    **{f"rows_of_{role}": _rows_of(role) for role in SEEN},
    **{f"columns_of_{role}": _columns_of(role) for role in NEVER},
    **{f"writes_of_{role}": _writes_of(role) for role in (*SEEN, DatabaseRole.LEDGER_READER)},
    "columns_of_publication": columns_of_publication,
    "the_ledger_only_grows": the_ledger_only_grows,
    "writers_keep_to_their_tables": writers_keep_to_their_tables,
    "rows_hold_what_their_kind_may": rows_hold_what_their_kind_may,
    "nobody_else_comes_in": nobody_else_comes_in,
}
