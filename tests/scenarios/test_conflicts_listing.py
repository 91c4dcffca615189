"""Where the cities differ about listing: C-08 to C-10, C-13 to C-15, C-18 and C-20 of reference 1.15.

The decision is the same in each city; its ground, its procedure, the name of the list and its reach differ.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.scenarios.filing import filed, reasons
from tests.scenarios.places import (
    EZHOU,
    HONGSHAN,
    JIYANG,
    PLACES,
    WUCHANG,
    WUHAN,
    Cities,
    Firm,
    Place,
    person_number,
)

pytestmark = pytest.mark.anyio

MEMORANDUM = "发改财金〔2016〕1580号联合惩戒合作备忘录"
OWN_PLAN = {
    HONGSHAN: "HS-5(三)",
    WUCHANG: "WC-二(五)1",
    WUHAN: "WH-二(三)1",
    EZHOU: "EZ-11",
    JIYANG: "JY-三(一)10",
}
NO_RANK, NOT_NAMED = "列入依据的位阶不足", "属地文件未列明该失信类别"

LISTS = "query L($place: String!) { listTypes(jurisdiction: $place) { code localLabel categories } }"


Found = dict[Place, set[str]]
NOTHING: Found = {place: set() for place in PLACES}


async def listed(
    cities: Cities, places: Iterable[Place], grounds: Mapping[Place, str] | None = None, **told: str
) -> tuple[Found, dict[Place, Firm]]:
    """Firms listed in each place, and why an entry was held back there: one that was is seen by nobody else.

    ``grounds``: the basis of the decision by place; ``told``: what else the decisions say.
    """
    firms = await cities.firms(places)
    found = {}
    for place, firm in firms.items():
        ground = {} if grounds is None else {"decision_basis": grounds[place]}
        report = await cities.load(filed("lists", firm.listing(**told, **ground)))
        assert all(aside.stored for file in report.files for aside in file.aside)
        found[place] = reasons(report)
        for sees in (cities.supervisor, cities.public):
            assert len((await sees(firm))["records"]) == (0 if found[place] else 1)
    return found, firms


def in_wuhan(*held: str) -> Found:
    """Held back for these reasons in the city and its districts, and nowhere else."""
    return NOTHING | {place: set(held) for place in (HONGSHAN, WUCHANG, WUHAN)}


async def test_c08_a_memorandum_grounds_a_list_outside_wuhan_only(cities: Cities) -> None:
    """HS-5(二) is content with it; WH-二(三)1, later and higher, asks for law or central policy in its districts."""
    found, _ = await listed(cities, PLACES, decision_basis=MEMORANDUM)
    assert found == in_wuhan(NO_RANK)


async def test_c08_central_policy_grounds_it_everywhere(cities: Cities) -> None:
    found, _ = await listed(cities, PLACES)
    assert found == NOTHING


async def test_c09_a_local_standard_grounds_no_list_in_wuhan(cities: Cities) -> None:
    """WC-二(五)1 and HS-5 let departments set standards; WH-二(三)2 asks for a local regulation."""
    found, _ = await listed(cities, PLACES, OWN_PLAN)
    assert found == in_wuhan(NO_RANK)


async def test_c09_a_local_regulation_grounds_it_in_wuhan(cities: Cities) -> None:
    found, _ = await listed(cities, PLACES, decision_basis="HUBEI-SCR-全文")
    assert found == NOTHING


async def test_c10_notice_before_listing_is_asked_for_in_wuhan_and_told_elsewhere(cities: Cities) -> None:
    """WH-二(三)3. Elsewhere the entry stands, and agencies are told that its procedure is not complete."""
    found, firms = await listed(cities, PLACES, notice_document_number="", notice_date="")
    assert found == in_wuhan("缺少事前告知")
    for place in (EZHOU, JIYANG):
        (entry,) = (await cities.supervisor(firms[place]))["records"]
        assert entry["noticeComplete"] is False
        (entry,) = (await cities.public(firms[place]))["records"]
        assert entry["noticeComplete"] is None


async def test_c10_the_contents_of_a_decision_are_asked_for_in_wuhan(cities: Cities) -> None:
    found, _ = await listed(cities, PLACES, sanction_warning="", remedies="")
    assert found == in_wuhan("认定决定缺少“惩戒提示”", "认定决定缺少“救济措施”")


async def test_c10_with_notice_the_procedure_is_complete(cities: Cities) -> None:
    _, firms = await listed(cities, (WUHAN, EZHOU))
    for firm in firms.values():
        assert [each["noticeComplete"] for each in (await cities.supervisor(firm))["records"]] == [True]


@pytest.mark.parametrize(
    ("category", "unnamed"),
    [
        ("SD-M-BRIBERY", {EZHOU}),  # C-13
        ("SD-H-TRANSPORT", {EZHOU, WUCHANG}),  # C-14
        ("SD-D-CONSCRIPTION", {WUCHANG}),  # C-15
        ("SD-M-METROLOGY", {HONGSHAN, EZHOU, JIYANG}),
        ("SD-M-WAGE_ARREARS", set()),
    ],
)
async def test_c13_c14_c15_a_category_is_a_ground_where_the_plan_names_it(
    cities: Cities, category: str, unnamed: set[Place]
) -> None:
    """Held back where the own plan is the only ground; WH names families, and so all that is in them."""
    found, _ = await listed(cities, PLACES, OWN_PLAN, list_category=category)
    assert {place for place, why in found.items() if NOT_NAMED in why} == unnamed


@pytest.mark.parametrize("category", ["SD-M-BRIBERY", "SD-H-TRANSPORT", "SD-D-CONSCRIPTION"])
async def test_c13_c14_c15_central_policy_needs_no_local_plan(cities: Cities, category: str) -> None:
    found, _ = await listed(cities, PLACES, list_category=category)
    assert found == NOTHING


@pytest.mark.parametrize(
    ("category", "places"),
    [
        ("SD-M-BRIBERY", {HONGSHAN, JIYANG, WUCHANG}),
        ("SD-H-TRANSPORT", {HONGSHAN, JIYANG}),
        ("SD-D-CONSCRIPTION", {HONGSHAN, EZHOU, JIYANG}),
    ],
)
async def test_c13_c14_c15_each_city_publishes_the_categories_it_names(
    cities: Cities, category: str, places: set[Place]
) -> None:
    assert {place for place in PLACES if category in (await serious(cities, place))["categories"]} == places


async def test_c14_the_same_category_goes_by_a_local_name(cities: Cities) -> None:
    """HS: 交通运输. JY: 交通安全. One code; the names stand in the list of categories."""
    (found,) = (
        category
        for kind in cities.town.installation.policy.regulation.list_types.values()
        for category in kind.categories
        if category.id == "SD-H-TRANSPORT"
    )
    assert (found.zh, found.labels.get("HS"), found.labels.get("JY")) == ("交通运输", None, "交通安全")


async def test_c18_the_list_is_called_as_the_instrument_in_force_calls_it(cities: Cities) -> None:
    """黑名单 in Ezhou and Jiyang; Wuhan renamed it, for its districts' older texts as well."""
    labels = {place: (await serious(cities, place))["localLabel"] for place in PLACES}
    renamed = "严重失信主体名单"
    assert labels == {HONGSHAN: renamed, WUCHANG: renamed, WUHAN: renamed, EZHOU: "黑名单", JIYANG: "黑名单"}


