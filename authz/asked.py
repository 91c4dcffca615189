"""Demand and grant -> every field that is asked, where it stands, and the parts of the grant that may decide it.

The walk knows shapes and never values: which kind of subject a look-up can mean follows from its form, so the result is
the same for every subject. Says nothing about rows that exist.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from authz.grant import Grant, Kind, Level, Part, Relation, Scope
from authz.parts import is_verdict
from schema.catalogue import Catalogue
from schema.demands.demand import Ask, Branch, Coordinate, Demand, Leaf, Page, Root, Selection, TypeName, Typename

BOTH = frozenset(Kind)
_SUBJECTS = {TypeName("Organisation"): Kind.ORGANISATION, TypeName("NaturalPerson"): Kind.PERSON}
_KINDS_OF_LOOKUP = {"uscc": frozenset({Kind.ORGANISATION}), "person": frozenset({Kind.PERSON})}
_HANGING = frozenset({"Link", "MeasureFeedback"})
"""Types of rows that are decided with the row they hang on."""

_BETWEEN = frozenset({"Measure.record", "Record.measures"})
"""Edges between a measure and its trigger: the one may be about a firm, the other about a person of it."""

AS_NAMED = "MASK_AS_NAMED"
SUBJECT_OF_RECORD = Coordinate("Record.subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A field at one place of the answer. ``path``: response keys, without list indexes; ``parts``: those whose rows
    can stand there, none where no such row is ever shown."""

    path: str
    coordinate: Coordinate
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A connection with the parts whose rows it can list; ``root``: it hangs on no row."""

    page: Page
    parts: tuple[Part, ...]
    root: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What can stand at a place: kinds of subject; and above it, the parts of the row that rows hang on, or in which a
    person is named."""

    kinds: frozenset[Kind] = BOTH
    above: tuple[Part, ...] = ()
    named: bool = False
    listed: bool = False  # a root list: in sharing scope without persons, but for targets of one's own measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One demand under one grant."""

    demand: Demand
    grant: Grant
    catalogue: Catalogue
    known: dict[tuple[str, frozenset[Kind], bool], tuple[Part, ...]] = field(default_factory=dict, repr=False)

    def occurrences(self) -> Iterator[Occurrence]:
        """Every field at every place, once: fields of an interface are asked of each of its types."""
        places: dict[tuple[str, Coordinate], dict[int, Part]] = {}
        for found in self._all():
            if isinstance(found, Occurrence):
                parts = places.setdefault((found.path, found.coordinate), {})
                parts.update((id(part), part) for part in found.parts)
        for (path, coordinate), parts in places.items():
            yield Occurrence(path=path, coordinate=coordinate, parts=tuple(parts.values()))

    def connections(self) -> Iterator[Connection]:
        return (found for found in self._all() if isinstance(found, Connection))

    def _all(self) -> Iterator[Occurrence | Connection]:
        seen: set[Hashable] = set()
        for root in self.demand.roots:
            view = View(kinds=_kinds(root), listed=isinstance(root.ask, Page))
            yield from self._walk(root.ask, root.key, view, seen)

    def _walk(self, ask: Ask, path: str, view: View, seen: set[Hashable]) -> Iterator[Occurrence | Connection]:
        """Once for each view: an edge of an interface stands in the demand under every type of it."""
        place = (id(ask), path, view.kinds, view.named, view.listed, *map(id, view.above))
        if not isinstance(ask, Branch | Page) or place in seen:
            return
        seen.add(place)
        if isinstance(ask, Page):
            yield Connection(page=ask, parts=self._listed(ask, view), root=view.listed)
        yield from self._selection(ask.selection, path, view, seen)

    def _selection(
        self, selection: Selection, path: str, view: View, seen: set[Hashable]
    ) -> Iterator[Occurrence | Connection]:
        for name, asks in selection.types.items():
            if _SUBJECTS.get(name) in {None, *view.kinds}:
                for ask in asks:
                    if not isinstance(ask, Typename):
                        yield from self._asked(ask, name, f"{path}.{ask.key}", view, seen)

    def _asked(
        self, ask: Leaf | Branch | Page, name: TypeName, path: str, view: View, seen: set[Hashable]
    ) -> Iterator[Occurrence | Connection]:
        if ask.coordinate is None:
            yield from self._walk(ask, path, view, seen)
            return
        parts = self.parts_of(name, ask.coordinate, view)
        yield Occurrence(path=path, coordinate=ask.coordinate, parts=parts)
        if not isinstance(ask, Leaf):
            yield from self._walk(ask, path, self._below(ask, ask.coordinate, name, parts, view), seen)

    def _below(
        self, ask: Branch | Page, coordinate: Coordinate, name: TypeName, parts: tuple[Part, ...], view: View
    ) -> View:
        """What can stand below an edge: rows of the same kind of subject, unless the edge leads to any. The row above
        matters only to what is decided with it."""
        kinds = frozenset({_SUBJECTS[name]}) if name in _SUBJECTS else view.kinds
        if coordinate == SUBJECT_OF_RECORD:
            named = any(part.of(coordinate).mask == AS_NAMED for part in parts)
            return View(kinds=kinds, above=parts, named=named)
        if coordinate == "Link.person":
            return View(kinds=frozenset({Kind.PERSON}))
        if coordinate in _BETWEEN:
            return View()
        return View(kinds=kinds, above=parts if ask.type in _HANGING else ())

    def parts_of(self, name: TypeName, coordinate: Coordinate, view: View) -> tuple[Part, ...]:
        """The parts that decide this field of rows of this type in this view."""
        if name in _HANGING:
            return view.above
        if name == "NaturalPerson" and view.named and not is_verdict(coordinate):
            return tuple(part for part in view.above if part.of(SUBJECT_OF_RECORD).mask == AS_NAMED)
        # asked again at every field of a document, so looked up once for each type and view
        known = (coordinate if is_verdict(coordinate) else name, view.kinds, view.listed)
        if known not in self.known:
            self.known[known] = tuple(self._deciding(name, coordinate, view))
        return self.known[known]

    def _deciding(self, name: TypeName, coordinate: Coordinate, view: View) -> Iterator[Part]:
        if is_verdict(coordinate):
            return (part for part in self._of_kinds(view) if coordinate in part.fields)
        return (part for part in self._of_kinds(view) if self._shows(part, name, view))

    def _listed(self, page: Page, view: View) -> tuple[Part, ...]:
        subjects = ("Organisation", "NaturalPerson") if page.type == "Subject" else (page.type,)
        return tuple(
            part for part in self._of_kinds(view) for name in subjects if self._shows(part, TypeName(name), view)
        )

    def _of_kinds(self, view: View) -> Iterator[Part]:
        return (part for part in self.grant.parts if part.kind in view.kinds)

    def _shows(self, part: Part, name: TypeName, view: View) -> bool:
        """Whether the part shows rows of this type (``Record``: of any family) at this place."""
        item = self.catalogue.items[part.item]
        if name not in item.types or (view.listed and not self._may_be_listed(part)):
            return False
        declaring = "Record" if item.family else name
        return part.of(Coordinate(f"{declaring}.id")).level >= Level.MASKED

    def _may_be_listed(self, part: Part) -> bool:
        sharing = self.grant.scope is Scope.SHARING
        return not sharing or part.kind is Kind.ORGANISATION or part.relation is Relation.TARGET


def _kinds(root: Root) -> frozenset[Kind]:
    if root.field == "subjects":
        return frozenset({Kind.ORGANISATION})
    return _KINDS_OF_LOOKUP.get(root.lookup.by, BOTH) if root.lookup is not None else BOTH
