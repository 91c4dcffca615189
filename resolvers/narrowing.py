"""What narrows and orders the rows of one source: look-ups, filters, attachment to a parent, and keyset paging.

Each function gives conditions over one alias. Whether a field may be used so has been decided before, by the grant.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    LargeBinary,
    Text,
    and_,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy import any_ as sql_any
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Boolean, TypeEngine

from resolvers.bindings import Source
from resolvers.cursors import LAST_DAY
from resolvers.derived import DERIVED, Moment
from resolvers.parameters import Convert
from resolvers.plan import Attach, Block, By, Entrance, Paging
from resolvers.sorting import sort_column
from resolvers.tables.records import record_person_target
from resolvers.tables.subjects import organisation_name_gram
from resolvers.where import Condition, condition, constant, constants
from schema.demands.demand import Condition as Filter
from schema.demands.demand import Coordinate, Operator, Slot

Parameters: TypeAlias = Callable[..., ColumnElement[Any]]
"""``(convert, slot, type, **more) -> bind parameter``, remembered by the writer of the statement."""

_NEVER_NULL = {"decided_on"}
_OPENED = {Source.SUBJECT: Convert.SUBJECT, Source.RECORD: Convert.RECORD, Source.MEASURE: Convert.MEASURE}


def in_block(block: Block, row: FromClause, source: Source) -> Condition:
    """The row is of the kind (and, for records, the items) of the block."""
    if source in {Source.LINK, Source.FEEDBACK, Source.AGENCY}:
        return constant(True)
    kind = row.c.natural if block.natural else row.c.natural.is_(False)
    return and_(kind, row.c.item == constants(block.items)) if block.items else kind


def within(blocks: tuple[Block, ...], row: FromClause, source: Source) -> Condition:
    """The row lies in one of the cases: it exists for this caller."""
    return or_(
        constant(False),
        *(
            and_(in_block(block, row, source), or_(*(condition(scope, row, source) for scope, _ in block.cases)))
            for block in blocks
        ),
    )


def entered(entrance: Entrance, row: FromClause, source: Source, parameters: Parameters) -> list[Condition]:
    """The row is the one looked up."""
    if entrance.by is By.LIST or entrance.value is None:
        return []
    if entrance.by is By.NODE or entrance.lookup == "id":
        return [row.c.id == parameters(_OPENED[source], entrance.value, BigInteger())]
    if entrance.lookup == "uscc":
        return [row.c.uscc == parameters(Convert.USCC, entrance.value, Text())]
    return [row.c.person_digest == parameters(Convert.PERSON, entrance.value, LargeBinary())]


def attached(attach: Attach, row: FromClause, parent: FromClause, source: Source, moment: Moment) -> list[Condition]:
    """The row hangs on its parent row; links count while they are current, on their last day (任职截止日期) too."""
    if attach.through_targets:
        targets = select(record_person_target.c.link_id).where(record_person_target.c.record_id == parent.c.id)
        # without this the sub-select would take records of its own, and every entry would show everybody's targets
        return [row.c.id.in_(targets.correlate(parent))]
    conditions: list[Condition] = [row.c[attach.child] == parent.c[attach.parent]]
    if source is Source.LINK:
        today = constant(moment.today)
        conditions += [
            row.c.role == constants(attach.roles),
            row.c.from_date <= today,
            or_(row.c.to_date.is_(None), row.c.to_date >= today),
        ]
    return conditions


def narrowed(filters: tuple[Filter, ...], row: FromClause, moment: Moment, parameters: Parameters) -> list[Condition]:
    """The filters of a connection."""
    return [_matches(asked, row, moment, parameters) for asked in filters]


def _matches(asked: Filter, row: FromClause, moment: Moment, parameters: Parameters) -> Condition:
    if asked.operator is Operator.CONTAINS:
        return _named_like(asked.value, row, parameters)
    if asked.key == "category" and asked.coordinate == "Record.catalogueItem":
        words = parameters(Convert.LIST, asked.value, ARRAY(Text()))
        return or_(row.c.category == sql_any(words), row.c.subcategory == sql_any(words))
    if asked.key == "authority":
        return row.c.authority_id == parameters(Convert.AGENCY, asked.value, BigInteger())
    column = _tested(asked, row, moment)
    match asked.operator:
        case Operator.IN:
            return column == sql_any(parameters(Convert.LIST, asked.value, ARRAY(Text())))
        case Operator.GE:
            return column >= parameters(Convert.DATE, asked.value, Date())
        case Operator.LE:
            return column <= parameters(Convert.DATE, asked.value, Date())
    plain: TypeEngine[Any] = Boolean() if asked.coordinate in _FLAGS else Text()
    return column == parameters(Convert.PLAIN, asked.value, plain)


_FLAGS = {"Record.underObjection", "Measure.legalityReview"}
_TESTED = {"item": "item", "category": "category", "decidedFrom": "decided_on", "decidedTo": "decided_on"} | {
    "startsFrom": "starts_on",
    "startsTo": "starts_on",
    "documentNumber": "document_number",
}


def _tested(asked: Filter, row: FromClause, moment: Moment) -> ColumnElement[Any]:
    if asked.coordinate in DERIVED:
        return DERIVED[asked.coordinate](row, moment)
    return row.c[_TESTED.get(asked.key, asked.key)]


def _named_like(value: Slot, row: FromClause, parameters: Parameters) -> Condition:
    """The folded name contains the text: found by its pairs of characters, then looked at itself."""
    pair = organisation_name_gram.alias()
    candidates = (
        select(pair.c.subject_id)
        .where(pair.c.gram == sql_any(parameters(Convert.GRAMS, value, ARRAY(Text()))))
        .group_by(pair.c.subject_id)
        .having(func.count() == parameters(Convert.GRAM_COUNT, value, Integer()))
    )
    return and_(
        row.c.id.in_(candidates),
        func.strpos(row.c.name_folded, parameters(Convert.FOLDED, value, Text())) > constant(0),
    )


def sort_keys(paging: Paging, row: FromClause) -> list[tuple[ColumnElement[Any], bool]]:
    """The order: (expression, descending). The id makes it total; rows without a date stand at the end of time."""
    keys = [(_dated(sort.coordinate, row), sort.descending) for sort in paging.sorts]
    return [*keys, (row.c.id, keys[-1][1] if keys else False)]


def _dated(coordinate: Coordinate, row: FromClause) -> ColumnElement[Any]:
    name = sort_column(coordinate)
    return row.c[name] if name in _NEVER_NULL else func.coalesce(row.c[name], constant(LAST_DAY))


def after(paging: Paging, row: FromClause, parameters: Parameters) -> list[Condition]:
    """Rows beyond the cursor's position."""
    if paging.after is None:
        return []
    keys = sort_keys(paging, row)
    bounds = [
        parameters(
            Convert.CURSOR,
            paging.after,
            BigInteger() if number == len(keys) - 1 else Date(),
            paging=paging,
            part=number,
        )
        for number in range(len(keys))
    ]
    if len({descending for _, descending in keys}) == 1:
        columns, position = tuple_(*(key for key, _ in keys)), tuple_(*bounds)
        return [columns < position if keys[0][1] else columns > position]
    return [or_(*(_beyond(keys, bounds, number) for number in range(len(keys))))]


def _beyond(keys: list[tuple[ColumnElement[Any], bool]], bounds: list[ColumnElement[Any]], number: int) -> Condition:
    same = [key == bound for (key, _), bound in zip(keys[:number], bounds[:number], strict=True)]
    key, descending = keys[number]
    return and_(*same, key < bounds[number] if descending else key > bounds[number])
