"""Demand and grant -> ReadPlan: which rows, which of their cells, and what each becomes. Pure.

Walks the demand once. Every row source is divided into variants by what the grant shows of the asked fields; a cell is
planned only for the variants that may read it. It decides nothing: an absent cell is an absent permission of the grant.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from authz.grant import Grant, ItemCode, Kind, Level, Part, Relation, Scope
from authz.scopes import EVERY, NOTHING, MySubject, Party, RowScope
from resolvers.agencies import agency
from resolvers.asks import DECIDED_BY_PARENT, LINK_ROLES, Reader
from resolvers.bindings import CLEAR, Source
from resolvers.outputs import Cells, outputs_of, released_of
from resolvers.plan import (
    Attach,
    By,
    Cell,
    ColumnCell,
    DerivedCell,
    Entrance,
    FlagCell,
    NestedCell,
    Paging,
    ReadPlan,
    RootNode,
    RowNode,
    Shape,
    VariantCell,
    Variants,
    VerdictCell,
    VerdictTest,
)
from resolvers.sorting import sort_column
from resolvers.variants import Division, Key, divide
from resolvers.verdicts import VERDICTS, answered, counting_parts
from schema.catalogue import Catalogue
from schema.demands.demand import (
    Ask,
    Branch,
    Coordinate,
    Demand,
    Leaf,
    Page,
    Root,
    Selection,
    Slot,
    Sort,
    TypeName,
    Typename,
)

DATA_ROOTS = frozenset({"node", "subject", "standing", "standings", "subjects", "records", "measures"})
"""The roots whose answer is read from the database, through the grant."""

BOTH = (Kind.ORGANISATION, Kind.PERSON)
_KINDS_OF_LOOKUP: Mapping[str | None, tuple[Kind, ...]] = {"uscc": (Kind.ORGANISATION,), "person": (Kind.PERSON,)}
_SUBJECT_TYPES = {Kind.ORGANISATION: TypeName("Organisation"), Kind.PERSON: TypeName("NaturalPerson")}
_REGISTRATION = frozenset({"REGISTRATION_ORG", "REGISTRATION_PERSON"})
_INTERNAL: Mapping[Source, tuple[str, ...]] = {
    Source.SUBJECT: ("id", "natural"),
    Source.RECORD: ("id", "subject_id", "natural", "family", "item"),
    Source.MEASURE: ("id", "subject_id", "natural"),
    Source.LINK: ("id",),
    Source.FEEDBACK: ("id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where rows stand in the answer, and how they are found: by an entrance at the root, or attached to a parent row.

    ``bound`` are the arguments on the way here, to which cursors below are bound.
    """

    path: str
    shape: Shape = Shape.ONE
    entrance: Entrance | None = None
    attach: Attach | None = None
    bound: tuple[Slot, ...] = ()
    page: Page | None = None

    def below(self, key: str, attach: Attach, shape: Shape = Shape.ONE, page: Page | None = None) -> "_Place":
        return _Place(path=f"{self.path}.{key}", bound=self.bound, attach=attach, shape=shape, page=page)


