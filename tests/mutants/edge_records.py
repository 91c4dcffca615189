"""The records of the edge city: for every condition one that fails it alone, beside some that hold."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gateway.keys.sealing import KeyedSealer
from tests.mutants.edge_days import (
    CLOSED,
    FIELD,
    FINED,
    FINED_MUCH,
    LINKED,
    MAIN,
    PARTY,
    PRAISED,
    REWARDED,
    SEEN,
    TARGET,
    TODAY,
    TOMORROW,
    YESTERDAY,
)
from tests.rows import Row, record

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
    "last day of publication": ("PSY", {"publication_until": TODAY}),
    "publication over": ("SY", {"publication_until": YESTERDAY}),
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
    "list term over": ("", {**LIST, "term_end": YESTERDAY}),
    "last day of the list term": ("PS", {**LIST, "term_end": TODAY}),
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


def record_rows(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
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
