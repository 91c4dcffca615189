"""A city in which every condition has a row that fails it alone, beside rows that hold: what mutants are looked for in.

A record is named in its ``document_number``, and the tables here say who may see it: ``P`` the public, ``S`` agencies
that share, ``Y`` those who look back three years, ``A`` the agency that provided it. The day is 2026-05-20.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import asyncpg

from authz.principal import Caller, ConsentId, Operator, Principal
from gateway.keys.sealing import KeyedSealer
from schema.names import grams
from tests.generation.identities import person as person_of
from tests.generation.identities import uscc
from tests.rows import Row, agency, feedback, insert, link, measure, organisation, person, record

TODAY = date(2026, 5, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
UNTIL = date(2027, 12, 31)

Differences = Mapping[str, Mapping[str, Any]]

MAIN, SEEN, FIELD, MEASURED, TARGET, FINED, FINED_MUCH, CLOSED, PRAISED, REWARDED, LINKED = range(1, 12)
PARTY, STRANGER, NAMED_ELSEWHERE, OTHER_ROLE, DEAD, DIED_TODAY = range(22, 28)
NOBODY = 40
"""Organisations below 20; natural persons above. The last is named in a matter, and known to no register."""


# Who asks -------------------------------------------------------------------------------------------------------------

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


def _askers(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
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
    ):
        opened = {"number": number, "client_id": client, "purpose": purpose, "opened_on": date(2026, 1, 5)}
        yield "matter", {**opened, "operators": ["1001"]}
        for each in persons:
            yield "matter_party", _party(number, digest(sealer, each), role)
    yield "matter_party", _party("CASE-302", digest(sealer, OTHER_ROLE), "agent")
    yield "matter_party", {**_party("CASE-302", digest(sealer, STRANGER), "review_expert"), "natural": False}


def _party(number: str, found: bytes, role: str) -> Row:
    return {"matter_number": number, "party_digest": found, "role": role, "natural": True}


def digest(sealer: KeyedSealer, internal: int) -> bytes:
    who = person_of(internal)
    return sealer.person_digest("RESIDENT_ID", who.number, who.name)


# Subjects -------------------------------------------------------------------------------------------------------------


def _subjects(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
    for number in range(1, 13):
        named = {"name": f"武汉测试{number}号有限公司", "name_folded": f"武汉测试{number}号有限公司"}
        yield "subject", organisation(number, uscc=uscc(number), **named, **(_MAIN if number == MAIN else {}))
        for gram in sorted(grams(named["name"])):
            yield "organisation_name_gram", {"gram": gram, "subject_id": number}
    for number in range(PARTY, DIED_TODAY + 1):
        who = person_of(number)
        values: dict[str, Any] = {"person_digest": digest(sealer, number), "person_number_digest": number.to_bytes(32)}
        values |= {"person_name_ct": sealer.seal_value(who.name), "person_name__name_surname": who.name[0] + "**"}
        values |= {"person_id_number_ct": sealer.seal_value(who.number), "person_id_number__id_birth8": "4201**"}
        values |= {"person_phone_ct": sealer.seal_value("13800138000"), "person_phone__phone": "138****8000"}
        values |= {"person_home_address__addr_county": "湖北省武汉市洪山区***", "person_sex": "MALE"}
        values |= {"person_adult_on": who.born.replace(year=who.born.year + 18)}
        values |= _DEATHS.get(number, {})
        yield "subject", person(number, **values)


_DEATHS: Mapping[int, Mapping[str, Any]] = {DEAD: {"status": "DECEASED"}, DIED_TODAY: {"person_death_date": TODAY}}
_MAIN: Mapping[str, Any] = {
    "office_phone": "027-87000001",
    "office_phone__landline": "027-****0001",
    "financials": '{"debt": 1}',
    "tax_registration_number": "420199199006060079L0",
    "tax_registration_number__tax_no": None,
}


# Records --------------------------------------------------------------------------------------------------------------

LIST: Mapping[str, Any] = {"family": "ListEntry", "item": "SERIOUS_LIST", "category": "SERIOUS"}
ABNORMAL: Mapping[str, Any] = {"family": "AbnormalOperation", "item": "ABNORMAL_OPERATION", "category": "ABNORMAL"}
EZHOU: Mapping[str, Any] = {"jurisdiction": "420700", "objection_from": YESTERDAY}

STATES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "plain": ("PSY", {}),
    "no severity": ("PSY", {"severity": None}),
    "corrected": ("PSY", {"state": "CORRECTED"}),
    "decided today": ("PSY", {"decided_on": TODAY}),
    "decided tomorrow": ("", {"decided_on": TOMORROW}),
    "decided three years ago": ("PS", {"decided_on": date(2023, 5, 20)}),
    "quarantined": ("", {"state": "QUARANTINED"}),
    "revoked state": ("", {"state": "REVOKED"}),
    "deleted": ("", {"state": "DELETED"}),
    "sealed": ("", {"sealed": True}),
    "minor at the event": ("", {"minor_at_event": True}),
    "revoked today": ("", {"revoked_on": TODAY}),
    "revoked tomorrow": ("PSY", {"revoked_on": TOMORROW}),
    "died today": ("", {"subject_died_on": TODAY}),
    "dies tomorrow": ("PSY", {"subject_died_on": TOMORROW}),
    "published today": ("PSY", {"published_from": TODAY}),
    "published tomorrow": ("SY", {"published_from": TOMORROW}),
    "never published": ("SY", {"published_from": None}),
    "expires tomorrow": ("PSY", {"publication_until": TOMORROW}),
    "expired today": ("SY", {"publication_until": TODAY}),
    "minor severity": ("SY", {"severity": "MINOR"}),
    "repaired today": ("", {"repaired_on": TODAY}),
    "repaired tomorrow": ("PSY", {"repaired_on": TOMORROW}),
    "repaired long ago": ("", {"repaired_on": date(2025, 10, 15)}),
    "repaired long ago, publication stopped": (
        "",
        {"repaired_on": date(2025, 10, 15), "repair_stops_publication": True},
    ),
    "repaired long ago, sharing stopped": ("", {"repaired_on": date(2025, 10, 15), "repair_stops_sharing": True}),
    "listed": ("PS", LIST),
    "list removed today": ("", {**LIST, "removed_on": TODAY}),
    "list removed tomorrow": ("PS", {**LIST, "removed_on": TOMORROW}),
    "list term ended today": ("", {**LIST, "term_end": TODAY}),
    "list term ends tomorrow": ("PS", {**LIST, "term_end": TOMORROW}),
    "abnormal": ("PS", ABNORMAL),
    "abnormal removed today": ("", {**ABNORMAL, "removed_on": TODAY}),
    "doubted in Ezhou": ("S", {**LIST, **EZHOU, "objection_doubtful_from": TODAY}),
    "doubted in Ezhou from tomorrow": ("PS", {**LIST, **EZHOU, "objection_doubtful_from": TOMORROW}),
    "objected to in Ezhou": ("PS", {**LIST, **EZHOU}),
    "doubt settled in Ezhou": ("PS", {**LIST, **EZHOU, "objection_doubtful_from": YESTERDAY, "objection_until": TODAY}),
    "doubted in Wuhan": ("PS", {**LIST, "objection_from": YESTERDAY, "objection_doubtful_from": YESTERDAY}),
    "red list": ("P", {**LIST, "item": "RED_LIST", "category": "HONOUR", "subcategory": "RED_LIST"}),
    "closed item": ("", {"item": "PUBLIC_SECURITY_PENALTY"}),
}
"""Records of the main organisation; unless said otherwise serious penalties of another agency."""

PERSONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "person": ("P", {}),
    "person without a basis": ("", {"publication_basis": None}),
    "person's list": ("P", LIST),
    "person's list doubted in Ezhou": ("P", {**LIST, **EZHOU, "objection_doubtful_from": YESTERDAY}),
    "defaulter": (
        "P",
        {"family": "Defaulter", "item": "DEFAULTER", "category": "JUDICIAL", "subcategory": "DEFAULTER"},
    ),
    "person's honour": ("P", {"family": "Honour", "item": "HONOUR", "category": "HONOUR", "title": "志愿者"}),
}
"""Records of the party, who is a natural person."""

OWN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "own": ("A", {"source_unit_id": 804}),
    "own by decision": ("A", {"authority_id": 804}),
    "own sealed": ("A", {"source_unit_id": 804, "sealed": True}),
    "own quarantined": ("A", {"source_unit_id": 804, "state": "QUARANTINED"}),
    "own revoked": ("A", {"source_unit_id": 804, "state": "REVOKED"}),
    "own repaired": ("A", {"source_unit_id": 804, "repaired_on": YESTERDAY}),
    "own deleted": ("", {"source_unit_id": 804, "state": "DELETED"}),
    "another's": ("", {}),
}
"""Records of the second organisation that the supervisor provided, and one that it did not."""

FIELDS: Mapping[str, Mapping[str, Any]] = {
    "own field, public": {"supervision_field": "FOOD_DRUG_SAFETY"},
    "own field": {"supervision_field": "FOOD_DRUG_SAFETY", "published_from": None},
    "other field": {"supervision_field": "LABOUR", "published_from": None},
    "other field, public": {"supervision_field": "LABOUR"},
}
"""Penalties of the third organisation: what the supervisor is shown of them depends on the field and on publication."""

TARGETS: Mapping[str, Mapping[str, Any]] = {
    "target's list": {**LIST, "subject_id": TARGET},
    "target's penalty": {"subject_id": TARGET},
}
"""Records of an organisation on which the executor executes a measure."""

VERDICTS: Mapping[str, Mapping[str, Any]] = {
    "minor fine": {"subject_id": FINED, "fine_amount": 199_999_999, "penalty_kinds": ["FINE"]},
    "major fine long ago": {"subject_id": FINED, "fine_amount": 300_000_000, "decided_on": date(2023, 5, 20)},
    "major fine": {"subject_id": FINED_MUCH, "fine_amount": 200_000_000, "supervision_field": "LABOUR"},
    "closed": {"subject_id": CLOSED, "penalty_kinds": ["CLOSURE"]},
    "positive": {"subject_id": PRAISED, "polarity": "POSITIVE"},
    "defaulting": {"subject_id": PRAISED, "family": "Defaulter", "item": "DEFAULTER", "polarity": "POSITIVE"},
    "sealed closure": {"subject_id": REWARDED, "penalty_kinds": ["CLOSURE"], "sealed": True},
    "negative long ago": {"subject_id": REWARDED, "decided_on": date(2023, 5, 20)},
}
"""Records that count for a verdict, or just do not."""

CONTRACT: Mapping[str, Any] = {"family": "Contract", "item": "CONTRACT_PERFORMANCE", "category": "CONTRACT"}
REWARD: Mapping[str, Any] = {"family": "Reward", "item": "REWARD", "subcategory": "REWARD"}
SECRET = 777_777_777

AMOUNTS: Mapping[str, Mapping[str, Any]] = {
    "contract": {"subject_id": LINKED, **CONTRACT, "amount": SECRET, "document_kind": "合同"},
    "reward": {"subject_id": LINKED, **REWARD, "amount": 100},
}
"""Records of two families that share a column: of one it is public, of the other nobody's."""

