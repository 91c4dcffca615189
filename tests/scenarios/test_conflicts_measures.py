"""Where the cities differ about measures and how they end: C-05 to C-07, C-11, C-12 of reference 1.15."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.city import TODAY
from tests.scenarios.filing import DAY, filed, load, on_day, reasons, take
from tests.scenarios.places import (
    BANK,
    COURT,
    EZHOU,
    HONGSHAN,
    JIYANG,
    PLACES,
    WUCHANG,
    WUHAN,
    Cities,
    Firm,
    Place,
)

pytestmark = pytest.mark.anyio

HIGH_CONSUMPTION = {"list_entry": "ADM-15", "legal_basis": "CPL-266"}
OF_CATEGORY = """
query C($uscc: String!, $category: MeasureCategory!)
@purpose(code: "PM-822", matter: "PLA-822", role: "supervised") {
  subject(by: {uscc: $uscc}) { measures(filter: {category: [$category]}) { edges { node { listEntry { code } } } } }
}
"""
LIST = "query M($place: String!) { measureList(jurisdiction: $place) { code category force legalOrganOnly } }"
EXPIRED = "退出原因不在属地规定的情形之内"


async def listed(cities: Cities, *places: Place) -> dict[Place, Firm]:
    """Firms on the list in these places."""
    firms = await cities.firms(places or PLACES)
    await cities.take(filed("lists", *(firm.listing() for firm in firms.values())))
    return firms


async def entry(cities: Cities, place: Place, code: str) -> Mapping[str, Any]:
    """The entry of the place's list of measures."""
    found: Mapping[str, Any]
    answer = await cities.town.ask(LIST, {"place": place.code})
    (found,) = (each for each in answer.data["measureList"] if each["code"] == code)
    return found


# C-05, C-06: high consumption and exit -------------------------------------------------------------------------------

CLASSES = [(HONGSHAN, "ADM"), (WUCHANG, "ADM"), (EZHOU, "MKT"), (JIYANG, "MKT")]


@pytest.mark.parametrize(("place", "category"), CLASSES, ids=lambda each: each.zh if isinstance(each, Place) else each)
async def test_c05_limits_on_consumption_are_classed_by_the_city(cities: Cities, place: Place, category: str) -> None:
    """HS-14(七) and WC-二(五)2: administrative. EZ-13 and JY-三(二)15: of the market. The limit is the same."""
    for code in ("ADM-14", "ADM-15"):
        found = await entry(cities, place, code)
        assert (found["category"], found["legalOrganOnly"]) == (category, True)  # only the organ of law orders it
    firm = (await listed(cities, place))[place]
    limit = firm.measure(**HIGH_CONSUMPTION, executed_by_uscc=place.office(COURT), able_and_refuses="是")
    await cities.take(filed("measures", limit))
    for each in ("ADM", "MKT"):
        answer = await cities.town.ask(OF_CATEGORY, {"uscc": firm.uscc, "category": each}, client="SUPERVISOR")
        assert len(answer.data["subject"]["measures"]["edges"]) == (each == category)


async def test_c06_ability_and_refusal_are_asked_for_everywhere_but_in_ezhou(cities: Cities) -> None:
    """JY-三(二)15 and WC-二(五)2 require them, Hongshan by Wuhan's proportionality (WH-二(四)2), EZ-13 does not."""
    firms = await listed(cities)
    unable = {}
    for place, firm in firms.items():
        report = await cities.load(filed("measures", firm.measure(**HIGH_CONSUMPTION, able_and_refuses="否")))
        unable[place] = reasons(report)
        assert len((await cities.supervisor(firm))["measures"]) == report.loaded
    missing = {"未载明有履行能力而拒不履行"}
    assert unable == {place: set() if place is EZHOU else missing for place in PLACES}


async def test_c06_whoever_is_able_and_refuses_is_limited_everywhere(cities: Cities) -> None:
    firms = await listed(cities)
    await cities.take(
        filed("measures", *(firm.measure(**HIGH_CONSUMPTION, able_and_refuses="是") for firm in firms.values()))
    )
    for firm in firms.values():
        assert [each["status"] for each in (await cities.supervisor(firm))["measures"]] == ["IN_FORCE"]


async def test_c06_other_measures_do_not_ask_for_it(cities: Cities) -> None:
    firms = await listed(cities)
    await cities.take(filed("measures", *(firm.measure() for firm in firms.values())))


# C-07: nobody compels a bank -----------------------------------------------------------------------------------------


