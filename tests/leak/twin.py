"""A city and a caller -> its twin: another city in which this caller can see nothing that is different.

Every cell of which the caller sees nothing gets another value if the row then looks the same to the caller; rows of
which nothing is seen come and go. Keys and what ties rows together stay, and so do the people of the caller's matter.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from gateway.keys.sealing import KeyedSealer
from tests.generation.rows import TABLES, Row, Rows
from tests.leak.changes import other
from tests.leak.eye import Eye, Seen
from tests.reference.world import World

_TABLES = {table.name: table for table in TABLES}
_FIXED: Mapping[str, frozenset[str]] = {
    "subject": frozenset({"id", "natural", "kind", "person_digest", "person_number_digest", "uscc", "name_folded"}),
    "record": frozenset({"id", "subject_id", "natural", "family", "item", "category", "subcategory", "list_type"}),
    "measure": frozenset({"id", "subject_id", "natural", "record_id"}),
    "link": frozenset({"id", "organisation_id", "person_id"}),
    "feedback": frozenset({"id", "measure_id"}),
}
"""What ties rows together, and says of which kind they are."""

_AGENCIES = frozenset(
    {"authority_id", "source_unit_id", "recognising_department_id", "initiated_by_id", "executed_by_id"}
)

Different = frozenset[tuple[str, Any, str]]
"""Cells: table, id, column. A row that stands in one city alone differs in ``id``."""


Alike = tuple[Any, ...]
"""Rows of one kind that are shown under one part."""

_TRIES, _NEVER_KEPT = 4, -1_000_000
"""How many rows alike must have kept a cell before the next ones are spared the trial."""


@dataclass(frozen=True, kw_only=True)
class TwinMaker:
    """``base`` are the rows of the city, ``eye`` looks at it as the caller does."""

    base: Rows
    eye: Eye
    random: Random
    sealer: KeyedSealer
    _kept: Counter[tuple[Alike, str]] = field(default_factory=Counter)
    """How often a cell could not be changed alone, by rows alike; far below nought where one ever could."""

    def make(self) -> Rows:
        """The rows of the twin. Raises AssertionError where the caller could see a difference after all."""
        rows: Rows = {name: list(found) for name, found in self.base.items()}
        for name in ("subject", "record", "measure", "link", "feedback"):
            rows[name] = [self._changed(name, row) for row in rows[name]]
        rows["agency"] = [self._agency(row) for row in rows["agency"]]
        rows["matter"], rows["matter_party"] = self._matters(rows["matter"], rows["matter_party"])
        rows["organisation_name_gram"] = self._grams(rows["organisation_name_gram"])
        self._remove(rows)
        self._add(rows)
        assert self.eye.looking_at(World(tables=rows)).everything() == self.eye.everything()
        return rows

    # values of rows that stay -----------------------------------------------------------------------------------------

    def _changed(self, table: str, row: Row) -> Row:
        """As many cells as can be, tried in ever smaller groups."""
        seen = self._look(table, row)
        alike = (*self._group(table, row), seen[0][:1])
        columns = [name for name in row if name not in _FIXED[table] and self._may_hold(table, row, name)]
        columns = [name for name in columns if self._kept[alike, name] < _TRIES]
        self.random.shuffle(columns)
        return self._tried(table, row, columns, seen, alike)

    def _tried(self, table: str, row: Row, columns: Sequence[str], seen: Sequence[Seen], alike: Alike) -> Row:
        if not columns:
            return row
        trial = dict(row)
        for name in columns:
            trial[name] = self._other(table, name, row[name])
        if self._look(table, trial) == seen:
            self._kept.update(dict.fromkeys(((alike, name) for name in columns), _NEVER_KEPT))
            return trial
        if len(columns) == 1:
            self._kept[alike, columns[0]] += 1
            return row
        half = len(columns) // 2
        first = self._tried(table, row, columns[:half], seen, alike)
        return self._tried(table, first, columns[half:], seen, alike)

    def _other(self, table: str, column: str, value: Any) -> Any:
        if column in _AGENCIES:
            return self.random.choice([row["id"] for row in self.base["agency"] if row["id"] != value])
        return other(_TABLES[table], column, value, self.random, self.sealer.seal_value)

    def _look(self, table: str, row: Row) -> list[Seen]:
        """What is seen of the row, and of what hangs on it."""
        hanging = list(self._hanging(table, row["id"]))
        if not hanging:
            return [self.eye.of(table, row)]
        tables = self.eye.sight.world.tables
        others = [each for each in tables[table] if each["id"] != row["id"]]
        there = self.eye.looking_at(World(tables={**tables, table: (*others, row)}))
        return [there.of(table, row), *(there.of(name, each) for name, each in hanging)]

    def _hanging(self, table: str, internal: int) -> Iterable[tuple[str, Row]]:
        if table == "record":
            measures = [each for each in self.base["measure"] if each["record_id"] == internal]
            yield from (("measure", each) for each in measures)
            yield from (("feedback", each) for each in self.base["feedback"] if each["measure_id"] in _ids(measures))
            named = {each["link_id"] for each in self.base["record_person_target"] if each["record_id"] == internal}
            yield from (("link", each) for each in self.base["link"] if each["id"] in named)
        elif table == "measure":
            yield from (("feedback", each) for each in self.base["feedback"] if each["measure_id"] == internal)

    def _may_hold(self, table: str, row: Row, column: str) -> bool:
        """Rows of one kind fill the same columns: what no row of the kind holds, this one cannot hold either."""
        return row[column] is not None or column in self._filled[self._group(table, row)]

    @cached_property
    def _filled(self) -> Mapping[tuple[Any, ...], set[str]]:
        found: dict[tuple[Any, ...], set[str]] = {}
        for table in _FIXED:
            for row in self.base[table]:
                filled = {name for name, value in row.items() if value is not None}
                found.setdefault(self._group(table, row), set()).update(filled)
        return found

    def _group(self, table: str, row: Row) -> tuple[Any, ...]:
        return (table, row.get("natural"), row.get("family"), row.get("list_type"))

    # rows of other tables ---------------------------------------------------------------------------------------------

    def _agency(self, row: Row) -> Row:
        """What is not public of agencies other than the caller's own."""
        if row["id"] == self.eye.sight.agency:
            return row
        return {**row, "parent_uscc": f"变{row['id']}", "department": None, "suspended": not row["suspended"]}

    def _matters(self, matters: list[Row], parties: list[Row]) -> tuple[list[Row], list[Row]]:
        """Matters but the one in which the caller asks: closed, or without half of their parties."""
        own = self.eye.sight.matter
        closed = [row if row["number"] == own else {**row, "closed_on": row["opened_on"]} for row in matters]
        return closed, [row for row in parties if row["matter_number"] == own or self.random.random() < 0.5]

    def _grams(self, grams: list[Row]) -> list[Row]:
        """Names of organisations that the caller does not see are found by nobody."""
        seen = {internal for table, internal in self.eye.everything() if table == "subject"}
        return [row for row in grams if row["subject_id"] in seen]

    # rows that come and go --------------------------------------------------------------------------------------------

    def _remove(self, rows: Rows) -> None:
        """About a third of the rows of which nothing is seen, unless others hang on them."""
        for table in ("feedback", "link", "measure", "record"):
            held = self._held(rows, table)
            rows[table] = [row for row in rows[table] if not self._goes(table, row, held)]

    def _goes(self, table: str, row: Row, held: set[int]) -> bool:
        hidden = not self.eye.of(table, self._before[table, row["id"]])
        return hidden and row["id"] not in held and self.random.random() < 0.35

    @cached_property
    def _before(self) -> Mapping[tuple[str, int], Row]:
        return {(table, row["id"]): row for table in _FIXED for row in self.base[table]}

    def _held(self, rows: Rows, table: str) -> set[int]:
        references = {
            "measure": (("feedback", "measure_id"),),
            "record": (("measure", "record_id"), ("record_person_target", "record_id")),
            "link": (("record_person_target", "link_id"),),
        }
        return {row[column] for name, column in references.get(table, ()) for row in rows[name]}

    def _add(self, rows: Rows) -> None:
        """Copies, under ids of their own, of a third of the rows of which nothing is seen."""
        for table in ("record", "measure", "feedback", "link"):
            unseen = [row for row in self.base[table] if not self.eye.of(table, row)]
            for row in self.random.sample(unseen, len(unseen) // 3):
                copy = {**row, "id": self.sealer.internal_id("copy", f"{table} {row['id']}")}
                if self._stands(rows, table, copy) and not self.eye.of(table, copy):
                    rows[table].append(copy)

    def _stands(self, rows: Rows, table: str, copy: Row) -> bool:
        """Whether what the copy refers to is still there."""
        column, name = {"measure": ("record_id", "record"), "feedback": ("measure_id", "measure")}.get(table, ("", ""))
        return not column or copy[column] is None or copy[column] in _ids(rows[name])


def different(one: Rows, two: Rows) -> Different:
    """The cells in which two cities differ; ciphertexts that are not the same count as different."""
    found: set[tuple[str, Any, str]] = set()
    for table in _FIXED:
        rows = {row["id"]: row for row in two[table]}
        for row in one[table]:
            twin = rows.pop(row["id"], None)
            found |= {(table, row["id"], name) for name in row if twin is None or row[name] != twin[name]}
        found |= {(table, internal, "id") for internal in rows}
    return frozenset(found)


def _ids(rows: Iterable[Row]) -> set[int]:
    return {row["id"] for row in rows}
