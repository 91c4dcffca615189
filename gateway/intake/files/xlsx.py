"""A workbook of Excel 2007 and later -> its sheets.

The library reads what is about the whole book (sheets, texts, styles); cells are read here, one after another, so that
no file takes more memory than its longest row, whatever it claims of its size, and so that merged cells and formulas
without a result are seen. Formulas are never evaluated.
"""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel

from gateway.intake.files.sheet import Cell, Fault, FileRefusedError, Line, Merged, Sheet
from gateway.intake.files.sheet_xml import CellText, column_of, rows_of
from gateway.intake.reasons import Refusal

MAGIC = b"PK\x03\x04"
_LARGEST_BOOK = 512 * 1024 * 1024
"""Bytes of a workbook when unpacked: about two million rows. What grows beyond was packed to do harm."""

_CHUNK = 1 << 16
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]{0,99}?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)
_LONGEST_MERGED = 256
_MOST_MERGED = 100_000


def xlsx(content: bytes) -> tuple[Sheet, ...]:
    """Errors: ``FileRefusedError``, also while lines are read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            return _opened(content)
    except FileRefusedError:
        raise
    except Exception:  # whatever a foreign file makes the library raise
        raise FileRefusedError(Refusal.BROKEN_XLSX) from None


def _opened(content: bytes) -> tuple[Sheet, ...]:
    with ZipFile(io.BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > _LARGEST_BOOK:
            raise FileRefusedError(Refusal.TOO_LARGE)
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    book = _Book(
        archive=reader.archive,
        texts=tuple(reader.shared_strings),
        dates=frozenset(reader.wb._date_formats),
        epoch=reader.wb.epoch,
    )
    parts = [relation.target for _, relation in reader.parser.find_sheets() if "worksheet" in relation.Type]
    return tuple(book.sheet(part) for part in parts if part in reader.valid_files)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """``dates``: numbers of the styles that show a number as a date; ``epoch``: the day they are counted from."""

    archive: ZipFile
    texts: tuple[str, ...]
    dates: frozenset[int]
    epoch: datetime

    def sheet(self, part: str) -> Sheet:
        days = 1462 if self.epoch == CALENDAR_MAC_1904 else 0
        return Sheet(lines=lambda: self._lines(part), merged=tuple(self._merged(part)), days_before=days)

    def _lines(self, part: str) -> Iterator[Line]:
        try:
            with self.archive.open(part) as stream:
                for number, cells in rows_of(iter(lambda: stream.read(_CHUNK), b"")):
                    yield number, [self._cell(cell) for cell in cells]
        except FileRefusedError:
            raise
        except Exception:
            raise FileRefusedError(Refusal.BROKEN_XLSX) from None

    def _merged(self, part: str) -> Iterator[Merged]:
        """They stand behind all rows; so the part is looked through once for them alone."""
        with self.archive.open(part) as stream:
            rest, count = b"", 0
            while chunk := stream.read(_CHUNK):
                rest += chunk
                done = 0
                for found in _MERGED.finditer(rest):
                    done = found.end()
                    count += 1
                    if count > _MOST_MERGED:
                        raise FileRefusedError(Refusal.TOO_MERGED)
                    left, top, right, bottom = (part.decode() for part in found.groups())
                    yield Merged(int(top), column_of(left), int(bottom), column_of(right))
                rest = rest[max(done, len(rest) - _LONGEST_MERGED) :]

    def _cell(self, cell: CellText | None) -> Cell:
        if cell is None or not (cell.text or cell.uncalculated or cell.kind == "e"):
            return ""
        if cell.uncalculated:
            return Fault.UNCALCULATED
        match cell.kind:
            case "s":
                return self.texts[self._place(cell.text)]
            case "b":
                return "是" if cell.text == "1" else "否"
            case "e":
                return Fault.ERROR
            case "n":
                return self._number(cell)
        return cell.text

    def _place(self, text: str) -> int:
        return int(text) if text.isdigit() else len(self.texts)

    def _number(self, cell: CellText) -> Cell:
        if re.fullmatch(r"-?\d+", cell.text) and cell.style not in self.dates:
            return int(cell.text)
        number = float(cell.text)
        if cell.style not in self.dates:
            return int(number) if number.is_integer() else number
        found: Any = from_excel(number, self.epoch)
        return found if isinstance(found, datetime) else cell.text
