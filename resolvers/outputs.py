"""Asks of one type -> what each becomes in the answer, in response order, from the cells that were planned.

An ask that no planned cell serves is null in every row: withheld looks like empty, and only ``extensions.disclosure``
says which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from authz.grant import Level, Part
from resolvers.asks import AS_NAMED, RECORD_SUBJECT, STORED_BRANCHES, Reader, form_of
from resolvers.bindings import CLEAR, Decode, column_of, party_column, snake
from resolvers.derived import DERIVED
from resolvers.plan import Cell, Child, Fixed, Ident, Output, Reference, Released, Term, Value, VerdictOut
from resolvers.variants import Key
from schema.demands.demand import Ask, Branch, Coordinate, Leaf, Page, Selection, TypeName, Typename

_ID_KINDS = {"Organisation": "subject", "NaturalPerson": "subject", "Measure": "measure", "Agency": "agency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a row, and where each key stands among them."""

    cells: tuple[Cell, ...]
    index: Mapping[Key, int]


def outputs_of(
    selection: Selection, type_name: TypeName, parts: tuple[Part, ...], cells: Cells, reader: Reader
) -> tuple[Output, ...]:
    """One output for each ask of the type."""
    return tuple(_output(ask, type_name, parts, cells, reader) for ask in selection.types.get(type_name, ()))


def plain_outputs(selection: Selection, type_name: TypeName, cells: Cells) -> tuple[Output, ...]:
    """The same for reference data that has a table of its own."""
    return tuple(_plain(ask, type_name, cells) for ask in selection.types.get(type_name, ()))


def _output(ask: Ask, type_name: TypeName, parts: tuple[Part, ...], cells: Cells, reader: Reader) -> Output:
    if isinstance(ask, Typename):
        return Fixed(key=ask.key, value=str(type_name))
    if ask.coordinate is None:
        return Fixed(key=ask.key, value="Standing" if ask.field == "__typename" else None)
    if ask.coordinate.endswith(".id"):
        return Ident(key=ask.key, cell=0, kind=_ID_KINDS.get(type_name, "record"))
    if ask.coordinate == RECORD_SUBJECT and isinstance(ask, Branch):
        return _subject(ask, parts, cells, reader)
    if isinstance(ask, Leaf):
        return _leaf(ask, ask.coordinate, cells, reader)
    if isinstance(ask, Page):
        return _child(ask, parts, cells, reader)
    return _branch(ask, ask.coordinate, parts, cells, reader)


def _leaf(ask: Leaf, coordinate: Coordinate, cells: Cells, reader: Reader) -> Output:
    if coordinate in DERIVED:
        found = cells.index.get(("derived", coordinate))
        served: tuple[tuple[int, Decode], ...] = () if found is None else ((found, Decode.PLAIN),)
    else:
        served = tuple(
            (cells.index[key], column_of(reader.catalogue.fields[coordinate], form).decode)
            for form in reader.forms(coordinate)
            if (key := reader.column_key(coordinate, form)) in cells.index
        )
    return (
        Value(key=ask.key, cells=served, leaf=ask, coordinate=coordinate) if served else Fixed(key=ask.key, value=None)
    )


def _branch(ask: Branch, coordinate: Coordinate, parts: tuple[Part, ...], cells: Cells, reader: Reader) -> Output:
    if coordinate.startswith("Standing.") and coordinate != "Standing.subject":
        field = coordinate.partition(".")[2]
        found = cells.index.get(("verdict", field))
        kinds = dict.fromkeys(part.kind for part in parts)
        basis = tuple(dict.fromkeys(each for kind in kinds for each in reader.verdicts.get((field, kind), ())))
        if found is None:
            return Fixed(key=ask.key, value=None)
        return VerdictOut(key=ask.key, cell=found, field=field, branch=ask, basis=basis)
    if coordinate == "Record.publication":
        found = cells.index.get(("derived", coordinate))
        return Fixed(key=ask.key, value=None) if found is None else Term(key=ask.key, cell=found, branch=ask)
    if ask.type in STORED_BRANCHES:
        found = cells.index.get(reader.column_key(coordinate, CLEAR))
        return Fixed(key=ask.key, value=None) if found is None else Reference(key=ask.key, cell=found, branch=ask)
    return _child(ask, parts, cells, reader)


def _child(ask: Branch | Page, parts: tuple[Part, ...], cells: Cells, reader: Reader) -> Output:
    found = dict.fromkeys(cells.index[key] for part in parts if (key := reader.edge_key(ask, part)) in cells.index)
    return Child(key=ask.key, cells=tuple(found)) if found else Fixed(key=ask.key, value=None)


