"""Ways around a wall: other roles, server functions, leaky operators, error messages, objects of one's own."""

import asyncpg
import pytest

from gateway.database.scopes import READERS, DatabaseRole
from gateway.database.wall import WALLED
from tests.fresh_database import FreshDatabase
from tests.wall.hidden_city import CLOSED, KEPT, MINORS, UNPUBLISHED, VISIBLE, build

pytestmark = pytest.mark.anyio

ROLES = sorted(DatabaseRole)
READING = sorted(READERS)
HIDDEN_FROM_ALL = sorted({*KEPT, *CLOSED})

REFUSED = (
    # the file system and programs of the server
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT lo_import('PG_VERSION')",
    "COPY (SELECT 1) TO '/tmp/x'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    # other identities
    "SET ROLE {other}",
    "SET SESSION AUTHORIZATION {other}",
    "SET ROLE credit_owner",
    "SET ROLE postgres",
    "GRANT {other} TO {own}",
    "ALTER ROLE {own} CREATEROLE",
    "ALTER ROLE {own} BYPASSRLS",
    "CREATE ROLE another",
    "SELECT rolpassword FROM pg_authid",
    # objects of one's own: a leaky function is how row security is usually read around
    "CREATE TABLE mine (n int)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE OPERATOR public.=== (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
    "DO $$ BEGIN END $$",
    # the wall itself
    "DROP POLICY publication_reads ON record",
    "CREATE POLICY mine ON record USING (true)",
    "ALTER TABLE record DISABLE ROW LEVEL SECURITY",
    "ALTER FUNCTION wall_today() STABLE",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET row_security = off",
)


REFUSED_TO_ALL_BUT_INTAKE = (
    # intake copies through temporary tables; row security hides nothing from it that could be read around
    "CREATE TEMP TABLE mine (n int)",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql RETURN 1",
)
ATTACKS = (
    *((role, attack) for role in ROLES for attack in REFUSED),
    *((role, attack) for role in ROLES for attack in REFUSED_TO_ALL_BUT_INTAKE if role is not DatabaseRole.INTAKE),
)


@pytest.mark.parametrize(("role", "attack"), ATTACKS)
async def test_an_attack_is_refused(city: FreshDatabase, role: DatabaseRole, attack: str) -> None:
    other = DatabaseRole.SHARING if role is not DatabaseRole.SHARING else DatabaseRole.SELF
    names = {"own": city.credentials.name(role), "other": city.credentials.name(other)}
    async with city.connect(role) as connection:
        await connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(attack.format(**names))


