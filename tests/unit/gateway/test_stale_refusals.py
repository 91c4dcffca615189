"""A refusal, too, is of the policy in force: what a new policy permits is not refused under the one before."""

from collections.abc import AsyncIterator

import pytest

from gateway.versions.changing import Approval
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.authz.shipped import replaced, shipped
from tests.unit.gateway.offices import BUILDERS, bidding
from tests.unit.gateway.policy_office import BY_TWO, register, versions_in

pytestmark = pytest.mark.anyio

ASK = 'query ($uscc: String!) @purpose(code: "PM-301", role: "agent") { subject(by: {uscc: $uscc}) { name } }'


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


async def test_a_refusal_is_of_the_policy_in_force(town: City) -> None:
    stricter = replaced(shipped(), "purposes.toml", '["bidder", "agent"]', '["bidder"]')
    async with versions_in(town.database) as versions:
        await register(versions.owner, town.database.home)
        await versions.activate(stricter, BY_TWO)
        before = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")
        await versions.activate(shipped(), BY_TWO)
        after = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")
        await versions.roll_back(Approval(named=BY_TWO.named[:1], reason="a trial"))
        again = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")

    assert (before.code, after.code, again.code) == (Code.ROLE_REQUIRED, Code.MATTER_REQUIRED, Code.ROLE_REQUIRED)
