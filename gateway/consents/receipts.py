"""A consent and its events -> a receipt that whoever holds it can check without us: a JWS of a type of its own.

Its sections and members are those of ISO/IEC TS 27560:2023, its words for purposes, data and states those of the Data
Privacy Vocabulary (DPV 2), and docs/consent-receipt.schema.json describes it. It holds no name and no number of a
person: the subject stands there by the id that this recipient knows it by. It is signed with the receipt key, whose
public half is in /.well-known/jwks.json, and by its type it can be taken for no token. The same state of a consent
gives the same receipt. BASIS: PIPL-14, PIPL-17, PIPL-23.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import uuid5

from gateway.consents.records import By, ConsentRecord, Event, Reason
from gateway.identity import jose
from gateway.keys.material import SigningKey
from schema.catalogue import Catalogue

TYPE = "consent-receipt+jwt"
SCHEMA = "credit-consent-receipt/1"


class Profile(StrEnum):
    MINIMAL = "minimal"  # that there is a consent, to whom, for what and until when
    FULL = "full"  # everything that was agreed, and what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """``id``: a unified social credit code, or an id; ``contact``: a telephone number, or the address of a page."""

    id: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a receipt says beside the consent. ``issuer``: the public address of the installation; ``provider``: the
    office that gives the data; ``recipient``: the client's institution; ``principal``: the opaque id of the subject;
    ``purpose``: its name; ``basis``: articles."""

    issuer: str
    provider: Party
    recipient: Party
    principal: str = field(repr=False)
    purpose: str
    basis: tuple[str, ...]
    catalogue: Catalogue = field(repr=False)


_STATES: Mapping[str, str] = MappingProxyType(
    {
        "REQUESTED": "dpv:ConsentRequested",
        "SHOWN": "dpv:ConsentRequested",
        "GRANTED": "dpv:ConsentGiven",
        "ACTIVE": "dpv:ConsentStatusValidForProcessing",
        "SUSPENDED": "dpv:ConsentStatusInvalidForProcessing",
        "EXHAUSTED": "dpv:ConsentExpired",
        "EXPIRED": "dpv:ConsentExpired",
        "REVOKED": "dpv:ConsentRevoked",
        "DENIED": "dpv:ConsentRefused",
        "LAPSED": "dpv:ConsentExpired",
    }
)
_GIVEN = frozenset({"REQUESTED", "GRANTED"})
_TAKEN_BACK = frozenset({By.SUBJECT, By.GUARDIAN, By.AGENT, By.REPRESENTATIVE})
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "REGISTRATION": "pd:OfficialID",
        "PROFESSION": "pd:ProfessionalCertification",
        "LICENCE": "pd:ProfessionalCertification",
        "HONOUR": "pd:ProfessionalEvaluation",
    }
)
_OTHER_KIND = "pd:CreditRecord"
_RIGHTS = ("dpv:DataSubjectRight", "PIPL-15", "PIPL-44", "PIPL-45", "PIPL-46", "PIPL-47", "PIPL-50")


def of_giving(events: Sequence[Event]) -> tuple[Event, ...]:
    """What the institution's receipt tells of them: that it asked, and that it was given. INVARIANT: what became of the
    consent since, by whom and why, it is told by the words of ``gateway.consents.standing`` alone."""
    return tuple(each for each in events if each.what in _GIVEN)


def receipt(record: ConsentRecord, events: Sequence[Event], around: Around, profile: Profile) -> Mapping[str, Any]:
    """The claims. ``events``: all that whoever it is for is told of, in their order."""
    number = uuid5(record.id, f"{profile}/{len(events)}")
    full = profile is Profile.FULL
    told = {
        "header": {
            "schema_version": SCHEMA,
            "profile": profile.value,
            "receipt_id": str(number),
            "record_id": str(record.id),
            "pii_principal_id": around.principal,
        },
        "processing": _essence(record, around) | (_agreed(record, around) if full else {}),
        "parties": list(_parties(record, around) if full else [_recipient(around)]),
        "events": [_event(record, event) for event in (events if full else events[-1:])],
    }
    return {"iss": around.issuer, "iat": int(events[-1].at.timestamp()), "jti": str(number), "receipt": told}


