"""Merged cells among the data -> the rows with the value in each row that the cell reaches.

Who merges the name of a subject over three rows means all three. Of an amount nobody can tell; so it is said which
places are merged, and what stands there is judged by its column.
"""

from collections import deque
from collections.abc import Sequence

from gateway.intake.files.sheet import Cell, Merged


class MergedBelow:
    """Takes rows in order. ``last``: the last row of the header."""

    def __init__(self, merged: Sequence[Merged], last: int) -> None:
        down = (each for each in merged if each.first_row > last and each.last_row > each.first_row)
        self._waiting = deque(sorted(down, key=lambda each: each.first_row))
        self._open: dict[int, tuple[Merged, Cell]] = {}

    def spread(self, number: int, cells: Sequence[Cell]) -> tuple[Sequence[Cell], frozenset[int]]:
        """The cells of the row, and the places, from none, that are merged with other rows."""
        while self._waiting and self._waiting[0].first_row <= number:
            each = self._waiting.popleft()
            place = each.first_column - 1
            if each.first_row == number and place < len(cells):
                self._open[place] = each, cells[place]
        self._open = {place: each for place, each in self._open.items() if each[0].last_row >= number}
        if not self._open:
            return cells, frozenset()
        found = [*cells, *[""] * (max(self._open) + 1 - len(cells))]
        for place, (_, value) in self._open.items():
            found[place] = value
        return found, frozenset(self._open)
