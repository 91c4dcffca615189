"""US-9, before and after: what each date of the two listings changes, and how the two objections end.

Ezhou finds against the objector, Jiyang for it; a natural person objects in both.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import pytest

from schema.errors import Code
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.scenarios.filing import DAY, File, admit, filed, on_day, take

pytestmark = pytest.mark.anyio

L3, L4 = "91420799MA9TERT39R", "91370199MA9TERT47K"
A5, A6, A7 = "1142079900TERT053H", "1137019900TERT061B", "1242079900TERT07X1"
LISTED_IN = {L3: ("鄂人社列字〔2026〕测002号", A5), L4: ("济阳建列字〔2026〕测001号", A6)}
PEOPLE = {A5: ("张测试", "420799197909050035"), A6: ("陈测试", "370199198805200040")}

FIELDS = """
  measures { edges { node { status suspendedByObjection liftedOn endsOn executedBy { name } } } }
  records { edges { node { __typename documentNumber status underObjection } } }
"""
TARGET = f"""
query Target($uscc: String!) @purpose(code: "PM-831", matter: "EZJY-2026-077", role: "listed_target") {{
  subject(by: {{uscc: $uscc}}) {{ {FIELDS} }}
}}
"""
PERSON = f"""
query Person($who: PersonLookup!) @purpose(code: "PM-831", matter: "EZJY-2026-078", role: "listed_target") {{
  subject(by: {{person: $who}}) {{ {FIELDS} }}
}}
"""
LISTED = f"query Listed($uscc: String!) {{ subject(by: {{uscc: $uscc}}) {{ {FIELDS} }} }}"


def objection(number: str, authority: str, **told: str) -> Mapping[str, str]:
    return {
        "document_number": number,
        "authority_uscc": authority,
        "item": "SERIOUS_LIST",
        "kind": "RECOGNITION_SANCTION",
        "accepted_by_uscc": authority,
        "objection_from": "2026-05-06",
        "objection_doubtful_from": "2026-05-06",
    } | told


def on_people() -> tuple[File, ...]:
    """N3 and N4 on a list each, with a measure, an objection and the doubt of whoever provided the entry."""
    entries, measures, objections, parties = [], [], [], []
    for authority, (name, number) in PEOPLE.items():
        who = {"subject_name": name, "id_type": "RESIDENT_ID", "id_number": number}
        document = {"document_number": f"列〔2026〕{name}", "authority_uscc": authority}
        entries.append(who | document | DECISION)
        measures.append(who | document | MEASURE | {"measure_number": f"M-{name}", "initiated_by_uscc": authority})
        objections.append(objection(document["document_number"], authority))
        party = {"name": name, "id_type": "RESIDENT_ID", "id_number": number}
        parties.append({"matter_number": "EZJY-2026-078", "role": "listed_target"} | party)
    matter = {"number": "EZJY-2026-078", "client_id": "A7", "purpose": "PM-831", "operators": "1001"}
    return (
        filed("lists", *entries),
        filed("measures", *measures),
        filed("objections", *objections),
        filed("matters", matter | {"opened_on": "2026-03-02"}),
        filed("matter_parties", *parties),
    )


DECISION = {
    "item": "SERIOUS_LIST",
    "list_type": "SERIOUS",
    "list_category": "SD-M-WAGE_ARREARS",
    "department_level": "CITY",
    "decided_on": "2026-03-02",
    "listed_on": "2026-03-02",
    "facts": "拖欠工资",
    "decision_basis": "GF2016-33-三(九)",
    "sanction_warning": "限制参与招标投标",
    "removal_conditions": "支付工资",
    "removal_procedure": "书面申请",
    "remedies": "异议、复议、诉讼",
    "notice_document_number": "告〔2026〕1号",
    "notice_date": "2026-02-02",
}
MEASURE = {
    "item": "SERIOUS_LIST",
    "list_entry": "ADM-09",
    "legal_basis": "GF2016-33-三(十)",
    "executed_by_uscc": A7,
    "pushed_on": "2026-03-02",
    "in_force_on": "2026-03-09",
    "starts_on": "2026-03-02",
}


@pytest.fixture(scope="module")
async def settled_town(module_database: FreshDatabase) -> AsyncIterator[City]:
    """Both objections of 2026-05-06 answered on 2026-05-15: rejected in Ezhou, upheld in Jiyang."""
    async with city(module_database, objections=True) as town:
        outcomes = {L3: "REJECTED", L4: "REVOKED"}
        answers = [
            objection(*LISTED_IN[uscc], objection_until="2026-05-15", outcome=outcome)
            for uscc, outcome in outcomes.items()
        ]
        await take(town, filed("objections", *answers), *on_people())
        await admit(town, "A5", A5, "PM-813", "PM-831")
        yield town


async def seen(town: City, uscc: str, day: date, client: str | None = "A7") -> dict[str, Any]:
    async with on_day(town, day):
        answer = await town.ask(TARGET if client else LISTED, {"uscc": uscc}, client=client)
    subject: dict[str, Any] = answer.data["subject"]
    return subject


async def statuses(town: City, uscc: str, day: date) -> list[str]:
    """Of the one measure, on the eve and on the day, as its executing department sees it."""
    found = []
    for each in (day - DAY, day):
        (edge,) = (await seen(town, uscc, each))["measures"]["edges"]
        found.append(edge["node"]["status"])
    return found


async def public(town: City, uscc: str, day: date) -> list[list[Mapping[str, Any]]]:
    """What the public finds on the eve and on the day."""
    return [
        [edge["node"] for edge in (await seen(town, uscc, each, client=None))["records"]["edges"]]
        for each in (day - DAY, day)
    ]


async def test_the_measures_are_pushed_with_the_listing(settled_town: City) -> None:
    async with on_day(settled_town, date(2026, 3, 1)):
        answer = await settled_town.ask(TARGET, {"uscc": L3}, client="A7")
    assert answer.code is Code.MATTER_NOT_OPEN
    for uscc in (L3, L4):
        (edge,) = (await seen(settled_town, uscc, date(2026, 3, 2)))["measures"]["edges"]
        assert edge["node"]["status"] == "PUSHED"


@pytest.mark.parametrize(("uscc", "day"), [(L3, date(2026, 4, 12)), (L4, date(2026, 3, 9))])
async def test_each_measure_is_in_force_from_its_day(settled_town: City, uscc: str, day: date) -> None:
    assert await statuses(settled_town, uscc, day) == ["PUSHED", "IN_FORCE"]


@pytest.mark.parametrize(("uscc", "effect"), [(L3, "SUSPENDED"), (L4, "IN_FORCE")])
async def test_the_objection_suspends_in_ezhou_alone(settled_town: City, uscc: str, effect: str) -> None:
    """C-01: EZ-19 against JY-四(三), on the day on which the provider doubts."""
    assert await statuses(settled_town, uscc, date(2026, 5, 6)) == ["IN_FORCE", effect]


async def test_a_rejected_objection_brings_the_measure_back(settled_town: City) -> None:
    assert await statuses(settled_town, L3, date(2026, 5, 15)) == ["SUSPENDED", "IN_FORCE"]
    before, since = await public(settled_town, L3, date(2026, 5, 15))
    assert before == []
    assert [(each["status"], each["underObjection"]) for each in since] == [("ACTIVE", False)]


async def test_the_time_suspended_is_not_added_to_the_term(settled_town: City) -> None:
    (edge,) = (await seen(settled_town, L3, date(2026, 5, 15)))["measures"]["edges"]
    assert edge["node"]["endsOn"] == "2027-03-01"


async def test_an_upheld_objection_lifts_the_measure_and_ends_the_listing(settled_town: City) -> None:
    assert await statuses(settled_town, L4, date(2026, 5, 15)) == ["IN_FORCE", "LIFTED"]
    (edge,) = (await seen(settled_town, L4, date(2026, 5, 15)))["measures"]["edges"]
    assert edge["node"]["liftedOn"] == "2026-05-15"
    _, since = await public(settled_town, L4, date(2026, 5, 15))
    assert since == []


async def test_the_listing_and_its_measure_end_with_their_term(settled_town: City) -> None:
    """Ezhou's listing, whose objection was rejected: its term runs to 2027-03-01."""
    assert await statuses(settled_town, L3, date(2027, 3, 2)) == ["IN_FORCE", "EXPIRED"]
    assert len((await public(settled_town, L3, date(2027, 2, 28)))[1]) == 1
    assert (await public(settled_town, L3, date(2027, 3, 2)))[1] == []


@pytest.mark.parametrize("authority", [A5, A6])
async def test_a_persons_objection_suspends_nothing_in_either_city(settled_town: City, authority: str) -> None:
    """EZ-19 speaks of market subjects; for persons measures go on, with a flag (U-04)."""
    name, number = PEOPLE[authority]
    answer = await settled_town.ask(PERSON, {"who": {"idNumber": number, "name": name}}, client="A7")
    (measure,) = answer.data["subject"]["measures"]["edges"]
    (entry,) = answer.data["subject"]["records"]["edges"]
    assert (measure["node"]["status"], measure["node"]["suspendedByObjection"]) == ("IN_FORCE", False)
    assert entry["node"]["underObjection"] is True