def compose(demand: Demand, grant: Grant, catalogue: Catalogue) -> ReadPlan:
    """The plan of the data roots of an operation; reference roots are not read from the database."""
    reader = Reader(catalogue=catalogue, verdicts=answered(grant))
    composer = _Composer(grant=grant, catalogue=catalogue, reader=reader)
    return ReadPlan(roots=tuple(composer.root(root) for root in demand.roots if root.field in DATA_ROOTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composer:
    grant: Grant
    catalogue: Catalogue
    reader: Reader

    # roots ---------------------------------------------------------------------------------------------------------

    def root(self, root: Root) -> RootNode:
        return RootNode(key=root.key, nodes=tuple(self._root(root)))

    def _root(self, root: Root) -> Iterable[RowNode]:
        ask, bound = root.ask, tuple(slot for slot in (root.lookups, root.lookup and root.lookup.value) if slot)
        if isinstance(ask, Page):
            place = _Place(path=root.key, shape=Shape.PAGE, entrance=Entrance(by=By.LIST), page=ask)
            # no list of persons is offered to anyone
            read = {"subjects": self.subject, "records": self.record, "measures": self.measure}[root.field]
            yield read(_nodes(ask), (Kind.ORGANISATION,) if root.field == "subjects" else BOTH, place)
        elif isinstance(ask, Branch) and root.field == "node":
            place = _Place(
                path=root.key, entrance=Entrance(by=By.NODE, lookup="id", value=root.arguments["id"]), bound=bound
            )
            for read in (self.subject, self.record, self.measure):
                yield read(ask.selection, BOTH, place)
        elif isinstance(ask, Branch):
            entrance = _entrance(root)
            place = _Place(
                path=root.key,
                shape=Shape.MANY if root.field == "standings" else Shape.ONE,
                entrance=entrance,
                bound=bound,
            )
            selection = ask.selection if entrance.by is By.LOOKUP else _beside_subject(ask)
            yield self.subject(selection, _KINDS_OF_LOOKUP.get(entrance.lookup, BOTH), place)

    # row sources ---------------------------------------------------------------------------------------------------

    def subject(self, selection: Selection, kinds: tuple[Kind, ...], place: _Place) -> RowNode:
        parts = tuple(
            part
            for part in self.grant.parts
            if part.item in _REGISTRATION and part.kind in kinds and _shown(part, f"{_SUBJECT_TYPES[part.kind]}.id")
        )
        if place.entrance is not None and place.entrance.by is By.EACH:
            parts += self._judged({*kinds} - {part.kind for part in parts})
            # every look-up has an answer: where nothing is said about the kind, that of nobody
            parts = parts or (_leading(kinds[0], NOTHING),)
        return self._rows(Source.SUBJECT, selection, parts, lambda part: _SUBJECT_TYPES[part.kind], place)

    def _judged(self, kinds: Iterable[Kind]) -> tuple[Part, ...]:
        """Kinds of subject that are answered about but never shown (PM-821): who they are only leads to their rows, and
        the verdict's own parts say which of these count. A person is one only as a party of the matter, by id too."""
        judged = sorted(kind for kind in kinds if any(kind is answered for _, answered in self.reader.verdicts))
        return tuple(_leading(kind, self._reached(kind)) for kind in judged)

    def _reached(self, kind: Kind) -> RowScope:
        """In consent and self scope the one subject that they are about, and nobody beside."""
        if self.grant.scope in (Scope.CONSENT, Scope.SELF):
            return MySubject("id")
        return Party() if self.grant.scope is Scope.SHARING and kind is Kind.PERSON else EVERY

    def record(self, selection: Selection, kinds: tuple[Kind, ...], place: _Place) -> RowNode:
        parts = tuple(
            part
            for part in self.grant.parts
            if part.kind in kinds and self._family(part) and _shown(part, "Record.id") and self._listed(part, place)
        )
        asked = self._asked(parts, place.page)
        return self._rows(Source.RECORD, selection, asked, lambda part: TypeName(self._family(part)), place, parts)

    def _asked(self, parts: tuple[Part, ...], page: Page | None) -> tuple[Part, ...]:
        """Without those of items that a filter written in the document leaves out: their rows need not be told from
        others. What a variable will hold is not known yet."""
        written = [
            frozenset(condition.value.literal)
            for condition in (page.conditions if page is not None else ())
            if condition.key == "item" and isinstance(condition.value.literal, list | tuple)
        ]
        return tuple(part for part in parts if all(part.item in items for items in written))

    def measure(self, selection: Selection, kinds: tuple[Kind, ...], place: _Place) -> RowNode:
        parts = tuple(
            part
            for part in self.grant.parts
            if part.item == "MEASURE"
            and part.kind in kinds
            and _shown(part, "Measure.id")
            and self._listed(part, place)
        )
        return self._rows(Source.MEASURE, selection, parts, lambda _: TypeName("Measure"), place)

    def _listed(self, part: Part, place: _Place) -> bool:
        """In sharing scope the root lists hold no natural persons but the targets of the caller's own measures."""
        listed = place.entrance is not None and place.entrance.by is By.LIST
        if not listed or part.kind is Kind.ORGANISATION or self.grant.scope is not Scope.SHARING:
            return True
        return part.relation is Relation.TARGET

    def _family(self, part: Part) -> str:
        return self.catalogue.items[part.item].family or ""

    def _rows(
        self,
        source: Source,
        selection: Selection,
        parts: tuple[Part, ...],
        type_of: Callable[[Part], TypeName],
        place: _Place,
        ordering: tuple[Part, ...] | None = None,
    ) -> RowNode:
        """``ordering``: the parts that the order of a page depends on, where they are others."""
        reads = self.reader.reads(selection, tuple((type_of(part), part) for part in parts))
        division = divide(parts, reads, by_item=source is Source.RECORD)
        paging = self._paging(source, parts if ordering is None else ordering, place)
        below = replace(place, bound=paging.bound) if paging is not None else place
        origins = self._origins(selection, parts, type_of)
        cells = self._cells(source, division, paging, lambda key: self._nested(*origins[key], below))
        types = {name: tuple(part for part in parts if type_of(part) == name) for name in map(type_of, parts)}
        views = tuple(
            {name: outputs_of(view, name, of_type, cells, self.reader) for name, of_type in types.items()}
            for view in (_views(place.page) if place.page is not None else (selection,))
        )
        return RowNode(
            source=source,
            shape=place.shape,
            entrance=place.entrance,
            attach=place.attach,
            blocks=division.blocks,
            cells=cells.cells,
            views=views,
            released={
                (type_of(part), division.variant[number]): released_of(selection, type_of(part), part, self.reader)
                for number, part in enumerate(parts)
            },
            paging=paging,
            page=place.page,
        )

    # cells ---------------------------------------------------------------------------------------------------------

    def _cells(
        self, source: Source, division: Division, paging: Paging | None, nested: Callable[[Key], RowNode]
    ) -> Cells:
        cells: list[Cell] = [ColumnCell(name) for name in _INTERNAL[source]]
        index: dict[Key, int] = {("column", name): number for number, name in enumerate(_INTERNAL[source])}
        if division.count > 1:
            cells.append(VariantCell())
        for key, variants in division.reading.items():
            if key not in index:
                index[key] = len(cells)
                cells.append(self._cell(key, variants, nested))
        for sort in paging.sorts if paging is not None else ():
            if (dated := ColumnCell(sort_column(sort.coordinate))) not in cells:
                cells.append(dated)
        return Cells(cells=tuple(cells), index=index)

    def _cell(self, key: Key, variants: Variants, nested: Callable[[Key], RowNode]) -> Cell:
        match key[0]:
            case "column":
                return ColumnCell(key[1], variants)
            case "derived":
                return DerivedCell(Coordinate(key[1]), variants)
            case "named":
                return FlagCell(variants)
            case "verdict":
                return self._verdict(key[1])
        return NestedCell(nested(key), variants)

    def _origins(
        self, selection: Selection, parts: tuple[Part, ...], type_of: Callable[[Part], TypeName]
    ) -> dict[Key, tuple[Branch | Page, Part]]:
        """For each edge, the ask and a part that lead to it; equal keys lead to equal nested rows."""
        found: dict[Key, tuple[Branch | Page, Part]] = {}
        for part in parts:
            for ask in selection.types.get(type_of(part), ()):
                if isinstance(ask, Branch | Page):
                    found |= {
                        key: (ask, part) for key, read in self.reader.keys(ask, part) if read and key not in found
                    }
        return found

    def _verdict(self, field: str) -> VerdictCell:
        rule = VERDICTS[field]
        counting = {kind: counting_parts(self.grant, field, kind) for kind in Kind}
        tests = (
            VerdictTest(kind=kind, blocks=divide(parts, ({},) * len(parts), by_item=rule.by_item).blocks)
            for kind, parts in counting.items()
            if parts
        )
        return VerdictCell(
            field=field,
            tests=tuple(tests),
            since_years=self.grant.years if rule.looks_back else None,
            supervision_field=self.grant.supervision_field if rule.own_field else None,
        )

    def _paging(self, source: Source, parts: tuple[Part, ...], place: _Place) -> Paging | None:
        page = place.page
        if page is None:
            return None
        return Paging(
            path=place.path,
            conditions=page.conditions,
            sorts=page.sorts or _order(source, parts),
            first=page.first,
            after=page.after,
            counted=page.counted,
            bound=(*place.bound, *(condition.value for condition in page.conditions)),
        )

    # nested rows ---------------------------------------------------------------------------------------------------

    def _nested(self, ask: Branch | Page, part: Part, place: _Place) -> RowNode:
        coordinate = ask.coordinate or Coordinate("")
        type_name, _, field = coordinate.partition(".")
        if isinstance(ask, Page):
            kinds = BOTH if type_name == "Record" else (part.kind,)
            attach = Attach(child="record_id" if type_name == "Record" else "subject_id", parent="id")
            read = self.record if field == "records" else self.measure
            return read(_nodes(ask), kinds, place.below(ask.key, attach, shape=Shape.PAGE, page=ask))
        if coordinate in DECIDED_BY_PARENT:
            return self._decided(ask, part, place)
        if ask.type == "Agency":
            column = self.reader.column_key(coordinate, CLEAR)[1]
            return agency(ask, Attach(child="id", parent=column))
        if field == "record":
            return self.record(ask.selection, BOTH, place.below(ask.key, Attach(child="id", parent="record_id")))
        if field == "person":
            # as a party of the matter, or not at all: a link alone makes nobody known
            return self.subject(
                ask.selection, (Kind.PERSON,), place.below(ask.key, Attach(child="id", parent="person_id"))
            )
        if field == "standing":
            return self.subject(
                _beside_subject(ask), (part.kind,), place.below(ask.key, Attach(child="id", parent="id"))
            )
        if type_name == "Standing":
            return self.subject(ask.selection, BOTH, place.below(ask.key, Attach(child="id", parent="id")))
        return self.subject(ask.selection, BOTH, place.below(ask.key, Attach(child="id", parent="subject_id")))

    def _decided(self, ask: Branch, part: Part, place: _Place) -> RowNode:
        """Links and feedback: one variant, decided by the part of the row they hang on."""
        coordinate = ask.coordinate or Coordinate("")
        given, roles = replace(part, rows=EVERY), LINK_ROLES.get(coordinate, ())
        source, name = Source.LINK, TypeName("Link")
        attach = Attach(child="organisation_id", parent="id", roles=roles, through_targets=not roles)
        if coordinate == "Measure.feedback":
            source, name = Source.FEEDBACK, TypeName("MeasureFeedback")
            attach = Attach(child="measure_id", parent="id")
        shape = Shape.MANY if ask.many else Shape.ONE
        return self._rows(source, ask.selection, (given,), lambda _: name, place.below(ask.key, attach, shape=shape))


def _shown(part: Part, coordinate: str) -> bool:
    return part.of(Coordinate(coordinate)).level >= Level.MASKED


def _order(source: Source, parts: tuple[Part, ...]) -> tuple[Sort, ...]:
    """The order of a connection that asks for none: latest first, where the date is in clear in every row."""
    dated = {Source.RECORD: "Record.decidedOn", Source.MEASURE: "Measure.startsOn"}.get(source)
    if dated is None or any(part.of(Coordinate(dated)).level is not Level.CLEAR for part in parts):
        return ()
    return (Sort(coordinate=Coordinate(dated), descending=True),)


def _leading(kind: Kind, rows: RowScope) -> Part:
    """To the rows of subjects of which nothing is shown."""
    item = ItemCode("CLEAN_RECORD")
    return Part(item=item, kind=kind, relation=Relation.OTHER, published=False, rows=rows, fields={})


def _entrance(root: Root) -> Entrance:
    by = By.EACH if root.field.startswith("standing") else By.LOOKUP
    if root.lookup is not None:
        return Entrance(by=by, lookup=root.lookup.by, value=root.lookup.value)
    return Entrance(by=by, value=root.lookups)


def _beside_subject(ask: Branch) -> Selection:
    """A standing is computed beside its subject: the same selection, whatever the kind."""
    asks = tuple(
        Leaf(key=each.key, field="__typename", coordinate=None) if isinstance(each, Typename) else each
        for each in ask.selection.types.get(TypeName("Standing"), ())
    )
    return Selection(types=dict.fromkeys(_SUBJECT_TYPES.values(), asks))


def _views(page: Page) -> tuple[Selection, ...]:
    """The node selections of a connection, as they stand under its edges."""
    edges = _branches(page.selection, "edges")
    return tuple(node.selection for edge in edges for node in _branches(edge.selection, "node"))


def _branches(selection: Selection, field: str) -> tuple[Branch, ...]:
    return tuple(
        ask for asks in selection.types.values() for ask in asks if isinstance(ask, Branch) and ask.field == field
    )


def _nodes(page: Page) -> Selection:
    """All that is asked of the rows of a connection, under whatever alias."""
    merged: dict[TypeName, tuple[Ask, ...]] = {}
    for view in _views(page):
        for name, asks in view.types.items():
            merged[name] = (*merged.get(name, ()), *asks)
    return Selection(types=merged)
