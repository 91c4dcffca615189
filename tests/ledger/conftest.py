"""A ledger on a database of the test's own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import Ledger
from tests.fresh_database import FreshDatabase
from tests.ledger.ledgers import SampleVault, seeded, steady_clock

OpenLedger = Callable[..., AbstractAsyncContextManager[Ledger]]


@pytest.fixture
def connect(database: FreshDatabase) -> Callable[[], Awaitable[asyncpg.Connection]]:
    """Opens a connection of the writer's role."""
    role = DatabaseRole.LEDGER_WRITER
    credentials = database.credentials

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(database.url, user=credentials.name(role), password=credentials.secrets[role])

    return connect


@pytest.fixture
def open_ledger(connect: Callable[[], Awaitable[asyncpg.Connection]]) -> OpenLedger:
    """Opens a ledger with its own clock and randomness; keyword arguments replace what it is given."""
    seeds = iter(range(1000))

    @asynccontextmanager
    async def opened(**given: Any) -> AsyncIterator[Ledger]:
        defaults: dict[str, Any] = {
            "connect": connect,
            "vault": SampleVault(),
            "process": "test",
            "clock": steady_clock(),
            "random": seeded(next(seeds)),
        }
        async with Ledger(**defaults | given) as ledger:
            yield ledger

    return opened