_NAMES = (*STATES, *PERSONS, *OWN, *FIELDS, *TARGETS, *VERDICTS, *AMOUNTS)
NUMBER = {name: 1000 + place for place, name in enumerate(_NAMES, start=1)}


def names(who: str, *tables: Mapping[str, tuple[str, Mapping[str, Any]]]) -> set[str]:
    """The records of these tables that ``who`` (a letter) may see."""
    return {name for table in tables for name, (seen, _) in table.items() if who in seen}


def _records(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
    for table, subject in ((STATES, MAIN), (OWN, SEEN)):
        for name, (_, difference) in table.items():
            yield "record", _record(name, subject, **_texts(sealer), **difference)
    for name, (_, difference) in PERSONS.items():
        yield "record", _record(name, PARTY, natural=True, **_named(difference, sealer), **difference)
    for name, each in FIELDS.items():
        yield "record", _record(name, FIELD, suspended_licence="许可证", **_texts(sealer), **each)
    for name, each in {**TARGETS, **VERDICTS, **AMOUNTS}.items():
        yield "record", _record(name, MAIN, **each)


def _record(name: str, subject: int, **values: Any) -> Row:
    own: dict[str, Any] = {
        "document_number": name,
        "penalty_basis": f"第{name}条",
        "item": "PENALTY",
        "category": "ADMIN",
        "subcategory": "PENALTY",
    }
    return record(NUMBER[name], **{"subject_id": subject, **own, **values})


def _named(record: Mapping[str, Any], sealer: KeyedSealer) -> Row:
    """The person as named in the record: in full only where a judgment's defaulter or an honour is published."""
    values: dict[str, Any] = {"party_name__name_surname": "王**"}
    if record.get("family") in {"Defaulter", "Honour"}:
        values["party_name_ct"] = sealer.seal_value("王测试")
    if record.get("family") == "Defaulter":
        values |= {"party_id_number__id_court": "4201991992****0027", "party_sex": "MALE"}
    return values


def _texts(sealer: KeyedSealer) -> dict[str, Any]:
    return {"facts_ct": sealer.seal_value("李测试的事实"), "facts__redact_text": "[已隐去]的事实"}


# Measures and links ---------------------------------------------------------------------------------------------------

DOUBT: Mapping[str, Any] = {"market_subject": True, "jurisdiction": "420700", "objection_doubtful_from": YESTERDAY}

MEASURES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "current": ("PS", {}),
    "pushed today": ("PS", {"pushed_on": TODAY}),
    "pushed tomorrow": ("", {"pushed_on": TOMORROW}),
    "never pushed": ("", {"pushed_on": None}),
    "rejected today": ("", {"rejected_on": TODAY}),
    "rejected tomorrow": ("PS", {"rejected_on": TOMORROW}),
    "lifted today": ("", {"lifted_on": TODAY}),
    "lifted tomorrow": ("PS", {"lifted_on": TOMORROW}),
    "ended yesterday": ("", {"ends_on": YESTERDAY}),
    "ends today": ("PS", {"ends_on": TODAY}),
    "trigger not public": ("S", {"record_id": NUMBER["never published"]}),
    "trigger doubted": ("S", {"record_id": NUMBER["doubted in Ezhou"]}),
    "trigger sealed": ("S", {"record_id": NUMBER["sealed"]}),
    "without a trigger": ("S", {"record_id": None}),
    "suspended": ("S", DOUBT),
    "suspended from tomorrow": ("PS", {**DOUBT, "objection_doubtful_from": TOMORROW}),
    "suspension ended": ("PS", {**DOUBT, "objection_until": TODAY}),
    "no market subject": ("PS", {**DOUBT, "market_subject": False}),
    "doubted in Wuhan": ("PS", {**DOUBT, "jurisdiction": "420100"}),
}
"""Measures on one organisation, by another agency than those who ask here."""

