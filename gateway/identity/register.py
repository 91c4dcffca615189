"""Turns rows of the tables client, agency and operator into ``Client`` and ``Staff``, and keeps them for a few seconds.

Statements are built once with SQLAlchemy Core and run as text on asyncpg connections of the registry role. It never
writes, and never keeps an answer longer than it was told to: after that time a suspension holds on every node.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Select, and_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from authz.principal import Operator
from gateway.database.tables import administrator
from gateway.identity import jose
from gateway.identity.clients import AUDIT_ORGANISATION, Agency, Client, ClientRole, Clients, Duty, Staff
from resolvers.tables.registry import agency, client, operator

Found = TypeVar("Found")


class Rows(Protocol):
    """An asyncpg pool or connection: a record for ``$1`` parameters, or null."""

    async def fetchrow(self, query: str, *args: object) -> Mapping[str, Any] | None: ...


def _text(statement: Select[Any]) -> str:
    return str(statement.compile(dialect=PGDialect_asyncpg()))  # type: ignore[no-untyped-call]


CLIENT = _text(
    select(
        client.c.role,
        client.c.jwks,
        client.c.purposes,
        client.c.dpop_thumbprint,
        client.c.suspended,
        agency.c.id.label("agency_id"),
        agency.c.uscc,
        agency.c.department,
        agency.c.supervision_field,
        agency.c.jurisdiction,
        agency.c.agreement_until,
        agency.c.suspended.label("agency_suspended"),
    )
    .select_from(client.outerjoin(agency, client.c.agency_id == agency.c.id))
    .where(client.c.client_id == bindparam("client_id"))
)
STAFF = _text(
    select(operator.c.agreement_until, operator.c.trained_until, operator.c.active, administrator.c.duty)
    .select_from(
        operator.join(client, operator.c.client_id == client.c.client_id)
        .outerjoin(agency, client.c.agency_id == agency.c.id)
        .outerjoin(
            administrator,
            and_(
                administrator.c.organisation == func.coalesce(agency.c.uscc, literal_column(f"'{AUDIT_ORGANISATION}'")),
                administrator.c.staff_number == operator.c.staff_number,
            ),
        )
    )
    .where(operator.c.client_id == bindparam("client_id"))
    .where(operator.c.staff_number == bindparam("staff_number"))
)


class StoredClients:
    """``Clients`` over the registry role's pool."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def client(self, client_id: str) -> Client | None:
        row = await self._rows.fetchrow(CLIENT, client_id)
        if row is None:
            return None
        try:
            keys = jose.read_key_set(row["jwks"])
        except jose.JoseError:
            return None
        return Client(
            client_id=client_id,
            role=ClientRole(row["role"]),
            agency=_agency(row),
            keys=keys,
            purposes=frozenset(row["purposes"] or ()),
            dpop_thumbprint=row["dpop_thumbprint"],
            suspended=row["suspended"],
        )

    async def staff(self, client_id: str, staff_number: str) -> Staff | None:
        row = await self._rows.fetchrow(STAFF, client_id, staff_number)
        if row is None:
            return None
        agreement, trained = (cast(date | None, row[name]) for name in ("agreement_until", "trained_until"))
        who = Operator(staff_number=staff_number, agreement_until=agreement, trained_until=trained)
        duty = None if row["duty"] is None else Duty(row["duty"])
        return Staff(operator=who, active=row["active"], duty=duty)


class RecentClients:
    """``Clients`` that asks its source again only after ``seconds``. Keeps at most ``most`` answers of each kind."""

    def __init__(self, source: Clients, *, seconds: float, clock: Callable[[], float], most: int = 4096) -> None:
        self._source = source
        self._seconds = seconds
        self._clock = clock
        self._most = most
        self._clients: dict[str, tuple[float, Client | None]] = {}
        self._staff: dict[tuple[str, str], tuple[float, Staff | None]] = {}

    async def client(self, client_id: str) -> Client | None:
        return await self._recent(self._clients, client_id, lambda: self._source.client(client_id))

    async def staff(self, client_id: str, staff_number: str) -> Staff | None:
        key = (client_id, staff_number)
        return await self._recent(self._staff, key, lambda: self._source.staff(client_id, staff_number))

    async def _recent(
        self, kept: dict[Any, tuple[float, Found]], key: object, ask: Callable[[], Awaitable[Found]]
    ) -> Found:
        now = self._clock()
        held = kept.get(key)
        if held is not None and now < held[0]:
            return held[1]
        found = await ask()
        if len(kept) >= self._most:
            kept.clear()
        kept[key] = (now + self._seconds, found)
        return found


def _agency(row: Mapping[str, Any]) -> Agency | None:
    if row["agency_id"] is None:
        return None
    return Agency(
        id=row["agency_id"],
        uscc=row["uscc"],
        department=row["department"],
        supervision_field=row["supervision_field"],
        jurisdiction=row["jurisdiction"],
        agreement_until=row["agreement_until"],
        suspended=row["agency_suspended"],
    )
