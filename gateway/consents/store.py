"""What is read of the tables of the register, and the taking of a use; rows as the records that they are.

Whether a consent is usable is said by the clock of the database. Every other change is in ``acts``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from authz.principal import Rights, Subject
from gateway.consents.records import (
    By,
    ConsentRecord,
    Debited,
    Event,
    Reason,
    Request,
    RequestState,
    State,
    Terms,
    Use,
)
from schema.demands.demand import Coordinate

_ASKED = """
    asked.id, asked.client_id, asked.thumbprint AS asked_thumbprint, asked.subject, asked.subject_digest,
    asked."natural", asked.purpose, asked.manner, asked.matter, asked.items AS asked_items,
    asked.fields AS asked_fields, asked.period_from AS asked_from, asked.period_until AS asked_until,
    asked.uses AS asked_uses, asked.days AS asked_days, asked.retention_days, asked.necessity, asked.service_depends,
    asked.via, asked.asked_at, asked.lapses_at,
    CASE WHEN asked.state IN ('REQUESTED', 'SHOWN') AND clock_timestamp() >= asked.lapses_at THEN 'LAPSED'
        ELSE asked.state END AS asked_state
"""
_GRANTED = f"""
    {_ASKED}, consent.granted_by, consent.relation, consent.items, consent.fields, consent.period_from,
    consent.period_until, consent.uses, consent.used, consent.granted_at, consent.not_before, consent.expires_at,
    consent.notice, consent.notice_version, consent.language, consent.assurance, consent.contact, consent.thumbprint,
    consent.state, consent.reason, consent.state_at,
    consent.state = 'ACTIVE' AND consent.not_before <= clock_timestamp() AND clock_timestamp() < consent.expires_at
        AND consent.used < consent.uses AS usable
"""
_REQUESTS = f"SELECT {_ASKED}, asked.body FROM consent_request AS asked"  # noqa: S608  # our own words
_REQUEST = f"{_REQUESTS} WHERE asked.id = $1"
_REQUEST_OF_KEY = f"{_REQUESTS} WHERE asked.client_id = $1 AND asked.idempotency = $2"
_REQUESTS_ABOUT = f"{_REQUESTS} WHERE asked.subject = $1 ORDER BY asked.asked_at DESC, asked.id"
_CONSENTS = f"SELECT {_GRANTED} FROM consent JOIN consent_request AS asked USING (id)"  # noqa: S608  # our own words
_CONSENT = f"{_CONSENTS} WHERE id = $1"
_CONSENTS_ABOUT = f"{_CONSENTS} WHERE asked.subject = $1 ORDER BY consent.granted_at DESC, id"
_OPEN_CONSENTS = f"""
    {_CONSENTS} WHERE consent.state IN ('ACTIVE', 'SUSPENDED') AND ($1::text IS NULL OR asked.client_id = $1)
    ORDER BY consent.granted_at DESC, id
"""
_EVENTS = "SELECT n, what, by_whom, reason, at, entry FROM consent_event WHERE consent = $1 ORDER BY n"
_USES = "SELECT n, at, pages FROM consent_use WHERE consent = $1 ORDER BY n"

_NOTICE = "SELECT text FROM consent_notice_text WHERE digest = $1"
_SERVER = "SELECT pg_postmaster_start_time() AS started, 'consent'::regclass::oid::bigint AS tables"
_OURS = """
    consent.id = $1 AND asked.id = consent.id AND asked.client_id = $2 AND consent.thumbprint = $3
    AND consent.state = 'ACTIVE' AND consent.not_before <= clock_timestamp() AND clock_timestamp() < consent.expires_at
    AND pg_postmaster_start_time() = $5 AND 'consent'::regclass::oid::bigint = $6
"""
_GO_ON = f"""
    UPDATE consent_use SET pages = pages + 1 FROM consent, consent_request AS asked
    WHERE {_OURS} AND consent_use.consent = consent.id AND n = $7 AND demand = $4
        AND pages < 20 AND clock_timestamp() < at + interval '10 minutes'
    RETURNING n AS use, {_GRANTED}
"""  # noqa: S608  # our own words
_DEBIT = f"""
    WITH taken AS (
        UPDATE consent SET used = used + 1 FROM consent_request AS asked WHERE {_OURS} AND used < consent.uses
        RETURNING consent.used AS use, {_GRANTED}
    ), noted AS (
        INSERT INTO consent_use (consent, n, demand) SELECT id, use, $4 FROM taken
    )
    SELECT * FROM taken
