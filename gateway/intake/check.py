"""A raw row -> typed values by column, or every reason why the row cannot be taken.

Judges a row by itself: required values, written forms, identifiers, dates that contradict each other. Whether what
it refers to exists is judged by those who build rows. Reasons are Chinese sentences about columns, never a value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from gateway.intake import identifiers, written
from gateway.intake.identifiers import NotAnIdentifierError
from gateway.intake.layouts.column import LIST_SEPARATORS, Column, Kind, Layout
from gateway.intake.read import RawRow
from schema.identifiers import ResidentId, birth_date, is_male, is_resident_id
from schema.vocabulary.subjects import CounterpartyKind, IdType, Sex, SubjectKind

Value: TypeAlias = str | date | int | bool | tuple[str, ...] | None
Reasons: TypeAlias = tuple[str, ...]

LONGEST = 20_000
"""Characters of a text: four times what the dual-publicity standard gives to the facts of a penalty."""

LONGEST_KEY = 200
"""Of what rows are found by: no index takes the text of a whole decision, and the standard has 128."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """``values`` holds the columns that the file has, None where a cell is blank; ``dropped`` what is never stored."""

    line: int
    values: Mapping[str, Value]
    dropped: tuple[str, ...] = ()

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
    def id_type(self) -> IdType:
        return IdType(self.text("id_type") or IdType.RESIDENT_ID)


def check(layout: Layout, raw: RawRow, today: date) -> Checked | Reasons:
    """The values of the row, or all that is wrong with it."""
    values: dict[str, Value] = {}
    reasons: list[str] = []
    for column in layout.columns:
        if column.name in raw.cells and not column.never_stored:
            try:
                _keep_short(layout, column, raw.cells[column.name])
                values[column.name] = _value(column, raw.cells[column.name])
            except ValueError as error:
                reasons.append(str(error))
                values[column.name] = None
    dropped = tuple(cell for column in layout.columns if column.never_stored for cell in raw.cells.get(column.name, ()))
    row = Checked(line=raw.line, values=values, dropped=dropped)
    if not reasons:
        reasons += _missing(layout, row)
    try:
        values.update(_personal_number(row))
    except NotAnIdentifierError as error:
        reasons.append(error.reason)
    reasons += _contradictions(row, today)
    return tuple(dict.fromkeys(reasons)) or row


def _keep_short(layout: Layout, column: Column, cells: tuple[str, ...]) -> None:
    longest = LONGEST_KEY if column.name in layout.key else LONGEST
    if any(len(cell) > longest for cell in cells):
        raise ValueError(f"“{column.headers[0]}”超过{longest}字")


def _value(column: Column, cells: tuple[str, ...]) -> Value:
    filled = [cell for cell in cells if not written.blank(cell)]
    if not filled:
        return None
    if column.kind is Kind.LIST:
        return tuple(dict.fromkeys(_words(column, filled)))
    found = _single(column, filled[0])
    if found is None:
        raise ValueError(f"“{column.headers[0]}”的写法不符")
    return found


def _words(column: Column, cells: list[str]) -> Iterator[str]:
    separators = str.maketrans(dict.fromkeys(LIST_SEPARATORS, LIST_SEPARATORS[0]))
    for part in LIST_SEPARATORS[0].join(cells).translate(separators).split(LIST_SEPARATORS[0]):
        text = part.strip()
        if not text:
            continue
        word = column.word(text) if column.vocabulary else text
        if word is None:
            raise ValueError(f"“{column.headers[0]}”含有代码表以外的值")
        yield str(word)


def _single(column: Column, cell: str) -> Value:
    match column.kind:
        case Kind.DATE:
            return written.day(cell)
        case Kind.CODE:
            word = column.word(cell)
            return None if word is None else str(word)
        case Kind.MONEY_WAN:
            return written.fen(cell, written.FEN_OF_WAN)
        case Kind.MONEY_YUAN:
            return written.fen(cell, written.FEN_OF_YUAN)
        case Kind.INTEGER:
            return written.number(cell)
        case Kind.FLAG:
            return written.flag(cell)
        case Kind.IDENTIFIER:
            return _identifier(column.name, cell)
    return cell.strip()


def _identifier(name: str, cell: str) -> str:
    if name == "uscc" or name.endswith("_uscc"):
        return identifiers.uscc(cell)
    if name == "org_code":
        return identifiers.organisation_code(cell)
    return identifiers.plain(cell) if not name.endswith("id_number") else cell.strip()


def _personal_number(row: Checked) -> dict[str, Value]:
    """The number of the row's person, normalised by the type of its document."""
    number = row.text("id_number")
    return {} if number is None else {"id_number": identifiers.personal_number(row.id_type, number)}


def _missing(layout: Layout, row: Checked) -> Iterator[str]:
    side = "natural" if row.natural else "organisation"
    for column in layout.columns:
        if (column.required or column.required_for == side) and row.values.get(column.name) is None:
            yield f"缺少“{column.headers[0]}”"


_IN_ORDER = (
    ("decided_on", "publication_until", "公示截止期早于决定日期"),
    ("valid_from", "valid_until", "有效期止早于有效期起"),
    ("from_date", "to_date", "任职截止日期早于起始日期"),
    ("listed_on", "term_end", "期限届满日早于列入日期"),
    ("listed_on", "removed_on", "移出日期早于列入日期"),
    ("starts_on", "ends_on", "期限届满日早于开始日期"),
    ("objection_from", "objection_until", "异议办结日期早于提出日期"),
    ("birth_date", "death_date", "死亡日期早于出生日期"),
    ("opened_on", "closed_on", "办结日期早于受理日期"),
)
_NOT_IN_FUTURE = (
    ("decided_on", "决定日期在将来"),
    ("death_date", "死亡日期在将来"),
    ("birth_date", "出生日期在将来"),
    ("repaired_on", "修复日期在将来"),
)
_REGIONS = ("jurisdiction",)
_CLASSES = {"92": SubjectKind.SOLE_PROPRIETOR, "93": SubjectKind.FARMER_COOP}
"""First characters of a credit code that fix the kind of subject."""


def _contradictions(row: Checked, today: date) -> Iterator[str]:
    for earlier, later, reason in _IN_ORDER:
        start, end = row.day(earlier), row.day(later)
        if start is not None and end is not None and end < start:
            yield reason
    for name, reason in _NOT_IN_FUTURE:
        found = row.day(name)
        if found is not None and found > today:
            yield reason
    for name in _REGIONS:
        yield from _region(row.text(name))
    yield from _against_number(row)
    yield from _against_code(row)


def _region(code: str | None) -> Iterator[str]:
    try:
        if code is not None:
            identifiers.region(code)
    except NotAnIdentifierError as error:
        yield error.reason


def _against_number(row: Checked) -> Iterator[str]:
    number = row.text("id_number")
    if number is None or row.id_type is not IdType.RESIDENT_ID or not is_resident_id(number):
        return
    whole = ResidentId(number)
    if row.day("birth_date") not in (None, birth_date(whole)):
        yield "出生日期与身份证号码不符"
    if row.text("sex") in (Sex.MALE, Sex.FEMALE) and (row.text("sex") == Sex.MALE) is not is_male(whole):
        yield "性别与身份证号码不符"


def _against_code(row: Checked) -> Iterator[str]:
    code, kind = row.text("uscc"), row.text("kind")
    fixed = _CLASSES.get(code[:2]) if code else None
    if kind in set(SubjectKind) and (fixed or kind) != kind:
        yield "主体类型与统一社会信用代码不符"
