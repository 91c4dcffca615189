"""The headers of a file -> the layout it is in, and the column that each header means.

Headers are compared folded (full and half width, case, spaces, stars, 必填). Headers that no layout knows are left out:
values under them are never read. Nothing of a file is ever repeated in an error.
"""

from collections.abc import Sequence

from gateway.intake.layouts.acts import LICENCES, PENALTIES
from gateway.intake.layouts.administration import AGENCIES, MATTER_PARTIES, MATTERS, OPERATORS
from gateway.intake.layouts.column import Column, Kind, Layout, header_key
from gateway.intake.layouts.measures import FEEDBACK, MEASURES, OBJECTIONS, REPAIRS
from gateway.intake.layouts.records import (
    ABNORMAL,
    COMMITMENTS,
    CONTRACTS,
    DEFAULTERS,
    EVALUATIONS,
    HONOURS,
    JUDGMENTS,
    LISTS,
)
from gateway.intake.layouts.subjects import LINKS, ORGANISATIONS, PERSONS

LAYOUTS: tuple[Layout, ...] = (
    *(AGENCIES, ORGANISATIONS, PERSONS, LINKS),
    *(LICENCES, PENALTIES, LISTS, ABNORMAL, JUDGMENTS, DEFAULTERS, COMMITMENTS, EVALUATIONS, HONOURS, CONTRACTS),
    *(MEASURES, FEEDBACK, REPAIRS, OBJECTIONS),
    *(OPERATORS, MATTERS, MATTER_PARTIES),
)
"""Every layout, in an order in which files can be loaded: what is referred to comes first."""


class UnknownLayoutError(Exception):
    """The headers are those of no layout. ``nearest``: the most similar one; ``lacking``: canonical names it misses."""

    def __init__(self, nearest: Layout, lacking: tuple[str, ...]) -> None:
        super().__init__(f"not a known layout; the nearest is {nearest.name}, which lacks: {', '.join(lacking)}")
        self.nearest = nearest
        self.lacking = lacking


class RepeatedColumnError(Exception):
    """Two headers of the file mean one column that takes one value. ``column``: its canonical name."""

    def __init__(self, column: Column) -> None:
        super().__init__(f"two headers mean the column {column.name}")
        self.column = column


def recognise(headers: Sequence[str]) -> Layout:
    """The layout that knows most of the headers. UnknownLayoutError where it lacks one of its required columns."""
    names = {header_key(header) for header in headers}
    nearest = min(
        LAYOUTS, key=lambda layout: (-len(names & _HEADERS[layout.name].keys()), len(_lacking(layout, names)))
    )
    if lacking := _lacking(nearest, names):
        raise UnknownLayoutError(nearest, lacking)
    return nearest


def columns_of(layout: Layout, headers: Sequence[str]) -> tuple[Column | None, ...]:
    """For each header its column, None where the layout knows none; RepeatedColumnError.

    A list may stand under several headers (处罚类别1, 处罚类别2): its values are then taken together.
    """
    known = _HEADERS[layout.name]
    found = tuple(known.get(header_key(header)) for header in headers)
    single = [column for column in found if column is not None and column.kind is not Kind.LIST]
    names = [column.name for column in single]
    for place, column in enumerate(single):
        if column.name in names[:place]:
            raise RepeatedColumnError(column)
    return found


def understands(layout: Layout, header: str) -> bool:
    return header_key(header) in _HEADERS[layout.name]


def is_header(text: str) -> bool:
    """Whether any layout knows it."""
    return header_key(text) in _KNOWN


def same_column(one: str, other: str) -> bool:
    """Whether both mean the same column of some layout."""
    names = _KNOWN.get(header_key(one), frozenset()), _KNOWN.get(header_key(other), frozenset())
    return not names[0].isdisjoint(names[1])


def _lacking(layout: Layout, names: set[str]) -> tuple[str, ...]:
    present = {_HEADERS[layout.name][name].name for name in names & _HEADERS[layout.name].keys()}
    return tuple(column.name for column in layout.required if column.name not in present)


_HEADERS = {layout.name: layout.by_header() for layout in LAYOUTS}
_KNOWN = {
    header: frozenset((name, known[header].name) for name, known in _HEADERS.items() if header in known)
    for header in {each for known in _HEADERS.values() for each in known}
}
"""By header, the columns that it means: names of layout and column."""
