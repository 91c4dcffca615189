"""Settings -> the vault of the ledger's side rows, with connections of its own to the table of subject keys."""

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.keys.material import Keys, Purpose
from gateway.keys.vault import SubjectVault
from gateway.keys.years import YearKeys
from gateway.settings import Settings

CONNECTIONS = 2
"""Of one process. Most entries need none: the keys of their subjects are at hand, or they concern nobody."""


@asynccontextmanager
async def vault_of(settings: Settings, url: str, credentials: Credentials, keys: Keys) -> AsyncIterator[SubjectVault]:
    """It connects when a key is first needed, as the ledger's writer."""
    role = DatabaseRole.LEDGER_WRITER
    pool = asyncpg.create_pool(
        url,
        user=credentials.name(role),
        password=credentials.secrets[role],
        min_size=0,
        max_size=CONNECTIONS,
        reset=_keep_session,
        # A key is stored for good before anything is sealed under it.
        server_settings={"synchronous_commit": "on"},
    )
    async with pool:
        yield SubjectVault(
            ring=keys.rings[Purpose.LEDGER_ROWS],
            years=YearKeys(settings.keys_folder, entropy=secrets.token_bytes),
            fetch=pool.fetch,
            entropy=secrets.token_bytes,
            clock=milliseconds,
            monotonic=time.monotonic,
        )


def milliseconds() -> int:
    """Since the epoch, as leaves tell time."""
    return time.time_ns() // 1_000_000


async def _keep_session(connection: asyncpg.Connection) -> None:
    """Instead of a reset: nothing changes the state of these sessions."""