OURS: Mapping[str, Any] = {"executed_by_id": 807, "in_force_on": YESTERDAY}

EXECUTED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "executed": ("IN_FORCE", OURS),
    "executed, lifted": ("LIFTED", {**OURS, "lifted_on": YESTERDAY}),
    "executed, rejected": ("REJECTED", {**OURS, "rejected_on": YESTERDAY}),
    "executed, ended": ("EXPIRED", {**OURS, "ends_on": YESTERDAY}),
    "executed, suspended": ("SUSPENDED", {**OURS, **DOUBT}),
    "executed, suspended from tomorrow": ("IN_FORCE", {**OURS, **DOUBT, "objection_doubtful_from": TOMORROW}),
    "executed, suspension ended": ("IN_FORCE", {**OURS, **DOUBT, "objection_until": TODAY}),
    "executed, doubted in Wuhan": ("IN_FORCE", {**OURS, **DOUBT, "jurisdiction": "420100"}),
    "executed, no market subject": ("IN_FORCE", {**OURS, **DOUBT, "market_subject": False}),
    "initiated": ("PUSHED", {"initiated_by_id": 807}),
    "initiated by the supervisor": ("", {"initiated_by_id": 804}),
    "initiated by labour": ("", {"initiated_by_id": 805}),
    "neither": ("", {}),
}
"""Measures on another organisation, and their status as the executor is shown it; nothing where it is not its own."""

