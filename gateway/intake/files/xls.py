"""A workbook of Excel 97 to 2003 -> its sheets."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlrd
from xlrd.xldate import xldate_as_datetime

from gateway.intake.files.sheet import Cell, Fault, FileRefusedError, Line, Merged, Sheet
from gateway.intake.reasons import Refusal

MAGIC = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def xls(content: bytes) -> tuple[Sheet, ...]:
    """Errors: ``FileRefusedError``."""
    if _ENCRYPTED in content:
        raise FileRefusedError(Refusal.ENCRYPTED)
    book = _book(content)
    return tuple(_sheet(book, sheet) for sheet in book.sheets())


def _book(content: bytes) -> Any:
    silent = io.StringIO()  # the library prints what it finds odd
    for styles in (True, False):  # some programs write styles that it does not understand; merged cells are lost then
        try:
            return xlrd.open_workbook(file_contents=content, formatting_info=styles, ragged_rows=True, logfile=silent)
        except Exception:  # noqa: S112  # whatever a foreign file makes the library raise
            continue
    raise FileRefusedError(Refusal.BROKEN_XLS)


def _sheet(book: Any, sheet: Any) -> Sheet:
    merged = tuple(Merged(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)
    return Sheet(lines=lambda: _lines(book, sheet), merged=merged, days_before=1462 * book.datemode)


def _lines(book: Any, sheet: Any) -> Iterator[Line]:
    for row in range(sheet.nrows):
        try:
            yield row + 1, [_cell(book, cell) for cell in sheet.row(row)]
        except Exception:
            raise FileRefusedError(Refusal.BROKEN_XLS) from None


def _cell(book: Any, cell: Any) -> Cell:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value).replace("\0", "")  # no other kind of file can hold one, and no database
        case xlrd.XL_CELL_NUMBER:
            return int(cell.value) if cell.value.is_integer() else float(cell.value)
        case xlrd.XL_CELL_DATE:
            moment: datetime = xldate_as_datetime(cell.value, book.datemode)
            return moment
        case xlrd.XL_CELL_BOOLEAN:
            return "是" if cell.value else "否"
        case xlrd.XL_CELL_ERROR:
            return Fault.ERROR
    return ""
