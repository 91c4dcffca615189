"""A file of a department -> its layout and its rows of raw cells, or the one reason why the file is refused whole.

CSV in UTF-8 (with or without byte order mark) or GB18030, XLSX. What stands under a header that the layout does not
know is never read. Cells are texts; nothing is judged here.
"""

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gateway.intake.layouts.column import Column, Layout
from gateway.intake.layouts.recognition import RepeatedColumnError, UnknownLayoutError, columns_of, recognise

_ENCODINGS = ("utf-8-sig", "gb18030")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_LONGEST_CELL = 1_000_000
_LARGEST_BOOK = 512 * 1024 * 1024
"""Bytes of a workbook when unpacked: about two million rows. What grows beyond was packed to do harm."""


class FileRefusedError(Exception):
    """No row of the file is taken. ``reason`` is a Chinese sentence that repeats nothing of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """``line``: as a spreadsheet counts. ``cells``: by canonical name; several where a list has several headers."""

    line: int
    cells: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    layout: Layout
    rows: tuple[RawRow, ...]


def read(content: bytes) -> RawFile:
    """Errors: ``FileRefusedError``."""
    lines = _workbook(content) if content.startswith(_ZIP) else _text(content)
    header = next(((line, cells) for line, cells in lines if any(cell.strip() for cell in cells)), None)
    if header is None:
        raise FileRefusedError("文件为空")
    layout, columns = _columns(header[1])
    return RawFile(layout=layout, rows=tuple(_rows(lines, columns)))


def _columns(header: Sequence[str]) -> tuple[Layout, tuple[Column | None, ...]]:
    try:
        layout = recognise(header)
        return layout, columns_of(layout, header)
    except UnknownLayoutError as error:
        labels = "、".join(error.nearest.column(name).headers[0] for name in error.lacking)
        raise FileRefusedError(f"不是已知的文件格式；最接近“{error.nearest.zh}”，缺少列：{labels}") from error
    except RepeatedColumnError as error:
        raise FileRefusedError(f"有两列都是“{error.column.headers[0]}”") from error


def _rows(lines: Iterable[tuple[int, Sequence[str]]], columns: Sequence[Column | None]) -> Iterator[RawRow]:
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        found: dict[str, tuple[str, ...]] = {column.name: () for column in columns if column is not None}
        for column, cell in zip(columns, cells, strict=False):
            if column is not None:
                found[column.name] = (*found[column.name], cell)
        yield RawRow(line=line, cells=found)


def _text(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    if content.startswith(_OLD_EXCEL):
        raise FileRefusedError("不支持旧版电子表格，请另存为 XLSX 或 CSV")
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    csv.field_size_limit(_LONGEST_CELL)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefusedError("不是完好的 CSV 文件") from error


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefusedError("文件编码无法识别，应为 UTF-8 或 GB18030")


def _workbook(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of the first sheet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            with ZipFile(io.BytesIO(content)) as packed:
                if sum(each.file_size for each in packed.infolist()) > _LARGEST_BOOK:
                    raise FileRefusedError("电子表格解压后过大，请拆分后再报送")
            sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
            yield from ((line, [_cell(value) for value in row]) for line, row in enumerate(sheet.values, start=1))
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, SyntaxError) as error:
        raise FileRefusedError("不是完好的 XLSX 文件") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
