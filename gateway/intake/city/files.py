"""A number of subjects and a seed -> files of an invented city in the intake layouts, the same ones every time.

The city is invented block by block, and a block is forgotten when its rows are written: a city of any size takes the
memory of a few thousand subjects. Nothing here reads a file or a clock.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from gateway.intake.city.flaws import SPOILABLE, spoilt
from gateway.intake.city.measures import Trigger, measures, triggers
from gateway.intake.city.mix import apportioned
from gateway.intake.city.places import Row, agencies
from gateway.intake.city.records import records, weight
from gateway.intake.city.subjects import Subject, is_person, organisation, person, registration
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.recognition import LAYOUTS

BLOCK = 1000
"""Subjects that are invented together: persons and the organisations they head, and all that they have."""

RECORDS_OF_A_SUBJECT = 4
MEASURES_OF_A_SUBJECT = 2
"""On average, and exactly so in every whole block."""

BLOCKS_OF_A_FILE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFile:
    """``spoilt``: how many of its rows cannot be taken."""

    name: str
    layout: str
    content: bytes
    rows: int
    spoilt: int


def city_files(
    subjects: int, *, seed: int = 1, flaws: float = 0.0, blocks: int = BLOCKS_OF_A_FILE
) -> Iterator[CityFile]:
    """UTF-8 CSV files, in an order in which they can be loaded: first the offices, then part after part, none of which
    refers to another. ``flaws``: the share of rows to spoil, of those that may be; ``blocks``: in each file."""
    if subjects <= 0:
        return
    yield from _files(0, agencies(), seed, 0.0)
    size = BLOCK * blocks
    for part, first in enumerate(range(0, subjects, size), start=1):
        last = min(subjects, first + size)
        rows = (row for start in range(first, last, BLOCK) for row in _block(seed, start, min(last, start + BLOCK)))
        yield from _files(part, rows, seed, flaws)


def _block(seed: int, first: int, last: int) -> Iterator[Row]:
    """The rows of the subjects of one block that stand before ``last``. The whole block is invented in any case: what
    falls to one of its subjects depends on all of them."""
    subjects = list(_subjects(seed, first))
    counts = apportioned(BLOCK * RECORDS_OF_A_SUBJECT, [weight(subject) for subject in subjects])
    acted_on: list[Trigger] = []
    for subject, count in zip(subjects, counts, strict=True):
        rows = [*registration(subject), *records(subject, count)]
        acted_on += triggers(subject, rows)
        if subject.index < last:
            yield from rows
    for index, row in measures(acted_on, BLOCK * MEASURES_OF_A_SUBJECT):
        if index < last:
            yield row


def _subjects(seed: int, first: int) -> Iterator[Subject]:
    someone = None
    for index in range(first, first + BLOCK):
        if is_person(index):
            someone = person(seed, index)
            yield someone
        else:
            yield organisation(seed, index, someone)


def _files(part: int, rows: Iterable[Row], seed: int, flaws: float) -> Iterator[CityFile]:
    chance = Random(f"{seed} flaws {part}")
    open_files: dict[str, _Sheet] = {}
    for layout, row in rows:
        sheet = open_files.get(layout)
        if sheet is None:
            sheet = open_files[layout] = _Sheet(_LAYOUTS[layout], row)
        spoil = flaws > 0 and layout in SPOILABLE and chance.random() < flaws
        sheet.add(spoilt(row, chance) if spoil else row, spoilt=spoil)
    for order, layout in enumerate(_LAYOUTS):
        if layout in open_files:
            yield open_files[layout].closed(f"{part:05d}-{order:02d}-{layout}.csv")


class _Sheet:
    """A file being written: the columns of its first row, which every row of the layout has."""

    def __init__(self, layout: Layout, first: Mapping[str, object]) -> None:
        self._layout = layout
        self._text = io.StringIO()
        self._writer = csv.DictWriter(self._text, list(first), lineterminator="\n")
        self._writer.writerow({name: layout.column(name).headers[0] for name in first})
        self._rows = self._spoilt = 0

    def add(self, row: Mapping[str, object], *, spoilt: bool) -> None:
        self._writer.writerow(row)
        self._rows += 1
        self._spoilt += spoilt

    def closed(self, name: str) -> CityFile:
        return CityFile(
            name=name,
            layout=self._layout.name,
            content=self._text.getvalue().encode(),
            rows=self._rows,
            spoilt=self._spoilt,
        )


_LAYOUTS = {layout.name: layout for layout in LAYOUTS}
