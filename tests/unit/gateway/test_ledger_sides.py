"""Side rows: who was concerned, searchable by keyed digest, readable only with the keys."""

import json
from uuid import UUID

import pytest

from gateway.ledger.entry import Decision, Entry, Kind, RowRef
from gateway.ledger.proof.commitments import commit
from gateway.ledger.sides import TEXT_LIMIT, Disclosure, actor, disclosure, gather, legible
from tests.ledger.ledgers import COMPANY, LICENCE, PENALTY, PERSON, SampleVault, entry, released

ENTRY_ID = UUID(int=5)
VAULT = SampleVault()
LICENCE_ROW = RowRef(type="Licence", item="LICENCE", ref=LICENCE)


def first(*group: object, n: int = 0) -> Disclosure:
    made = gather(group)[n]  # type: ignore[arg-type]
    return disclosure(made, entry_id=ENTRY_ID, n=n, consent="c-1", salt=bytes(32), vault=VAULT)


def test_a_natural_person_has_a_row_alone() -> None:
    one = released(natural=True, subject=PERSON)
    assert gather([released(), one, released(subject=b"other"), one]) == (
        (one,),
        (one,),
        (released(), released(subject=b"other")),
    )


def test_organisations_share_a_row_only_when_the_same_was_clear() -> None:
    other = released(subject=b"other", clear=("Organisation.name",))
    elsewhere = released(subject=b"third", basis=("HS-12",))
    assert gather([released(), other, elsewhere]) == ((released(),), (other,), (elsewhere,))


def test_a_person_is_found_by_subject_and_by_record() -> None:
    row = first(released(natural=True, subject=PERSON))
    assert row.subject_ref == VAULT.digest("subject", PERSON)
    assert row.record_refs == (VAULT.digest("record", PENALTY),)
    assert row.clear == ("Organisation.name", "Record.documentNumber")


def test_an_organisation_is_found_like_a_record() -> None:
    row = first(released(), released(subject=b"other", rows=(LICENCE_ROW,)))
    assert row.subject_ref is None
    assert set(row.record_refs) == {
        VAULT.digest("subject", COMPANY),
        VAULT.digest("subject", b"other"),
        VAULT.digest("record", PENALTY),
        VAULT.digest("record", LICENCE),
    }
    assert (row.subjects, row.types, row.levels) == (2, {"Penalty": 1, "Licence": 1}, {"CLEAR": 4, "MASKED": 2})


def test_the_sealed_text_opens_the_commitment() -> None:
    row = first(released(natural=True, subject=PERSON))
    plain = VAULT.open(row.ct, aad=ENTRY_ID.bytes + bytes(4), subject_ref=row.subject_ref)
    assert commit("released", row.salt, plain) == row.commitment
    assert json.loads(plain) == {
        "basis": ["WH-二(二)1"],
        "clear": ["Organisation.name", "Record.documentNumber"],
        "consent": "c-1",
        "levels": {"CLEAR": 2, "MASKED": 1},
        "rows": [{"item": "PENALTY", "ref": PENALTY.hex(), "type": "Penalty"}],
        "subjects": [PERSON.hex()],
    }
    assert row.dek_id == "subject"


def test_the_actor_is_sealed_and_found_by_digest() -> None:
    made = actor(entry(matter=" ＨＳＺＢ-2026-0117 "), entry_id=ENTRY_ID, seed=bytes(32), vault=VAULT)
    plain = json.loads(VAULT.open(made.ct, aad=ENTRY_ID.bytes, subject_ref=None))
    assert plain == {"address": "192.0.2.7", "matter": "HSZB-2026-0117", "operator": "A1/1001"}
    assert made.operator_ref == VAULT.digest("operator", b"A1/1001")
    assert made.matter_ref == VAULT.digest("matter", b"HSZB-2026-0117")


def test_the_public_has_neither_operator_nor_matter() -> None:
    given = Entry(kind=Kind.RELEASE, principal="public", decision=Decision.ALLOW)
    made = actor(given, entry_id=ENTRY_ID, seed=bytes(32), vault=VAULT)
    assert (made.operator_ref, made.matter_ref) == (None, None)


@pytest.mark.parametrize("text", ["x" * 10_000, "\ufdfa" * 300, "\ud800" * 300, " " * 9 + "é" * 400])
def test_a_text_of_the_caller_is_cut_and_encodable(text: str) -> None:
    kept = legible(text)
    assert len(kept) <= TEXT_LIMIT
    assert legible(kept) == kept
    kept.encode()
