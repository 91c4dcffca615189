"""Acts for the alert rules: a clerk of an agency who asks, by default once, at a moment of a fixed clock."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from gateway.watch.acts import Act, Fired, Rule, Scene
from gateway.watch.rules import judged
from gateway.watch.thresholds import MINUTE, shipped

NOW = 1_790_000_000_000
HOUSING, MARKETS = "USCC-HOUSING", "USCC-MARKETS"
CLERK, OTHER = b"clerk", b"other"
_NUMBERS = count(1)


def person(number: int) -> bytes:
    return number.to_bytes(32)


def act(*, ago: int = 0, **values: Any) -> Act:
    """``ago``: ms before now."""
    given = {"kind": "release", "agency": HOUSING, "client": "A1", "operator": CLERK}
    return Act(entry=UUID(int=next(_NUMBERS)), t=NOW - ago, **{**given, **values})


def look_ups(numbers: Iterable[int], *, over: int = 30 * MINUTE, each: int = 1, **values: Any) -> list[Act]:
    """One act for every ``each`` persons, evenly over that time."""
    listed = list(numbers)
    batches = [listed[place : place + each] for place in range(0, len(listed), each)]
    step = over // max(len(batches), 1)
    return [
        act(ago=over - place * step - 1, persons=tuple(map(person, batch)), subjects=len(batch), **values)
        for place, batch in enumerate(batches)
    ]


def refused(times: int, code: str, *, over: int = 4 * MINUTE, **values: Any) -> list[Act]:
    return [act(ago=place * over // max(times, 1), kind="deny", reasons=(code,), **values) for place in range(times)]


def scene(acts: Iterable[Act], **around: Any) -> Scene:
    listed = tuple(sorted(acts, key=lambda each: each.t))
    given = {"fresh": frozenset(each.entry for each in listed), "thresholds": shipped(), "now": NOW}
    return Scene(acts=listed, **{**given, **around})


def found(rule: Rule, acts: Iterable[Act], **around: Any) -> tuple[Fired, ...]:
    return tuple(fired for fired in judged(scene(acts, **around)) if fired.rule is rule)


def spread(acts: Iterable[Act]) -> list[Act]:
    """The same by two accounts of the agency, in turn."""
    return [replace(each, operator=(CLERK, OTHER)[place % 2]) for place, each in enumerate(acts)]
