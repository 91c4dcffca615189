"""Rows as they are to be stored -> inserts and updates of what really differs, and what became of each row.

A row that is stored already is compared value by value, sealed values included, so that loading a file again writes
nothing. A record whose content changes is marked as corrected; what only moves on (a removal, an end) is not a
correction. What a row said before stays in ``row_history``, which the database itself writes. Transactions are the
caller's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Table

from gateway.intake.insertion import Insertion
from gateway.intake.register import Connection, Found
from gateway.intake.stored import Row
from gateway.intake.storing_sealer import StoringSealer
from resolvers.tables.records import record

Statement = tuple[str, tuple[object, ...]]
Place = tuple[str, tuple[object, ...]]
"""A table, and the values of a row's key."""


class Outcome(StrEnum):
    LOADED = "loaded"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    REPEATED = "repeated"  # the same key in the same file with other content
    MISSING = "missing"  # a change of a row that does not exist


_MOVES_ON = frozenset(
    {
        *("valid_until", "publication_until", "published_from", "publication_basis", "removed_on", "removal_reason"),
        *("term_end", "revoked_on", "corrected_on", "state", "quarantine_reasons", "licence_state", "performance"),
        *("fulfilment", "subject_died_on", "repaired_on", "repair_stops_publication", "repair_stops_sharing"),
        *("objection_from", "objection_doubtful_from", "objection_until", "party_name_ct", "party_sex", "party_age"),
        *("minor_at_event", "sealed"),
    }
)
"""Columns of a record whose change corrects nothing that was said."""

_EVENTS = frozenset({"removed_on", "removal_reason", "in_force_on", "lifted_on", "lift_reason", "rejected_on"})
"""What other files tell of as well: a row that is silent of it does not undo it."""

_KEPT_STATES = frozenset({"CORRECTED", "REVOKED", "DELETED"})
"""States that a row which says ACTIVE does not undo."""


@dataclass(frozen=True, slots=True)
class _Change:
    row: Row
    values: Mapping[str, object]


