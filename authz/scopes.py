"""Row scopes: a small closed algebra over the facts of a row, with one meaning in Python and one in SQL.

``resolvers.where`` gives the SQL; ``holds`` here is the reference it is tested against. Row facts carry the names of
the columns. Nothing else can be said about a row: a scope is data, and it is made only from policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

Fact: TypeAlias = str  # a column of the row: "repaired_on"
Value: TypeAlias = str | int | bool | date


@dataclass(frozen=True, slots=True)
class Is:
    """The fact equals the value (false for null)."""

    fact: Fact
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    """The fact is one of the values (false for null)."""

    fact: Fact
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """The fact is null."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class By:
    """The fact is a date on or before ``day`` (false for null)."""

    fact: Fact
    day: date


@dataclass(frozen=True, slots=True)
class After:
    """The fact is a date after ``day`` (false for null)."""

    fact: Fact
    day: date


@dataclass(frozen=True, slots=True)
class Party:
    """The subject of the row is a natural person named in the caller's matter with the caller's role; proved in SQL
    against ``matter_party``. Its Python meaning is the fact ``party``."""


@dataclass(frozen=True, slots=True)
class MyAgency:
    """The fact equals the id of the caller's own agency, a bound parameter."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class MyTarget:
    """The subject is target of a measure that the caller's agency executes and that is in effect on ``day``. Its Python
    meaning: the fact ``my_target`` holds the rows of the measures that the agency executes against the subject."""

    day: date


@dataclass(frozen=True, slots=True)
class MySubject:
    """The fact is the id of the subject for whom the caller asks: itself, or whoever consented; a bound parameter."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class MyPeriod:
    """The fact is a date within the period of data of the caller's consent, its ends included (false for null)."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Trigger:
    """The record that triggered the measure (``record_id``) lies in the scope; false where there is none. Its Python
    meaning: the fact ``trigger`` is that record's own row."""

    part: "RowScope"


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["RowScope", ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple["RowScope", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "RowScope"


RowScope: TypeAlias = (
    Is | In | Empty | By | After | Party | MyAgency | MyTarget | MySubject | MyPeriod | Trigger | All | Any | Not
)


def standing(day: date) -> All:
    """Measures that stand on this day: pushed, neither refused nor lifted, nor past their last day."""
    not_yet = (Any((Empty(fact), After(fact, day))) for fact in ("rejected_on", "lifted_on"))
    return All((By("pushed_on", day), *not_yet, Not(By("ends_on", day - timedelta(days=1)))))


EVERY = All(())
NOTHING = Any(())

RECORDED = All((In("state", ("ACTIVE", "CORRECTED", "REVOKED")), Is("sealed", False)))
"""Decisions that became records and are not sealed; of nothing else does anyone but its source learn."""

OF_AGE = Is("minor_at_event", False)


def triggered(trigger: RowScope) -> RowScope:
    """Measures whose trigger lies in the scope, and those that no record triggered."""
    return Any((Empty("record_id"), Trigger(trigger)))


TRIGGERED = triggered(All((*RECORDED.parts, OF_AGE)))
"""What is quarantined, sealed or of a minor carries no measure (reference 3.10)."""


def effective(day: date) -> All:
    """Measures that stand on this day, with their trigger."""
    return All((*standing(day).parts, TRIGGERED))


ALWAYS = (date.min, date.max)
"""The period of data of a caller whose consent sets none, and of a caller without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The caller's side of a scope."""

    agency: int | None
    subject: int | None
    period: tuple[date, date]


def holds(
    scope: RowScope,
    row: Mapping[str, object],
    *,
    agency: int | None = None,
    subject: int | None = None,
    period: tuple[date, date] = ALWAYS,
) -> bool:
    """Whether the row lies in the scope: the reference meaning. Null never equals anything, as in SQL."""
    return _holds(scope, row, _Side(agency=agency, subject=subject, period=period))


def _holds(scope: RowScope, row: Mapping[str, object], side: _Side) -> bool:
    match scope:
        case Is(fact, value):
            return row[fact] is not None and row[fact] == value
        case In(fact, values):
            return row[fact] is not None and row[fact] in values
        case Empty(fact):
            return row[fact] is None
        case By(fact, day):
            found = row[fact]
            return isinstance(found, date) and found <= day
        case After(fact, day):
            found = row[fact]
            return isinstance(found, date) and found > day
        case Party():
            return bool(row["party"])
        case MyTarget(day):
            measures = row["my_target"]
            return isinstance(measures, tuple) and any(_holds(effective(day), each, side) for each in measures)
        case MyAgency(fact):
            return side.agency is not None and row[fact] == side.agency
        case MySubject(fact):
            return side.subject is not None and row[fact] == side.subject
        case MyPeriod(fact):
            found, (first, last) = row[fact], side.period
            return isinstance(found, date) and first <= found <= last
        case Trigger(part):
            record = row["trigger"]
            return isinstance(record, Mapping) and _holds(part, record, side)
        case All(parts):
            return all(_holds(part, row, side) for part in parts)
        case Any(parts):
            return any(_holds(part, row, side) for part in parts)
        case Not(part):
            return not _holds(part, row, side)
