"""US-9: same act, different cities. Ezhou suspends while a doubt is verified (EZ-19), Jiyang does not (JY-四(三))."""

from datetime import date

import pytest

from tests.city import TODAY, City

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


async def test_before_the_objection_both_are_in_force_and_listed(disputed_town: City) -> None:
    await disputed_town.move_to(date(2026, 5, 5))
    try:
        for uscc in (L3, L4):
            assert (await measure_of(disputed_town, uscc))["status"] == "IN_FORCE"
            (edge,) = (await disputed_town.ask(LISTED, {"uscc": uscc})).data["subject"]["records"]["edges"]
            assert edge["node"]["underObjection"] is False
    finally:
        await disputed_town.move_to(TODAY)


async def test_the_executing_department_sees_its_feedback_and_the_public_does_not(disputed_town: City) -> None:
    measure = await measure_of(disputed_town, L3)
    assert measure["feedback"] == [{"action": "APPLIED", "appliedOn": "2026-04-12", "matterNumber": "EZJY-2026-077"}]
    public = (
        "query P($uscc: String!) { subject(by: {uscc: $uscc}) { measures { edges { node { feedback { action } } } } } }"
    )
    edges = (await disputed_town.ask(public, {"uscc": L4})).data["subject"]["measures"]["edges"]
    assert all(edge["node"]["feedback"] is None for edge in edges)
