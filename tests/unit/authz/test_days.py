"""On which days a policy is looked at: no date hides what it would show on another."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from authz.matrix.days import first_day, sample_days
from authz.matrix.gates import consents
from authz.matrix.world import World, world_of
from authz.policy import Policy
from schema.policy_file import FIRST_DAY, LAST_DAY
from schema.regulations.jurisdictions import Version
from schema.regulations.regulation import load_regulation
from tests.unit.authz import small
from tests.unit.authz.shipped import Files, loaded, replaced, shipped

DAY = timedelta(days=1)
BEFORE, AFTER = FIRST_DAY - DAY, LAST_DAY + DAY
NATION = "jurisdictions/000000.toml"
ENDS: dict[str, Any] = {"consent_maximum_days": 90}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loaded(shipped())


@pytest.fixture(scope="module")
def world(policy: Policy) -> World:
    return world_of(policy)


def ruled(*nations: Version) -> Policy:
    """A policy whose nation has these versions, and one city that has none."""
    regulation = small.regulation(small.jurisdiction("000000", *nations), small.jurisdiction("420100"))
    return replace(small.policy(small.rule("R")), regulation=replace(regulation, sources={}))


def spoken(first: date | None, last: date | None = None, **says: object) -> Version:
    return replace(small.version("000000", first, **says), effective_to=last)


def test_every_day_on_which_something_begins_or_is_over_and_the_day_before_it() -> None:
    policy = ruled(spoken(date(2023, 5, 1), date(2026, 3, 31)))
    edges = (date(2023, 5, 1), date(2026, 4, 1))
    assert sample_days(policy) == (BEFORE, edges[0] - DAY, edges[0], edges[1] - DAY, edges[1], AFTER)
    assert sample_days(ruled()) == (BEFORE, AFTER)


def test_of_every_dated_row(policy: Policy) -> None:
    found = set(sample_days(policy))
    versions = [each for place in policy.regulation.jurisdictions.values() for each in place.versions]
    instruments = [each.instrument for each in policy.regulation.sources.values()]
    for row in (*versions, *instruments, *policy.catalogue.items.values()):
        assert row.effective_from is None or {row.effective_from, row.effective_from - DAY} <= found  # type: ignore[attr-defined]
        assert row.effective_to is None or {row.effective_to, row.effective_to + DAY} <= found  # type: ignore[attr-defined]


def test_two_policies_are_looked_at_on_the_days_of_both() -> None:
    one, other = ruled(spoken(date(2023, 5, 1))), ruled(spoken(date(2026, 4, 1)))
    assert set(sample_days(one, other)) == {*sample_days(one), *sample_days(other)}


def wrong_from(*nations: Version) -> set[date]:
    found = first_day(ruled(*nations), lambda profile: profile.consent_maximum_days is None)
    return {day for _, day in found}


def test_what_is_wrong_before_anything_is_in_force_is_seen() -> None:
    assert wrong_from(spoken(date(2021, 11, 1), **ENDS)) == {BEFORE}
    assert wrong_from(spoken(None, **ENDS)) == set()


def test_what_is_wrong_between_two_instruments_is_seen() -> None:
    gap = spoken(None, date(2023, 4, 30), **ENDS), spoken(date(2023, 5, 2), **ENDS)
    assert wrong_from(*gap) == {date(2023, 5, 1)}
    assert wrong_from(gap[0], replace(gap[1], effective_from=date(2023, 5, 1))) == set()


def test_what_is_wrong_after_the_last_is_seen() -> None:
    assert wrong_from(spoken(None, date(2026, 3, 31), **ENDS)) == {date(2026, 4, 1)}


def unending(world: World, files: Files) -> set[str]:
    """What S20 says of these files."""
    policy = replace(world.policy, regulation=load_regulation(files))
    return {fault.says for fault in consents(replace(world, policy=policy))}


@pytest.mark.parametrize(
    ("dated", "first"),
    [("effective_from = 2021-11-01", BEFORE), ('undated = "U-10"\neffective_to = 2026-12-31', date(2027, 1, 1))],
)
def test_a_consent_without_an_end_on_any_day_is_a_breach(world: World, dated: str, first: date) -> None:
    """BASIS: WH-二(六)2. Whatever the day: the gateway answers on the business date that it is given."""
    files = replaced(shipped(), NATION, 'undated = "U-10"', dated)
    assert unending(world, shipped()) == set()
    assert f"000000 sets no end to a consent on {first}" in unending(world, files)
