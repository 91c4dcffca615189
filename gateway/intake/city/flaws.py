"""A row as it should be -> the same row as a careless department would send it, so that it cannot be taken.

For loads that are to set some rows aside. Only rows that nothing else refers to are spoilt, so that as many are set
aside as were spoilt.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from gateway.intake.city.places import TODAY

Columns = Mapping[str, object]

SPOILABLE = frozenset({"licences", "evaluations", "commitments", "honours", "contracts", "judgments"})
"""Layouts whose rows trigger no measure and are neither repaired nor disputed."""


def spoilt(row: Columns, chance: Random) -> Columns:
    """A copy with one mistake in it."""
    return {**row, **chance.choice(_MISTAKES)(row)}


def _masked(row: Columns) -> Columns:
    name = _number_column(row)
    number = str(row[name])
    return {name: f"{number[:6]}********{number[-4:]}"}


def _mistyped(row: Columns) -> Columns:
    """Two neighbours exchanged, or one digit too few: every check character finds either."""
    name = _number_column(row)
    return {name: str(row[name])[:-1]}


def _from_the_future(row: Columns) -> Columns:
    return {"decided_on": TODAY + timedelta(days=36_500)}


def _no_date(row: Columns) -> Columns:
    return {"decided_on": "2026年2月30日"}


def _nameless(row: Columns) -> Columns:
    return {"subject_name": ""}


def _unknown_office(row: Columns) -> Columns:
    return {"authority_uscc": "11420199MA9TERT12A"}


_MISTAKES: tuple[Callable[[Columns], Columns], ...] = (
    *(_masked, _mistyped, _from_the_future, _no_date, _nameless, _unknown_office),
)


def _number_column(row: Columns) -> str:
    return "id_number" if row["id_number"] else "uscc"