async def serious(cities: Cities, place: Place) -> Mapping[str, Any]:
    """The serious list as the place publishes it."""
    answer = await cities.town.ask(LISTS, {"place": place.code})
    found: Mapping[str, Any]
    (found,) = (each for each in answer.data["listTypes"] if each["code"] == "SERIOUS")
    return found


@pytest.mark.parametrize(
    ("role", "unreached"),
    [
        ("LEGAL_REP", set()),
        ("PRINCIPAL", set()),
        ("PRACTITIONER", {EZHOU}),
        ("EXECUTIVE", {EZHOU}),
        ("SHAREHOLDER", {EZHOU}),
        ("EXPERT", {HONGSHAN, WUCHANG, EZHOU, JIYANG}),
    ],
)
async def test_c20_whom_a_listing_reaches_besides_the_firm(cities: Cities, role: str, unreached: set[Place]) -> None:
    """HS-14(五) and (六), JY-三(二)14, WC-二(五)2: executives, shareholders, practitioners too. EZ-3 and EZ-12: the
    legal representative and the principals."""
    firms = await cities.firms(PLACES)
    refused = set()
    for place, firm in firms.items():
        link = {"uscc": firm.uscc, "role": role, "name": "孔责任", "from_date": "2020-01-02"}
        who = {"id_type": "RESIDENT_ID", "id_number": person_number(place, firm.number)}
        await cities.take(filed("persons", {"name": "孔责任", **who}), filed("links", link | who))
        report = await cities.load(filed("lists", firm.listing(person_targets="孔责任")))
        if reasons(report):
            assert reasons(report) == {"责任人员的职务不在属地规定的范围之内"}
            assert (await cities.supervisor(firm))["records"] == []
            refused.add(place)
    assert refused == unreached
