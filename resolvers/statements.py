"""ReadPlan -> one SQL statement, its text and the order of its parameters.

Every root becomes one cell of one row, nested rows are arrays of composites, and the row exists only while the policy
version that was compiled is the one in force and the matter is as it was: all are read in one snapshot. Constants of
the policies are written into the text; everything of the caller or the document is a bound parameter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy import any_ as sql_any
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.types import TypeEngine

from authz.grant import Kind
from authz.rows import years_before
from resolvers.bindings import TABLES, Source
from resolvers.derived import DERIVED, Moment, measure_status
from resolvers.narrowing import after, attached, entered, in_block, narrowed, sort_keys, within
from resolvers.parameters import Convert, Parameter
from resolvers.plan import (
    By,
    Cell,
    ColumnCell,
    DerivedCell,
    FlagCell,
    NestedCell,
    Paging,
    ReadPlan,
    RowNode,
    Shape,
    VariantCell,
    Variants,
    VerdictCell,
    VerdictTest,
)
from resolvers.tables.registry import authz_state
from resolvers.verdicts import MAJOR_FINE_FEN, MAJOR_KINDS, VERDICTS
from resolvers.where import FREEZES, Condition, condition, constant, matter_unchanged
from schema.demands.demand import Slot

COUNT_LIMIT = 10_000
"""Above this the total of a connection is null: counting on would cost more than it tells."""

_DIALECT = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """``text`` with $1, $2 ...; ``names`` of the parameters in that order; ``columns`` read, as ``table.column``."""

    text: str
    names: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    columns: tuple[str, ...]


def statement(
    plan: ReadPlan,
    moment: Moment,
    policy_version: str,
    *,
    persons: bool,
    fixed_date: bool = False,
    matter: bool = False,
) -> Statement:
    """The statement of the plan. ``persons``: the scope may look persons up, so their digest may be compared;
    ``fixed_date``: the business date is set in the database, and must still be this one; otherwise it must not be;
    ``matter``: the grant was made under a registered matter, which must be as it was. What is frozen must be as it was
    in any case."""
    writer = _Writer(moment=moment, persons=persons)
    roots = [writer.nested(node, None) for root in plan.roots for node in root.nodes]
    current = authz_state.alias("current")
    query = select(*roots).select_from(current).where(current.c.policy_version == constant(policy_version))
    fixed = current.c.business_date
    query = query.where(fixed == constant(moment.today) if fixed_date else fixed.is_(None))
    query = query.where(current.c.freezes == bindparam(FREEZES, type_=BigInteger))
    if matter:
        query = query.where(matter_unchanged())
    compiled = query.compile(dialect=_DIALECT)
    return Statement(
        text=compiled.string,
        names=tuple(compiled.positiontup or ()),
        parameters=writer.parameters,
        columns=tuple(sorted(writer.columns)),
    )


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Walks the tree of rows once; remembers parameters and columns."""

    moment: Moment
    persons: bool
    parameters: dict[str, Parameter] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    aliases: int = 0

    def alias(self, source: Source) -> FromClause:
        self.aliases += 1
        return TABLES[source].alias(f"{source.value}_{self.aliases}")

    def parameter(self, convert: Convert, slot: Slot, kind: TypeEngine[Any], **more: Any) -> ColumnElement[Any]:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = Parameter(name=name, convert=convert, slot=slot, **more)
        return bindparam(name, type_=kind)

    # rows ----------------------------------------------------------------------------------------------------------

    def nested(self, node: RowNode, parent: FromClause | None) -> ColumnElement[Any]:
        """One cell that holds the rows of the node: a composite, an array of them, or a page."""
        if node.entrance is not None and node.entrance.by is By.EACH:
            return self._each(node)
        row, variant = self.alias(node.source), None
        conditions = [*self._reached(node, row, parent), *_of_one_item(node, row)]
        origin: FromClause = row
        if _has_variants(node):
            number = self._numbered(node, row)
            origin, variant = row.join(number, true()), number.c.variant
            conditions.append(variant.is_not(None))
        else:
            conditions.append(within(node.blocks, row, node.source))
        cells = [self.cell(each, node, row, variant) for each in node.cells]
        rows = select(func.row(*cells)).select_from(origin).where(*conditions)
        return self._shaped(node, row, origin, parent, conditions, rows)

    def _reached(self, node: RowNode, row: FromClause, parent: FromClause | None) -> list[Condition]:
        conditions: list[Condition] = []
        if node.entrance is not None:
            conditions += entered(node.entrance, row, node.source, self.parameter)
        if node.attach is not None and parent is not None:
            conditions += attached(node.attach, row, parent, node.source, self.moment)
        if node.paging is not None:
            conditions += narrowed(node.paging.conditions, row, self.moment, self.parameter)
        return conditions

    def _numbered(self, node: RowNode, row: FromClause) -> Any:
        """The variant of the row: the number of the first case that holds, computed once for each row."""
        whens = [
            (and_(in_block(block, row, node.source), condition(scope, row, node.source)), constant(number))
            for block in node.blocks
            for scope, number in block.cases
        ]
        self.aliases += 1
        return select(case(*whens).label("variant")).correlate(row).lateral(f"variant_{self.aliases}")

    def _shaped(
        self,
        node: RowNode,
        row: FromClause,
        origin: FromClause,
        parent: FromClause | None,
        conditions: list[Condition],
        rows: Select[Any],
    ) -> ColumnElement[Any]:
        if node.paging is not None:
            total = self._total(node, row, origin, parent, conditions) if node.paging.counted else null()
            rows = rows.where(*after(node.paging, row, self.parameter)).limit(
                self.parameter(Convert.LIMIT, node.paging.first, BigInteger())
            )
            return func.row(func.array(self._ordered(node.paging, row, rows).scalar_subquery()), total)
        if node.source is Source.LINK:
            rows = rows.order_by(row.c.from_date.desc(), row.c.id)
        elif node.source is Source.FEEDBACK:
            rows = rows.order_by(row.c.reported_on, row.c.id)
        if node.shape is Shape.MANY:
            return func.array(rows.scalar_subquery())
        return rows.limit(literal_column("1")).scalar_subquery()

    def _ordered(self, paging: Paging, row: FromClause, rows: Select[Any]) -> Select[Any]:
        return rows.order_by(*(key.desc() if falling else key.asc() for key, falling in sort_keys(paging, row)))

    def _total(
        self,
        node: RowNode,
        row: FromClause,
        origin: FromClause,
        parent: FromClause | None,
        conditions: list[Condition],
    ) -> ColumnElement[Any]:
        """row(rows, natural persons among them), counted no further than one beyond the limit."""
        person = row.c.id if node.source is Source.SUBJECT else row.c.subject_id
        visible = (
            select(person.label("subject"), row.c.natural.label("natural"))
            .select_from(origin)
            .where(*conditions)
            .limit(literal_column(str(COUNT_LIMIT + 1)))
        )
        counted = (visible if parent is None else visible.correlate(parent)).subquery()
        people = func.count(counted.c.subject.distinct()).filter(counted.c.natural)
        return select(func.row(func.count(), people)).select_from(counted).scalar_subquery()

    # each look-up of a standing is answered, found or not ------------------------------------------------------------

    def _each(self, node: RowNode) -> ColumnElement[Any]:
        row = self.alias(node.source)
        number = self._numbered(node, row) if _has_variants(node) else None
        variant = None if number is None else number.c.variant
        entrance = node.entrance
        if entrance is None or entrance.value is None:
            raise TypeError("a standing is looked up")
        cells = [self.cell(each, node, row, variant).label(f"c{n}") for n, each in enumerate(node.cells)]
        found = select(*cells).select_from(row if number is None else row.join(number, true()))
        found = found.where(within(node.blocks, row, node.source) if variant is None else variant.is_not(None))
        if entrance.lookup is not None:
            match = entered(entrance, row, node.source, self.parameter)
            kind = {"uscc": constant(False), "person": constant(True)}.get(entrance.lookup, null())
            rows = found.where(*match).lateral("found")
            whole = select(_or_unknown(node, rows, kind)).select_from(
                select(literal_column("1")).subquery("asked").outerjoin(rows, true())
            )
            return whole.scalar_subquery()
        return self._every(node, row, found, entrance.value)

    def _every(self, node: RowNode, row: FromClause, found: Select[Any], slot: Slot) -> ColumnElement[Any]:
        arrays = [
            self.parameter(Convert.EACH_USCC, slot, ARRAY(Text())),
            self.parameter(Convert.EACH_SUBJECT, slot, ARRAY(BigInteger())),
        ]
        names = ["uscc", "id"]
        if self.persons:
            arrays.append(self.parameter(Convert.EACH_PERSON, slot, ARRAY(LargeBinary())))
            names.append("digest")
        asked = func.unnest(*arrays).table_valued(*names, with_ordinality="n", name="asked").render_derived()
        same = [row.c.uscc == asked.c.uscc, row.c.id == asked.c.id]
        kind = case((asked.c.uscc.is_not(None), constant(False)))
        if self.persons:
            same.append(row.c.person_digest == asked.c.digest)
            kind = case((asked.c.uscc.is_not(None), constant(False)), (asked.c.digest.is_not(None), constant(True)))
        rows = found.where(or_(*same)).lateral("found")
        whole = select(_or_unknown(node, rows, kind)).select_from(asked.outerjoin(rows, true())).order_by(asked.c.n)
        return func.array(whole.scalar_subquery())

    # cells ---------------------------------------------------------------------------------------------------------

    def cell(
        self, each: Cell, node: RowNode, row: FromClause, variant: ColumnElement[Any] | None
    ) -> ColumnElement[Any]:
        match each:
            case ColumnCell(name, variants):
                self.columns.add(f"{node.source.value}.{name}")
                return _only(variants, row.c[name], variant)
            case DerivedCell(coordinate, variants):
                self.columns.add(f"{node.source.value}:{coordinate}")
                return _only(variants, DERIVED[coordinate](row, self.moment), variant)
            case FlagCell(variants):
                return _only(variants, constant(True), variant)
            case VariantCell():
                return null() if variant is None else variant
            case NestedCell(inner, variants):
                return _only(variants, self.nested(inner, row), variant)
            case VerdictCell():
                return self._verdict(each, row)

    def _verdict(self, cell: VerdictCell, row: FromClause) -> ColumnElement[Any]:
        answers = {test.kind: self._hit(cell, test, row) for test in cell.tests}
        return case((row.c.natural, answers.get(Kind.PERSON, null())), else_=answers.get(Kind.ORGANISATION, null()))

    def _hit(self, cell: VerdictCell, test: VerdictTest, row: FromClause) -> ColumnElement[Any]:
        rule = VERDICTS[cell.field]
        if rule.rows is None:
            return constant(True)
        counted = self.alias(rule.rows)
        self.columns.add(f"{rule.rows.value}:exists")
        conditions = [counted.c.subject_id == row.c.id, within(test.blocks, counted, rule.rows)]
        if rule.rows is Source.MEASURE:
            conditions += [
                measure_status(counted, self.moment) == constant("IN_FORCE"),
                counted.c.category != constant("INC"),
            ]
        if cell.since_years is not None:
            conditions.append(counted.c.decided_on > constant(years_before(self.moment.today, cell.since_years)))
        if rule.negative:
            conditions.append(counted.c.polarity == constant("NEGATIVE"))
        if rule.own_field:
            conditions.append(counted.c.supervision_field == constant(cell.supervision_field or ""))
        if rule.major:
            kinds: ColumnElement[Any] = literal_column("array[" + ", ".join(f"'{kind}'" for kind in MAJOR_KINDS) + "]")
            conditions.append(
                or_(counted.c.fine_amount >= constant(MAJOR_FINE_FEN), counted.c.penalty_kinds.op("&&")(kinds))
            )
        return exists(literal_column("1")).where(*conditions)


