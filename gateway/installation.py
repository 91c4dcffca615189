"""Settings -> an open installation: database, keys, policies, ledger and the pipeline, joined in this one place.

Whatever answers callers (the server, the pages, the command line) opens an installation and asks its pipeline.
"""

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from uuid import uuid4

import asyncpg

from authz.capacity import Ages, ages_of
from authz.policy import Policy
from gateway.changes import Changes
from gateway.consents.register import ConsentRegister
from gateway.consents.relations import Representation, StoredRelations
from gateway.consents.restoring import Settlement
from gateway.consents.store import permitting
from gateway.consents.using import RegisteredConsents
from gateway.database import embedded
from gateway.database.engines import Databases, PoolLimits
from gateway.database.roles import Credentials, load_credentials
from gateway.database.scopes import READ_ONLY, DatabaseRole
from gateway.freezes.store import frozen_now
from gateway.in_force import State
from gateway.keys import folder as key_folder
from gateway.keys.material import Keys, Use
from gateway.keys.sealing import KeyedSealer
from gateway.keys.vault import SubjectVault
from gateway.ledger.append import Ledger
from gateway.ledger.limits import Limits
from gateway.ledger.sequence.notes import Notes
from gateway.ledger.sequence.signer import Signer
from gateway.ledger.sequence.watch import SealWatch
from gateway.ledger.sides import Vault
from gateway.lending import (
    Registry,
    agencies_of,
    agency_finder,
    connection_of,
    draw_index,
    lent,
    matter_finder,
    state_reader,
    transaction,
)
from gateway.log.reading import LogReader, SideDigests
from gateway.log.vaults import milliseconds, vault_of
from gateway.pipeline import Pipeline
from gateway.promising import receipts
from gateway.recent_matters import RecentMatters
from gateway.settings import Settings
from gateway.usage.report import UsageReports
from gateway.versions.following import Bundles
from resolvers.prepared import Plans
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.documents.document import Documents
from schema.documents.introspection import introspect

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
KEPT = 2048
"""Documents, demands, grants and plans kept, each."""


