"""Files of departments for tests, and two small ones of theirs: a link and a penalty.

XLSX is written by the library, XLS here byte by byte, since nothing that is kept writes it.
The XLS files are the least that the format allows: one stream in a compound file, texts and numbers in cells, one style
for dates, merged cells.
"""

import csv
import io
import struct
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook

Row = Sequence[object]

LINK = {
    "统一社会信用代码": "91420199MA9TERT123",
    "关联关系": "法定代表人",
    "姓名": "李测试",
    "任职起始日期": "2016-03-18",
}
PENALTY = {
    "行政相对人名称": "武汉测试食品有限公司",
    "统一社会信用代码": "91420199MA9TERT20X",
    "行政处罚决定书文号": "武市监处罚〔2026〕测001号",
    "违法事实": "事实",
    "处罚依据": "依据",
    "处罚类别": "罚款",
    "处罚内容": "罚款3万元",
    "罚款金额（万元）": 3,
    "处罚决定日期": date(2026, 2, 10),
    "处罚机关": "武汉市市场监督管理局",
}


def gb18030(rows: Sequence[Row]) -> bytes:
    """CSV as it comes from a spreadsheet in Chinese."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    return stream.getvalue().encode("gb18030")


def xlsx(*sheets: Sequence[Row], merged: Sequence[str] = ()) -> bytes:
    """``merged``: ranges of the first sheet (A1:B2)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    for each in merged:
        book.worksheets[0].merge_cells(each)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(*sheets: Sequence[Row], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """``merged``: first row, last row, first column, last column, from none, of every sheet."""
    streams = [_sheet(rows, merged) for rows in sheets]
    names = [f"S{place}" for place in range(len(sheets))]
    length = sum(4 + 8 + len(name) for name in names)
    head = _BOOK + _XFS
    start = len(head) + length + len(_EOF)
    bounds = b""
    for name, stream in zip(names, streams, strict=True):
        bounds += _record(0x85, struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name.encode())
        start += len(stream)
    return _compound(head + bounds + _EOF + b"".join(streams))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


_EOF = _record(0x0A, b"")
_BOOK = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6)) + _record(0x42, struct.pack("<H", 1200))
_FONT = _record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")
_GENERAL, _DAY = (
    _record(0xE0, struct.pack("<HHHBBBBIIH", 0, key, 0xFFF5 if style else 0x0001, 0x20, 0, 0, 0, 0, 0, 0x20C0))
    for key, style in ((0, True), (14, False))
)
_XFS = (
    _FONT * 4 + _GENERAL * 15 + _record(0xE0, struct.pack("<HHHBBBBIIH", 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0x20C0)) + _DAY
)
"""Fifteen styles, then the plain cell and the cell with a date."""

_PLAIN_CELL, _DATE_CELL = 15, 16


def _sheet(rows: Sequence[Row], merged: Sequence[tuple[int, int, int, int]]) -> bytes:
    width = max((len(row) for row in rows), default=0)
    parts = [
        _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6)),
        _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)),
    ]
    for number, row in enumerate(rows):
        parts += [_cell(number, column, value) for column, value in enumerate(row) if value is not None]
    if merged:
        ranges = b"".join(struct.pack("<HHHH", *each) for each in merged)
        parts.append(_record(0xE5, struct.pack("<H", len(merged)) + ranges))
    return b"".join((*parts, _EOF))


def _cell(row: int, column: int, value: object) -> bytes:
    if isinstance(value, bool):
        return _record(0x205, struct.pack("<HHHBB", row, column, _PLAIN_CELL, value, 0))
    if isinstance(value, int | float):
        return _record(0x203, struct.pack("<HHHd", row, column, _PLAIN_CELL, value))
    if isinstance(value, date):
        days = (datetime(value.year, value.month, value.day) - datetime(1899, 12, 30)).days  # noqa: DTZ001
        return _record(0x203, struct.pack("<HHHd", row, column, _DATE_CELL, days))
    if value is _ERROR:
        return _record(0x205, struct.pack("<HHHBB", row, column, _PLAIN_CELL, 0x2A, 1))
    text = str(value)
    return _record(0x204, struct.pack("<HHHHB", row, column, _PLAIN_CELL, len(text), 1) + text.encode("utf-16-le"))


_ERROR = object()
ERROR = _ERROR
"""A cell of an XLS file that holds #N/A."""


def _compound(stream: bytes) -> bytes:
    """A compound file with the one stream ``Workbook``, its sectors in order."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    tables = -(-(sectors + 2) // 127)
    chain = [*range(1, sectors), -2, -2, *[-3] * tables]
    chain += [-1] * (tables * 128 - len(chain))
    header = struct.pack(
        "<8s16sHHHHH6xIIiIIiIiI",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, tables, sectors, 0, 4096, -2, 0, -2, 0),
    )
    table = [sectors + 1 + place for place in range(tables)]
    header += struct.pack("<109i", *table, *[-1] * (109 - tables))
    directory = (
        _entry("Root Entry", 5, 1, -2, 0) + _entry("Workbook", 2, -1, 0, len(stream)) + _entry("", 0, -1, 0, 0) * 2
    )
    return header + stream + directory + struct.pack(f"<{len(chain)}i", *chain)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    length = len(encoded) + 2 if name else 0
    return struct.pack("<64sHBBiii16sI16siII", encoded, length, kind, 1, -1, -1, child, b"", 0, b"", start, size, 0)
