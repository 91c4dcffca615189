"""Where the cities differ about who is told: C-21 and C-22 of reference 1.15. Their effect is data of the profile, that
anybody can read beside the territory of a firm; no row is shown or hidden by it.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from tests.city import City, city
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

EZHOU, JIYANG, WUHAN = "91420799MA9TERT39R", "91370199MA9TERT47K", "91420199MA9TERT20X"
"""A firm of each."""

PROFILES = """
    query ($uscc: String!) { subject(by: {uscc: $uscc}) { jurisdiction { parent {
      name profiles { effectiveFrom feedbackTo feedbackToLabel pushTo pushToLabel(lang: EN) } } } } }
"""


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database) as found:
        yield found


async def newest(town: City, firm: str) -> Mapping[str, Any]:
    """The latest version of the rules of a firm's city."""
    subject = (await town.ask(PROFILES, {"uscc": firm})).data["subject"]
    profiles: list[Mapping[str, Any]] = subject["jurisdiction"]["parent"]["profiles"]
    return max(profiles, key=lambda each: each["effectiveFrom"] or "")


async def test_c21_feedback_ends_with_the_credit_office_in_ezhou_and_with_the_initiator_in_jiyang(town: City) -> None:
    """EZ-16 against JY-四(二)."""
    ezhou, jiyang = await newest(town, EZHOU), await newest(town, JIYANG)
    assert ezhou["feedbackTo"] == ["INITIATING_DEPT", "CREDIT_OFFICE"]
    assert jiyang["feedbackTo"] == ["JOINT_SYSTEM", "INITIATING_DEPT"]
    assert ezhou["feedbackToLabel"] == ["发起部门", "信用主管部门"]


async def test_c22_ezhou_passes_on_to_the_province_and_wuhan_to_the_city(town: City) -> None:
    ezhou, wuhan = await newest(town, EZHOU), await newest(town, WUHAN)
    assert (ezhou["pushTo"], wuhan["pushTo"]) == (["PROVINCE_PLATFORM"], ["CITY_PLATFORM"])
    assert wuhan["pushToLabel"] == ["The municipal credit platform"]