def _of_one_item(node: RowNode, row: FromClause) -> list[Condition]:
    """Said once for all blocks where they agree, so that an index may serve the rows of one item in order."""
    items = {block.items for block in node.blocks}
    return [row.c.item == constant(items.pop()[0])] if len(items) == 1 and all(len(each) == 1 for each in items) else []


def _has_variants(node: RowNode) -> bool:
    return any(isinstance(cell, VariantCell) for cell in node.cells)


def _only(variants: Variants, value: ColumnElement[Any], variant: ColumnElement[Any] | None) -> ColumnElement[Any]:
    """The value where the row's variant may show it; elsewhere it is not read."""
    if variants is None or variant is None:
        return value
    numbers: ColumnElement[Any] = literal_column("array[" + ", ".join(str(number) for number in sorted(variants)) + "]")
    return case((variant == sql_any(numbers), value))


def _or_unknown(node: RowNode, found: Any, natural: ColumnElement[Any]) -> ColumnElement[Any]:
    """The row found, or "no hits" for an identifier that nobody here bears; an id that is not ours gives null."""
    cells = [func.coalesce(found.c[f"c{number}"], *_unknown(cell, natural)) for number, cell in enumerate(node.cells)]
    return case((and_(natural.is_(None), found.c.c0.is_(None)), null()), else_=func.row(*cells))


def _unknown(cell: Cell, natural: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """What stands for a cell of nobody: the kind that was looked up, so that the words of a verdict are those of its
    kind whether or not anyone was found; and no hits."""
    if isinstance(cell, VerdictCell):
        return (_no_hits(cell, natural),)
    return (natural,) if cell == ColumnCell("natural") else ()


def _no_hits(cell: VerdictCell, natural: ColumnElement[Any]) -> ColumnElement[Any]:
    answered = {test.kind for test in cell.tests}
    whens = [(natural.is_(kind is Kind.PERSON), constant(False) if kind in answered else null()) for kind in Kind]
    return case(*whens)
