"""A refusal, too, is of the policy in force: what a new policy permits is not refused under the one before."""

from collections.abc import AsyncIterator

import pytest

from gateway.versions.changing import Approval
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.authz.shipped import shipped
from tests.unit.gateway.offices import BUILDERS, bidding
from tests.unit.gateway.policy_office import BY_TWO, register, versions_in

pytestmark = pytest.mark.anyio

ASK = 'query ($uscc: String!) @purpose(code: "PM-301", role: "bidder") { subject(by: {uscc: $uscc}) { name } }'


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


async def test_a_refusal_is_of_the_policy_in_force(town: City) -> None:
    head, code, rest = shipped()["purposes.toml"].decode().partition('code = "PM-301"')
    rest = rest.replace("matter_required = true", "matter_required = false", 1)
    freer = shipped() | {"purposes.toml": (head + code + rest).encode()}
    async with versions_in(town.database) as versions:
        await register(versions.owner, town.database.home)
        before = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")
        await versions.activate(freer, BY_TWO)
        after = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")
        await versions.roll_back(Approval(named=BY_TWO.named[:1], reason="a trial"))
        again = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")

    assert before.code is Code.MATTER_REQUIRED
    assert after.code is not Code.MATTER_REQUIRED
    assert again.code is Code.MATTER_REQUIRED
