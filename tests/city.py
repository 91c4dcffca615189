"""A city for a test: a fresh database with the policies in force and the fixture loaded, its pipeline, and who asks it.

Nothing is faked: the same composition root, database roles, policies and log as the server has. What is added is a
recorder of statements, so that a test can say which columns were read.
"""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from authz.grant import Grant
from authz.principal import PUBLIC, Caller
from gateway.activation import set_business_date
from gateway.app import named_caller
from gateway.database.scopes import DatabaseRole
from gateway.exchange import Arrival, GraphQLRequest, Reply
from gateway.founding import establish
from gateway.installation import Installation, opened
from gateway.keys import folder as key_folder
from gateway.pipeline import Pipeline
from gateway.settings import read_settings
from resolvers.fetch import Connection
from schema.errors import Code
from tests import entries
from tests.fresh_database import FreshDatabase

TODAY = date(2026, 5, 20)
"""The frozen business date of the fixture."""


ADDRESS = "192.0.2.7"
"""Where everybody asks from."""

PATIENCE = {
    "CREDIT_GATEWAY_STATEMENT_TIMEOUT": "60",
    "CREDIT_GATEWAY_LEDGER_COMMIT_TIMEOUT": "30",
    "CREDIT_GATEWAY_REQUEST_TIMEOUT": "120",
}
"""The longest waits there are: no test fails because the machine is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What left, and what was done for it."""

    body: dict[str, Any]
    raw: bytes
    code: Code | None
    entry: str | None
    statements: tuple[str, ...]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["data"]
        return found

    @property
    def disclosure(self) -> Mapping[str, Mapping[str, Any]]:
        """The disclosure report by path."""
        return {each["path"]: each for each in self.body["extensions"]["disclosure"]["fields"]}


@dataclass(slots=True)
class Recorder:
    """A connection that remembers the statements it was given."""

    connection: Connection
    statements: list[str]

    async def fetchrow(self, query: str, /, *args: object) -> Any:
        self.statements.append(query)
        return await self.connection.fetchrow(query, *args)


@dataclass(slots=True, kw_only=True)
class City:
    installation: Installation
    database: FreshDatabase
    pipeline: Pipeline
    statements: list[str] = field(default_factory=list)
    recomputed: bool = True  # every entry, from its answer; answers to drawn documents do not tell enough

    async def ask(
        self,
        document: str,
        variables: Mapping[str, object] | None = None,
        *,
        client: str | None = None,
        operator: str = "1001",
        name: str | None = None,
        caller: Caller | None = None,
    ) -> Answer:
        """Ask as a client of the fixture, as this very caller, or as the public."""
        caller = caller or await self.caller(client, operator)
        self.statements.clear()
        request = GraphQLRequest(query=document, variables=dict(variables or {}), operation_name=name)
        reply = await self.pipeline(request, caller, Arrival(address=ADDRESS))
        if reply.entry is not None and self.recomputed:
            await self._check_entry(request, caller, reply)
        return Answer(
            body=json.loads(reply.body),
            raw=reply.body,
            code=reply.code,
            entry=reply.entry,
            statements=tuple(self.statements),
        )

    async def caller(self, client: str | None, operator: str = "1001") -> Caller:
        if client is None:
            return Caller(principal=PUBLIC)
        return await named_caller(self.installation, client, operator)

    async def _check_entry(self, request: GraphQLRequest, caller: Caller, reply: Reply) -> None:
        """Of every answer that a test is given: the log says of it what it says itself."""
        async with self.installation.databases.connection(DatabaseRole.LEDGER_READER) as reader:
            found = await entries.written(reader, self.installation.vault, str(reply.entry))
        entries.check(
            found,
            document=request.query,
            name=request.operation_name,
            variables=request.variables,
            body=reply.body,
            client=caller.principal.client,
            operator=None if caller.operator is None else caller.operator.staff_number,
            address=ADDRESS,
            consent=caller.consent,
        )

    async def entry(self, entry_id: str | None) -> dict[str, Any]:
        """The leaf that was written under this id."""
        async with self.database.connect(DatabaseRole.LEDGER_READER) as reader:
            leaf = await reader.fetchval("SELECT leaf FROM audit_pending WHERE id = $1::uuid", entry_id)
        found: dict[str, Any] = json.loads(leaf)
        return found

    async def move_to(self, day: date) -> None:
        """Let it be another day in the city."""
        async with self.database.owner() as owner:
            await set_business_date(owner, day)
        await self.installation.state.refresh()


@asynccontextmanager
async def city(
    database: FreshDatabase, *, at: date = TODAY, objections: bool = False, empty: bool = False
) -> AsyncIterator[City]:
    """Found it, load the fixture (unless ``empty``), open it."""
    environment = {"CREDIT_GATEWAY_DATABASE_URL": database.url, "CREDIT_GATEWAY_PUBLIC_URL": "https://credit.test"}
    settings = read_settings(environment | PATIENCE, home=Path(database.home))
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    await establish(settings, database.url, at=at)
    async with opened(settings) as installation:
        if not empty:
            from gateway.commands.demo import load_city

            await load_city(installation, objections=objections)
        statements: list[str] = []
        yield City(
            installation=installation,
            database=database,
            pipeline=replace(installation.pipeline, connection=_recording(installation.pipeline, statements)),
            statements=statements,
        )


def _recording(pipeline: Pipeline, statements: list[str]) -> Any:
    @asynccontextmanager
    async def connection(grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
        inner: AbstractAsyncContextManager[Connection] = pipeline.connection(grant, caller)
        async with inner as found:
            yield Recorder(found, statements)

    return connection
