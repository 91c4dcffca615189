"""A policy -> the days on which to look at it, so that no date hides what it would show on another.

What instruments, profiles, items and ceilings say changes only where one of them begins or ends. So whatever holds on
the first day of each, on the day before, and before and after all of them, holds on every day.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Protocol

from authz.policy import Policy
from schema.policy_file import FIRST_DAY, LAST_DAY
from schema.regulations.profile import Profile

_DAY = timedelta(days=1)


class _Dated(Protocol):
    """In force from and to; each None where no instrument says so."""

    @property
    def effective_from(self) -> date | None: ...

    @property
    def effective_to(self) -> date | None: ...


def sample_days(*policies: Policy) -> tuple[date, ...]:
    """Every day on which something in these policies begins or is over, the day before it, and a day before and after
    any that a policy can name."""
    edges = {day for policy in policies for day in _edges(policy)}
    return tuple(sorted({*edges, *(day - _DAY for day in edges), FIRST_DAY - _DAY, LAST_DAY + _DAY}))


def first_day(policy: Policy, wrong: Callable[[Profile], bool]) -> Iterator[tuple[str, date]]:
    """Each jurisdiction whose profile is wrong on some day, with the first such day."""
    days, regulation = sample_days(policy), policy.regulation
    for code in regulation.jurisdictions:
        found = next((day for day in days if wrong(regulation.profile(code, day))), None)
        if found is not None:
            yield code, found


def _edges(policy: Policy) -> Iterator[date]:
    regulation = policy.regulation
    versions = (each for jurisdiction in regulation.jurisdictions.values() for each in jurisdiction.versions)
    instruments = {basis.instrument for basis in regulation.sources.values()}
    dated: tuple[_Dated, ...] = (*versions, *instruments, *policy.catalogue.items.values())
    for each in dated:
        if each.effective_from is not None:
            yield each.effective_from
        if each.effective_to is not None:
            yield each.effective_to + _DAY
    for row in regulation.field_ceilings:
        yield from (day for day in (row.since, row.until) if day is not None)
