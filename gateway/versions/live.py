"""A diff and the database -> how many stored rows each of its rectangles speaks of.

Counts of whole items and kinds of subject, whatever the state of a row: as many as could be concerned, never fewer. It
reads numbers only, no row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import asyncpg

from authz.grant import Kind
from authz.matrix.diff import Changed
from authz.matrix.naming import KINDS
from authz.matrix.tables import numbers
from authz.policy import Policy
from authz.rows import RowSource

_ROWS = {
    RowSource.SUBJECT: 'SELECT NULL AS item, "natural", count(*) AS rows FROM subject GROUP BY "natural"',
    RowSource.RECORD: 'SELECT item, "natural", count(*) AS rows FROM record GROUP BY item, "natural"',
    RowSource.MEASURE: 'SELECT NULL AS item, "natural", count(*) AS rows FROM measure GROUP BY "natural"',
}

Heap = tuple[RowSource, str | None, Kind]
"""Rows that are counted together: of a source, of an item where rows have one, about one kind of subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is stored now."""

    rows: Mapping[Heap, int]

    def concerned(self, changed: Changed, old: Policy, new: Policy) -> int:
        """How many rows a rectangle of the diff between these two speaks of."""
        return sum(self.rows.get(heap, 0) for heap in set(_heaps(changed, old, new)))


async def live(owner: asyncpg.Connection) -> Live:
    """Three statements, each over a whole table."""
    rows = {
        (source, row["item"], Kind.PERSON if row["natural"] else Kind.ORGANISATION): row["rows"]
        for source, statement in _ROWS.items()
        for row in await owner.fetch(statement)
    }
    return Live(rows=rows)


def _heaps(changed: Changed, old: Policy, new: Policy) -> Iterator[Heap]:
    items = tuple(sorted({*old.space.facts, *new.space.facts}))  # as diff numbers them
    for number in numbers(changed.extent.items):
        facts = new.space.facts.get(items[number]) or old.space.facts[items[number]]
        for kind in numbers(changed.extent.kinds):
            yield facts.source, facts.code if facts.source is RowSource.RECORD else None, KINDS[kind]
