"""A bank fetches the receipt of a consent, and checks it with the published keys alone, at either of two processes."""

import asyncio
import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest

from gateway.consents.records import By, Reason
from tests.consents.granted import Wanted, granted, person, rights
from tests.consents.pair import Pair, two_servers
from tests.consents.receipt_example import checking
from tests.consents.test_receipts import WRITTEN
from tests.ledger.json_schema import problems

NUMBER, NAME = "420199199207280027", "王测试"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        yield found


@pytest.fixture(scope="module")
def consent(pair: Pair) -> str:
    """Given by the subject; another request is still pending."""

    async def run() -> str:
        async with pair.opened() as installation:
            wanted = Wanted(
                subject=person(installation.sealer, NUMBER, NAME),
                rights=rights("DEFAULTER", "Standing.judgmentDefaulter"),
                thumbprint="t" * 43,
            )
            return str((await granted(installation.consents, wanted)).id)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def token(pair: Pair) -> str:
    return pair.token("B1")


def receipt(pair: Pair, token: str, consent: str, profile: str = "full", *, client: str = "B1") -> httpx.Response:
    path = f"/consents/{consent}/receipt"
    return pair.call(pair.other, "GET", path, token, client=client, params={"profile": profile})


def test_it_is_checked_with_the_published_keys_alone(pair: Pair, token: str, consent: str) -> None:
    answer = receipt(pair, token, consent)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jwt")
    key_set = pair.one.http.get("/.well-known/jwks.json").json()
    claims = checking()(answer.text, key_set)
    assert problems(claims, WRITTEN) == []
    assert claims["iss"] == pair.banks["B1"].issuer
    told = claims["receipt"]
    assert told["header"]["record_id"] == consent
    assert told["parties"][0]["party_name"] == "武汉测试银行"
    assert [each["state"] for each in told["events"]] == ["REQUESTED", "GRANTED"]
    assert not [each for each in (NUMBER, NAME) if each in json.dumps(claims, ensure_ascii=False)]


@pytest.mark.parametrize(
    ("reason", "by"), [(Reason.SUBJECT, By.SUBJECT), (Reason.DEATH, By.SYSTEM), (Reason.OFFICER, By.OFFICER)]
)
def test_what_became_of_a_consent_and_why_no_receipt_tells_the_bank(
    pair: Pair, token: str, reason: Reason, by: By
) -> None:
    """That somebody has died, or took it back: the bank is told that it ended, by four words and no others."""

    async def give() -> UUID:
        async with pair.opened() as installation:
            subject = person(installation.sealer, NUMBER, NAME)
            wanted = Wanted(subject=subject, rights=rights("DEFAULTER", "Standing.judgmentDefaulter"))
            return (await granted(installation.consents, wanted)).id

    async def end(consent: UUID) -> None:
        async with pair.opened() as installation:
            assert await installation.consents.suspend(consent, Reason.RELATION_ENDED, By.SYSTEM)
            assert await installation.consents.revoke(consent, reason, by)

    consent = asyncio.run(give())
    before = [receipt(pair, token, str(consent), profile).text for profile in ("minimal", "full")]
    asyncio.run(end(consent))
    assert [receipt(pair, token, str(consent), profile).text for profile in ("minimal", "full")] == before


def test_others_and_what_is_not_there_get_the_same_nothing(pair: Pair, token: str, consent: str) -> None:
    theirs = receipt(pair, pair.token("B2"), consent, client="B2")
    nothing = [receipt(pair, token, each) for each in (str(uuid4()), "x", consent.upper())]
    assert {each.status_code for each in (theirs, *nothing)} == {404}
    assert len({each.text for each in (theirs, *nothing)}) == 1


def test_there_are_two_profiles(pair: Pair, token: str, consent: str) -> None:
    minimal, full, other = [receipt(pair, token, consent, each) for each in ("minimal", "full", "all")]
    assert (minimal.status_code, full.status_code, other.status_code) == (200, 200, 400)
    assert len(minimal.text) < len(full.text)


def test_a_receipt_opens_nothing(pair: Pair, token: str, consent: str) -> None:
    """T5."""
    found = receipt(pair, token, consent, "minimal").text
    for at in pair.servers:
        answer = pair.graphql(at, found, "{ viewer { kind } }")
        assert answer.status_code == 401
        assert "data" not in answer.json()
    assert pair.graphql(pair.one, token, "{ viewer { kind } }").status_code == 200