def _subject(ask: Branch, parts: tuple[Part, ...], cells: Cells, reader: Reader) -> Output:
    """The subject of a record: its own row where the edge is in clear, or the person as named in this record."""
    child = _child(ask, parts, cells, reader)
    flag = cells.index.get(("named",))
    named = tuple(part for part in parts if form_of(part.of(RECORD_SUBJECT)) == AS_NAMED)
    if flag is None or not named:
        return child
    asks = ask.selection.types.get(TypeName("NaturalPerson"), ())
    return Child(
        key=ask.key,
        cells=child.cells if isinstance(child, Child) else (),
        flag=flag,
        named=tuple(_named(asked, named, cells, reader) for asked in asks),
    )


def _named(ask: Ask, parts: tuple[Part, ...], cells: Cells, reader: Reader) -> Output:
    if isinstance(ask, Typename):
        return Fixed(key=ask.key, value="NaturalPerson")
    if ask.field == "id":
        return Ident(key=ask.key, cell=0, kind="named")
    if not isinstance(ask, Leaf) or ask.coordinate is None:
        return Fixed(key=ask.key, value=None)
    field = reader.catalogue.fields[ask.coordinate]
    if ask.coordinate == "NaturalPerson.kind" and any(form_of(part.of(ask.coordinate)) for part in parts):
        return Value(key=ask.key, cells=(), leaf=ask, coordinate=ask.coordinate, constant="NATURAL_PERSON")
    forms = dict.fromkeys(form for part in parts if (form := form_of(part.of(ask.coordinate))) is not None)
    served = tuple(
        (cells.index[key], party_column(field, form).decode)
        for form in forms
        if (key := reader.party_key(ask.coordinate, form)) in cells.index
    )
    return (
        Value(key=ask.key, cells=served, leaf=ask, coordinate=ask.coordinate)
        if served
        else Fixed(key=ask.key, value=None)
    )


def _plain(ask: Ask, type_name: TypeName, cells: Cells) -> Output:
    if isinstance(ask, Typename):
        return Fixed(key=ask.key, value=str(type_name))
    if ask.field == "id":
        return Ident(key=ask.key, cell=0, kind=_ID_KINDS.get(type_name, "record"))
    found = cells.index.get(("column", snake(ask.field.removesuffix("Label"))))
    if found is None:
        return Fixed(key=ask.key, value=None)
    if isinstance(ask, Branch):
        return Reference(key=ask.key, cell=found, branch=ask)
    if not isinstance(ask, Leaf):
        return Fixed(key=ask.key, value=None)
    return Value(
        key=ask.key, cells=((found, Decode.PLAIN),), leaf=ask, coordinate=Coordinate(f"{type_name}.{ask.field}")
    )


def released_of(selection: Selection, type_name: TypeName, part: Part, reader: Reader) -> Released:
    """What rows of this part and type release of what was asked, for the log: coordinates, never values."""
    shown = [(coordinate, _released(coordinate, part, reader)) for coordinate in _coordinates(selection, type_name)]
    return Released(
        clear=tuple(coordinate for coordinate, (level, _) in shown if level is Level.CLEAR),
        masked=tuple(coordinate for coordinate, (level, _) in shown if Level.NONE < level < Level.CLEAR),
        withheld=sum(level is Level.NONE for _, (level, _) in shown),
        basis=tuple(dict.fromkeys(each for _, (_, basis) in shown for each in basis)),
        summaries=sum(level is Level.SUMMARY for _, (level, _) in shown),
        verdicts=sum(level is Level.VERDICT for _, (level, _) in shown),
    )


def _released(coordinate: Coordinate, part: Part, reader: Reader) -> tuple[Level, tuple[str, ...]]:
    """A verdict is given by parts of its own items, whatever the part of the subject says of it."""
    type_name, _, field = coordinate.partition(".")
    basis = reader.verdicts.get((field, part.kind)) if type_name == "Standing" else None
    disclosure = part.of(coordinate)
    return (disclosure.level, disclosure.basis) if basis is None else (Level.VERDICT, basis)


def _coordinates(selection: Selection, type_name: TypeName) -> Iterable[Coordinate]:
    asks = selection.types.get(type_name, ())
    return dict.fromkeys(ask.coordinate for ask in asks if not isinstance(ask, Typename) and ask.coordinate)