@pytest.mark.parametrize("role", ROLES)
async def test_a_scope_role_is_nothing_but_a_login(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        row = await connection.fetchrow(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit,"
            " EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid),"
            " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid),"
            " has_database_privilege('postgres', 'CONNECT'), has_schema_privilege('public', 'CREATE')"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        temporary = await connection.fetchval("SELECT has_database_privilege(current_database(), 'TEMP')")
    assert list(row) == [False] * 10
    assert temporary is (role is DatabaseRole.INTAKE)


async def test_intake_sees_every_row_so_that_its_own_objects_show_it_nothing_new(city: FreshDatabase) -> None:
    async with city.owner() as owner, city.connect(DatabaseRole.INTAKE) as intake:
        for table in sorted(WALLED):
            count = f"SELECT count(*) FROM {table}"  # noqa: S608
            assert await intake.fetchval(count) == await owner.fetchval(count) > 0


@pytest.mark.parametrize("role", READING)
async def test_row_security_cannot_be_switched_off(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        await connection.execute("SET row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT id FROM record")


@pytest.mark.parametrize("role", READING)
async def test_a_leaky_function_is_shown_visible_rows_only(database: FreshDatabase, role: DatabaseRole) -> None:
    """Even one that the owner left behind, and that costs so little that it would run first."""
    async with database.owner() as owner:
        await build(owner)
        await owner.execute(
            "CREATE FUNCTION peek(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN RAISE NOTICE '%', value; RETURN true; END $$;"
            f"GRANT EXECUTE ON FUNCTION peek(text) TO {database.credentials.name(role)}"
        )
    told: list[str] = []
    async with database.connect(role) as connection:
        connection.add_log_listener(lambda _, message: told.append(message.message))
        await connection.fetch("SELECT id FROM record WHERE peek(document_number)")
        await connection.fetch("SELECT count(*) FROM record r JOIN subject s ON peek(r.document_number)")
    assert set(VISIBLE) <= set(told)
    assert set(told).isdisjoint(HIDDEN_FROM_ALL)
    if role is DatabaseRole.PUBLICATION:
        assert set(told) == set(VISIBLE)
        assert set(told).isdisjoint({*UNPUBLISHED, *MINORS})


@pytest.mark.parametrize("role", READING)
@pytest.mark.parametrize("name", HIDDEN_FROM_ALL)
async def test_no_error_tells_of_a_hidden_row(city: FreshDatabase, role: DatabaseRole, name: str) -> None:
    """Each statement fails on the hidden row, if it ever gets to see it."""
    statements = (
        "SELECT id FROM record WHERE 1 / (document_number <> $1)::int = 1",
        "SELECT id FROM record WHERE CASE document_number WHEN $1 THEN document_number::int ELSE 1 END = 1",
        "SELECT id FROM record WHERE substring('x', 1, CASE document_number WHEN $1 THEN -1 ELSE 1 END) = ''",
        "SELECT count(*) FROM record WHERE sqrt(CASE document_number WHEN $1 THEN -1 ELSE 1 END) > 0",
    )
    async with city.connect(role) as connection:
        for statement in statements:
            await connection.fetch(statement, name)
            with pytest.raises(asyncpg.DataError):
                await connection.fetch(statement, "plain")


@pytest.mark.parametrize("role", ROLES)
async def test_definitions_run_as_owner_are_few_and_fixed(city: FreshDatabase, role: DatabaseRole) -> None:
    """A function that runs as its owner sees past the wall: each is named here."""
    async with city.connect(role) as connection:
        rows = await connection.fetch(
            "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " ORDER BY proname"
        )
    assert [(row["proname"], row["proconfig"]) for row in rows] == [
        ("audit_index_extend", ["search_path=pg_catalog, public"]),
        ("consent_accounted", ["search_path=pg_catalog"]),
        ("consent_event_logged", ["search_path=pg_catalog"]),
        ("consent_event_told", ["search_path=pg_catalog"]),
        ("consent_told_to_client", ["search_path=pg_catalog"]),
        ("consent_use_told", ["search_path=pg_catalog"]),
        ("consents_of_no_more", ["search_path=pg_catalog"]),
        ("consents_permitting", ["search_path=pg_catalog"]),
        ("freezes_changed", ["search_path=pg_catalog"]),
        ("freezes_standing", ["search_path=pg_catalog"]),
        ("matter_parties_revised", ["search_path=pg_catalog"]),
        ("matter_revised", ["search_path=pg_catalog"]),
        ("subject_is_no_more", ["search_path=pg_catalog"]),
        ("usage_drawn", ["search_path=pg_catalog, public"]),
        ("usage_emptied", ["search_path=pg_catalog, public"]),
        ("usage_forget", ["search_path=pg_catalog, public"]),
        ("wall_today", ["search_path=pg_catalog, public"]),
    ]


CALLED = {
    DatabaseRole.REGISTRY: {"subject_is_no_more"},
    DatabaseRole.LEDGER_WRITER: {"audit_index_extend", "consents_permitting", "freezes_standing", "usage_forget"},
    DatabaseRole.CONSENT_KEEPER: {"consent_lock", "consents_of_no_more", "freezes_standing", "subject_is_no_more"},
}
"""Besides today's date, for whoever needs that."""


@pytest.mark.parametrize("role", ROLES)
async def test_no_function_of_the_schema_is_open_to_all(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        rows = await connection.fetch(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND has_function_privilege(oid, 'EXECUTE')"
        )
    today = {"wall_today"} if role in READERS | {DatabaseRole.INTAKE, DatabaseRole.REGISTRY} else set()
    assert {row["proname"] for row in rows} == today | CALLED.get(role, set())


async def test_a_secret_opens_one_role_only(city: FreshDatabase) -> None:
    secrets = city.credentials.secrets
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            city.url,
            user=city.credentials.name(DatabaseRole.SHARING),
            password=secrets[DatabaseRole.PUBLICATION],
        )