class NoInstallationError(Exception):
    """The home folder holds no installation."""

    def __init__(self) -> None:
        super().__init__("there is no installation in this home: credit-gateway migrate makes one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything that one process of an installation works with. ``policy`` was in force when it was opened."""

    settings: Settings
    keys: Keys
    databases: Databases
    policy: Policy
    state: State
    sealer: KeyedSealer
    vault: SubjectVault
    ledger: Ledger
    consents: ConsentRegister
    representation: Representation
    seals: SealWatch
    pipeline: Pipeline
    registry: Registry

    async def database_ready(self) -> bool:
        return await self.registry.fetchrow("SELECT 1") is not None

    async def policies_ready(self) -> bool:
        """Whether this process can apply the policy version that the database names."""
        await self.state.refresh()
        return bool(await self.state.current())

    async def ledger_ready(self) -> bool:
        return self.ledger.available


@asynccontextmanager
async def database_url(settings: Settings) -> AsyncIterator[str]:
    """The owner's URL: that of the settings, or of the embedded server, which runs at least as long as this block."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = embedded.start(settings.home)
    try:
        yield server.url
    finally:
        server.stop()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Installation]:
    """The installation of these settings. Errors: those of its parts, before anything is answered."""
    async with AsyncExitStack() as stack:
        credentials = credentials_of(settings)  # before a database is started, or even made, in vain
        url = await stack.enter_async_context(database_url(settings))
        databases = Databases(url, credentials, _limits(settings))
        stack.push_async_callback(databases.close)
        keys = key_folder.read(settings.keys_folder)
        registry = Registry(databases)
        bundles = Bundles(registry, keys.signing[Use.POLICY])
        state = State(
            read=state_reader(databases),
            today=today_in_china,
            find=bundles.policy,
            find_frozen=lambda: frozen_now(registry, milliseconds()),
        )
        policy = (await state.current()).policy
        vault = await stack.enter_async_context(vault_of(settings, url, credentials, keys))
        seals = SealWatch(
            connection=lambda: databases.connection(DatabaseRole.LEDGER_READER),
            clock=milliseconds,
            limit=settings.ledger_seal_limit,
        )
        ledger = await stack.enter_async_context(ledger_of(settings, url, credentials, vault, sealed=seals.in_time))
        keeper = ledger_of(settings, url, credentials, vault, role=DatabaseRole.CONSENT_KEEPER, late=True)
        consents = ConsentRegister(
            ledger=await stack.enter_async_context(keeper),
            connection=lambda: databases.connection(DatabaseRole.CONSENT_KEEPER),
            new_id=uuid4,
            settlement=_settlement(settings, databases),
        )
        representation = Representation(
            source=StoredRelations(registry), ages=lambda: _ages(settings, state), today=today_in_china
        )
        sealer = KeyedSealer(keys, entropy=secrets.token_bytes)
        yield Installation(
            settings=settings,
            keys=keys,
            databases=databases,
            policy=policy,
            state=state,
            sealer=sealer,
            vault=vault,
            ledger=ledger,
            consents=consents,
            representation=representation,
            seals=seals,
            pipeline=_pipeline(settings, databases, keys, state, sealer, vault, ledger, consents, representation),
            registry=registry,
        )


def credentials_of(settings: Settings) -> Credentials:
    """The secrets of the scope roles. Errors: ``NoInstallationError``."""
    try:
        return load_credentials(settings.home)
    except FileNotFoundError:
        raise NoInstallationError from None


def log_of(settings: Settings) -> str:
    """The origin of the log without its shard."""
    return f"credit.{settings.jurisdiction}/audit"


async def _ages(settings: Settings, state: State) -> Ages:
    in_force = await state.current()
    return ages_of(in_force.policy.regulation.profile(settings.jurisdiction, in_force.today))


def today_in_china() -> date:
    """The civil date where the regulations hold."""
    return datetime.now(CHINA).date()


def _pipeline(
    settings: Settings,
    databases: Databases,
    keys: Keys,
    state: State,
    sealer: KeyedSealer,
    vault: SubjectVault,
    ledger: Ledger,
    consents: ConsentRegister,
    representation: Representation,
) -> Pipeline:
    schema, find_matter = graphql_schema(), matter_finder(databases)
    return Pipeline(
        introspect=lambda document, operation, given: introspect(document, operation, given, schema),
        documents=Documents(schema, KEPT),
        demands=Demands(schema, KEPT),
        state=state,
        plans=Plans(KEPT),
        sealer=sealer,
        ledger=ledger,
        matters=RecentMatters(find_matter),
        consents=RegisteredConsents(consents, representation),
        find_agency=agency_finder(databases),
        log=LogReader(
            draw=lambda: draw_index(databases),
            connection=lambda: lent(databases.connection(DatabaseRole.LEDGER_READER)),
            opener=vault,
            agencies=lambda clients: agencies_of(databases, clients),
            find_matter=find_matter,
            clock=lambda: datetime.now(CHINA),
        ),
        usage=UsageReports(
            draw=lambda: draw_index(databases),
            snapshot=lambda: lent(databases.snapshot(DatabaseRole.STATISTICS)),
            matter_ref=SideDigests(vault).matter,
        ),
        changes=Changes(transaction=lambda: transaction(databases), sealer=sealer),
        connection=lambda grant, caller: connection_of(databases, grant, caller),
        receipt=receipts(keys.signer(Use.RECEIPT), issuer=settings.public_url, log=log_of(settings)),
        clock=lambda: datetime.now(CHINA),
        new_incident=lambda: secrets.token_hex(8),
    )


def _limits(settings: Settings) -> PoolLimits:
    readers = dict.fromkeys(READ_ONLY, settings.database_pool)
    return PoolLimits(
        sizes={**readers, DatabaseRole.REGISTRY: settings.registry_pool},
        statement_timeout=settings.statement_timeout,
    )


def ledger_of(
    settings: Settings,
    url: str,
    credentials: Credentials,
    vault: Vault,
    *,
    role: DatabaseRole = DatabaseRole.LEDGER_WRITER,
    late: bool = False,
    sealed: Callable[[], bool] = lambda: True,
) -> Ledger:
    """The log of one process; it begins when it is entered. ``late`` and ``sealed`` as in ``Ledger``."""

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(url, user=credentials.name(role), password=credentials.secrets[role])

    return Ledger(
        connect=connect,
        vault=vault,
        process=f"{os.getpid()}",
        clock=milliseconds,
        random=secrets.token_bytes,
        guard=permitting,
        limits=Limits(confirm=settings.ledger_commit_timeout),
        late=late,
        sealed=sealed,
    )


def _settlement(settings: Settings, databases: Databases) -> Settlement:
    signer = Signer(log=log_of(settings), keys=lambda: (), notes=Notes(settings.ledger_folder))
    return Settlement(
        keeper=lambda: databases.connection(DatabaseRole.CONSENT_KEEPER),
        reader=lambda: databases.snapshot(DatabaseRole.LEDGER_READER),
        draw=lambda: draw_index(databases),
        continues=signer.continues,
    )