async def test_c07_a_bank_is_guided_in_every_city(cities: Cities) -> None:
    """EZ-13, HS-15 and JY-15 guide, WH-二(四)1 forbids compulsion: a public body is bound, a bank is not."""
    firms = await listed(cities)
    loan = {"list_entry": "ADM-20"}  # 限制融资、信贷: compulsory for a public body
    for place, firm in firms.items():
        to_bank = firm.measure(**loan, executed_by_uscc=place.office(BANK))
        to_centre = firm.measure(**loan, measure_number=f"{firm.number}-{place.digit}-B", starts_on="2026-03-03")
        await cities.take(filed("measures", to_bank, to_centre))
        found = {
            each["executedBy"]["name"].removeprefix(f"{place.zh}虚构"): (each["force"], each["mandatory"])
            for each in (await cities.supervisor(firm))["measures"]
        }
        assert found == {"bank": ("VOLUNTARY", False), "trading_centre": ("COMPULSORY", True)}


@pytest.mark.parametrize("told", [{"mandatory": "是"}, {"force": "COMPULSORY"}])
@pytest.mark.parametrize("code", ["ADM-20", "MKT-02"])
async def test_c07_a_measure_that_would_compel_a_bank_is_set_aside(
    cities: Cities, told: Mapping[str, str], code: str
) -> None:
    firms = await listed(cities)
    for place, firm in firms.items():
        bound = firm.measure(list_entry=code, executed_by_uscc=place.office(BANK), **told)
        report = await cities.load(filed("measures", bound))
        assert reasons(report) == {"非公共管理机构不得被强制实施措施"}
        assert (await cities.supervisor(firm))["measures"] == []


async def test_c07_market_measures_are_voluntary_on_every_list(cities: Cities) -> None:
    for place in (HONGSHAN, EZHOU, JIYANG):
        assert (await entry(cities, place, "MKT-02"))["force"] == "VOLUNTARY"


# C-11: what repair does ----------------------------------------------------------------------------------------------

BEFORE_ORDER_36 = date(2026, 3, 20)


async def repaired(cities: Cities, day: date, *places: Place, effects: str = "ANNOTATE") -> dict[Place, Firm]:
    """Firms on the list, with a measure, repaired on that day with the same words. Their severity is not stated."""
    firms = await listed(cities, *places)
    await cities.take(filed("measures", *(firm.measure() for firm in firms.values())))
    repairs = filed("repairs", *(firm.repair(repaired_on=day.isoformat(), effects=effects) for firm in firms.values()))
    await take(cities.town, repairs, on=day)
    return firms


async def shared(cities: Cities, firm: Firm, day: date) -> tuple[list[str], list[str]]:
    """States of the entry and of the measure, as an agency of another city sees them on that day."""
    async with on_day(cities.town, day):
        found = await cities.supervisor(firm)
    return [each["status"] for each in found["records"]], [each["status"] for each in found["measures"]]


async def test_c11_under_the_older_rules_each_city_has_its_own_effect(cities: Cities) -> None:
    """WH-二(五)1 may annotate, and the entry stays with its mark; in Jiyang it leaves the system (JY-四(四)); Ezhou
    tells the executing departments to cancel (EZ-19)."""
    firms = await repaired(cities, BEFORE_ORDER_36)
    for firm in firms.values():
        assert await shared(cities, firm, BEFORE_ORDER_36 - DAY) == (["ACTIVE"], ["IN_FORCE"])
    found = {place: await shared(cities, firm, BEFORE_ORDER_36) for place, firm in firms.items()}
    annotated: tuple[list[str], list[str]] = (["REPAIRED"], [])
    assert found == {
        HONGSHAN: annotated,
        WUCHANG: annotated,
        WUHAN: annotated,
        EZHOU: annotated,
        JIYANG: ([], []),
    }


async def test_c11_publication_ends_in_every_city(cities: Cities) -> None:
    """ORDER58-修复: whatever the local text adds to it."""
    for firm in (await repaired(cities, BEFORE_ORDER_36)).values():
        found = []
        for day in (BEFORE_ORDER_36 - DAY, BEFORE_ORDER_36):
            async with on_day(cities.town, day):
                found.append(len((await cities.public(firm))["records"]))
        assert found == [1, 0]


async def test_c11_from_april_2026_one_effect_holds_everywhere(cities: Cities) -> None:
    """ORDER36-修复效力: publication, sharing and measures end, whatever the file says and wherever it comes from."""
    day = date(2026, 4, 1)
    for firm in (await repaired(cities, day)).values():
        assert await shared(cities, firm, day - DAY) == (["ACTIVE"], ["IN_FORCE"])
        assert await shared(cities, firm, day) == ([], [])


async def test_c11_old_repairs_follow_on_that_day(cities: Cities) -> None:
    firms = await repaired(cities, BEFORE_ORDER_36, WUHAN, EZHOU)
    for firm in firms.values():
        assert await shared(cities, firm, date(2026, 3, 31)) == (["REPAIRED"], [])
        assert await shared(cities, firm, date(2026, 4, 1)) == ([], [])


