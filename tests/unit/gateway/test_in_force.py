"""The row of state -> what is in force: asked once, asked again when told to, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

import policies
from authz.policy import Policy, load_policy
from gateway.in_force import PolicyNotHereError, State

pytestmark = pytest.mark.anyio

FIXED, TODAY, TOMORROW = date(2026, 5, 20), date(2026, 11, 21), date(2026, 11, 22)
OTHER = "0" * 64


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(policies.contents())


@dataclass(slots=True)
class Database:
    """The one row, and how often it was asked for."""

    row: Mapping[str, object] | None
    asked: int = 0
    today: date = TODAY

    async def read(self) -> Mapping[str, object] | None:
        self.asked += 1
        return self.row

    def state(self, *known: Policy) -> State:
        versions = {policy.version: policy for policy in known}
        return State(read=self.read, versions=versions, today=lambda: self.today)


def row(version: str, day: date | None = None) -> Mapping[str, object]:
    return {"policy_version": version, "catalogue_version": "c", "business_date": day, "freezes": 0}


async def test_the_database_is_asked_once(policy: Policy) -> None:
    database = Database(row(policy.version))
    state = database.state(policy)

    first, second = await state.current(), await state.current()

    assert first is second
    assert (first.policy, first.today, first.fixed_date, database.asked) == (policy, TODAY, False, 1)


async def test_a_date_that_was_set_goes_before_today(policy: Policy) -> None:
    state = Database(row(policy.version, FIXED)).state(policy)

    found = await state.current()

    assert (found.today, found.fixed_date, await state.business_date()) == (FIXED, True, FIXED)


async def test_a_new_day_begins_by_itself(policy: Policy) -> None:
    database = Database(row(policy.version))
    state = database.state(policy)
    before = await state.current()
    database.today = TOMORROW
    after = await state.current()

    assert (before.today, after.today, database.asked) == (TODAY, TOMORROW, 1)
    assert after.grants is before.grants


async def test_a_change_is_seen_when_it_is_looked_for(policy: Policy) -> None:
    other = replace(policy, version=OTHER)
    database = Database(row(policy.version))
    state = database.state(policy, other)
    before = await state.current()
    database.row = row(OTHER, FIXED)
    unseen = await state.current()
    await state.refresh()
    after = await state.current()

    assert unseen is before
    assert (after.policy, after.today) == (other, FIXED)


async def test_a_version_that_is_not_here_is_refused_until_it_is(policy: Policy) -> None:
    database = Database(row(OTHER))
    state = database.state(policy)
    for _ in range(2):
        with pytest.raises(PolicyNotHereError):
            await state.current()
    database.row = row(policy.version)

    assert (await state.current()).policy is policy


async def test_a_version_that_was_replaced_by_an_unknown_one_is_not_fallen_back_to(policy: Policy) -> None:
    database = Database(row(policy.version))
    state = database.state(policy)
    await state.current()
    database.row = row(OTHER)
    await state.refresh()

    with pytest.raises(PolicyNotHereError):
        await state.current()
    with pytest.raises(PolicyNotHereError):
        await state.business_date()


async def test_without_a_row_nothing_is_in_force(policy: Policy) -> None:
    with pytest.raises(PolicyNotHereError):
        await Database(None).state(policy).current()
