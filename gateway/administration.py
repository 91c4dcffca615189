"""Settings -> what those who run an installation work with: the owner's connection, the log, and who is an officer.

For commands, which run for a moment each. Requests never come this way.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from gateway.activation import TODAY
from gateway.approvals.officers import Officers
from gateway.approvals.queue import Queue
from gateway.database.engines import owner_connection
from gateway.freezes.imposing import Freezes
from gateway.identity.register import StoredClients
from gateway.installation import credentials_of, database_url, ledger_of
from gateway.keys import folder as key_folder
from gateway.keys.material import Keys
from gateway.keys.vault import SubjectVault
from gateway.ledger.append import Ledger
from gateway.log.vaults import milliseconds, vault_of
from gateway.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """An installation to be administered."""

    settings: Settings
    owner: asyncpg.Connection
    keys: Keys
    vault: SubjectVault
    ledger: Ledger

    @property
    def clients(self) -> StoredClients:
        return StoredClients(self.owner)

    @property
    def freezes(self) -> Freezes:
        return Freezes(connection=self.owner, append=self.ledger.append, clock=milliseconds, new_id=uuid4)

    @property
    def queue(self) -> Queue:
        return Queue(connection=self.owner, append=self.ledger.append, clock=milliseconds, new_id=uuid4)

    async def officers(self) -> Officers:
        """As of the business date."""
        today = await self.owner.fetchval(TODAY)
        return Officers(clients=self.clients, jurisdiction=self.settings.jurisdiction, today=today)


@asynccontextmanager
async def administered(settings: Settings) -> AsyncIterator[Administration]:
    """Errors: ``NoInstallationError``, ``KeysError``, ``LedgerUnavailable``, those of the database."""
    credentials_of(settings)  # before a database is started in vain
    async with database_url(settings) as url, administered_at(settings, url) as found:
        yield found


@asynccontextmanager
async def administered_at(settings: Settings, url: str) -> AsyncIterator[Administration]:
    """The same, of a database that runs."""
    keys = key_folder.read(settings.keys_folder)
    credentials = credentials_of(settings)
    async with (
        vault_of(settings, url, credentials, keys) as vault,
        ledger_of(settings, url, credentials, vault, late=True) as ledger,
        owner_connection(url) as owner,
    ):
        yield Administration(settings=settings, owner=owner, keys=keys, vault=vault, ledger=ledger)
