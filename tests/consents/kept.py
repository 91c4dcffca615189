"""A consent as the register keeps it, made by hand: K1 of the loan applicant, for what needs no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from authz.principal import Rights, Subject
from gateway.consents.records import By, ConsentRecord, Event, Request, RequestState, State, Terms
from schema.demands.demand import Coordinate

K1 = UUID("6f1d8c52-7a0e-4c39-9a55-0d2f3b7e8c11")
GRANTED = datetime(2026, 5, 19, 6, 30, tzinfo=UTC)
RIGHTS = Rights(
    items=frozenset({"DEFAULTER", "SERIOUS_LIST", "PRACTICE_LICENCE"}),
    fields=frozenset(map(Coordinate, ("Standing.judgmentDefaulter", "Record.decidedOn", "Licence.licenceKind"))),
)
TERMS = Terms(
    purpose="PM-901",
    matter="LN20260519-88",
    rights=RIGHTS,
    period=(date(2021, 5, 19), date(2026, 5, 19)),
    uses=2,
    days=30,
    retention_days=180,
)
REQUEST = Request(
    id=K1,
    client="B1",
    thumbprint="thumbprint-of-the-bank",
    subject=Subject(id=22, digest=b"digest of the subject", natural=True),
    terms=TERMS,
    necessity="核实贷款申请人的履约情况",
    service_depends=True,
    via=None,
    state=RequestState.GRANTED,
    asked_at=GRANTED - timedelta(hours=1),
    lapses_at=GRANTED + timedelta(days=7),
)


def consent(**changes: Any) -> ConsentRecord:
    given = ConsentRecord(
        request=REQUEST,
        by=By.SUBJECT,
        rights=RIGHTS,
        period=TERMS.period,
        uses=2,
        used=0,
        granted_at=GRANTED,
        first=GRANTED,
        expires_at=GRANTED + timedelta(days=30),
        notice=bytes(range(32)),
        notice_version="2026-05",
        language="zh",
        assurance="real-name",
        relation=None,
        contact=None,
        thumbprint=REQUEST.thumbprint,
        state=State.ACTIVE,
        reason=None,
        state_at=GRANTED,
        usable=True,
    )
    return replace(given, **changes)


def event(n: int, what: str, by: By = By.SUBJECT, **changes: Any) -> Event:
    given = Event(n=n, what=what, by=by, reason=None, at=GRANTED + timedelta(minutes=n), entry=UUID(int=n))
    return replace(given, **changes)


EVENTS = (event(1, "REQUESTED", By.CLIENT), event(2, "SHOWN"), event(3, "GRANTED"))
