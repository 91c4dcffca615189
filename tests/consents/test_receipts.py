"""Receipts of consents: checked offline with the key set alone, by the lines we publish; never taken for a token."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature

from gateway.consents.receipts import SCHEMA, TYPE, Profile, issued, of_giving, receipt
from gateway.consents.records import By, Reason, State
from gateway.identity import jose
from tests.consents import receipt_example as example
from tests.consents.kept import EVENTS, GRANTED, REQUEST, consent, event
from tests.ledger.json_schema import problems

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "consent-receipt.schema.json"
WRITTEN = json.loads(SCHEMA_FILE.read_text("utf-8"))
PERSONAL = ("王测试", "420199199207280027", "digest of the subject", "thumbprint-of-the-bank")


def claims(profile: Profile = Profile.FULL, **changes: Any) -> Any:
    return receipt(consent(**changes), EVENTS, example.AROUND, profile)


def state_of(what: str, by: By, reason: Reason | None = None) -> str:
    found = receipt(consent(), (event(1, what, by, reason=reason),), example.AROUND, Profile.MINIMAL)
    state: str = found["receipt"]["events"][0]["event_state"]
    return state


def test_the_document_shows_what_is_issued() -> None:
    text = example.DOCUMENT.read_text("utf-8")
    assert text == example.written(text)
    assert all(block in text for block in example.blocks().values())


def test_the_example_is_checked_by_the_lines_of_the_document_and_nothing_of_ours() -> None:
    checked, key_set = example.checking(), json.loads(example.blocks()["jwks"])
    found = checked(example.blocks()["receipt"], key_set)
    assert found == json.loads(json.dumps(claims(Profile.MINIMAL)))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_receipt_that_was_touched_is_none(part: int) -> None:
    checked, parts = example.checking(), example.token().split(".")
    other = issued(claims(Profile.MINIMAL, uses=1), example.key()).split(".")
    foreign = f'{{"alg":"Ed25519","typ":"at+jwt","kid":"{example.key().kid}"}}'
    parts[part] = other[part] if part else jose.encode(foreign.encode())
    with pytest.raises((InvalidSignature, ValueError)):
        checked(".".join(parts), example.key_set())


@pytest.mark.parametrize("profile", list(Profile))
def test_it_is_as_the_schema_says(profile: Profile) -> None:
    assert problems(json.loads(json.dumps(claims(profile))), WRITTEN) == []


def test_what_the_schema_does_not_know_is_a_problem() -> None:
    found = json.loads(json.dumps(claims()))
    found["receipt"]["header"]["name"] = "somebody"
    assert problems(found, WRITTEN)
    assert found["receipt"]["header"]["schema_version"] == SCHEMA


def test_no_receipt_is_taken_for_a_token() -> None:
    """T5."""
    assert jose.read(example.token(), types=frozenset({TYPE})).kid == example.key().kid
    for token in (example.token(), example.token(Profile.FULL)):
        with pytest.raises(jose.JoseError):
            jose.read(token, types=frozenset({"at+jwt", "JWT", "dpop+jwt", "audit-receipt+jwt"}))


def test_it_names_nobody() -> None:
    guardian = consent(by=By.GUARDIAN, relation=UUID(int=9), contact=b"sealed address")
    found = json.dumps(receipt(guardian, EVENTS, example.AROUND, Profile.FULL), ensure_ascii=False)
    assert not [each for each in (*PERSONAL, "sealed address") if each in found]
    assert str(UUID(int=9)) in found


def test_the_minimal_one_tells_little_and_the_full_one_what_was_agreed() -> None:
    small, full = claims(Profile.MINIMAL)["receipt"], claims()["receipt"]
    assert small["processing"].items() <= full["processing"].items()
    assert len(small["parties"]) == len(small["events"]) == 1
    assert small["header"]["receipt_id"] != full["header"]["receipt_id"]
    told = full["processing"]
    assert [each["pii_attribute_id"] for each in told["pii_information"]] == sorted(consent().rights.items)
    assert told["pii_attributes"] == sorted(consent().rights.fields)
    assert told["privacy_notice"]["sha256"] == consent().notice.hex()
    assert (told["retention_period"], told["uses"]) == ("P180D", 2)
    assert [each["log_entry"] for each in full["events"]] == [str(each.entry) for each in EVENTS]
    assert "pii_attributes" not in small["processing"]


def test_what_was_narrowed_stands_in_it_and_not_what_was_asked() -> None:
    narrow = replace(consent().rights, items=frozenset({"DEFAULTER"}), fields=frozenset())
    told = claims(rights=narrow, uses=1, expires_at=GRANTED + timedelta(days=7))["receipt"]["processing"]
    assert [each["pii_attribute_id"] for each in told["pii_information"]] == ["DEFAULTER"]
    assert (told["pii_attributes"], told["uses"], told["valid_until"]) == ([], 1, "2026-05-26T06:30:00Z")


def test_who_stands_between_and_who_decided_are_parties() -> None:
    through = replace(REQUEST, via="某助贷平台")
    found = claims(request=through, by=By.AGENT, relation=UUID(int=9))["receipt"]["parties"]
    assert [each["party_role"] for each in found] == [
        "dpv:DataController",
        "dpv:DataSource",
        "dpv:ThirdParty",
        "dpv:DataSubject",
        "dpv:Representative",
    ]
    assert (found[-1]["party_id"], found[-1]["party_type"]) == (str(UUID(int=9)), "agent")


def test_that_of_the_institution_is_of_the_giving_alone() -> None:
    ended = (event(4, "SUSPENDED", By.SYSTEM), event(5, "REVOKED", By.SYSTEM, reason=Reason.DEATH))
    assert of_giving((*EVENTS, *ended)) == (EVENTS[0], EVENTS[2])


def test_taken_back_is_not_the_same_as_ended_by_others() -> None:
    assert state_of("REVOKED", By.SUBJECT, Reason.SUBJECT) == "dpv:ConsentWithdrawn"
    assert state_of("REVOKED", By.GUARDIAN, Reason.SUBJECT) == "dpv:ConsentWithdrawn"
    assert state_of("REVOKED", By.CLIENT, Reason.CLIENT) == "dpv:ConsentRevoked"
    assert state_of("REVOKED", By.OFFICER, Reason.FORCED) == "dpv:ConsentInvalidated"
    assert state_of("SUSPENDED", By.SYSTEM, Reason.RELATION_ENDED) == "dpv:ConsentStatusInvalidForProcessing"


def test_every_event_of_a_consent_has_its_state() -> None:
    for what in ("REQUESTED", "SHOWN", "GRANTED", *State):
        found = receipt(consent(), (event(1, what),), example.AROUND, Profile.FULL)
        assert problems(json.loads(json.dumps(found)), WRITTEN) == [], what


def test_the_same_state_gives_the_same_receipt_and_another_one_another() -> None:
    assert example.token(Profile.FULL) == example.token(Profile.FULL)
    later = receipt(consent(), (*EVENTS, event(4, "REVOKED")), example.AROUND, Profile.MINIMAL)
    assert later["jti"] != claims(Profile.MINIMAL)["jti"]


def test_a_key_that_only_verifies_signs_nothing() -> None:
    with pytest.raises(ValueError, match="private half"):
        issued(claims(), replace(example.key(), private=None))
