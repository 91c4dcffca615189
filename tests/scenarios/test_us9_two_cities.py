"""US-9: same act, different cities. Ezhou suspends while a doubt is verified (EZ-19), Jiyang does not (JY-四(三))."""

from datetime import date
from typing import Any

import pytest

from tests.city import City
from tests.scenarios.filing import DAY, on_day

pytestmark = pytest.mark.anyio

L3, L4 = "91420799MA9TERT39R", "91370199MA9TERT47K"

TARGET = """
query Target($uscc: String!) @purpose(code: "PM-831", matter: "EZJY-2026-077", role: "listed_target") {
  subject(by: {uscc: $uscc}) {
    measures { edges { node {
      status suspendedByObjection force listEntry { code } initiatedBy { name } executedBy { name } startsOn endsOn
      feedback { action appliedOn matterNumber }
    } } }
    records { edges { node { __typename underObjection status ... on ListEntry { listCategory localLabel } } } }
  }
}
"""
LISTED = """
query Listed($uscc: String!) {
  subject(by: {uscc: $uscc}) { records { totalCount edges { node { underObjection ... on ListEntry { listType } } } } }
}
"""


async def measure_of(town: City, uscc: str) -> dict[str, object]:
    answer = await town.ask(TARGET, {"uscc": uscc}, client="A7")
    (edge,) = answer.data["subject"]["measures"]["edges"]
    found: dict[str, object] = edge["node"]
    return found


async def test_ezhou_suspends_the_measure_and_the_disclosure_on_the_list(disputed_town: City) -> None:
    measure = await measure_of(disputed_town, L3)
    assert (measure["status"], measure["suspendedByObjection"]) == ("SUSPENDED", True)
    public = await disputed_town.ask(LISTED, {"uscc": L3})
    assert public.data["subject"]["records"] == {"totalCount": 0, "edges": []}


async def test_jiyang_leaves_both_and_sets_a_flag(disputed_town: City) -> None:
    measure = await measure_of(disputed_town, L4)
    assert (measure["status"], measure["suspendedByObjection"]) == ("IN_FORCE", False)
    (edge,) = (await disputed_town.ask(LISTED, {"uscc": L4})).data["subject"]["records"]["edges"]
    assert edge["node"] == {"underObjection": True, "listType": "SERIOUS"}


async def test_the_executing_department_in_the_other_city_follows_the_origin(disputed_town: City) -> None:
    """A7 of Ezhou executes both measures; each keeps the rule of the city that initiated it."""
    statuses = {uscc: (await measure_of(disputed_town, uscc))["status"] for uscc in (L3, L4)}
    assert statuses == {L3: "SUSPENDED", L4: "IN_FORCE"}


async def listed(town: City, uscc: str, day: date) -> list[Any]:
    """What the public finds on the eve and on the day."""
    found = []
    for each in (day - DAY, day):
        async with on_day(town, each):
            records = (await town.ask(LISTED, {"uscc": uscc})).data["subject"]["records"]
        found.append([edge["node"]["underObjection"] for edge in records["edges"]])
    return found


@pytest.mark.parametrize(("uscc", "since"), [(L3, []), (L4, [True])])
async def test_on_the_eve_of_the_objection_both_are_listed(disputed_town: City, uscc: str, since: list[bool]) -> None:
    assert await listed(disputed_town, uscc, date(2026, 5, 6)) == [[False], since]


@pytest.mark.parametrize(("uscc", "since"), [(L3, "SUSPENDED"), (L4, "IN_FORCE")])
async def test_on_the_eve_of_the_objection_both_are_in_force(disputed_town: City, uscc: str, since: str) -> None:
    found = []
    for day in (date(2026, 5, 5), date(2026, 5, 6)):
        async with on_day(disputed_town, day):
            found.append((await measure_of(disputed_town, uscc))["status"])
    assert found == ["IN_FORCE", since]


@pytest.mark.parametrize("uscc", [L3, L4])
async def test_a_listing_is_public_from_its_publication(disputed_town: City, uscc: str) -> None:
    """Decided on 2026-03-02, published on 2026-03-04."""
    assert await listed(disputed_town, uscc, date(2026, 3, 4)) == [[], [False]]


async def test_the_executing_department_sees_its_feedback_and_the_public_does_not(disputed_town: City) -> None:
    measure = await measure_of(disputed_town, L3)
    assert measure["feedback"] == [{"action": "APPLIED", "appliedOn": "2026-04-12", "matterNumber": "EZJY-2026-077"}]
    public = (
        "query P($uscc: String!) { subject(by: {uscc: $uscc}) { measures { edges { node { feedback { action } } } } } }"
    )
    edges = (await disputed_town.ask(public, {"uscc": L4})).data["subject"]["measures"]["edges"]
    assert all(edge["node"]["feedback"] is None for edge in edges)
