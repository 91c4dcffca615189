"""The XML of one worksheet, in pieces -> its rows of cells as written, each as soon as it is complete.

Holds one row at a time. A row far down or a cell far to the right is taken at its word only within what a spreadsheet
can have; a document type, which could name what grows without end, is refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.parsers.expat import ParserCreate

from gateway.intake.files.sheet import LONGEST_CELL, WIDEST, FileRefusedError
from gateway.intake.reasons import Refusal

_MOST_ROWS = 1_048_576


@dataclass(frozen=True, slots=True)
class CellText:
    """``kind``: n, s, str, inlineStr, b, e or d, as the format names them; ``style``: number of its style;
    ``uncalculated``: a formula without a result."""

    kind: str
    style: int
    text: str
    uncalculated: bool


Row = tuple[int, list[CellText | None]]


def rows_of(pieces: Iterable[bytes]) -> Iterator[Row]:
    """Number of each row, from one, and its cells. Errors: ``FileRefusedError``; expat's own for what is no XML."""
    reading = _Reading()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.hear
    for piece in pieces:
        parser.Parse(piece)
        yield from reading.rows
        reading.rows.clear()
    parser.Parse(b"", True)


class _Reading:
    """What the parser tells, gathered into rows."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._number = 0
        self._cells: list[CellText | None] = []
        self._attributes: dict[str, str] = {}
        self._formula = False
        self._hearing = False
        self._silent = False  # how a text is pronounced is no part of it
        self._text: list[str] = []
        self._length = 0

    def refuse(self, *_: object) -> None:
        raise FileRefusedError(Refusal.BROKEN_XLSX)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                number = int(attributes.get("r") or self._number + 1)
                if not self._number < number <= _MOST_ROWS:
                    self.refuse()
                self._number, self._cells = number, []
            case "c":
                self._attributes, self._formula, self._text, self._length = attributes, False, [], 0
            case "f":
                self._formula = True
            case "rPh":
                self._silent = True
            case "v" | "t":
                self._hearing = not self._silent

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "v" | "t":
                self._hearing = False
            case "rPh":
                self._silent = False
            case "c":
                self._take()
            case "row":
                self.rows.append((self._number, self._cells))

    def hear(self, text: str) -> None:
        if self._hearing:
            self._text.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise FileRefusedError(Refusal.TOO_LONG)

    def _take(self) -> None:
        attributes = self._attributes
        column = column_of(attributes["r"]) if "r" in attributes else len(self._cells) + 1
        if not len(self._cells) < column:
            self.refuse()
        if column > WIDEST:
            raise FileRefusedError(Refusal.TOO_WIDE)
        self._cells += [None] * (column - 1 - len(self._cells))
        kind, style = attributes.get("t", "n"), int(attributes.get("s", 0))
        text = "".join(self._text)
        # The result of a formula may be an empty text; a number is never empty.
        self._cells.append(CellText(kind, style, text, self._formula and not text and kind != "str"))


def column_of(reference: str) -> int:
    """AB12 -> 28."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number