SANCTIONS: Mapping[str, Mapping[str, Any]] = {
    "incentive": {"subject_id": REWARDED, "category": "INC", "in_force_on": YESTERDAY},
    "not in force yet": {"subject_id": REWARDED, "in_force_on": TOMORROW},
    "in force": {"subject_id": FINED, "in_force_on": YESTERDAY},
    "on the party": {"subject_id": PARTY, "natural": True, "executed_by_id": 807, "in_force_on": YESTERDAY},
    "on the stranger": {"subject_id": STRANGER, "natural": True},
}
"""Measures that count as being sanctioned, or not; and on natural persons."""

MEASURE = {name: 2000 + place for place, name in enumerate((*MEASURES, *EXECUTED, *SANCTIONS), start=1)}

LINKS: Mapping[str, Mapping[str, Any]] = {
    "王当前": {"role": "LEGAL_REP", "from_date": date(2020, 1, 1), "person_id": PARTY},
    "李以前": {"role": "LEGAL_REP", "from_date": YESTERDAY, "to_date": TODAY},
    "张以后": {"role": "LEGAL_REP", "from_date": TOMORROW},
    "陈高管": {"role": "EXECUTIVE", "from_date": YESTERDAY, "person_id": STRANGER},
    "赵股东": {"role": "SHAREHOLDER", "from_date": YESTERDAY},
    "周责任": {"role": "DIRECTLY_LIABLE", "from_date": YESTERDAY},
}
"""Links of one organisation. The last is reached by its list entry."""


def _measures() -> Iterator[tuple[str, Row]]:
    plain = NUMBER["plain"]
    for name, (_, difference) in MEASURES.items():
        yield "measure", measure(MEASURE[name], **{"subject_id": MEASURED, "record_id": plain, **difference})
    for name, (_, each) in EXECUTED.items():
        yield "measure", measure(MEASURE[name], **{"subject_id": TARGET, "record_id": plain, **each})
        yield "feedback", feedback(MEASURE[name], MEASURE[name], matter_number=name)
    for name, each in SANCTIONS.items():
        yield "measure", measure(MEASURE[name], **{"record_id": plain, **each})


def _links() -> Iterator[tuple[str, Row]]:
    for number, (name, each) in enumerate(LINKS.items(), start=1):
        yield "link", link(number, LINKED, name=name, name__name_surname=name[0] + "**", **each)
    yield "record_person_target", {"record_id": NUMBER["target's list"], "link_id": len(LINKS)}


async def build(owner: asyncpg.Connection, sealer: KeyedSealer) -> None:
    await insert(owner, "agency", agency())
    for table, row in (*_askers(sealer), *_subjects(sealer), *_records(sealer), *_measures(), *_links()):
        await insert(owner, table, row)