class Writer:
    """Writes the rows of one file, chunk by chunk, within one transaction."""

    def __init__(self, connection: Connection, sealer: StoringSealer, today: date) -> None:
        self._connection = connection
        self._sealer = sealer
        self._today = today
        self._insertion = Insertion(connection)
        self._written: set[int] = set()
        """Hashes of the places of earlier chunks: a file of a million rows must fit."""

    async def write(self, rows: Sequence[Row]) -> list[Outcome]:
        """One outcome for each row, in order."""
        stored = await self._stored(rows)
        outcomes: list[Outcome] = []
        inserts: list[Row] = []
        changes: list[_Change] = []
        here: dict[Place, Row] = {}
        for row in rows:
            outcome, values = self._compare(row, stored, here)
            outcomes.append(outcome)
            if outcome is Outcome.LOADED and row.new:
                inserts.append(row)
            elif values:
                changes.append(_Change(row, values))
        self._written.update(hash(place) for place in here)
        await self._insert(inserts)
        await self._update(changes)
        told = tuple(zip(rows, outcomes, strict=True))
        await self._run(statement for row, outcome in told if outcome in _WRITTEN for statement in row.follow)
        await self._run(statement for row, outcome in told if outcome in _TAKEN for statement in row.always)
        return outcomes

    async def _stored(self, rows: Sequence[Row]) -> dict[Place, Found]:
        """The rows that are there already; one statement for each table."""
        by_table: defaultdict[Table, list[Row]] = defaultdict(list)
        for row in rows:
            by_table[row.table].append(row)
        found = {}
        for table, those in by_table.items():
            names = tuple(those[0].key)
            where = " AND ".join(f'"{name}" = ANY(${place})' for place, name in enumerate(names, start=1))
            values = ([row.key[name] for row in those] for name in names)
            query = f'SELECT * FROM "{table.name}" WHERE {where}'  # noqa: S608  # names of our tables
            for each in await self._connection.fetch(query, *values):
                found[table.name, tuple(each[name] for name in names)] = each
        return found

    def _compare(
        self, row: Row, stored: Mapping[Place, Found], here: dict[Place, Row]
    ) -> tuple[Outcome, dict[str, object]]:
        """What becomes of the row, and the values to change (a sealed value still in clear)."""
        place = (row.table.name, tuple(row.key.values()))
        earlier = here.setdefault(place, row)
        if earlier is not row:
            same = _said(earlier) == _said(row)
            return (Outcome.UNCHANGED if same else Outcome.REPEATED), {}
        there = stored.get(place)
        if there is None:
            return (Outcome.LOADED if row.new else Outcome.MISSING), {}
        values = self._differing(row, there)
        if not values:
            return Outcome.UNCHANGED, {}
        if hash(place) in self._written:
            return Outcome.REPEATED, {}
        if row.new:
            return Outcome.CORRECTED, values | self._correction(row, there, values)
        begun = all(there[name] in (None, False) for name in values)
        return (Outcome.LOADED if begun else Outcome.CORRECTED), values

    def _differing(self, row: Row, there: Found) -> dict[str, object]:
        """The values of the row that the stored one has not."""
        values: dict[str, object] = {
            name: value
            for name, value in row.columns.items()
            if there[name] != value and not (value is None and name in _EVENTS)
        }
        if there.get("state") in _KEPT_STATES and values.get("state") == "ACTIVE":
            del values["state"]
        return values | {name: text for name, text in row.clear.items() if self._opened(there[name]) != text}

    def _correction(self, row: Row, there: Found, values: Mapping[str, object]) -> dict[str, object]:
        """What marks a record as corrected, where its content changed after it was in effect."""
        if row.table is not record or there["state"] not in ("ACTIVE", "CORRECTED") or not any(map(_content, values)):
            return {}
        state = {"state": "CORRECTED"} if "state" not in values else {}
        return state | {"corrected_on": row.columns.get("corrected_on") or self._today}

    def _opened(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._sealer.open_value(sealed)

    def _sealed(self, row: Row, values: Mapping[str, object]) -> Mapping[str, object]:
        """The values with those of ``_ct`` columns sealed."""
        clear = {name: text for name in row.clear if (text := values.get(name)) is not None}
        return {**values, **{name: self._sealer.seal_value(str(text)) for name, text in clear.items()}}

    async def _insert(self, rows: Sequence[Row]) -> None:
        """Rows of one table that have the same columns go together."""
        groups: defaultdict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = defaultdict(list)
        for row in rows:
            values = self._sealed(row, {**row.key, **row.columns, **row.clear})
            names = tuple(sorted(values))
            groups[row.table.name, names].append(tuple(map(values.__getitem__, names)))
        for (table, names), those in groups.items():
            await self._insertion.insert(table, names, those)

    async def _update(self, changes: Iterable[_Change]) -> None:
        await self._run(self._updating(change) for change in changes)

    def _updating(self, change: _Change) -> Statement:
        values, key = self._sealed(change.row, change.values), change.row.key
        sets = ", ".join(f'"{name}" = ${place}' for place, name in enumerate(values, start=1 + len(key)))
        where = " AND ".join(f'"{name}" = ${place}' for place, name in enumerate(key, start=1))
        query = f'UPDATE "{change.row.table.name}" SET {sets} WHERE {where}'  # noqa: S608  # names of our tables
        return query, (*key.values(), *values.values())

    async def _run(self, statements: Iterable[Statement]) -> None:
        """Equal statements go together, in the order in which the first of each comes: what one row brings with it
        stays in order, and what two rows bring has nothing to do with each other."""
        grouped: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
        for query, values in statements:
            grouped[query].append(values)
        for query, arguments in grouped.items():
            await self._connection.executemany(query, arguments)


def _said(row: Row) -> tuple[object, ...]:
    return row.columns, row.clear, row.always


_WRITTEN = frozenset({Outcome.LOADED, Outcome.CORRECTED})
_TAKEN = _WRITTEN | {Outcome.UNCHANGED}


def _content(name: str) -> bool:
    """Whether a change of this column corrects what was said. A masked form follows from another column, or from the
    person who is named."""
    return name not in _MOVES_ON and "__" not in name
