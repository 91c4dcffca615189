"""T24 at each use, over HTTP, at two processes: nothing stands longer than the right of whoever granted it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from gateway.database.engines import owner_connection
from tests.consents.bank import thumbprint
from tests.consents.granted import Wanted, firm, granted, person, rights, signatory
from tests.consents.pair import Pair, two_servers

L2, NUMBER, NAME = "91420199MA9TERT20X", "420199199207280027", "王测试"
STATED = '@purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject")'
OF_FIRM = f'query {STATED} {{ subject(by: {{uscc: "{L2}"}}) {{ name }} }}'
WHO = f'{{person: {{idNumber: "{NUMBER}", name: "{NAME}"}}}}'
OF_PERSON = f"query {STATED} {{ standing(by: {WHO}) {{ identityMatch {{ answer }} }} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Two consents, and the relation by which the firm's was given."""

    firm: str
    person: str
    relation: str


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        yield found


@pytest.fixture(scope="module")
def given(pair: Pair) -> Given:
    async def run() -> Given:
        key = thumbprint(pair.banks["B1"].holder)
        async with pair.opened() as installation:
            sealer, register = installation.sealer, installation.consents
            company = firm(sealer, L2)
            with pair.home.database() as url:
                async with owner_connection(url) as owner:
                    relation = await signatory(owner, company)
            ticked = rights("DEFAULTER", "Standing.judgmentDefaulter")
            wanted = Wanted(subject=company, relation=relation, rights=ticked, thumbprint=key, uses=20)
            one = await granted(register, wanted)
            two = await granted(register, replace(wanted, subject=person(sealer, NUMBER, NAME)))
            return Given(firm=str(one.id), person=str(two.id), relation=str(relation))

    return asyncio.run(run())


def codes(pair: Pair, document: str, token: str) -> list[str | None]:
    """What each process answers."""
    answers = [pair.graphql(at, token, document).json() for at in pair.servers]
    return [each["errors"][0]["extensions"]["code"] if "errors" in each else None for each in answers]


def status(pair: Pair, consent: str) -> str:
    answer = pair.call(pair.other, "GET", f"/consents/{consent}", pair.token("B1"))
    word: str = answer.json()["status"]
    return word


def test_when_the_relation_has_ended_nothing_more_is_answered(pair: Pair, given: Given) -> None:
    token = pair.token("B1", consent=given.firm)
    assert codes(pair, OF_FIRM, token) == [None, None]
    reason = ("--reason", "revoked by the firm", "--by", "AUDIT/U1")
    pair.home.said("representation end", given.relation, *reason)
    assert codes(pair, OF_FIRM, token) == ["CONSENT_ENDED"] * 2
    assert status(pair, given.firm) == "ended"
    (row,) = pair.owner("SELECT state, reason FROM consent WHERE id = $1::uuid", given.firm)
    assert tuple(row) == ("SUSPENDED", "RELATION_ENDED")


def test_when_its_subject_has_died_nothing_more_is_answered(pair: Pair, given: Given) -> None:
    token = pair.token("B1", consent=given.person)
    assert codes(pair, OF_PERSON, token) == [None, None]
    pair.owner(
        "UPDATE subject SET status = 'DECEASED' WHERE id = (SELECT subject FROM consent_request WHERE id = $1::uuid)",
        given.person,
    )
    assert codes(pair, OF_PERSON, token) == ["CONSENT_ENDED"] * 2
    assert status(pair, given.person) == "ended"
    (row,) = pair.owner("SELECT state, reason FROM consent WHERE id = $1::uuid", given.person)
    assert tuple(row) == ("REVOKED", "DEATH")
