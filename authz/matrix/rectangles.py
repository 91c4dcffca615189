"""Millions of cells -> few rectangles: sets of values, one for each dimension, of which every combination is meant.

Lossless: rectangles that come out hold exactly the cells of those that went in, each once. Names nothing.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

Said = TypeVar("Said")
"""What is said of the cells of a rectangle, and is the same for all of them."""


class Extent(NamedTuple):
    """One bit for each value. The order is that in which rectangles are joined: fields first."""

    fields: int
    departments: int
    errands: int
    relations: int
    kinds: int
    items: int
    jurisdictions: int
    consents: int

    @property
    def cells(self) -> int:
        found = 1
        for values in self:
            found *= values.bit_count()
        return found


Pieces = Mapping[tuple[Said, Extent], frozenset[str]]
"""Cells and what is said of them, with whatever else belongs to them: rules, articles."""


def joined(pieces: Iterable[tuple[Said, Extent, frozenset[str]]]) -> Pieces[Said]:
    """The same cells in fewer rectangles. The pieces may not overlap."""
    found: dict[tuple[Said, Extent], frozenset[str]] = {}
    for said, extent, notes in pieces:
        found[said, extent] = found.get((said, extent), frozenset()) | notes
    before = 0
    while before != len(found):
        before = len(found)
        for dimension in range(len(Extent._fields)):
            found = _joined_along(found, dimension)
    return found


def _joined_along(pieces: Pieces[Said], dimension: int) -> dict[tuple[Said, Extent], frozenset[str]]:
    """Pieces that differ in one dimension alone are one piece."""
    groups: dict[tuple[Said, tuple[int, ...]], tuple[int, frozenset[str]]] = {}
    for (said, extent), notes in pieces.items():
        key = (said, (*extent[:dimension], *extent[dimension + 1 :]))
        values, others = groups.get(key, (0, frozenset()))
        groups[key] = (values | extent[dimension], others | notes)
    return {
        (said, Extent._make((*rest[:dimension], values, *rest[dimension:]))): notes
        for (said, rest), (values, notes) in groups.items()
    }
