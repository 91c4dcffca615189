"""Pools: one for each scope, opened once, without a reset, read-only where the scope only reads."""

import asyncio

import asyncpg
import pytest

from gateway.database.engines import PoolLimits
from gateway.database.scopes import READ_ONLY, DatabaseRole
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

PUBLICATION = DatabaseRole.PUBLICATION


async def test_each_scope_connects_as_its_own_role(database: FreshDatabase) -> None:
    databases = database.databases()
    for role in DatabaseRole:
        async with databases.connection(role) as connection:
            assert await connection.fetchval("SELECT session_user") == database.credentials.name(role)
    await databases.close()


async def test_a_pool_is_opened_once_however_many_ask(database: FreshDatabase) -> None:
    databases = database.databases()
    pools = await asyncio.gather(*(databases.pool(PUBLICATION) for _ in range(5)))
    assert len(set(map(id, pools))) == 1
    await databases.close()


async def test_nothing_is_opened_before_it_is_needed(database: FreshDatabase) -> None:
    databases = database.databases()
    pool = await databases.pool(PUBLICATION)
    assert pool.get_size() == 0
    await databases.close()


async def test_a_pool_has_the_size_of_its_role(database: FreshDatabase) -> None:
    databases = database.databases(PoolLimits(sizes={PUBLICATION: 2}, default_size=3))
    assert (await databases.pool(PUBLICATION)).get_max_size() == 2
    assert (await databases.pool(DatabaseRole.SHARING)).get_max_size() == 3
    await databases.close()


async def test_a_connection_comes_back_with_its_session(database: FreshDatabase) -> None:
    """No round trip for a reset: what it kept is what a prepared plan is made of."""
    databases = database.databases(PoolLimits(default_size=1))
    async with databases.connection(PUBLICATION) as connection:
        await connection.execute("SET application_name = 'kept'")
    async with databases.connection(PUBLICATION) as connection:
        assert await connection.fetchval("SHOW application_name") == "kept"
    await databases.close()


async def test_a_transaction_left_open_does_not_come_back(database: FreshDatabase) -> None:
    databases = database.databases(PoolLimits(default_size=1))
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with databases.connection(PUBLICATION) as connection, connection.transaction():
            await connection.execute("SELECT 1 / 0")
    async with databases.connection(PUBLICATION) as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SELECT 1") == 1
    await databases.close()


@pytest.mark.parametrize(("agency", "told"), [(7, "7"), (None, "")])
async def test_an_archive_is_read_in_a_transaction_that_knows_whose_it_is(
    database: FreshDatabase, agency: int | None, told: str
) -> None:
    databases = database.databases(PoolLimits(default_size=1))
    async with databases.archive(agency) as connection:
        assert await connection.fetchval("SELECT session_user") == database.credentials.name(DatabaseRole.ARCHIVE)
        assert await connection.fetchval("SELECT current_setting('credit.agency')") == told
        assert await connection.fetchval("SHOW transaction_read_only") == "on"
        assert connection.is_in_transaction()
    async with databases.connection(DatabaseRole.ARCHIVE) as connection:
        assert not connection.is_in_transaction()
        assert not await connection.fetchval("SELECT current_setting('credit.agency', true)")
    await databases.close()


@pytest.mark.parametrize("role", DatabaseRole)
async def test_sessions_start_as_their_role_prescribes(database: FreshDatabase, role: DatabaseRole) -> None:
    databases = database.databases()
    async with databases.connection(role) as connection:
        assert await connection.fetchval("SHOW default_transaction_read_only") == ("on" if role in READ_ONLY else "off")
        assert await connection.fetchval("SHOW jit") == "off"
        assert await connection.fetchval("SHOW search_path") == "public"
        assert await connection.fetchval("SHOW statement_timeout") != "0"
    await databases.close()


async def test_a_reading_statement_ends_at_its_limit(database: FreshDatabase) -> None:
    databases = database.databases(PoolLimits(statement_timeout=0.05))
    async with databases.connection(PUBLICATION) as connection:
        with pytest.raises(asyncpg.QueryCanceledError):
            await connection.execute("SELECT pg_sleep(60)")
    await databases.close()


async def test_after_closing_pools_are_opened_anew(database: FreshDatabase) -> None:
    databases = database.databases()
    first = await databases.pool(PUBLICATION)
    await databases.close()
    assert await databases.pool(PUBLICATION) is not first
    await databases.close()
