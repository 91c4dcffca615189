"""US-6, who looked at me: what an office asked, what a bank asked under K1, and what became of K1, as it is told there.

Also: L1's trail is the firm's; and what the law keeps from a subject for a while is told when its day has come.
BASIS: PIPL-35, PIPL-44, PIPL-45.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from authz.principal import Caller
from gateway.consents.records import By, ConsentRecord, Reason
from tests.city import Answer, City
from tests.consents.granted import Wanted, granted, holder, rights
from tests.consents.granted import person as subject_of
from tests.scenarios.subjects import firm, person

pytestmark = pytest.mark.anyio

N1 = {"idNumber": "420199198503120015", "name": "李测试"}
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
N3 = {"idNumber": "420799197909050035", "name": "张测试"}
L1 = "91420199MA9TERT123"
K1 = rights(
    "DEFAULTER SERIOUS_LIST PRACTICE_LICENCE",
    "Standing.judgmentDefaulter Standing.seriousList Record.decidedOn Record.validUntil Licence.licenceKind",
)
STANDING = """query($who: PersonLookup!) @purpose(code: "%s", matter: "%s", role: "%s") {
    standing(by: {person: $who}) { judgmentDefaulter { answer } seriousList { answer } } }"""
RECORDS = """query($who: PersonLookup!) @purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject") {
    subject(by: {person: $who}) { name records { edges { node { decidedOn ... on Licence { licenceKind } } } } } }"""
FIRM = """query($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    subject(by: {uscc: $uscc}) { name } }"""
OPEN = "mutation($m: OpenMatterInput!) { openMatter(input: $m) { number } }"
TRAIL = """query($f: AccessFilter) { accessLog(filter: $f, first: 100) { totalCount edges { node {
    id at kind decision agency { name } purpose purposeName matterNumber consent level records categories
    operator operatorRole released { subjectReference } } } } }"""


async def trail(town: City, caller: Caller, given: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    answer = await town.ask(TRAIL, {"f": given}, caller=caller)
    assert answer.code is None, answer.body
    found = [edge["node"] for edge in answer.data["accessLog"]["edges"]]
    assert answer.data["accessLog"]["totalCount"] == len(found)
    return found


@pytest.fixture(scope="module")
async def lent(town: City) -> tuple[ConsentRecord, Answer, Answer]:
    """K1, what the office asked, and what the bank asked under K1."""
    subject = subject_of(town.installation.sealer, N2["idNumber"], N2["name"])
    record = await granted(town.installation.consents, Wanted(subject=subject, rights=K1, uses=2))
    office = await town.ask(STANDING % ("PM-601", "WHGWY-2026-00321", "candidate"), {"who": N2}, client="A2")
    bank = await town.ask(RECORDS, {"who": N2}, caller=holder(await town.caller("B1"), record))
    assert (office.code, bank.code) == (None, None), (office.body, bank.body)
    return record, office, bank


async def test_the_rows_of_the_story(town: City, lent: tuple[ConsentRecord, Answer, Answer]) -> None:
    record, office, bank = lent
    rows = {row["id"]: row for row in await trail(town, person(town, N2))}
    asked = rows[str(office.entry)]
    assert (asked["agency"]["name"], asked["purpose"]) == ("武汉市委组织部/人社局", "PM-601")
    assert (asked["matterNumber"], asked["level"], asked["consent"]) == ("WHGWY-2026-00321", "VERDICT", None)
    under = rows[str(bank.entry)]
    assert (under["agency"]["name"], under["purpose"]) == ("武汉测试银行", "PM-901")
    assert (under["consent"], under["matterNumber"]) == (str(record.id), "LN20260519-88")
    assert set(under["categories"]) <= {"LICENCE", "REGISTRATION", "SERIOUS", "DEFAULTER"}
    assert under["level"] in {"CLEAR", "MASKED", "SUMMARY"}


async def test_no_officer_and_nobody_else_is_named(town: City, lent: tuple[ConsentRecord, Answer, Answer]) -> None:
    rows = await trail(town, person(town, N2))
    assert rows
    assert {row["operator"] for row in rows} == {None}
    assert {row["released"] and tuple(row["released"]) for row in rows} == {None}
    assert "1001" not in str([row["operatorRole"] for row in rows])
    assert N1["name"] not in str(rows)


async def test_what_became_of_the_consent_stands_in_the_trail_too(
    town: City, lent: tuple[ConsentRecord, Answer, Answer]
) -> None:
    record, _, _ = lent
    events = {str(event.entry) for event in await town.installation.consents.events(record.id)}
    rows = await trail(town, person(town, N2), {"consent": str(record.id)})
    assert events <= {row["id"] for row in rows}
    assert {row["kind"] for row in rows if row["id"] in events} == {"CONSENT"}
    assert not events & {row["id"] for row in await trail(town, person(town, N1))}


async def test_what_is_revoked_is_told_and_what_follows_is_refused(town: City) -> None:
    subject = subject_of(town.installation.sealer, N1["idNumber"], N1["name"])
    record = await granted(town.installation.consents, Wanted(subject=subject, rights=K1))
    await town.installation.consents.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    refused = await town.ask(RECORDS, {"who": N1}, caller=holder(await town.caller("B1"), record))
    rows = await trail(town, person(town, N1), {"consent": str(record.id)})
    assert refused.code is not None
    revoked = (await town.installation.consents.events(record.id))[-1]
    assert revoked.what == "REVOKED"
    assert str(revoked.entry) in {row["id"] for row in rows}
    assert all(row["decision"] != "DENY" or row["id"] == str(refused.entry) for row in rows)


async def test_whoever_signs_for_a_firm_sees_the_firms_log_and_no_persons(
    town: City, lent: tuple[ConsentRecord, Answer, Answer]
) -> None:
    asked = await town.ask(FIRM, {"uscc": L1}, client="A1")
    _, office, bank = lent
    of_firm = {row["id"] for row in await trail(town, firm(town, L1))}
    assert str(asked.entry) in of_firm
    assert not of_firm & {str(office.entry), str(bank.entry)}
    for who in (N1, N2):
        assert str(asked.entry) not in {row["id"] for row in await trail(town, person(town, who))}


# What is held back for a while ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def investigated(town: City) -> Answer:
    """An Ezhou office looks a person up who may be penalised."""
    async with town.database.owner() as owner:
        await owner.execute("UPDATE client SET purposes = purposes || 'PM-802'::text WHERE client_id = 'A9'")
    parties = [{"by": {"person": {"idType": "RESIDENT_ID"} | N3}, "role": "party"}]
    matter = {"number": "EZCF-2026-0001", "purpose": "PM-802", "operators": ["1001"], "parties": parties}
    opened = await town.ask(OPEN, {"m": matter}, client="A9")
    assert opened.code is None, opened.body
    answer = await town.ask(STANDING % ("PM-802", "EZCF-2026-0001", "party"), {"who": N3}, client="A9")
    assert answer.code is None, answer.body
    return answer


def later(town: City, days: int) -> City:
    """The city as its subjects find it so many days from now."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC) + timedelta(days=days)  # noqa: E731
    return replace(town, pipeline=replace(town.pipeline, log=replace(town.pipeline.log, clock=clock)))


async def test_what_the_law_keeps_from_a_subject_is_told_when_its_day_has_come(
    town: City, investigated: Answer
) -> None:
    for given in (None, {"purpose": "PM-802"}):
        seen = [
            str(investigated.entry) in {row["id"] for row in await trail(later(town, days), person(town, N3), given)}
            for days in (0, 179, 181)
        ]
        assert seen == [False, False, True], given


async def test_others_are_told_of_at_once_and_whoever_keeps_watch_sees_it(town: City, investigated: Answer) -> None:
    other = await town.ask(STANDING % ("PM-809", "EZRS-2026-0012", "candidate"), {"who": N3}, client="A9")
    assert str(other.entry) in {row["id"] for row in await trail(town, person(town, N3))}
    caller = await town.caller("AUDIT", "U1")
    assert str(investigated.entry) in {row["id"] for row in await trail(town, caller, {"purpose": "PM-802"})}
