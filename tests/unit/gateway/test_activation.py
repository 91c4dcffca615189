"""Putting a policy in force: one row and the wall's list change together, and a date that was set stays."""

from dataclasses import replace
from datetime import date

import asyncpg
import pytest

import policies
from authz.policy import Policy, load_policy
from gateway.activation import activate, set_business_date
from gateway.database.scopes import DatabaseRole
from gateway.in_force import STATE
from schema.vocabulary.catalogue import PublishAttribute
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

DAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(policies.contents())


async def items(owner: asyncpg.Connection) -> dict[str, bool]:
    return dict(await owner.fetch("SELECT item, published FROM wall_item"))


async def test_the_state_names_policy_and_catalogue(database: FreshDatabase, policy: Policy) -> None:
    async with database.owner() as owner:
        await activate(owner, policy)
    async with database.connect(DatabaseRole.PUBLICATION) as reader:
        row = await reader.fetchrow(STATE)

    assert tuple(row) == (policy.version, policy.catalogue.digest, None, 0)


async def test_the_wall_knows_what_the_catalogue_publishes(database: FreshDatabase, policy: Policy) -> None:
    async with database.owner() as owner:
        await activate(owner, policy)
        found = await items(owner)

    catalogue = {code: item for code, item in policy.catalogue.items.items() if not item.pseudo}
    assert found.keys() == catalogue.keys()
    public = {code for code, item in catalogue.items() if item.publish_attribute is PublishAttribute.PUBLIC}
    assert {code for code, published in found.items() if published} == public
    assert set() < public < set(found)


async def test_a_date_that_was_set_survives_the_next_policy(database: FreshDatabase, policy: Policy) -> None:
    async with database.owner() as owner:
        await activate(owner, policy)
        await set_business_date(owner, DAY)
        await activate(owner, replace(policy, version="0" * 64))
        kept = await owner.fetchrow(STATE)
        await set_business_date(owner, None)
        freed = await owner.fetchrow(STATE)

    assert (kept["policy_version"], kept["business_date"], freed["business_date"]) == ("0" * 64, DAY, None)


async def test_an_item_that_left_the_catalogue_leaves_the_wall(database: FreshDatabase, policy: Policy) -> None:
    async with database.owner() as owner:
        await owner.execute("INSERT INTO wall_item (item, published) VALUES ('ITEM_OF_OLD', true)")
        await activate(owner, policy)

        assert "ITEM_OF_OLD" not in await items(owner)


async def test_a_policy_that_cannot_be_written_whole_is_not_in_force(database: FreshDatabase, policy: Policy) -> None:
    async with database.owner() as owner:
        await activate(owner, policy)
        before = await items(owner)
        await owner.execute("ALTER TABLE authz_state ADD CHECK (policy_version <> repeat('0', 64))")
        with pytest.raises(asyncpg.CheckViolationError):
            await activate(owner, replace(policy, version="0" * 64))

        assert (await owner.fetchrow(STATE))["policy_version"] == policy.version
        assert await items(owner) == before
