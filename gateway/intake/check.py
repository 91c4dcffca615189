"""A raw row -> typed values by column, and every reason why the row cannot be taken.

Judges a row by itself: required values, written forms, identifiers, dates that contradict each other. Whether what
it refers to exists is judged by those who build rows. Reasons are Chinese sentences about columns, never a value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from gateway.intake import amounts, identifiers, written
from gateway.intake.contradictions import OLD_CODES, contradictions
from gateway.intake.identifiers import NotAnIdentifierError
from gateway.intake.layouts.column import LIST_SEPARATORS, Column, Kind, Layout
from gateway.intake.read import RawRow
from gateway.intake.reasons import Reason
from schema.vocabulary.subjects import CounterpartyKind, IdType

Value: TypeAlias = str | date | int | bool | tuple[str, ...] | None
Reasons: TypeAlias = tuple[str, ...]

LONGEST = 20_000
"""Characters of a text: four times what the dual-publicity standard gives to the facts of a penalty."""

LONGEST_KEY = 200
"""Of what rows are found by: no index takes the text of a whole decision, and the standard has 128."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """``values`` holds the columns that the file has, None where a cell is blank; ``dropped`` what is never stored.
    ``reasons``: why the row cannot be taken; ``faulty``: the columns whose cells tell nothing certain."""

    line: int
    values: Mapping[str, Value]
    dropped: tuple[str, ...] = ()
    reasons: Reasons = ()
    faulty: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        found = self.values.get(name)
        return found if isinstance(found, str) else None

    def day(self, name: str) -> date | None:
        found = self.values.get(name)
        return found if isinstance(found, date) else None

    def number(self, name: str) -> int | None:
        found = self.values.get(name)
        return found if isinstance(found, int) else None

    def flag(self, name: str) -> bool:
        return self.values.get(name) is True

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.values.get(name)
        return found if isinstance(found, tuple) else ()

    @property
    def natural(self) -> bool:
        """Whether the row is about a natural person."""
        kind = self.text("subject_kind")
        if kind is not None:
            return kind == CounterpartyKind.NATURAL_PERSON
        return self.text("uscc") is None and self.text("id_number") is not None

    @property
    def codes(self) -> tuple[str, ...]:
        """The older codes of an organisation, as they are stored: kind and number."""
        return tuple(
            f"{kind.value} {code}" for name, kind in OLD_CODES.items() if (code := self.text(name)) is not None
        )

    @property
    def id_type(self) -> IdType:
        return IdType(self.text("id_type") or IdType.RESIDENT_ID)


def check(layout: Layout, raw: RawRow, today: date) -> Checked:
    """The values of the row, and all that is wrong with it."""
    values: dict[str, Value] = {}
    unclear = dict(raw.unclear)
    dropped: list[str] = []
    for column in layout.columns:
        cells = raw.cells.get(column.name)
        if cells is None:
            continue
        if column.never_stored:
            dropped += cells
            continue
        try:
            values[column.name] = None if column.name in unclear else _value(layout, column, cells)
        except ValueError as error:
            values[column.name] = None
            unclear[column.name] = str(error)
    row = Checked(line=raw.line, values=values, dropped=tuple(dropped), faulty=frozenset(unclear))
    try:
        values.update(_personal_number(row))
    except NotAnIdentifierError as error:
        values["id_number"] = None
        unclear["id_number"] = error.reason
    reasons = (*unclear.values(), *_missing(layout, row, unclear), *contradictions(row, today))
    if not reasons:
        return row
    return Checked(
        line=row.line,
        values=values,
        dropped=row.dropped,
        reasons=tuple(dict.fromkeys(reasons)),
        faulty=frozenset(unclear),
    )


def _value(layout: Layout, column: Column, cells: Sequence[str]) -> Value:
    """ValueError with a sentence about the column."""
    if not any(cells):
        return None
    longest = LONGEST_KEY if column.name in layout.key else LONGEST
    if any(len(cell) > longest for cell in cells):
        raise ValueError(Reason.TOO_LONG.of(column.headers[0], longest))
    nothing = written.blank if column.kind in _WORDED else written.nothing
    filled = [cell for cell in cells if cell and not nothing(cell)]
    if not filled:
        return None
    if column.kind is Kind.LIST:
        return tuple(dict.fromkeys(_words(column, filled)))
    found = _single(column, filled[0])
    if found is None:
        raise ValueError(Reason.WRITTEN_WRONG.of(column.headers[0]))
    return found


_WORDED = frozenset({Kind.TEXT, Kind.CODE, Kind.LIST, Kind.FLAG})
_SEPARATORS = str.maketrans(dict.fromkeys(LIST_SEPARATORS, LIST_SEPARATORS[0]))
_WITHIN = "、，,/和及"
"""Between words of a list too, where every part is a word; some words hold one themselves."""


def _words(column: Column, cells: list[str]) -> Iterator[str]:
    for part in LIST_SEPARATORS[0].join(cells).translate(_SEPARATORS).split(LIST_SEPARATORS[0]):
        text = part.strip()
        if not text:
            continue
        words = _known_words(column, text) if column.vocabulary else (text,)
        if words is None:
            raise ValueError(Reason.UNKNOWN_CODE.of(column.headers[0]))
        yield from words


def _known_words(column: Column, text: str) -> tuple[str, ...] | None:
    """The words of which the text consists, the longest first; None where anything else is left."""
    word = column.word(text)
    if word is not None:
        return (str(word),)
    for place in range(len(text) - 1, 0, -1):
        first = column.word(text[:place]) if text[place] in _WITHIN else None
        rest = _known_words(column, text[place + 1 :]) if first is not None else None
        if first is not None and rest is not None:
            return (str(first), *rest)
    return None


def _single(column: Column, cell: str) -> Value:
    match column.kind:
        case Kind.DATE:
            return written.day(cell)
        case Kind.TERM:
            return written.term(cell)
        case Kind.CODE:
            word = column.word(cell)
            return None if word is None else str(word)
        case Kind.MONEY_WAN | Kind.MONEY_YUAN | Kind.MONEY:
            return _amount(column, cell)
        case Kind.INTEGER:
            return written.number(cell)
        case Kind.FLAG:
            return written.flag(cell)
        case Kind.IDENTIFIER:
            return _identifier(column.name, cell)
    return cell.strip()


_UNITS = {Kind.MONEY_WAN: amounts.WAN, Kind.MONEY_YUAN: amounts.YUAN}


def _amount(column: Column, cell: str) -> int:
    try:
        return amounts.fen(cell, _UNITS.get(column.kind))
    except amounts.AmountError as error:
        raise ValueError(error.reason.of(column.headers[0])) from None


def _identifier(name: str, cell: str) -> str:
    if name == "uscc" or name.endswith("_uscc"):
        return identifiers.uscc(cell)
    if name == "org_code":
        return identifiers.organisation_code(cell)
    return identifiers.plain(cell) if not name.endswith("id_number") else cell.strip()


def _personal_number(row: Checked) -> dict[str, Value]:
    """The number of the row's person, normalised by the type of its document."""
    number = row.text("id_number")
    if number is None or "id_type" in row.faulty:
        return {}
    return {"id_number": identifiers.personal_number(row.id_type, number)}


def _missing(layout: Layout, row: Checked, unclear: Mapping[str, str]) -> Iterator[str]:
    side = None if "subject_kind" in unclear else "natural" if row.natural else "organisation"
    coded = any(row.text(name) is not None or name in unclear for name in OLD_CODES)
    for column in layout.columns:
        required = column.required or column.required_for == side
        if column.name == "uscc" and coded and column.required_for is not None:
            continue
        if required and row.values.get(column.name) is None and column.name not in unclear:
            yield Reason.MISSING.of(column.headers[0])
