"""What a file is opened to: sheets of rows of cells, as they stand, and the one error for what cannot be opened.

A cell is a text, or the number, time or fault that a spreadsheet keeps apart from texts. Nothing here knows layouts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

WIDEST = 2000
"""Columns of a sheet. The widest layout has fifty."""

LONGEST_CELL = 1_000_000


class Fault(Enum):
    """What stands in a cell instead of a value."""

    ERROR = "error"  # #N/A, #REF!
    UNCALCULATED = "uncalculated"  # a formula that nobody has calculated yet


Cell: TypeAlias = str | int | float | datetime | Fault
"""``""`` for nothing."""

Line: TypeAlias = tuple[int, Sequence[Cell]]
"""A row and its number, as a spreadsheet counts: from one, with the blank ones."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that were made one: from one row and column to another, both counted from one and included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``lines`` reads from the start, each time it is called, and may refuse the file in the middle. ``merged`` is None
    where the file cannot say which cells are merged. ``days_before``: what is added to a day that stands as a number
    to count it from 1900."""

    lines: Callable[[], Iterator[Line]]
    merged: tuple[Merged, ...] | None = None
    days_before: int = 0


class FileRefusedError(Exception):
    """No row of the file is taken. ``reason`` is a Chinese sentence that repeats nothing of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())
