"""A file of a department -> its layout and its rows of raw cells, or the one reason why the file is refused whole.

CSV, XLSX and XLS. What stands under a header that the layout does not know is never read; rows that are no data
(totals, notes) are told by their lines. Cells are texts; whether they are right is judged elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.intake.cells import UnclearCellError, text_of
from gateway.intake.files import xls, xlsx
from gateway.intake.files.delimited import delimited
from gateway.intake.files.sheet import Cell, FileRefusedError, Line, Sheet, filled
from gateway.intake.header import Header, header_of
from gateway.intake.layouts.column import NUMBERS, Column, Layout
from gateway.intake.layouts.recognition import RepeatedColumnError, UnknownLayoutError
from gateway.intake.leftovers import left_out
from gateway.intake.merged import MergedBelow
from gateway.intake.reasons import Passed, Reason, Refusal

__all__ = ["FileRefusedError", "PassedOver", "RawFile", "RawRow", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """``line``: as a spreadsheet counts. ``cells``: by canonical name; several where a list has several headers.
    ``unclear``: by canonical name, why a cell tells nothing certain; under ``""`` what concerns the whole row."""

    line: int
    cells: Mapping[str, tuple[str, ...]]
    unclear: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """What of a file was not taken as data. ``line``: None for what is no row."""

    line: int | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """``layout``: with its columns as this file writes them. ``rows`` can be gone through once, and may end in
    ``FileRefusedError``; ``passed`` is complete when they are read."""

    layout: Layout
    rows: Iterable[RawRow]
    passed: list[PassedOver]


def read(content: bytes) -> RawFile:
    """Errors: ``FileRefusedError``."""
    opened = [(sheet, header) for sheet in _sheets(content) if (header := _header(sheet)) is not None]
    known = [(sheet, header) for sheet, header in opened if isinstance(header, Header)]
    with_data = [(sheet, header) for sheet, header in known if any(_below(sheet, header))]
    if not opened:
        raise FileRefusedError(Refusal.EMPTY)
    if not known:
        raise next(header for _, header in opened if isinstance(header, FileRefusedError))
    if len(with_data) > 1:
        raise FileRefusedError(Refusal.SEVERAL_SHEETS)
    sheet, header = (with_data or known)[0]
    passed: list[PassedOver] = []
    for sentence, count in ((Passed.UNKNOWN_COLUMNS, header.unknown), (Passed.OTHER_SHEETS, len(opened) - len(known))):
        if count:
            passed.append(PassedOver(line=None, sentence=sentence.of(count)))
    return RawFile(layout=header.layout, rows=_rows(sheet, header, passed), passed=passed)


def _sheets(content: bytes) -> Sequence[Sheet]:
    if content.startswith(xlsx.MAGIC):
        return xlsx.xlsx(content)
    return xls.xls(content) if content.startswith(xls.MAGIC) else (delimited(content),)


def _header(sheet: Sheet) -> Header | FileRefusedError | None:
    """None for a sheet without any value."""
    try:
        return header_of(sheet)
    except UnknownLayoutError as error:
        labels = "、".join(error.nearest.column(name).headers[0] for name in error.lacking)
        return FileRefusedError(Refusal.UNKNOWN_LAYOUT.of(error.nearest.zh, labels))
    except RepeatedColumnError as error:
        raise FileRefusedError(Refusal.REPEATED_COLUMN.of(error.column.headers[0])) from None


def _below(sheet: Sheet, header: Header) -> Iterator[Line]:
    """The rows below the header that hold anything."""
    return (line for line in sheet.lines() if line[0] > header.last and any(map(filled, line[1])))


def _rows(sheet: Sheet, header: Header, passed: list[PassedOver]) -> Iterator[RawRow]:
    merged = MergedBelow(sheet.merged or (), header.last)
    places = tuple((place, column) for place, column in enumerate(header.columns) if column is not None)
    ended = False
    for number, cells in _below(sheet, header):
        spread, together = merged.spread(number, cells)
        raw = _raw(header.layout, places, number, spread, sheet.days_before)
        if (sentence := left_out(header.layout, cells, raw.cells, ended=ended)) is not None:
            passed.append(PassedOver(line=number, sentence=sentence.of()))
            ended = ended or sentence in (Passed.TOTAL, Passed.NOTE)
            continue
        if not any(map(any, raw.cells.values())) and not raw.unclear:
            continue  # a number of a row that nobody has filled in
        unclear = dict(_unclear(header, cells, together))
        yield replace(raw, unclear={**raw.unclear, **unclear}) if unclear else raw


def _raw(
    layout: Layout, places: Sequence[tuple[int, Column]], line: int, cells: Sequence[Cell], days_before: int
) -> RawRow:
    texts: dict[str, tuple[str, ...]] = {}
    unclear: dict[str, str] = {}
    for place, column in places:
        name = column.name
        cell = cells[place] if place < len(cells) else ""
        if not isinstance(cell, str):
            try:
                cell = text_of(cell, column, key=name in layout.key, days_before=days_before)
            except UnclearCellError as error:
                unclear[name], cell = error.reason, ""
        texts[name] = (*texts[name], cell) if name in texts else (cell,)
    return RawRow(line=line, cells=texts, unclear=unclear)


def _unclear(header: Header, cells: Sequence[Cell], together: frozenset[int]) -> Iterator[tuple[str, str]]:
    """What nobody can tell of the row as a whole, or of a cell that it shares with others."""
    for place in together:
        column = header.columns[place] if place < len(header.columns) else None
        if column is not None and column.kind in NUMBERS:
            yield column.name, Reason.MERGED_NUMBER.of(column.headers[0])
    if len(cells) > len(header.columns) and any(map(filled, cells[len(header.columns) :])):
        yield "", Reason.TOO_MANY_CELLS.of()
