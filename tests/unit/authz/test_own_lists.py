"""Matters of a department's own list: what a row of the table opens ends on its day, and says that it is the table."""

from datetime import date, timedelta

import pytest

from authz.compile import compile_grant
from authz.grant import Grant, Kind, Level, Reason, Scope
from authz.policy import Policy
from authz.purpose import Admission
from schema.demands.demand import Coordinate
from tests.unit.authz.asking import agency
from tests.unit.authz.shipped import added, appended, loaded, shipped

DAY = timedelta(days=1)
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
HOUSING = agency("dept.housing", "420700")
NUMBER, FINE, AUTHORITY = map(Coordinate, ("Record.documentNumber", "Penalty.fineAmount", "Record.authority"))


@pytest.fixture(scope="module")
def policy() -> Policy:
    """With a row of the table for PM-811, of penalties in extract, and rules that open more."""
    files = added(shipped(), "X", purpose="PM-811", basis="EZ-5")
    files = added(files, "Y", purpose="PM-811", field="Penalty.fineAmount", basis="EZ-5")
    row = f"SHARING,PM-811,organisation,PENALTY,any,set:extract,CLEAR,{SINCE},{UNTIL},EZ-5\n"
    return loaded(appended(files, "ceilings_fields.csv", row))


def granted(policy: Policy, day: date, purpose: str = "PM-811") -> Grant:
    return compile_grant(policy, HOUSING, Admission(scope=Scope.SHARING, purpose=purpose), day)


def shown(grant: Grant, coordinate: Coordinate) -> tuple[Level, Reason | None]:
    (part,) = [each for each in grant.parts_of(Kind.ORGANISATION) if each.item == "PENALTY" and not each.published]
    return part.of(coordinate).level, part.of(coordinate).reason


@pytest.mark.parametrize(
    ("day", "level", "reason"),
    [
        (SINCE - DAY, Level.NONE, Reason.CEILING),
        (SINCE, Level.CLEAR, None),
        (UNTIL - DAY, Level.CLEAR, None),
        (UNTIL, Level.NONE, Reason.CEILING),
    ],
)
def test_what_rests_on_a_row_begins_and_ends_with_it(
    policy: Policy, day: date, level: Level, reason: Reason | None
) -> None:
    assert shown(granted(policy, day), NUMBER) == (level, reason)


def test_what_no_row_opens_is_withheld_by_the_table(policy: Policy) -> None:
    assert shown(granted(policy, SINCE), AUTHORITY) == (Level.CLEAR, None)
    assert shown(granted(policy, SINCE), FINE) == (Level.NONE, Reason.CEILING)


def test_the_rule_that_would_have_opened_it_is_named(policy: Policy) -> None:
    (part,) = [part for part in granted(policy, UNTIL).parts if part.item == "PENALTY" and not part.published]
    assert part.of(FINE).rules == ("Y",)


def test_purposes_without_an_own_list_are_as_they_were(policy: Policy) -> None:
    before = granted(loaded(shipped()), SINCE, "PM-301").parts
    assert granted(policy, SINCE, "PM-301").parts == before


def test_of_a_published_row_nobody_is_shown_less_than_the_public(policy: Policy) -> None:
    public = compile_grant(policy, HOUSING, Admission(scope=Scope.PUBLICATION, purpose="PM-903"), UNTIL)
    (wanted,) = [part for part in public.parts if (part.item, part.kind) == ("PENALTY", Kind.ORGANISATION)]
    for day in (SINCE, UNTIL):
        (part,) = [part for part in granted(policy, day).parts if part.item == "PENALTY" and part.published]
        seen = {name: each.level for name, each in wanted.fields.items() if not name.startswith("Standing.")}
        assert {name: part.of(name).level for name in seen} == seen
