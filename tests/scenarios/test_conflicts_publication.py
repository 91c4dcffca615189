"""Where the cities differ about publishing persons, clean records and days: C-02, C-16, C-17 of reference 1.15."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from schema.errors import Code
from tests.scenarios.filing import DAY, filed, on_day
from tests.scenarios.places import (
    EZHOU,
    HONGSHAN,
    JIYANG,
    LABOUR,
    PLACES,
    WUCHANG,
    WUHAN,
    Cities,
    person_number,
)

pytestmark = pytest.mark.anyio

PENALTIES = """
{ records(filter: {item: ["PENALTY"]}, first: 100) { edges { node {
    documentNumber facts subject { ... on NaturalPerson { name idNumber } }
} } } }
"""
CLEAN = """
query C($uscc: String!, $matter: String!) @purpose(code: "PM-821", matter: $matter, role: "party") {
  standing(by: {uscc: $uscc}) { cleanRecord { answer period { from to } } }
}
"""
OFFERED = "query O($place: String!) { purposes(jurisdiction: $place) { code lookBackYears } }"


# C-02: penalties of natural persons ----------------------------------------------------------------------------------


async def fined(cities: Cities, number: int, basis: str) -> dict[str, Mapping[str, Any]]:
    """The same fine on a person of Wuhan, of Ezhou and of Jiyang: what the public finds, by place."""
    persons, penalties, documents = [], [], {}
    for place in (WUHAN, EZHOU, JIYANG):
        who = {"id_type": "RESIDENT_ID", "id_number": person_number(place, number)}
        documents[f"虚罚〔2026〕人{place.digit}-{number}号"] = place.zh
        persons.append({"name": "孔受罚", **who})
        penalties.append(
            {
                "subject_name": "孔受罚",
                "subject_kind": "NATURAL_PERSON",
                **who,
                "item": "PENALTY",
                "document_number": f"虚罚〔2026〕人{place.digit}-{number}号",
                "authority_name": f"{place.zh}虚构human_resources",
                "authority_uscc": place.office(LABOUR),
                "decided_on": "2026-03-02",
                "published_from": "2026-03-04",
                "publication_until": "2027-03-01",
                "publication_basis": basis,
                "severity": "GENERAL",
                "facts": "未按规定签订劳动合同。",
                "content": "罚款500元",
                "penalty_kinds": "FINE",
                "penalty_basis": "《中华人民共和国劳动合同法》",
            }
        )
    await cities.take(filed("persons", *persons), filed("penalties", *penalties))
    edges = (await cities.town.ask(PENALTIES)).data["records"]["edges"]
    return {
        documents[each["node"]["documentNumber"]]: each["node"]
        for each in edges
        if each["node"]["documentNumber"] in documents
    }


@pytest.mark.parametrize(("number", "basis"), [(60, ""), (61, "EZ-4"), (62, "某市规定")])
async def test_c02_a_persons_penalty_is_hidden_everywhere_by_default(cities: Cities, number: int, basis: str) -> None:
    """EZ-4 publishes persons' penalties unless law says otherwise; PIPL-25 does, and WH-二(二)2 asks for a ground."""
    assert await fined(cities, number, basis) == {}


@pytest.mark.parametrize(("number", "basis"), [(63, "APL-48"), (64, "本人同意"), (65, "GIR-15")])
async def test_c02_with_a_ground_or_consent_it_shows_de_identified(cities: Cities, number: int, basis: str) -> None:
    found = await fined(cities, number, basis)
    assert set(found) == {"武汉", "鄂州", "济阳"}
    for node in found.values():
        assert (node["subject"]["name"], node["subject"]["idNumber"], node["facts"]) == ("孔**", None, None)


# C-16: three clean years ---------------------------------------------------------------------------------------------


async def test_c16_the_clean_record_is_offered_everywhere_but_in_jiyang(cities: Cities) -> None:
    """HS-8, EZ-8, WC-二(四)2: three consecutive years. Jiyang knows models only (JY-二(一))."""
    offered = {}
    for place in PLACES:
        answer = await cities.town.ask(OFFERED, {"place": place.code})
        offered[place] = {each["code"]: each["lookBackYears"] for each in answer.data["purposes"]}.get("PM-821")
    assert offered == {HONGSHAN: 3, WUCHANG: 3, WUHAN: 3, EZHOU: 3, JIYANG: None}


async def test_c16_the_same_question_is_answered_in_ezhou_and_refused_in_jiyang(cities: Cities) -> None:
    """Both bureaus have the purpose on their own list, and a registered matter."""
    firms = await cities.firms(PLACES)
    await cities.take(
        filed(
            "matters",
            *(
                {
                    "number": f"PLA-821-{place.digit}",
                    "client_id": f"SOURCE{place.digit}",
                    "purpose": "PM-821",
                    "operators": "1001",
                    "opened_on": "2026-01-05",
                }
                for place in PLACES
            ),
        )
    )
    codes = {}
    for place, firm in firms.items():
        told = {"uscc": firm.uscc, "matter": f"PLA-821-{place.digit}"}
        answer = await cities.town.ask(CLEAN, told, client=f"SOURCE{place.digit}")
        codes[place] = answer.code
        if answer.code is None:
            verdict = answer.data["standing"]["cleanRecord"]
            assert verdict == {"answer": "YES", "period": {"from": "2023-05-20", "to": "2026-05-20"}}
    assert codes == {place: Code.PURPOSE_NOT_ALLOWED if place is JIYANG else None for place in PLACES}


# C-17: seven days, or seven working days -----------------------------------------------------------------------------


async def test_c17_seven_days_are_working_days(cities: Cities) -> None:
    """EZ-附5 says 7 日, EZ-4 itself 7 working days: over the Spring Festival of 2026 nine calendar days lie between."""
    regulation = cities.town.installation.policy.regulation
    decided = date(2026, 2, 10)
    terms = {place: regulation.profile(place.code, decided).dual_publicity_working_days for place in PLACES}
    assert terms == {HONGSHAN: None, WUCHANG: None, WUHAN: None, EZHOU: 7, JIYANG: None}
    due = regulation.calendar.after(decided, 7)
    assert (due, due - decided) == (date(2026, 2, 26), 16 * DAY)


async def test_c17_publication_begins_when_the_source_says_so(cities: Cities) -> None:
    """On the last of the seven working days: nothing shows earlier, whichever way they are counted (WH-二(二)3)."""
    firms = await cities.firms((EZHOU, WUHAN))
    told = {"decided_on": "2026-02-10", "published_from": "2026-02-26"}
    await cities.take(filed("penalties", *(firm.penalty(**told) for firm in firms.values())))
    for firm in firms.values():
        shown = []
        for day in (date(2026, 2, 17), date(2026, 2, 25), date(2026, 2, 26)):
            async with on_day(cities.town, day):
                shown.append(len((await cities.public(firm))["records"]))
        assert shown == [0, 0, 1]
