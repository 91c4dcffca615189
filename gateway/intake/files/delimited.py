"""A CSV file in UTF-8 (with or without byte order mark) or GB18030 -> its one sheet.

Values between tabs are taken like values between commas. Long numbers written as ``="4201..."``, so that a spreadsheet
leaves them alone, are the number; no other formula is anything but its text.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import TextIO

from gateway.intake.files.sheet import LONGEST_CELL, WIDEST, FileRefusedError, Line, Sheet
from gateway.intake.reasons import Refusal

_ENCODINGS = ("utf-8-sig", "gb18030")
_AS_TEXT = re.compile(r'="([^"]*)"')
_PIECE = 1 << 20
_START = 1 << 16
"""Characters in which the first line with anything in it is looked for."""

_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html|table|meta)", re.IGNORECASE)


def delimited(content: bytes) -> Sheet:
    """Errors: ``FileRefusedError``, also while lines are read."""
    encoding = _encoding(content)
    start = _text(content, encoding).read(_START)
    if _MARKUP.match(start):
        raise FileRefusedError(Refusal.MARKUP)
    delimiter = _delimiter(start)
    return Sheet(lines=lambda: _lines(_text(content, encoding), delimiter))


def _encoding(content: bytes) -> str:
    found = next((encoding for encoding in _ENCODINGS if _is_text(content, encoding)), None)
    if found is None:
        raise FileRefusedError(Refusal.ENCODING)
    return found


def _is_text(content: bytes, encoding: str) -> bool:
    """Decoded piece by piece, as the lines are later: a large file is never held as one text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    places = range(0, len(content) + _PIECE, _PIECE)  # the last piece is empty, and ends it
    pieces = (content[place : place + _PIECE] for place in places)
    try:
        return not any("\0" in decoder.decode(piece, final=not piece) for piece in pieces)
    except UnicodeDecodeError:
        return False


def _text(content: bytes, encoding: str) -> TextIO:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _lines(text: TextIO, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    csv.field_size_limit(LONGEST_CELL)
    number = 1
    try:
        for cells in reader:
            if len(cells) > WIDEST:
                raise FileRefusedError(Refusal.TOO_WIDE)
            yield number, [_AS_TEXT.sub(r"\1", cell) if cell.startswith('="') else cell for cell in cells]
            number = reader.line_num + 1
    except csv.Error:
        raise FileRefusedError(Refusal.BROKEN_CSV) from None


def _delimiter(text: str) -> str:
    first = next((line for line in text.split("\n", 50) if line.strip()), "")
    return "\t" if "\t" in first and "," not in first else ","
