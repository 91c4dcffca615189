"""Who asks in the edge city: agencies, clients, operators and the matters that they registered."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from authz.principal import Caller, ConsentId, Operator, Principal
from gateway.keys.sealing import KeyedSealer
from tests.generation.identities import person as person_of
from tests.mutants.edge_days import DEAD, DIED_TODAY, NAMED_ELSEWHERE, NOBODY, OTHER_ROLE, PARTY, STRANGER, UNTIL
from tests.rows import Row, agency

_AGENCIES = {
    # client: (agency, department, jurisdiction, field, purposes)
    "TENDER": (801, "dept.housing", "420111", "TENDER_PROCUREMENT", "PM-301 PM-302 PM-831"),
    "RECRUITER": (802, "dept.organisation", "420100", None, "PM-601"),
    "SUPERVISOR": (804, "dept.market_supervision", "420100", "FOOD_DRUG_SAFETY", "PM-401 PM-501 PM-821 PM-834"),
    "LABOUR": (805, "dept.human_resources", "420700", "LABOUR", "PM-813"),
    "EXECUTOR": (807, "dept.trading_centre", "420700", "TENDER_PROCUREMENT", "PM-805 PM-812 PM-831"),
    "ELSEWHERE": (808, "dept.housing", "370115", "CONSTRUCTION", "PM-831"),
}
BANK, AUDITOR = "BANK", "AUDITOR"


def caller(client: str, *, agency_id: int | None = None) -> Caller:
    """A client of the city with its operator 1001; ``BANK`` with a consent."""
    operator = Operator(staff_number="1001", agreement_until=UNTIL, trained_until=UNTIL)
    if client in {BANK, AUDITOR}:
        role, purposes = ("bank", {"PM-901"}) if client == BANK else ("auditor", {"PM-904"})
        who = Principal(
            client=client, organisation=client, role=role, jurisdiction="420100", purposes=frozenset(purposes)
        )
        return Caller(principal=who, operator=operator, consent=ConsentId("c1") if client == BANK else None)
    number, department, jurisdiction, supervised, given = _AGENCIES[client]
    who = Principal(
        client=client,
        organisation=f"AGENCY-{number}",
        role=department,
        jurisdiction=jurisdiction,
        purposes=frozenset(given.split()),
        supervision_field=supervised,
        agency_id=agency_id or number,
    )
    return Caller(principal=who, operator=operator)


def askers(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
    for client, (number, department, jurisdiction, supervised, given) in _AGENCIES.items():
        yield "agency", agency(number, department=department, jurisdiction=jurisdiction, supervision_field=supervised)
        yield (
            "client",
            {"client_id": client, "agency_id": number, "role": "AGENCY", "jwks": "{}", "purposes": given.split()},
        )
    for other in ("SUPERVISOR-2", BANK, AUDITOR):
        yield "client", {"client_id": other, "agency_id": 804, "role": "AGENCY", "jwks": "{}"}
    yield from _registered()
    yield from _matters(sealer)


REGISTERED: Mapping[str, Mapping[str, Any]] = {
    "KNOWN": {},
    "SUSPENDED": {"suspended": True},
    "UNREADABLE": {"jwks": "{}"},
    "OF-SUSPENDED": {"agency_id": 820},
}
"""Clients with keys; the operators of the first are good, gone, and lapsed."""

_KEY = '{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'


def _registered() -> Iterator[tuple[str, Row]]:
    lapsed = date(2025, 12, 31)
    yield "agency", agency(820, suspended=True, agreement_until=lapsed, department="dept.housing")
    for client, each in REGISTERED.items():
        given = {"agency_id": 801, "role": "AGENCY", "jwks": _KEY, "purposes": ["PM-301"]}
        yield "client", {"client_id": client, **given, **each}
    for number, changed in (("1001", {}), ("1002", {"active": False}), ("1003", {"trained_until": lapsed})):
        good = {"agreement_until": UNTIL, "trained_until": UNTIL}
        yield "operator", {"client_id": "KNOWN", "staff_number": number, **good, **changed}


def _matters(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
    for number, client, purpose, role, persons in (
        ("CASE-301", "TENDER", "PM-301", "bidder", ()),
        ("CASE-302", "TENDER", "PM-302", "review_expert", (PARTY, DEAD, DIED_TODAY)),
        ("CASE-302", "SUPERVISOR-2", "PM-302", "review_expert", (STRANGER,)),
        ("CASE-302-B", "TENDER", "PM-302", "review_expert", (NAMED_ELSEWHERE,)),
        ("CASE-401", "SUPERVISOR", "PM-401", "supervised", ()),
        ("CASE-401-B", "SUPERVISOR", "PM-401", "supervised", ()),
        ("CASE-401-2", "SUPERVISOR-2", "PM-401", "supervised", ()),
        ("CASE-402", "SUPERVISOR", "PM-402", "supervised", ()),
        ("CASE-501", "SUPERVISOR", "PM-501", "supervised", (PARTY,)),
        ("CASE-821", "SUPERVISOR", "PM-821", "applicant", (PARTY,)),
        ("CASE-601", "RECRUITER", "PM-601", "candidate", (PARTY,)),
        ("CASE-831", "EXECUTOR", "PM-831", "listed_target", (PARTY, STRANGER)),
        ("CASE-812", "EXECUTOR", "PM-812", "candidate", (PARTY,)),
        ("CASE-805", "EXECUTOR", "PM-805", "supplier", (NOBODY,)),
        ("CASE-813", "LABOUR", "PM-813", "party", (PARTY,)),
        ("CASE-901", BANK, "PM-901", "data_subject", ()),
    ):
        opened = {"number": number, "client_id": client, "purpose": purpose, "opened_on": date(2026, 1, 5)}
        yield "matter", {**opened, "operators": ["1001"]}
        for each in persons:
            yield "matter_party", _party((client, number), digest(sealer, each), role)
    yield "matter_party", _party(("TENDER", "CASE-302"), digest(sealer, OTHER_ROLE), "agent")
    yield (
        "matter_party",
        {**_party(("TENDER", "CASE-302"), digest(sealer, STRANGER), "review_expert"), "natural": False},
    )


def _party(matter: tuple[str, str], found: bytes, role: str) -> Row:
    client, number = matter
    return {"client_id": client, "matter_number": number, "party_digest": found, "role": role, "natural": True}


def digest(sealer: KeyedSealer, internal: int) -> bytes:
    who = person_of(internal)
    return sealer.person_digest("RESIDENT_ID", who.number, who.name)
