"""A page of the access log (查询登记) -> its answer: found by keyed digests, read as the ledger's reader, opened where
it is shown.

Comes by the pipeline alone, after the grant: ``authz.access_log`` says who reads what. What was written so far is drawn
into the index first, so that whoever reads sees every entry that was committed before.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from authz.access_log import REACHES
from authz.principal import Caller
from gateway.granting import Granted
from gateway.in_force import InForce
from gateway.ledger.entry import Operator
from gateway.ledger.keeping.opening import Opener
from gateway.ledger.sides import acting, legible
from gateway.log.opening import Opening, stored_keys
from gateway.recent_matters import Find
from resolvers.fetch import Connection
from resolvers.log.entries import Around, entry_of
from resolvers.log.page import after_of, connection_of, wants_of
from resolvers.log.search import HeldBack, Whom, search_of
from resolvers.log.statement import Found, log_statement
from resolvers.readings import Reading
from schema.demands.demand import Page, value_of

AGENCIES = """
    SELECT client_id, agency.id, uscc, name, kind, level, supervision_field, agency.jurisdiction, department
    FROM client JOIN agency ON agency.id = client.agency_id WHERE client_id = ANY($1::text[])
"""


@dataclass(frozen=True, slots=True)
class SideDigests:
    """``resolvers.log.search.Digests``: each as the ledger digests it when it writes."""

    opener: Opener

    def subject(self, internal: int) -> bytes:
        return self.opener.digest("subject", internal.to_bytes(8))

    def operator(self, client: str, number: str) -> bytes:
        return self.opener.digest("operator", acting(client, Operator(number=number, role=None, method="")).encode())

    def matter(self, number: str) -> bytes:
        return self.opener.digest("matter", legible(number).encode())


class Lent(Connection, Protocol):
    """What reading the log needs of a connection (asyncpg's)."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReader:
    """``draw`` brings the index up to what is committed; ``connection`` is the ledger's reader's; ``agencies`` asks the
    register for the agencies of clients; ``clock`` says what time it is."""

    draw: Callable[[], Awaitable[None]]
    connection: Callable[[], AbstractAsyncContextManager[Lent]]
    opener: Opener
    agencies: Callable[[Collection[str]], Awaitable[Sequence[Mapping[str, Any]]]]
    find_matter: Find
    clock: Callable[[], datetime]

    async def read(
        self, page: Page, granted: Granted, in_force: InForce, caller: Caller, reading: Reading
    ) -> dict[str, Any]:
        """The connection that was asked for. Errors: CURSOR_INVALID, DOCUMENT_INVALID."""
        shown = REACHES[granted.grant.scope].fields
        text, values = self._statement(page, granted, in_force, caller, reading)
        await self.draw()
        async with self.connection() as connection:
            listed, total = _one(await connection.fetchrow(text, *values))
            found = [Found(*each) for each in listed]
            stored = await stored_keys(connection.fetch, found)
        opening = Opening(opener=self.opener, find_matter=self.find_matter, caller=caller, stored=stored)
        around = Around(
            references=in_force.references,
            catalogue=in_force.policy.catalogue,
            agencies=await self._agencies(found, in_force, reading),
            own=caller.subject is not None,
        )
        entries = [entry_of(each, await opening.of(each), around) for each in found]
        return connection_of(page, entries, total, shown, reading)

    def _statement(
        self, page: Page, granted: Granted, in_force: InForce, caller: Caller, reading: Reading
    ) -> tuple[str, list[object]]:
        """INVARIANT: whoever is a subject finds its own entries and no others."""
        own = None if caller.subject is None else Whom(internal=caller.subject.id, natural=caller.subject.natural)
        sought = next((Whom(internal=each, natural=natural) for each, natural in granted.sought), None)
        purposes = in_force.policy.regulation.purposes.values()
        days = {each.code: each.held_back_days for each in purposes if each.held_back_days is not None}
        held_back = HeldBack(days=days, now=self.clock())
        digests = SideDigests(self.opener)
        search = search_of(page, reading.variables, digests, own=own, sought=sought, held_back=held_back)
        first = value_of(page.first, reading.variables)
        return log_statement(
            search,
            wants_of(page, REACHES[granted.grant.scope].fields),
            rows=first + 1 if isinstance(first, int) else 1,
            after=after_of(page, reading),
        )

    async def _agencies(
        self, found: Iterable[Found], in_force: InForce, reading: Reading
    ) -> Mapping[str, Mapping[str, Any]]:
        clients = {str(json.loads(each.leaf)["principal"]) for each in found}
        rows = await self.agencies(clients) if clients else ()
        jurisdictions = in_force.references.jurisdictions
        return {
            row["client_id"]: {
                **row,
                "id": reading.seal("agency", row["id"]),
                "supervisionField": row["supervision_field"],
                "jurisdiction": jurisdictions.get(row["jurisdiction"]),
            }
            for row in rows
        }


def _one(row: Any) -> tuple[Sequence[Sequence[Any]], int | None]:
    """A statement of sub-selects alone has one row."""
    listed, total = row
    return listed, total


DRAW = "SELECT audit_index_extend($1)"
DRAWN_AT_ONCE = 5000
"""Leaves drawn into the index by one statement: a third of a second."""


class Fetching(Protocol):
    async def fetchval(self, query: str, /, *args: object) -> int: ...


async def draw(connection: Fetching) -> None:
    """Bring the index up to what was committed before this began."""
    while await connection.fetchval(DRAW, DRAWN_AT_ONCE) == DRAWN_AT_ONCE:
        pass
