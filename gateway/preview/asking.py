"""Rows of an open transaction -> how viewers see them: asked of the line that answers callers, in place of its roles.

Grants, plans and the wall are those of every answer; only the log is not written, for nothing that is stored leaves:
what is asked about came with the files at hand and is rolled back before anybody reads it.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

import asyncpg
import orjson

from authz.grant import Grant
from authz.principal import Caller, Subject
from gateway import matters
from gateway.database.roles import Credentials
from gateway.database.scopes import READERS, DatabaseRole, role_of
from gateway.database.wall import TELL_AGENCY
from gateway.exchange import Arrival, GraphQLRequest
from gateway.installation import Installation
from gateway.ledger.append import Ledger
from gateway.ledger.entry import Entry
from gateway.ledger.receipt import Receipt
from gateway.pipeline import Pipeline
from gateway.preview.questions import Asked, Seen, document, seen
from gateway.preview.viewers import INVENTED, Agency
from gateway.recent_matters import RecentMatters
from resolvers.fetch import Connection
from schema.catalogue import Catalogue
from schema.errors import Code
from schema.regulations.purposes import Purpose

CLIENT = "INSERT INTO client (client_id, role, jwks) VALUES ($1, 'AGENCY', '{}')"
LEARN = "SELECT array[row(1)]"
"""asyncpg learns the type of arrays of composites only from a statement that returns one; nested ones need it."""


class NotAskedError(Exception):
    """The question is refused whole, whatever the row."""

    def __init__(self, code: Code) -> None:
        super().__init__(f"the purpose cannot be asked so: {code.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Asks as whoever it likes, in the transaction of the owner's connection."""

    pipeline: Pipeline
    catalogue: Catalogue

    async def view(self, asked: Asked, caller: Caller, purpose: Purpose | None) -> tuple[Seen, ...]:
        """The fields of a row as the caller sees them; none where the caller sees no such row.

        Errors: ``NotAskedError``.
        """
        sealed = self.pipeline.sealer.seal_id(caller.principal.organisation, asked.kind, asked.id)
        request = GraphQLRequest(query=document(asked.type, purpose), variables={"id": sealed})
        reply = await self.pipeline(request, caller, Arrival(address=None))
        answer = orjson.loads(reply.body)
        if reply.code is not None:
            raise NotAskedError(reply.code)
        node = answer["data"]["node"]
        if not node:
            return ()
        return tuple(seen(asked, node, answer["extensions"]["disclosure"]["fields"], self.catalogue))


async def asking(
    installation: Installation,
    owner: asyncpg.Connection,
    credentials: Credentials,
    agency: Agency,
    named: Iterable[Subject],
) -> Asking:
    """``named``: the subjects about which the agency may ask. Errors: those of the database, for an owner who may not
    take the place of the roles."""
    today = await installation.state.business_date()
    await owner.execute(f"GRANT {', '.join(credentials.name(role) for role in sorted(READERS))} TO CURRENT_USER")
    await owner.fetchval(LEARN)
    await owner.execute(CLIENT, INVENTED)
    for matter in agency.matters(named, today):
        await matters.register(owner, matter)
    pipeline = replace(
        installation.pipeline,
        connection=lambda grant, caller: _in_place(owner, credentials, grant, caller),
        matters=RecentMatters(lambda client, number: matters.find(owner, client, number)),
        ledger=cast("Ledger", _Unlogged()),
        receipt=lambda receipt, caller, body: "",
    )
    return Asking(pipeline=pipeline, catalogue=installation.policy.catalogue)


@asynccontextmanager
async def _in_place(
    owner: asyncpg.Connection, credentials: Credentials, grant: Grant, caller: Caller
) -> AsyncIterator[Connection]:
    """The connection behind the wall of the grant's role, for the time of one statement."""
    role = role_of(grant)
    await owner.execute(f'SET LOCAL ROLE "{credentials.name(role)}"')
    if role is DatabaseRole.ARCHIVE:
        await owner.fetchval(TELL_AGENCY, str(caller.principal.agency_id or ""))
    try:
        yield owner
    finally:
        await owner.execute("RESET ROLE")


class _Unlogged:
    """Stands where the log stands; there is nothing to write."""

    def admit(self) -> None:
        """Everybody."""

    async def append(self, entry: Entry) -> Receipt:
        return _NONE


_NONE = Receipt(entry_id=UUID(int=0), leaf_hash=b"", writer=UUID(int=0), wseq=0, t=0, nonce=b"")
