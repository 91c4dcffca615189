"""Each change of the register as an act in the transaction of its entry in the log (``gateway.ledger.queue.Act``).

Whether it may follow what stands is asked of the row itself, by the clock of the database; triggers refuse what no
statement here does. Nothing here decides who may bring a change about.
"""

from datetime import timedelta
from uuid import UUID

import asyncpg

from gateway.consents.errors import NotPending
from gateway.consents.records import By, Decision, NewRequest, Reason, RequestState, State
from gateway.ledger.queue import Act

_OPEN = """
    INSERT INTO consent_request (
        id, client_id, operator, thumbprint, idempotency, body, subject, subject_digest, "natural", purpose, manner,
        matter, items, fields, period_from, period_until, uses, days, retention_days, necessity, service_depends, via
    ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
"""
_EVENT = """
    INSERT INTO consent_event (consent, n, what, by_whom, reason, entry)
    SELECT $1, count(*) + 1, $2, $3, $4, $5 FROM consent_event WHERE consent = $1
"""
_STILL_OPEN = """
    SELECT FROM consent_request
    WHERE id = $1 AND state IN ('REQUESTED', 'SHOWN') AND clock_timestamp() < lapses_at FOR UPDATE
"""
_GRANT = """
    INSERT INTO consent (
        id, granted_by, relation, items, fields, period_from, period_until, uses, not_before, expires_at, notice,
        notice_version, language, assurance, contact, thumbprint
    ) SELECT $1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::timestamptz, now()),
        least($9::timestamptz, now()) + $10::interval, $11, $12, $13, $14, $15, asked.thumbprint
    FROM consent_request AS asked WHERE asked.id = $1
"""
_KEEP_TEXT = "INSERT INTO consent_notice_text (digest, text) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_MOVE_REQUEST = """
    UPDATE consent_request SET state = $2
    WHERE id = $1 AND state = ANY($3::text[]) AND ($2 = 'LAPSED') = (clock_timestamp() >= lapses_at)
"""
# First, and alone: see consents_permitting.
_LOCK = "SELECT pg_advisory_xact_lock(consent_lock($1))"
# A consent that goes on after the client's key has changed is bound to the key that is registered now.
_MOVE = """
    UPDATE consent SET state = $2, reason = $3, state_at = now(), thumbprint = CASE
        WHEN $2 = 'ACTIVE' AND consent.reason = 'KEY_CHANGED' THEN coalesce(client.dpop_thumbprint, consent.thumbprint)
        ELSE consent.thumbprint END
    FROM consent_request AS asked JOIN client USING (client_id)
    WHERE consent.id = $1 AND asked.id = consent.id AND consent.state = ANY($4::text[])
        AND CASE $2 WHEN 'EXPIRED' THEN clock_timestamp() >= expires_at WHEN 'EXHAUSTED' THEN used >= consent.uses
            WHEN 'ACTIVE' THEN clock_timestamp() < expires_at ELSE true END
"""

_OPEN_STATES = [RequestState.REQUESTED.value, RequestState.SHOWN.value]


class Unmoved(Exception):  # noqa: N818  # it says what became of the act
    """What stands does not lead to that state: nothing has been changed."""


def opening(id: UUID, new: NewRequest) -> Act:
    terms, subject = new.terms, new.subject
    values = (
        *(id, new.client, new.operator, new.thumbprint, new.key, new.body, subject.id, subject.digest, subject.natural),
        *(terms.purpose, terms.manner, terms.matter, sorted(terms.rights.items), sorted(terms.rights.fields)),
        *(*terms.period, terms.uses, terms.days, terms.retention_days, new.necessity, new.service_depends, new.via),
    )

    async def act(connection: asyncpg.Connection, entry: UUID) -> None:
        await connection.execute(_OPEN, *values)
        await _note(connection, id, RequestState.REQUESTED, By.CLIENT, None, entry)

    return act


def granting(id: UUID, decision: Decision) -> Act:
    """Raises, when it is done, ``NotPending``."""
    rights = decision.rights
    values = (
        *(id, decision.by.value, decision.relation, sorted(rights.items), sorted(rights.fields), *decision.period),
        *(decision.uses, decision.first, timedelta(days=decision.days), decision.notice_digest),
        *(decision.notice_version, decision.language, decision.assurance, decision.contact),
    )

    async def act(connection: asyncpg.Connection, entry: UUID) -> None:
        if await connection.fetchrow(_STILL_OPEN, id) is None:
            raise NotPending
        await connection.execute(_KEEP_TEXT, decision.notice_digest, decision.notice)
        await connection.execute(_GRANT, *values)
        await connection.execute(_MOVE_REQUEST, id, RequestState.GRANTED.value, _OPEN_STATES)
        await _note(connection, id, RequestState.GRANTED, decision.by, None, entry)

    return act


def deciding(id: UUID, to: RequestState, by: By) -> Act:
    """Of a request that is not granted. Raises, when it is done, ``Unmoved``."""
    states = _OPEN_STATES[:1] if to is RequestState.SHOWN else _OPEN_STATES

    async def act(connection: asyncpg.Connection, entry: UUID) -> None:
        if await connection.execute(_MOVE_REQUEST, id, to.value, states) == "UPDATE 0":
            raise Unmoved
        await _note(connection, id, to, by, None, entry)

    return act


def moving(id: UUID, to: State, by: By, reason: Reason | None) -> Act:
    """Of a consent. Raises, when it is done, ``Unmoved``."""
    states = {State.ACTIVE: [State.SUSPENDED.value], State.SUSPENDED: [State.ACTIVE.value]}
    from_these = states.get(to, [State.ACTIVE.value, State.SUSPENDED.value])
    why = None if reason is None else reason.value

    async def act(connection: asyncpg.Connection, entry: UUID) -> None:
        await connection.execute(_LOCK, id)
        if await connection.execute(_MOVE, id, to.value, why, from_these) == "UPDATE 0":
            raise Unmoved
        await _note(connection, id, to, by, reason, entry)

    return act


async def _note(
    connection: asyncpg.Connection, id: UUID, to: RequestState | State, by: By, reason: Reason | None, entry: UUID
) -> None:
    await connection.execute(_EVENT, id, to.value, by.value, None if reason is None else reason.value, entry)
