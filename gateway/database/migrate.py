"""An owner's connection -> the scope roles, the newest tables, and the wall, in one transaction.

Alembic says what is still to be done and writes it as SQL; the owner's connection runs it. Run again, it changes
nothing but the salts of the verifiers. It never drops a table, and there is no way back to an older revision.
"""

import io
import secrets
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from gateway.database.engines import owner_connection
from gateway.database.roles import Credentials, ensure_credentials, prefix_for, role_statements
from gateway.database.scopes import DatabaseRole
from gateway.database.wall import missing_tables, wall_statements

OLDEST_SERVER = 15

_LOCK = 0x63726564  # one migration of a database at a time


class MigrationError(Exception):
    """The database cannot be brought to the present revision; nothing has been changed."""


async def migrate(owner_url: str, home: Path) -> Credentials:
    """Brings the database to the present revision; the secrets of the scope roles are kept under ``home``.

    Errors: ``MigrationError``; ``OSError`` and those of asyncpg where the server cannot be reached or refuses.
    """
    async with owner_connection(owner_url) as connection, connection.transaction():
        if connection.get_server_version().major < OLDEST_SERVER:
            raise MigrationError(f"PostgreSQL {OLDEST_SERVER} or later is needed")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        database = await connection.fetchval("SELECT current_database()")
        credentials = ensure_credentials(home, prefix_for(database))
        await _make_roles(connection, credentials)
        current = await revision(connection)
        if current != newest_revision():
            await connection.execute(_script(current))
        await _build_wall(connection, credentials, database)
        return credentials


async def revision(connection: asyncpg.Connection) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    if await connection.fetchval("SELECT to_regclass('public.alembic_version')") is None:
        return None
    found: str | None = await connection.fetchval("SELECT version_num FROM public.alembic_version")
    return found


def newest_revision() -> str | None:
    """The revision that this version of the gateway works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def _make_roles(connection: asyncpg.Connection, credentials: Credentials) -> None:
    names = [credentials.name(role) for role in DatabaseRole]
    rows = await connection.fetch(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR EXISTS ("
        "SELECT FROM pg_auth_members WHERE member = pg_roles.oid) AS mighty FROM pg_roles WHERE rolname = ANY($1)",
        names,
    )
    if any(row["mighty"] for row in rows):
        raise MigrationError("A scope role may do more than log in: take its attributes and memberships away first")
    existing = frozenset(row["rolname"] for row in rows)
    await _run(connection, role_statements(credentials, existing, lambda: secrets.token_bytes(16)))


async def _build_wall(connection: asyncpg.Connection, credentials: Credentials, database: str) -> None:
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    policies = await connection.fetch("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
    existing = frozenset(row["tablename"] for row in tables)
    if missing_tables(existing):
        raise MigrationError("privileges.csv names a table that no migration creates")
    await _run(connection, wall_statements(credentials, database, [tuple(row) for row in policies]))


async def _run(connection: asyncpg.Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        await connection.execute(statement)


def _script(current: str | None) -> str:
    """The SQL from a revision to the newest. Errors: ``MigrationError`` for a revision that is not ours."""
    written = io.StringIO()
    config = _config(written)
    try:
        command.upgrade(config, f"{current or 'base'}:head", sql=True)
    except CommandError as error:
        raise MigrationError("The database stands at a revision that this version does not know") from error
    return written.getvalue()


def _config(written: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config
