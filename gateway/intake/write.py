"""Rows as they are to be stored -> inserts and updates of what really differs, and what became of each row.

A row that is stored already is compared value by value, sealed values included, so that loading a file again writes
nothing. A record whose content changes is marked as corrected; what only moves on (a removal, an end) is not a
correction. Transactions are the caller's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Table

from gateway.intake.register import Connection, Found
from gateway.intake.stored import Row
from gateway.intake.storing_sealer import StoringSealer
from resolvers.tables.records import record

Statement = tuple[str, tuple[object, ...]]


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
        *("objection_from", "objection_doubtful_from", "objection_until", "party_name_ct", "party_name__name_surname"),
        *("party_id_number__id_court", "party_sex", "party_home_address__addr_county", "party_age"),
        *("minor_at_event", "sealed"),
    }
)
"""Columns of a record whose change corrects nothing that was said."""

_KEPT_STATES = frozenset({"CORRECTED", "REVOKED", "DELETED"})
"""States that a row which says ACTIVE does not undo."""


@dataclass(frozen=True, slots=True)
class _Change:
    row: Row
    values: Mapping[str, object]


class Writer:
    """Writes the rows of one file, chunk by chunk."""

    def __init__(self, connection: Connection, sealer: StoringSealer, today: date) -> None:
        self._connection = connection
        self._sealer = sealer
        self._today = today
        self._seen: dict[tuple[str, tuple[object, ...]], Row] = {}

    async def write(self, rows: Sequence[Row]) -> list[Outcome]:
        """One outcome for each row, in order."""
        stored = await self._stored(rows)
        outcomes: list[Outcome] = []
        inserts: list[Row] = []
        changes: list[_Change] = []
        for row in rows:
            outcome, values = self._compare(row, stored)
            outcomes.append(outcome)
            if outcome is Outcome.LOADED and row.new:
                inserts.append(row)
            elif values:
                changes.append(_Change(row, values))
        await self._insert(inserts)
        for change in changes:
            await self._update(change)
        written = (row for row, outcome in zip(rows, outcomes, strict=True) if outcome in _WRITTEN)
        await self._follow(statement for row in written for statement in row.follow)
        await self._follow(statement for row in rows for statement in row.always)
        return outcomes

    async def _stored(self, rows: Sequence[Row]) -> dict[tuple[str, tuple[object, ...]], Found]:
        """The rows that are there already, by table and key; one statement for each table."""
        by_table: defaultdict[Table, list[Row]] = defaultdict(list)
        for row in rows:
            by_table[row.table].append(row)
        found = {}
        for table, those in by_table.items():
            names = tuple(those[0].key)
            query = f'SELECT * FROM "{table.name}" WHERE "{names[0]}" = ANY($1)'  # noqa: S608  # names of our tables
            for each in await self._connection.fetch(query, [row.key[names[0]] for row in those]):
                found[table.name, tuple(_plain(each[name]) for name in names)] = each
        return found

    def _compare(
        self, row: Row, stored: Mapping[tuple[str, tuple[object, ...]], Found]
    ) -> tuple[Outcome, dict[str, object]]:
        """What becomes of the row, and the values to change (a sealed value still in clear)."""
        place = (row.table.name, tuple(row.key.values()))
        earlier = self._seen.setdefault(place, row)
        if earlier is not row:
            same = (earlier.columns, earlier.clear) == (row.columns, row.clear)
            return (Outcome.UNCHANGED if same else Outcome.REPEATED), {}
        there = stored.get(place)
        if there is None:
            return (Outcome.LOADED if row.new else Outcome.MISSING), {}
        values: dict[str, object] = {
            name: value for name, value in row.columns.items() if _plain(there[name]) != _plain(value)
        }
        if there.get("state") in _KEPT_STATES and values.get("state") == "ACTIVE":
            del values["state"]
        values |= {name: text for name, text in row.clear.items() if self._opened(there[name]) != text}
        if not values:
            return Outcome.UNCHANGED, {}
        if row.new:
            return Outcome.CORRECTED, values | self._correction(row, there, values)
        begun = all(there[name] in (None, False) for name in values)
        return (Outcome.LOADED if begun else Outcome.CORRECTED), values

    def _correction(self, row: Row, there: Found, values: Mapping[str, object]) -> dict[str, object]:
        """What marks a record as corrected, where its content changed after it was in effect."""
        if row.table is not record or not set(values) - _MOVES_ON or there["state"] not in ("ACTIVE", "CORRECTED"):
            return {}
        state = {"state": "CORRECTED"} if "state" not in values else {}
        return state | {"corrected_on": row.columns.get("corrected_on") or self._today}

    def _opened(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._sealer.open_value(bytes(sealed))

    def _sealed(self, row: Row, values: Mapping[str, object]) -> dict[str, object]:
        """The values with those of ``_ct`` columns sealed."""
        return {
            name: self._sealer.seal_value(str(value)) if name in row.clear and value is not None else value
            for name, value in values.items()
        }

    async def _insert(self, rows: Sequence[Row]) -> None:
        """One statement for each table and set of columns."""
        groups: defaultdict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = defaultdict(list)
        for row in rows:
            values = self._sealed(row, {**row.key, **row.columns, **row.clear})
            names = tuple(sorted(values))
            groups[row.table.name, names].append(tuple(_plain(values[name]) for name in names))
        for (table, names), arguments in groups.items():
            columns = ", ".join(f'"{name}"' for name in names)
            places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
            await self._connection.executemany(
                f'INSERT INTO "{table}" ({columns}) VALUES ({places})',  # noqa: S608  # names of our tables
                arguments,
            )

    async def _update(self, change: _Change) -> None:
        values = self._sealed(change.row, change.values)
        key = change.row.key
        sets = ", ".join(f'"{name}" = ${place}' for place, name in enumerate(values, start=1 + len(key)))
        where = " AND ".join(f'"{name}" = ${place}' for place, name in enumerate(key, start=1))
        await self._connection.execute(
            f'UPDATE "{change.row.table.name}" SET {sets} WHERE {where}',  # noqa: S608  # names of our tables
            *map(_plain, key.values()),
            *map(_plain, values.values()),
        )

    async def _follow(self, statements: Iterable[Statement]) -> None:
        """What a row brings with it, in order; equal statements that follow one another go together."""
        query, arguments = "", list[tuple[object, ...]]()
        for next_query, values in statements:
            if next_query != query and arguments:
                await self._connection.executemany(query, arguments)
                arguments = []
            query = next_query
            arguments.append(values)
        if arguments:
            await self._connection.executemany(query, arguments)


_WRITTEN = frozenset({Outcome.LOADED, Outcome.CORRECTED})


def _plain(value: object) -> object:
    """As the database gives it back: plain texts, lists, bytes."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return bytes(value) if isinstance(value, bytearray | memoryview) else value