def issued(claims: Mapping[str, Any], key: SigningKey) -> str:
    """The signed receipt (RFC 7515, compact). Errors: ``ValueError`` for a key that only verifies."""
    if key.private is None:
        raise ValueError("the newest receipt key has no private half")
    return jose.sign(claims, private=key.private, kid=key.kid, kind=TYPE)


def _essence(record: ConsentRecord, around: Around) -> dict[str, Any]:
    return {
        "language": record.language,
        "purpose": {
            "code": record.request.terms.purpose,
            "description": around.purpose,
            "purpose_type": "dpv:CreditChecking",
            "reference": record.request.terms.matter,
        },
        "lawful_basis": ["dpv:ExplicitlyExpressedConsent", *around.basis],
        "pii_controllers": [around.recipient.id],
        "valid_from": _time(record.first),
        "valid_until": _time(record.expires_at),
        "uses": record.uses,
        "withdrawal_method": f"{around.issuer}/portal/consents/{record.id}",
        "jurisdiction": "CN",
    }


def _agreed(record: ConsentRecord, around: Around) -> dict[str, Any]:
    request = record.request
    return {
        "privacy_notice": {"version": record.notice_version, "sha256": record.notice.hex()},
        "assurance": record.assurance,
        "necessity": request.necessity,
        "service_depends": request.service_depends,
        "pii_information": [_item(code, around.catalogue) for code in sorted(record.rights.items)],
        "pii_attributes": sorted(record.rights.fields),
        "pii_period": [each.isoformat() for each in record.period],
        "collection_method": "dpv:Obtain",
        "processing_method": ["dpv:Consult", "dpv:Use"],
        "storage_locations": ["CN"],
        "retention_period": f"P{request.terms.retention_days}D",
        "processing_locations": ["CN"],
        "geographic_restrictions": "CN",
        "recipient_third_parties": [],
        "privacy_rights": list(_RIGHTS),
        "authority": around.provider.id,
    }


def _item(code: str, catalogue: Catalogue) -> dict[str, Any]:
    item = catalogue.items[code]
    kind = next((_KINDS[each] for each in (str(item.subcategory), str(item.category)) if each in _KINDS), _OTHER_KIND)
    return {"pii_attribute_id": code, "name": item.zh, "pii_type": kind, "pii_optional": True}


def _parties(record: ConsentRecord, around: Around) -> Iterable[dict[str, Any]]:
    yield _recipient(around)
    yield _party(around.provider, "dpv:DataSource", "public_authority")
    if record.request.via is not None:
        via = Party(id=record.request.via, name=record.request.via, contact=around.recipient.contact)
        yield _party(via, "dpv:ThirdParty", "intermediary")
    yield {"party_id": around.principal, "party_role": "dpv:DataSubject", "party_type": "pii_principal"}
    if record.relation is not None:
        yield {
            "party_id": str(record.relation),
            "party_role": "dpv:Representative",
            "party_type": record.by.value.lower(),
        }


def _recipient(around: Around) -> dict[str, Any]:
    return _party(around.recipient, "dpv:DataController", "pii_controller")


def _party(party: Party, role: str, kind: str) -> dict[str, Any]:
    return {
        "party_id": party.id,
        "party_name": party.name,
        "party_contact": party.contact,
        "party_role": role,
        "party_type": kind,
    }


def _event(record: ConsentRecord, event: Event) -> dict[str, Any]:
    """``log_entry``: its entry in the log, of which a proof can be asked."""
    return {
        "event_time": _time(event.at),
        "event_type": "dpv:ExplicitlyExpressedConsent",
        "event_state": _state(event),
        "state": event.what,
        "entity_id": event.by.value,
        "validity_duration": _time(record.expires_at),
        "log_entry": str(event.entry),
    }


def _state(event: Event) -> str:
    """Withdrawn is what the subject took back itself; revoked what somebody else ended (DPV)."""
    if event.what == "REVOKED":
        if event.reason is Reason.FORCED:
            return "dpv:ConsentInvalidated"
        if event.by in _TAKEN_BACK:
            return "dpv:ConsentWithdrawn"
    return _STATES[event.what]


def _time(moment: datetime) -> str:
    """RFC 3339, in whole seconds of UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