"""  # noqa: S608  # our own words
_PERMITTING = "SELECT consents_permitting($1::uuid[]) AS id"

_LAPSED = "SELECT id FROM consent_request WHERE state IN ('REQUESTED', 'SHOWN') AND lapses_at <= clock_timestamp()"
_OVER = """
    SELECT id, CASE WHEN expires_at <= clock_timestamp() THEN 'EXPIRED' ELSE 'EXHAUSTED' END AS state
    FROM consent WHERE state IN ('ACTIVE', 'SUSPENDED') AND (
        expires_at <= clock_timestamp() OR used >= uses AND NOT EXISTS (
            SELECT FROM consent_use WHERE consent = id AND clock_timestamp() < at + interval '10 minutes'
        )
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A run of the database server, and the tables in it: after any restoring one of them is another."""

    started: datetime
    tables: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for a use, and for what: the client, the key it proves, the digest of its demand, and the server with
    which the register is settled."""

    client: str
    thumbprint: str
    demand: bytes = field(repr=False)
    server: Server


class Connection(Protocol):
    """What reading the register needs of a connection (asyncpg's)."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...

    async def fetchrow(self, query: str, /, *args: object) -> Mapping[str, Any] | None: ...


async def request(connection: Connection, id: UUID) -> Request | None:
    row = await connection.fetchrow(_REQUEST, id)
    return None if row is None else _request(row)


async def request_of_key(connection: Connection, client: str, key: bytes) -> tuple[Request, bytes] | None:
    """What the client has asked for under that key, and the digest of what it sent."""
    row = await connection.fetchrow(_REQUEST_OF_KEY, client, key)
    return None if row is None else (_request(row), bytes(row["body"]))


async def requests_about(connection: Connection, subject: int) -> tuple[Request, ...]:
    return tuple(_request(row) for row in await connection.fetch(_REQUESTS_ABOUT, subject))


async def consent(connection: Connection, id: UUID) -> ConsentRecord | None:
    row = await connection.fetchrow(_CONSENT, id)
    return None if row is None else _consent(row)


async def consents_about(connection: Connection, subject: int) -> tuple[ConsentRecord, ...]:
    return tuple(_consent(row) for row in await connection.fetch(_CONSENTS_ABOUT, subject))


async def open_consents(connection: Connection, client: str | None) -> tuple[ConsentRecord, ...]:
    return tuple(_consent(row) for row in await connection.fetch(_OPEN_CONSENTS, client))


async def events(connection: Connection, id: UUID) -> tuple[Event, ...]:
    return tuple(
        Event(
            n=row["n"],
            what=row["what"],
            by=By(row["by_whom"]),
            reason=_reason(row["reason"]),
            at=row["at"],
            entry=row["entry"],
        )
        for row in await connection.fetch(_EVENTS, id)
    )


async def uses(connection: Connection, id: UUID) -> tuple[Use, ...]:
    return tuple(Use(n=row["n"], at=row["at"], pages=row["pages"]) for row in await connection.fetch(_USES, id))


async def notice(connection: Connection, digest: bytes) -> str | None:
    row = await connection.fetchrow(_NOTICE, digest)
    return None if row is None else str(row["text"])


async def lapsed(connection: Connection) -> tuple[UUID, ...]:
    """Open requests whose time is over."""
    return tuple(row["id"] for row in await connection.fetch(_LAPSED))


async def over(connection: Connection) -> tuple[tuple[UUID, State], ...]:
    """Consents that have ended by themselves, and how. The last use is over when no page of it can follow."""
    return tuple((row["id"], State(row["state"])) for row in await connection.fetch(_OVER))


async def permitting(connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]:
    """The release guard of the ledger (``gateway.ledger.commit.Guard``)."""
    return frozenset(row["id"] for row in await connection.fetch(_PERMITTING, list(consents)))


async def server_of(connection: Connection) -> Server | None:
    row = await connection.fetchrow(_SERVER)
    return None if row is None else Server(started=row["started"], tables=row["tables"])


async def debit(connection: Connection, id: UUID, asking: Asking, use: int | None) -> Debited | None:
    """A further page of that use, or else a new use; each is one statement, and so a transaction."""
    server = asking.server
    asked = (id, asking.client, asking.thumbprint, asking.demand, server.started, server.tables)
    row = None if use is None else await connection.fetchrow(_GO_ON, *asked, use)
    row = row or await connection.fetchrow(_DEBIT, *asked)
    return None if row is None else Debited(consent=_consent(row), use=row["use"])


def _request(row: Mapping[str, Any]) -> Request:
    return Request(
        id=row["id"],
        client=row["client_id"],
        thumbprint=row["asked_thumbprint"],
        subject=Subject(id=row["subject"], digest=bytes(row["subject_digest"]), natural=row["natural"]),
        terms=Terms(
            purpose=row["purpose"],
            manner=row["manner"],
            matter=row["matter"],
            rights=_rights(row["asked_items"], row["asked_fields"]),
            period=(row["asked_from"], row["asked_until"]),
            uses=row["asked_uses"],
            days=row["asked_days"],
            retention_days=row["retention_days"],
        ),
        necessity=row["necessity"],
        service_depends=row["service_depends"],
        via=row["via"],
        state=RequestState(row["asked_state"]),
        asked_at=row["asked_at"],
        lapses_at=row["lapses_at"],
    )


def _consent(row: Mapping[str, Any]) -> ConsentRecord:
    return ConsentRecord(
        request=_request(row),
        by=By(row["granted_by"]),
        rights=_rights(row["items"], row["fields"]),
        period=(row["period_from"], row["period_until"]),
        uses=row["uses"],
        used=row["used"],
        granted_at=row["granted_at"],
        first=row["not_before"],
        expires_at=row["expires_at"],
        notice=bytes(row["notice"]),
        notice_version=row["notice_version"],
        language=row["language"],
        assurance=row["assurance"],
        relation=row["relation"],
        contact=None if row["contact"] is None else bytes(row["contact"]),
        thumbprint=row["thumbprint"],
        state=State(row["state"]),
        reason=_reason(row["reason"]),
        state_at=row["state_at"],
        usable=row["usable"],
    )


def _rights(items: Sequence[str], fields: Sequence[str]) -> Rights:
    return Rights(items=frozenset(items), fields=frozenset(map(Coordinate, fields)))


def _reason(word: str | None) -> Reason | None:
    return None if word is None else Reason(word)
