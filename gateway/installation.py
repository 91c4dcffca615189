"""Settings -> an open installation: database, keys, policies, ledger and the pipeline, joined in this one place.

Whatever answers callers (the server, the pages, the command line) opens an installation and asks its pipeline.
"""

import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import asyncpg

from authz.grant import Grant
from authz.policy import Policy
from authz.principal import Caller, Matter
from gateway import matters
from gateway.changes import Changes
from gateway.database import embedded
from gateway.database.engines import Databases, PoolLimits
from gateway.database.roles import Credentials, load_credentials
from gateway.database.scopes import READ_ONLY, DatabaseRole, role_of
from gateway.freezes.store import frozen_now
from gateway.in_force import STATE, State
from gateway.keys import folder as key_folder
from gateway.keys.material import Keys, SigningKey, Use
from gateway.keys.sealing import KeyedSealer
from gateway.keys.vault import SubjectVault
from gateway.ledger.append import Ledger
from gateway.ledger.limits import Limits
from gateway.ledger.receipt import Promise, Receipt, token
from gateway.ledger.sequence.shards import origin, year_of
from gateway.ledger.sequence.watch import SealWatch
from gateway.ledger.sides import Vault
from gateway.log.reading import AGENCIES, LogReader, SideDigests, draw
from gateway.log.vaults import milliseconds, vault_of
from gateway.pipeline import Pipeline
from gateway.recent_matters import Find, RecentMatters
from gateway.settings import Settings
from gateway.usage.counting import FORGET
from gateway.usage.report import UsageReports
from gateway.versions.following import Bundles
from resolvers.fetch import Connection
from resolvers.prepared import Plans
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.documents.document import Documents
from schema.documents.introspection import introspect
from schema.errors import Code, DocumentError

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
KEPT = 2048
"""Documents, demands, grants and plans kept, each."""

AGENCY = "SELECT uscc, name, kind, level, supervision_field, jurisdiction FROM agency WHERE id = $1"


class NoInstallationError(Exception):
    """The home folder holds no installation."""

    def __init__(self) -> None:
        super().__init__("there is no installation in this home: credit-gateway migrate makes one")


@dataclass(frozen=True, slots=True)
class Registry:
    """The register's rows, one statement at a time."""

    databases: Databases

    async def fetchrow(self, query: str, *args: object) -> Mapping[str, Any] | None:
        async with self.databases.connection(DatabaseRole.REGISTRY) as connection:
            row: Mapping[str, Any] | None = await connection.fetchrow(query, *args)
            return row


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
            read=_state_reader(databases),
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
            seals=seals,
            pipeline=_pipeline(settings, databases, keys, state, sealer, vault, ledger),
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
) -> Pipeline:
    schema, find_matter = graphql_schema(), _matter_finder(databases)
    return Pipeline(
        introspect=lambda document, operation, given: introspect(document, operation, given, schema),
        documents=Documents(schema, KEPT),
        demands=Demands(schema, KEPT),
        state=state,
        plans=Plans(KEPT),
        sealer=sealer,
        ledger=ledger,
        matters=RecentMatters(find_matter),
        find_agency=_agency_finder(databases),
        log=LogReader(
            draw=lambda: draw_index(databases),
            connection=lambda: _lent(databases.connection(DatabaseRole.LEDGER_READER)),
            opener=vault,
            agencies=lambda clients: _agencies_of(databases, clients),
            find_matter=find_matter,
        ),
        usage=UsageReports(
            draw=lambda: draw_index(databases),
            snapshot=lambda: _lent(databases.snapshot(DatabaseRole.STATISTICS)),
            matter_ref=SideDigests(vault).matter,
        ),
        changes=Changes(transaction=lambda: _transaction(databases), sealer=sealer),
        connection=lambda grant, caller: _connection(databases, grant, caller),
        receipt=_receipts(settings, keys.signer(Use.RECEIPT)),
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
    late: bool = False,
    sealed: Callable[[], bool] = lambda: True,
) -> Ledger:
    """The log of one process; it begins when it is entered. ``late`` and ``sealed`` as in ``Ledger``."""

    async def connect() -> asyncpg.Connection:
        role = DatabaseRole.LEDGER_WRITER
        return await asyncpg.connect(url, user=credentials.name(role), password=credentials.secrets[role])

    return Ledger(
        connect=connect,
        vault=vault,
        process=f"{os.getpid()}",
        clock=milliseconds,
        random=secrets.token_bytes,
        limits=Limits(confirm=settings.ledger_commit_timeout),
        late=late,
        sealed=sealed,
    )


def _state_reader(databases: Databases) -> Callable[[], Awaitable[Mapping[str, object] | None]]:
    async def read() -> Mapping[str, object] | None:
        async with databases.connection(DatabaseRole.PUBLICATION) as connection:
            row: Mapping[str, object] | None = await connection.fetchrow(STATE)
            return row

    return read


def _matter_finder(databases: Databases) -> Find:
    async def find(client: str, number: str) -> Matter | None:
        async with databases.connection(DatabaseRole.REGISTRY) as connection:
            return await matters.find(connection, client, number)

    return find


def _agency_finder(databases: Databases) -> Callable[[int], Awaitable[Mapping[str, Any] | None]]:
    async def find(agency: int) -> Mapping[str, Any] | None:
        async with databases.connection(DatabaseRole.REGISTRY) as connection:
            row = await connection.fetchrow(AGENCY, agency)
        return None if row is None else {**row, "supervisionField": row["supervision_field"]}

    return find


async def _agencies_of(databases: Databases, clients: Collection[str]) -> Sequence[Mapping[str, Any]]:
    async with databases.connection(DatabaseRole.REGISTRY) as connection:
        rows: Sequence[Mapping[str, Any]] = await connection.fetch(AGENCIES, list(clients))
        return rows


async def draw_index(databases: Databases) -> None:
    """Draw into the index of the log what was committed so far, and with it what reports count."""
    async with databases.connection(DatabaseRole.LEDGER_WRITER) as connection:
        await draw(connection)
        await connection.execute(FORGET)


@asynccontextmanager
async def _transaction(databases: Databases) -> AsyncIterator[matters.Connection]:
    async with databases.connection(DatabaseRole.REGISTRY) as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def _connection(databases: Databases, grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
    role = role_of(grant)
    archive = role is DatabaseRole.ARCHIVE
    async with _lent(
        databases.archive(caller.principal.agency_id) if archive else databases.connection(role)
    ) as connection:
        yield connection


@asynccontextmanager
async def _lent(lent: AbstractAsyncContextManager[asyncpg.Connection]) -> AsyncIterator[asyncpg.Connection]:
    try:
        async with lent as connection:
            yield connection
    except asyncpg.QueryCanceledError:
        raise DocumentError(Code.LIMIT_EXCEEDED, "the operation took longer to read than is allowed") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReceiptSigner:
    """A signing key as the ledger wants it."""

    key: SigningKey

    @property
    def kid(self) -> str:
        return self.key.kid

    def sign(self, message: bytes) -> bytes:
        if self.key.private is None:
            raise ValueError("the newest receipt key has no private half")
        return self.key.private.sign(message)


def _receipts(settings: Settings, key: SigningKey) -> Callable[[Receipt, Caller, bytes], str]:
    signer = _ReceiptSigner(key=key)

    def receipt(found: Receipt, caller: Caller, body: bytes) -> str:
        promise = Promise(
            issuer=settings.public_url,
            audience=caller.principal.client,
            origin=origin(log_of(settings), f"{year_of(found.t)}"),
            response_digest=hashlib.sha256(body).digest(),
        )
        return token(found, promise, signer)

    return receipt
