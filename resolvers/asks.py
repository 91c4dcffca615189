"""One ask under one part -> the cells it reads. Pure look-ups: no SQL, no rows.

Everything here follows from the disclosure of the ask's coordinate: a column for the form that the level names, a
nested row where an edge is in clear, nothing otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from authz.grant import Disclosure, Kind, Level, Part
from resolvers.bindings import CLEAR, column_of, columns_of_type, party_column
from resolvers.derived import DERIVED
from resolvers.variants import Key
from schema.catalogue import Catalogue, CatalogueField
from schema.demands.demand import Ask, Branch, Coordinate, Leaf, Page, Selection, TypeName, Typename

AGENCY_FIELDS = frozenset(
    Coordinate(name)
    for name in (
        "Record.authority",
        "Record.sourceUnit",
        "ListEntry.recognisingDepartment",
        "Measure.initiatedBy",
        "Measure.executedBy",
        "MeasureFeedback.executedBy",
    )
)
RECORD_SUBJECT = Coordinate("Record.subject")
AS_NAMED = "MASK_AS_NAMED"
LINK_ROLES: Mapping[str, tuple[str, ...]] = {
    "Organisation.legalRepresentative": ("LEGAL_REP",),
    "Organisation.principals": ("PRINCIPAL",),
    "Organisation.executives": ("EXECUTIVE", "DIRECTOR"),
    "Organisation.practitioners": ("PRACTITIONER",),
    "Organisation.shareholders": ("SHAREHOLDER",),
    "Organisation.operator": ("OPERATOR",),
}
DECIDED_BY_PARENT = frozenset(
    {*map(Coordinate, LINK_ROLES), Coordinate("Measure.feedback"), Coordinate("ListEntry.personTargets")}
)
"""Edges to rows that have no grant of their own: links and feedback are decided with the row they hang on."""

STORED_BRANCHES = frozenset({"CatalogueItem", "Jurisdiction", "MeasureListEntry", "LegalBasis", "OtherCode"})
"""Branch types that the text in a column stands for."""


def form_of(disclosure: Disclosure) -> str | None:
    """The stored form that a disclosure names, or None where nothing is shown."""
    return form_at(disclosure.level, disclosure.mask)


def form_at(level: Level, mask: str | None) -> str | None:
    """The stored form of a level."""
    if level is Level.CLEAR:
        return CLEAR
    return mask if level is Level.MASKED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Knows the catalogue, and for each verdict and kind of subject that gets an answer, the articles it rests on."""

    catalogue: Catalogue
    verdicts: Mapping[tuple[str, Kind], tuple[str, ...]]

    def reads(self, selection: Selection, typed: Sequence[tuple[TypeName, Part]]) -> tuple[Mapping[Key, bool], ...]:
        """Everything that rows of each part read or hold back, for ``variants.divide``.

        INVARIANT: an edge that rows of one part read in their own way (links and feedback are decided with the row they
        hang on) is held back by every other part of the type: else rows that show less of it would join them.
        """
        found = [self._reads(selection, name, part) for name, part in typed]
        edges: dict[TypeName, dict[Key, bool]] = {}
        for (name, _), keys in zip(typed, found, strict=True):
            edges.setdefault(name, {}).update((key, False) for key in keys if key[0] == "edge")
        return tuple(edges[name] | keys for (name, _), keys in zip(typed, found, strict=True))

    def _reads(self, selection: Selection, type_name: TypeName, part: Part) -> dict[Key, bool]:
        found: dict[Key, bool] = dict.fromkeys(self._fillable(type_name, part), False)
        for ask in selection.types.get(type_name, ()):
            for key, read in self.keys(ask, part):
                found[key] = found.get(key, False) or read
        return found

    def keys(self, ask: Ask, part: Part) -> Iterable[tuple[Key, bool]]:
        coordinate = None if isinstance(ask, Typename) else ask.coordinate
        if isinstance(ask, Typename) or coordinate is None or coordinate.endswith(".id"):
            return
        disclosure = part.of(coordinate)
        if coordinate in DERIVED:
            yield ("derived", coordinate), disclosure.level is Level.CLEAR
        elif coordinate.startswith("Standing.") and coordinate != "Standing.subject":
            field = coordinate.partition(".")[2]
            yield ("verdict", field), (field, part.kind) in self.verdicts
        elif coordinate == RECORD_SUBJECT and isinstance(ask, Branch):
            yield from self._subject_keys(ask, part)
        elif isinstance(ask, Leaf) or (isinstance(ask, Branch) and ask.type in STORED_BRANCHES):
            yield from self._column_keys(coordinate, form_of(disclosure))
        else:
            yield self.edge_key(ask, part), disclosure.level is Level.CLEAR

    def edge_key(self, ask: Branch | Page, part: Part) -> Key:
        """One nested cell for equal asks; for rows decided with their parent, also for equal decisions."""
        coordinate, decided = ask.coordinate or Coordinate(""), ""
        if coordinate in DECIDED_BY_PARENT and isinstance(ask, Branch):
            decided = ";".join(
                f"{asked.coordinate}={form_of(part.of(asked.coordinate))}"
                for asks in ask.selection.types.values()
                for asked in asks
                if not isinstance(asked, Typename) and asked.coordinate
            )
        return ("edge", coordinate, str(id(ask)), decided)  # equal asks are one object in a demand

    def column_key(self, coordinate: Coordinate, form: str) -> Key:
        return ("column", column_of(self.catalogue.fields[coordinate], form).name)

    def party_key(self, coordinate: Coordinate, form: str) -> Key:
        return ("column", party_column(self.catalogue.fields[coordinate], form).name)

    def forms(self, coordinate: Coordinate) -> tuple[str, ...]:
        field = self.catalogue.fields[coordinate]
        return (CLEAR, *(mask for mask in field.masks if _has_column(field, mask)))

    def _column_keys(self, coordinate: Coordinate, form: str | None) -> Iterable[tuple[Key, bool]]:
        for other in self.forms(coordinate):
            yield self.column_key(coordinate, other), other == form

    def _subject_keys(self, ask: Branch, part: Part) -> Iterable[tuple[Key, bool]]:
        """A person as named in the record, or the subject's own row: rows of one variant are all of one of these."""
        disclosure = part.of(RECORD_SUBJECT)
        named = form_of(disclosure) == AS_NAMED
        yield ("named",), named
        if named:
            yield from self._party_keys(ask, part)
        else:
            yield self.edge_key(ask, part), disclosure.level is Level.CLEAR

    def _party_keys(self, ask: Branch, part: Part) -> Iterable[tuple[Key, bool]]:
        for field in ask.selection.types.get(TypeName("NaturalPerson"), ()):
            coordinate = None if isinstance(field, Typename) else field.coordinate
            form = form_of(part.of(coordinate)) if coordinate else None
            if coordinate and form and isinstance(field, Leaf) and not coordinate.endswith((".id", ".kind")):
                yield self.party_key(coordinate, form), True

    def _fillable(self, type_name: TypeName, part: Part) -> Iterable[Key]:
        """Columns that rows of this type may fill: those of the family, and of the interface for every family."""
        fields = self.catalogue.fields.values()
        names = set(columns_of_type(type_name, fields))
        if type_name not in {"Organisation", "NaturalPerson", "Measure", "Link", "MeasureFeedback"}:
            names |= columns_of_type("Record", fields)
            if part.kind is Kind.PERSON:
                names |= PARTY_COLUMNS
        return [("column", name) for name in sorted(names)]  # so that equal plans are equal texts in every process


PARTY_COLUMNS = frozenset(
    {"party_name_ct", "party_name__name_surname", "party_id_number__id_court", "party_sex", "party_age"}
    | {"party_home_address__addr_county"}
)


def _has_column(field: CatalogueField, mask: str) -> bool:
    return mask not in {AS_NAMED, "MASK_PER_RECORD"} and field.store in {"plain", "sealed"}
