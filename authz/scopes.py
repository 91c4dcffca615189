"""Row scopes: a small closed algebra over the facts of a row, with one meaning in Python and one in SQL.

``resolvers.where`` gives the SQL; ``holds`` here is the reference it is tested against. Row facts carry the names of
the columns. Nothing else can be said about a row: a scope is data, and it is made only from policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
    """The subject is target of a measure that the caller's agency executes; Python meaning: the fact ``my_target``."""


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


RowScope: TypeAlias = Is | In | Empty | By | After | Party | MyAgency | MyTarget | Trigger | All | Any | Not

EVERY = All(())
NOTHING = Any(())


def holds(scope: RowScope, row: Mapping[str, object], *, agency: int | None = None) -> bool:
    """Whether the row lies in the scope: the reference meaning. Null never equals anything, as in SQL."""
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
        case MyTarget():
            return bool(row["my_target"])
        case MyAgency(fact):
            return agency is not None and row[fact] == agency
        case Trigger(part):
            record = row["trigger"]
            return isinstance(record, Mapping) and holds(part, record, agency=agency)
        case All(parts):
            return all(holds(part, row, agency=agency) for part in parts)
        case Any(parts):
            return any(holds(part, row, agency=agency) for part in parts)
        case Not(part):
            return not holds(part, row, agency=agency)
