"""Where the cities differ about objections: C-01, C-03, C-04, C-19 of reference 1.15. The act is the same in each."""

from datetime import date

import pytest

from tests.scenarios.filing import filed, reasons
from tests.scenarios.places import (
    CREDIT,
    EZHOU,
    HONGSHAN,
    JIYANG,
    LABOUR,
    PLACES,
    TRADING,
    WUCHANG,
    WUHAN,
    Cities,
    Firm,
    Place,
)

pytestmark = pytest.mark.anyio


async def doubted(cities: Cities, *places: Place, **told: str) -> dict[Place, Firm]:
    """Firms on the list, with a measure and an objection to it; ``told``: of the objections."""
    firms = await cities.firms(places)
    await cities.take(
        filed("lists", *(firm.listing() for firm in firms.values())),
        filed("measures", *(firm.measure() for firm in firms.values())),
        filed("objections", *(firm.objection(**told) for firm in firms.values())),
    )
    return firms


async def test_c01_measures_during_an_objection(cities: Cities) -> None:
    """EZ-19 suspends, JY-四(三) does not; HS, WC and WH say nothing, and an act is not suspended by itself."""
    firms = await doubted(cities, *PLACES)
    found = {place: (await cities.supervisor(firm))["measures"] for place, firm in firms.items()}
    assert {place: [each["status"] for each in measures] for place, measures in found.items()} == {
        EZHOU: ["SUSPENDED"],
        JIYANG: ["IN_FORCE"],
        HONGSHAN: ["IN_FORCE"],
        WUCHANG: ["IN_FORCE"],
        WUHAN: ["IN_FORCE"],
    }
    assert {place for place, (measure,) in found.items() if measure["suspendedByObjection"]} == {EZHOU}


async def test_c01_ezhou_suspends_only_what_its_provider_doubts(cities: Cities) -> None:
    """EZ-19: 信息不实或有疑点. An objection alone sets a flag there too."""
    firms = await doubted(cities, EZHOU, JIYANG, objection_doubtful_from="")
    for firm in firms.values():
        found = await cities.supervisor(firm)
        assert [each["status"] for each in found["measures"]] == ["IN_FORCE"]
        assert [each["underObjection"] for each in found["records"]] == [True]


async def test_c01_the_origin_decides_wherever_a_measure_is_executed(cities: Cities) -> None:
    """Each city's centre executes the other's measure."""
    firms = await cities.firms((EZHOU, JIYANG))
    crossed = {EZHOU: JIYANG, JIYANG: EZHOU}
    await cities.take(
        filed("lists", *(firm.listing() for firm in firms.values())),
        filed(
            "measures",
            *(firm.measure(executed_by_uscc=crossed[place].office(TRADING)) for place, firm in firms.items()),
        ),
        filed("objections", *(firm.objection() for firm in firms.values())),
    )
    found = {place: (await cities.supervisor(firm))["measures"][0]["status"] for place, firm in firms.items()}
    assert found == {EZHOU: "SUSPENDED", JIYANG: "IN_FORCE"}


async def test_c19_disclosure_on_the_list_rests_as_a_measure_and_the_penalty_does_not(cities: Cities) -> None:
    """Ezhou's disclosure on a list is a sanction (EZ-13) and rests; publishing a penalty is none (WH-二(二))."""
    firms = await cities.firms((EZHOU, JIYANG, HONGSHAN))
    await cities.take(
        filed("lists", *(firm.listing() for firm in firms.values())),
        filed("penalties", *(firm.penalty() for firm in firms.values())),
        filed("objections", *(firm.objection(sign) for firm in firms.values() for sign in "列罚")),
    )
    both = {("ListEntry", True), ("Penalty", True)}
    found = {
        place: {(each["__typename"], each["underObjection"]) for each in (await cities.public(firm))["records"]}
        for place, firm in firms.items()
    }
    assert found == {EZHOU: {("Penalty", True)}, JIYANG: both, HONGSHAN: both}


@pytest.mark.parametrize(
    ("place", "accepting"),
    [(HONGSHAN, CREDIT), (JIYANG, LABOUR), (EZHOU, LABOUR), (WUHAN, LABOUR), (WUCHANG, LABOUR)],
    ids=lambda each: each.zh if isinstance(each, Place) else each,
)
async def test_c03_an_objection_is_lodged_where_the_city_says(cities: Cities, place: Place, accepting: str) -> None:
    """HS-18: with the district credit office. JY-四(三): first with the initiating department. EZ-19: with the
    provider. One that was lodged elsewhere is set aside, and sets no flag."""
    firm = (await cities.firms((place,)))[place]
    await cities.take(filed("lists", firm.listing()))
    for office in {LABOUR, CREDIT, TRADING} - {accepting}:
        report = await cities.load(filed("objections", firm.objection(accepted_by_uscc=place.office(office))))
        assert (report.loaded, reasons(report)) == (0, {"受理部门不是属地规定的受理部门"})
    assert [each["underObjection"] for each in (await cities.supervisor(firm))["records"]] == [False]
    await cities.take(filed("objections", firm.objection(accepted_by_uscc=place.office(accepting))))
    assert [each["underObjection"] for each in (await cities.supervisor(firm))["records"]] == [True]


async def test_c03_the_credit_office_is_the_districts_own(cities: Cities) -> None:
    firm = (await cities.firms((HONGSHAN,)))[HONGSHAN]
    await cities.take(filed("lists", firm.listing()))
    report = await cities.load(filed("objections", firm.objection(accepted_by_uscc=WUCHANG.office(CREDIT))))
    assert reasons(report) == {"受理部门不是属地规定的受理部门"}


async def test_c03_only_hongshan_counts_days(cities: Cities) -> None:
    """3 + 20 + 3 working days after 2026-03-02; elsewhere the texts say 及时 and no number."""
    regulation = cities.town.installation.policy.regulation
    dates: dict[Place, list[date]] = {}
    for place in PLACES:
        profile, day = regulation.profile(place.code, date(2026, 3, 2)), date(2026, 3, 2)
        terms = (profile.forward_working_days, profile.verify_working_days, profile.notify_working_days)
        dates[place] = [day := regulation.calendar.after(day, each) for each in terms if each is not None]
    assert dates.pop(HONGSHAN) == [date(2026, 3, 5), date(2026, 4, 2), date(2026, 4, 8)]
    assert set(map(tuple, dates.values())) == {()}


async def test_c04_an_incentive_is_objected_to_in_hongshan_and_not_in_jiyang(cities: Cities) -> None:
    """HS-18 covers recognition for incentives and sanctions, JY-四(三) sanctions alone."""
    firms = await cities.firms((HONGSHAN, JIYANG))
    red = {"item": "RED_LIST", "list_type": "RED", "list_category": ""}
    await cities.take(filed("lists", *(firm.listing(**red) for firm in firms.values())))
    flags = {}
    for place, firm in firms.items():
        report = await cities.load(filed("objections", firm.objection(kind="RECOGNITION_INCENTIVE")))
        (entry,) = (await cities.supervisor(firm))["records"]
        flags[place] = (entry["underObjection"], reasons(report))
    assert flags == {HONGSHAN: (True, set()), JIYANG: (False, {"属地规定的异议不及于此种认定"})}


async def test_c04_a_sanction_is_objected_to_in_both(cities: Cities) -> None:
    firms = await doubted(cities, HONGSHAN, JIYANG)
    for firm in firms.values():
        assert [each["underObjection"] for each in (await cities.supervisor(firm))["records"]] == [True]
