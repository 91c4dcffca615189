"""Row scopes -> SQL conditions; their meaning in Python is ``authz.scopes.holds``, and tests hold the two equal.

Constants come from policies and are written into the statement; what belongs to the caller (agency, matter, role, the
subject it asks for and the period of a consent) is a bound parameter. Nothing a caller sends is ever written into a
statement.
"""

from datetime import date
from typing import Any as AnyType
from typing import TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Exists,
    FromClause,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy import any_ as sql_any

from authz.scopes import (
    After,
    All,
    Any,
    By,
    Empty,
    In,
    Is,
    MyAgency,
    MyPeriod,
    MySubject,
    MyTarget,
    Not,
    Party,
    RowScope,
    Trigger,
    Value,
    effective,
)
from resolvers.bindings import Source
from resolvers.tables.measures import measure
from resolvers.tables.records import record
from resolvers.tables.registry import matter, matter_party
from resolvers.tables.subjects import subject

Condition: TypeAlias = ColumnElement[bool]

AGENCY = "caller_agency"
CLIENT = "caller_client"
MATTER = "caller_matter"
REVISION = "matter_revision"
FREEZES = "freezes"
ROLE = "caller_role"
SUBJECT = "caller_subject"
FROM = "consented_from"
UNTIL = "consented_until"


def constant(value: Value) -> ColumnElement[AnyType]:
    """A value of the policies, written as a literal so that plans may depend on it."""
    if isinstance(value, bool):
        return true() if value else false()
    if isinstance(value, int):
        return literal_column(str(value))
    if isinstance(value, date):
        return literal_column(f"date '{value.isoformat()}'")
    return literal_column("'" + value.replace("'", "''") + "'")


def constants(values: tuple[Value, ...]) -> ColumnElement[AnyType]:
    """``any('{...}')`` over text constants of the policies."""
    return sql_any(literal_column("array[" + ", ".join(str(constant(value)) for value in sorted(values)) + "]::text[]"))


def condition(scope: RowScope, row: FromClause, source: Source) -> Condition:
    """The scope as a condition over ``row``, an alias of the table of ``source``."""
    match scope:
        case Is(fact, value):
            return _is(row.c[fact], value)
        case In(fact, values):
            return row.c[fact] == constants(values)
        case Empty(fact):
            return row.c[fact].is_(None)
        case By(fact, day):
            return row.c[fact] <= constant(day)
        case After(fact, day):
            return row.c[fact] > constant(day)
        case MyAgency(fact):
            return row.c[fact] == bindparam(AGENCY, type_=BigInteger)
        case MySubject(fact):
            return row.c[fact] == bindparam(SUBJECT, type_=BigInteger)
        case MyPeriod(fact):
            return row.c[fact].between(bindparam(FROM, type_=Date), bindparam(UNTIL, type_=Date))
        case Party():
            return _party(row, source)
        case MyTarget(day):
            return _my_target(row, source, day)
        case Trigger(part):
            trigger = record.alias("trigger_record")
            reached = exists(literal_column("1")).where(
                trigger.c.id == row.c.record_id, condition(part, trigger, Source.RECORD)
            )
            return _about(row, reached)
        case All(parts):
            return and_(true(), *(condition(part, row, source) for part in parts))
        case Any(parts):
            return or_(false(), *(condition(part, row, source) for part in parts))
        case Not(part):
            # SQL's null must count as "does not hold", as in the reference meaning
            return func.coalesce(condition(part, row, source), false()).is_(false())


def matter_unchanged() -> Condition:
    """The matter of the caller still is in the state under which the grant was made."""
    return exists(literal_column("1")).where(
        matter.c.client_id == bindparam(CLIENT, type_=Text),
        matter.c.number == bindparam(MATTER, type_=Text),
        matter.c.revision == bindparam(REVISION, type_=BigInteger),
    )


def _is(column: ColumnElement[AnyType], value: Value) -> Condition:
    if isinstance(value, bool):
        return column if value else not_(column)
    return column == constant(value)


def subject_id(row: FromClause, source: Source) -> ColumnElement[AnyType]:
    """The subject that a row is about."""
    return row.c.id if source is Source.SUBJECT else row.c.subject_id


def _party(row: FromClause, source: Source) -> Condition:
    person, party = subject.alias("party_person"), matter_party.alias("named_party")
    reached = select(person.c.id).where(
        person.c.person_digest == party.c.party_digest,
        party.c.natural,
        party.c.client_id == bindparam(CLIENT, type_=Text),
        party.c.matter_number == bindparam(MATTER, type_=Text),
        party.c.role == bindparam(ROLE, type_=Text),
    )
    return subject_id(row, source) == sql_any(func.array(reached.scalar_subquery()))


def _my_target(row: FromClause, source: Source, day: date) -> Condition:
    own = measure.alias("own_measure")
    reached = exists(literal_column("1")).where(
        own.c.subject_id == subject_id(row, source),
        own.c.executed_by_id == bindparam(AGENCY, type_=BigInteger),
        condition(effective(day), own, Source.MEASURE),
    )
    return _about(row, reached)


def _about(row: FromClause, found: Exists) -> Condition:
    """INVARIANT: the sub-select speaks of this very row, however deep it stands. Left to itself, SQLAlchemy takes the
    row from the next enclosing select only, and anywhere else would ask whether *any* row of the table fits. For the
    same reason the sub-select's own rows have names that no other alias of a statement has."""
    return found.correlate(row)
