"""Tokens of real consents over HTTP against two processes: T22 (other banks' consents), T27 (another key), and ends."""

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.consents.records import By, ConsentRecord, Event, Reason
from tests.consents.bank import pem_of, thumbprint
from tests.consents.granted import Wanted, granted, person, rights
from tests.consents.pair import Pair, two_servers

BANK = ("--agency", "91420199MA9TERT98X", "--role", "BANK", "--purpose", "PM-901")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        yield found


def given(pair: Pair, client: str = "B1") -> ConsentRecord:
    """A consent of 王测试 to this bank, under the key it has now."""

    async def grant() -> ConsentRecord:
        async with pair.opened() as installation:
            wanted = Wanted(
                subject=person(installation.sealer, "420199199207280027", "王测试"),
                rights=rights("PENALTY", "Record.decidedOn Record.category"),
                client=client,
                thumbprint=thumbprint(pair.banks[client].holder),
            )
            return await granted(installation.consents, wanted)

    return asyncio.run(grant())


def revoked(pair: Pair, consent: UUID) -> None:
    async def revoke() -> None:
        async with pair.opened() as installation:
            await installation.consents.revoke(consent, Reason.SUBJECT, By.SUBJECT)

    asyncio.run(revoke())


def events(pair: Pair, consent: UUID) -> tuple[Event, ...]:
    async def read() -> tuple[Event, ...]:
        async with pair.opened() as installation:
            return await installation.consents.events(consent)

    return asyncio.run(read())


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_a_token_of_either_process_says_what_was_granted_and_names_nobody(pair: Pair) -> None:
    consent = given(pair)
    tokens = [pair.token(consent=str(consent.id), at=server) for server in pair.servers]

    first, second = map(claims_of, tokens)
    assert first["authorization_details"] == second["authorization_details"]
    (told,) = first["authorization_details"]
    assert told["consent_id"] == str(consent.id)
    assert (told["purpose"], told["record_types"]) == ("PM-901", ["PENALTY"])
    assert told["fields"] == ["Record.category", "Record.decidedOn"]
    assert first["cver"] == len(events(pair, consent.id))
    assert first["sub"] == second["sub"]
    for secret in (
        "420199199207280027",
        "王测试",
        str(consent.request.subject.id),
        consent.request.subject.digest.hex(),
    ):
        assert secret not in json.dumps(first, ensure_ascii=False)


def test_two_banks_know_one_person_by_two_names(pair: Pair) -> None:
    names = [claims_of(pair.token(bank, consent=str(given(pair, bank).id)))["sub"] for bank in ("B1", "B2", "B1")]

    assert names[0] == names[2] != names[1]


def test_t22_an_unknown_consent_and_another_banks_are_one_refusal(pair: Pair) -> None:
    ended, own = given(pair), given(pair)
    revoked(pair, ended.id)
    attempts = [("B2", str(own.id)), ("B1", str(ended.id)), *(("B1", str(uuid4())) for _ in range(3))]

    answers = [pair.token_answer(bank, consent=named, at=at) for bank, named in attempts for at in pair.servers]

    assert {answer.status_code for answer in answers} == {400}
    assert {answer.json()["error"] for answer in answers} == {"invalid_authorization_details"}
    assert len({answer.content for answer in answers}) == 1
    assert pair.token_answer(consent=str(own.id)).status_code == 200


def test_t27_after_a_key_roll_the_consent_waits_for_a_decision(pair: Pair) -> None:
    bank, consent = pair.banks["B1"], given(pair)
    old, token = bank.holder, pair.token(consent=str(consent.id))
    assert roll(pair, Ed25519PrivateKey.generate())
    pair.one.wait_until(lambda: pair.graphql(pair.one, token, "{ viewer { kind } }").status_code == 401)
    pair.other.wait_until(lambda: pair.graphql(pair.other, token, "{ viewer { kind } }").status_code == 401)

    refused = [pair.token_answer(consent=str(consent.id), at=server) for server in pair.servers]

    assert [answer.json()["error"] for answer in refused] == ["invalid_authorization_details"] * 2
    last = events(pair, consent.id)[-1]
    assert (last.what, last.reason, last.by) == ("SUSPENDED", Reason.KEY_CHANGED, By.SYSTEM)
    roll(pair, old)
    assert pair.token_answer(consent=str(consent.id)).status_code == 400  # not even the old key brings it back
    assert events(pair, consent.id)[-1] == last


def roll(pair: Pair, key: Any) -> bool:
    """Register another key of B1, of which the bank's software knows at once, and wait until both processes do."""
    file = pair.home.folder.with_name("B1.pub.pem")
    file.write_bytes(pem_of(key))
    done = pair.home.said("client add", "--replace", "--id", "B1", *BANK, "--dpop-key", str(file))
    pair.banks["B1"].holder = key
    for server in pair.servers:
        server.wait_until(lambda: pair.token_answer(at=server).status_code == 200)  # noqa: B023  # asked at once
    return "DPoP key" in done["changed"]


def test_a_token_outlives_its_consent_and_is_worth_nothing(pair: Pair) -> None:
    """The record, not the token, is authority."""
    consent = given(pair)
    token = pair.token(consent=str(consent.id))
    asked = """query @purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject") {
        standing(by: {person: {idNumber: "420199199207280027", name: "王测试"}}) { identityMatch { answer } } }"""
    revoked(pair, consent.id)

    answers = [pair.graphql(server, token, asked) for server in pair.servers]

    assert {answer.json()["errors"][0]["extensions"]["code"] for answer in answers} == {"CONSENT_ENDED"}