async def test_c11_what_wuhan_chooses_is_the_departments_choice(cities: Cities) -> None:
    """WH-二(五)1 offers removal and the end of sharing beside the mark."""
    for chosen in ("REMOVE_FROM_LIST", "STOP_SHARING_AND_USE", "DELETE"):
        (firm,) = (await repaired(cities, BEFORE_ORDER_36, WUHAN, effects=chosen)).values()
        assert await shared(cities, firm, BEFORE_ORDER_36) == ([], [])


@pytest.mark.parametrize(
    ("severity", "decided", "first"),
    [
        ("MINOR", date(2026, 4, 10), date(2026, 4, 10)),
        ("GENERAL", date(2026, 1, 31), date(2026, 4, 30)),  # three months, to the last day of a shorter one
        ("SERIOUS", date(2025, 5, 20), date(2026, 5, 20)),
    ],
)
async def test_c11_the_minimum_term_is_the_nations(cities: Cities, severity: str, decided: date, first: date) -> None:
    """ORDER36-失信程度: the same in every city, counted from the date of the document."""
    firms = await cities.firms((WUHAN, EZHOU, JIYANG))
    told = {"severity": severity, "decided_on": decided.isoformat(), "published_from": decided.isoformat()}
    await cities.take(filed("penalties", *(firm.penalty(**told) for firm in firms.values())))
    for firm in firms.values():
        repair = {"item": "PENALTY", "document_number": firm.penalty()["document_number"], "effects": "ANNOTATE"}
        for day, why in ((first - DAY, {"未满最短公示期，不得修复"}), (first, set())):
            report = await cities.load(filed("repairs", firm.repair(**repair, repaired_on=day.isoformat())))
            assert reasons(report) == why


# C-12: leaving because the term is over ------------------------------------------------------------------------------

TERM = {"term_end": "2026-05-10"}


async def test_c12_the_end_of_the_term_is_a_ground_in_jiyang_and_not_in_hongshan(cities: Cities) -> None:
    """JY-四(四) against the four grounds of HS-21. Where no text lists the grounds, the department's is taken."""
    firms = await listed(cities)
    left = {}
    for place, firm in firms.items():
        over = firm.listing(removed_on="2026-05-10", removal_reason="TERM_EXPIRED")
        report = await cities.load(filed("lists", over))
        left[place] = reasons(report)
        assert len((await cities.supervisor(firm))["records"]) == len(left[place])  # refused: it stays where it was
    assert left == {place: {EXPIRED} if place is HONGSHAN else set() for place in PLACES}


async def test_c12_the_same_goes_for_the_measure(cities: Cities) -> None:
    firms = await listed(cities, HONGSHAN, JIYANG)
    await cities.take(filed("measures", *(firm.measure() for firm in firms.values())))
    found = {}
    for place, firm in firms.items():
        over = firm.measure(lifted_on="2026-05-10", lift_reason="TERM_EXPIRED")
        found[place] = reasons(await cities.load(filed("measures", over)))
        assert len((await cities.supervisor(firm))["measures"]) == len(found[place])
    assert found == {HONGSHAN: {EXPIRED}, JIYANG: set()}


@pytest.mark.parametrize("reason", ["RECOGNITION_ERROR", "REPAIRED", "LAW_OTHER"])
async def test_c12_other_grounds_are_common(cities: Cities, reason: str) -> None:
    for firm in (await listed(cities)).values():
        await cities.take(filed("lists", firm.listing(removed_on="2026-05-10", removal_reason=reason)))
        assert (await cities.supervisor(firm))["records"] == []


async def test_c12_an_incentive_does_not_end_by_repair_in_hongshan(cities: Cities) -> None:
    """HS-20 has three grounds, HS-21 four."""
    firm = (await cities.firms((HONGSHAN,)))[HONGSHAN]
    red = {"item": "RED_LIST", "list_type": "RED", "list_category": ""}
    await cities.take(filed("lists", firm.listing(**red)))
    told = firm.listing(**red, removed_on="2026-05-10", removal_reason="REPAIRED")
    assert reasons(await cities.load(filed("lists", told))) == {EXPIRED}


async def test_c12_in_jiyang_an_entry_leaves_by_itself(cities: Cities) -> None:
    """JY-四(四): on expiry the entry leaves the system, and no file says so."""
    firm = (await cities.firms((JIYANG,)))[JIYANG]
    await load(cities.town, filed("lists", firm.listing(**TERM)), on=TODAY)
    assert [len(each) for each in await shared(cities, firm, date(2026, 5, 9))] == [1, 0]
    assert await shared(cities, firm, date(2026, 5, 11)) == ([], [])
