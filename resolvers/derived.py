"""Values computed in SQL from several columns and the business date: states, flags, terms.

Each names its inputs, so that a test can hold a derived field never less protected than what it is made from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    case,
    cast,
    extract,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)

from resolvers.tables.measures import feedback, measure
from resolvers.where import constant, constants
from schema.demands.demand import Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What derived values need besides the row: the business date, and where a doubted objection suspends measures."""

    today: date
    suspending: frozenset[str]


Derive = Callable[[FromClause, Moment], ColumnElement[Any]]


def record_status(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """Reference state machine 3.10, as of today; an objection is a flag of its own. What stops a record from being one
    comes first, then what ends its effects, then what merely marks it."""
    today = constant(moment.today)
    return case(
        (row.c.state == constants(("DELETED", "DRAFT", "QUARANTINED")), row.c.state),
        (or_(row.c.state == constant("REVOKED"), row.c.revoked_on <= today), constant("REVOKED")),
        (row.c.sealed, constant("SEALED")),
        (row.c.repaired_on <= today, constant("REPAIRED")),
        (row.c.publication_until < today, constant("PUBLICATION_EXPIRED")),
        (row.c.term_end < today, constant("TERM_EXPIRED")),
        (or_(row.c.state == constant("CORRECTED"), row.c.corrected_on <= today), constant("CORRECTED")),
        else_=constant("ACTIVE"),
    )


def under_objection(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """An objection has been lodged and not concluded."""
    return _open(row.c.objection_from, row.c.objection_until, moment)


def repair_state(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    return case((row.c.repaired_on <= constant(moment.today), constant("REPAIRED")), else_=constant("NONE"))


def suspended(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """BASIS: EZ-19. A market subject's measure is not executed while doubted information is being verified."""
    if not moment.suspending:
        return literal_column("false")
    return and_(
        row.c.market_subject,
        row.c.jurisdiction == constants(tuple(moment.suspending)),
        _open(row.c.objection_doubtful_from, row.c.objection_until, moment),
    )


def measure_status(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    today = constant(moment.today)
    return case(
        (row.c.rejected_on <= today, constant("REJECTED")),
        (row.c.lifted_on <= today, constant("LIFTED")),
        (row.c.ends_on < today, constant("EXPIRED")),
        (suspended(row, moment), constant("SUSPENDED")),
        (row.c.in_force_on <= today, constant("IN_FORCE")),
        (row.c.pushed_on <= today, constant("PUSHED")),
        else_=constant("PROPOSED"),
    )


def legality_review(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """BASIS: WH-二(四)1, WH-二(七)3. Who should execute it said last that there is no basis, and it still stands."""
    told, today = feedback.alias("told"), constant(moment.today)
    last = (
        select(told.c.action)
        .where(told.c.measure_id == row.c.id, told.c.reported_on <= today)
        .order_by(told.c.reported_on.desc(), told.c.id.desc())
        .limit(literal_column("1"))
        .correlate(row)
        .scalar_subquery()
    )
    ended = or_(row.c.lifted_on <= today, row.c.rejected_on <= today)
    return func.coalesce(and_(last == constant("REFUSED_NO_BASIS"), ended.is_not(true())), false())


def late(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """BASIS: EZ-16, EZ-三(三), WC-三(三). Told after the quarter in which the measure was executed, or pushed where
    nothing was: the statistics of that quarter do not have it (U-12)."""
    of = measure.alias("executed")
    pushed = select(of.c.pushed_on).where(of.c.id == row.c.measure_id).correlate(row).scalar_subquery()
    return _quarter(row.c.reported_on) > _quarter(func.coalesce(row.c.applied_on, pushed))


def publication_term(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """(from, until, expired); null where the record was never to be published."""
    until = row.c.publication_until
    term = func.row(row.c.published_from, until, until < constant(moment.today))
    return case((or_(row.c.published_from.is_not(None), until.is_not(None)), term), else_=null())


def minor(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    return row.c.person_adult_on > constant(moment.today)


def age(row: FromClause, moment: Moment) -> ColumnElement[Any]:
    """Completed years, counted back from the 18th birthday; null where it is unknown."""
    born = row.c.person_adult_on - literal_column("interval '18 years'")
    return cast(extract("year", func.age(constant(moment.today), born)), BigInteger)


def _quarter(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Quarters since the year 0."""
    return extract("year", day) * literal_column("4") + extract("quarter", day)


def _open(start: ColumnElement[Any], end: ColumnElement[Any], moment: Moment) -> ColumnElement[bool]:
    today = constant(moment.today)
    return and_(start.is_not(None), start <= today, or_(end.is_(None), end > today))


DERIVED: Mapping[Coordinate, Derive] = {
    Coordinate("Record.status"): record_status,
    Coordinate("Record.underObjection"): under_objection,
    Coordinate("Record.repairState"): repair_state,
    Coordinate("Record.publication"): publication_term,
    Coordinate("Measure.status"): measure_status,
    Coordinate("Measure.suspendedByObjection"): suspended,
    Coordinate("Measure.legalityReview"): legality_review,
    Coordinate("MeasureFeedback.late"): late,
    Coordinate("NaturalPerson.minor"): minor,
    Coordinate("NaturalPerson.age"): age,
}
