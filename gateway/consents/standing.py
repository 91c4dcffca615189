"""A request and the consent that came of it -> what the client that asked is told: one of four words, and the terms.

Never the subject, nor who decided, when a page was shown, or why it ended: "ended" covers a suspension as well.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from gateway.consents.records import ConsentRecord, Request, RequestState, State, Terms


class Standing(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    NOT_GRANTED = "not_granted"
    ENDED = "ended"


_OPEN = frozenset({RequestState.REQUESTED, RequestState.SHOWN})


def standing(request: Request, consent: ConsentRecord | None, now: datetime) -> Standing:
    """``consent``: of the same id, None where there is none."""
    if consent is None:
        pending = request.state in _OPEN and now < request.lapses_at
        return Standing.PENDING if pending else Standing.NOT_GRANTED
    begins = consent.state is State.ACTIVE and now < consent.first
    return Standing.ACTIVE if consent.usable or begins else Standing.ENDED


def asked(request: Request, consent_uri: str, word: Standing) -> Mapping[str, object]:
    """The answer to ``POST /consents``."""
    return {
        "id": str(request.id),
        "status": word.value,
        "consent_uri": consent_uri,
        "expires_at": _time(request.lapses_at),
    }


def told(request: Request, consent: ConsentRecord | None, consent_uri: str, now: datetime) -> Mapping[str, object]:
    """The answer to ``GET /consents/{id}``: what was granted, where something was, and no more than that."""
    word = standing(request, consent, now)
    if word is Standing.PENDING:
        return asked(request, consent_uri, word)
    if consent is None:
        return {"id": str(request.id), "status": word.value}
    return {
        "id": str(request.id),
        "status": word.value,
        "begins_at": _time(consent.first),
        "ends_at": _time(consent.expires_at),
        "uses": consent.uses,
        "uses_left": consent.uses - consent.used if word is Standing.ACTIVE else 0,
        **_terms(request.terms),
        "items": sorted(consent.rights.items),
        "fields": sorted(consent.rights.fields),
        "period": {"from": consent.period[0].isoformat(), "until": consent.period[1].isoformat()},
    }


def _terms(terms: Terms) -> Mapping[str, object]:
    return {
        "purpose": terms.purpose,
        "manner": terms.manner,
        "matter": terms.matter,
        "retention_days": terms.retention_days,
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
