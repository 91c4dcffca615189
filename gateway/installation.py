"""Settings -> an open installation: database, keys, policies, ledger and the pipeline, joined in this one place.

Whatever answers callers (the server, the pages, the command line) opens an installation and asks its pipeline.
"""

import hashlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
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
from gateway.in_force import STATE, State
from gateway.keys import folder as key_folder
from gateway.keys.material import Keys, Purpose, SigningKey, Use
from gateway.keys.sealing import KeyedSealer
from gateway.keys.vault import SharedVault
from gateway.ledger.append import Ledger
from gateway.ledger.limits import Limits
from gateway.ledger.receipt import Promise, Receipt, token
from gateway.pipeline import Pipeline
from gateway.recent_matters import Find, RecentMatters
from gateway.settings import Settings
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
    ledger: Ledger
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
        state = State(read=_state_reader(databases), today=today_in_china, find=bundles.policy)
        policy = (await state.current()).policy
        ledger = await stack.enter_async_context(ledger_of(settings, url, credentials, keys))
        sealer = KeyedSealer(keys, entropy=secrets.token_bytes)
        yield Installation(
            settings=settings,
            keys=keys,
            databases=databases,
            policy=policy,
            state=state,
            sealer=sealer,
            ledger=ledger,
            pipeline=_pipeline(settings, databases, keys, state, sealer, ledger),
            registry=registry,
        )


def credentials_of(settings: Settings) -> Credentials:
    """The secrets of the scope roles. Errors: ``NoInstallationError``."""
    try:
        return load_credentials(settings.home)
    except FileNotFoundError:
        raise NoInstallationError from None


def today_in_china() -> date:
    """The civil date where the regulations hold."""
    return datetime.now(CHINA).date()


def _pipeline(
    settings: Settings, databases: Databases, keys: Keys, state: State, sealer: KeyedSealer, ledger: Ledger
) -> Pipeline:
    schema = graphql_schema()
    return Pipeline(
        introspect=lambda document, operation, given: introspect(document, operation, given, schema),
        documents=Documents(schema, KEPT),
        demands=Demands(schema, KEPT),
        state=state,
        plans=Plans(KEPT),
        sealer=sealer,
        ledger=ledger,
        matters=RecentMatters(_matter_finder(databases)),
        find_agency=_agency_finder(databases),
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


def ledger_of(settings: Settings, url: str, credentials: Credentials, keys: Keys) -> Ledger:
    """The log of one process; it begins when it is entered."""

    async def connect() -> asyncpg.Connection:
        role = DatabaseRole.LEDGER_WRITER
        return await asyncpg.connect(url, user=credentials.name(role), password=credentials.secrets[role])

    return Ledger(
        connect=connect,
        vault=SharedVault(ring=keys.rings[Purpose.LEDGER_ROWS], entropy=secrets.token_bytes),
        process=f"{os.getpid()}",
        clock=lambda: time.time_ns() // 1_000_000,
        random=secrets.token_bytes,
        limits=Limits(confirm=settings.ledger_commit_timeout),
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


@asynccontextmanager
async def _transaction(databases: Databases) -> AsyncIterator[matters.Connection]:
    async with databases.connection(DatabaseRole.REGISTRY) as connection, connection.transaction():
        yield connection


@asynccontextmanager
async def _connection(databases: Databases, grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
    role = role_of(grant)
    archive = role is DatabaseRole.ARCHIVE
    lent = databases.archive(caller.principal.agency_id) if archive else databases.connection(role)
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
            origin=f"credit.{settings.jurisdiction}/audit/{datetime.fromtimestamp(found.t / 1000, UTC).year}",
            response_digest=hashlib.sha256(body).digest(),
        )
        return token(found, promise, signer)

    return receipt
