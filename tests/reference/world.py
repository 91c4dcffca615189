"""The raw tables of one database, in memory: every row with every column, before anybody's permissions.

Read by the owner, whom no wall stops. It knows what hangs on what, and the facts of a row that scopes may speak of.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import asyncpg

Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Sequence[Row]

TABLES = ("agency", "subject", "link", "record", "record_person_target", "measure", "feedback", "matter_party")


@dataclass(frozen=True, kw_only=True)
class World:
    """Rows by table."""

    tables: Mapping[str, Rows]

    def by_id(self, table: str, internal: int | None) -> Row | None:
        return None if internal is None else self._by_id[table].get(internal)

    def hanging(self, table: str, column: str, internal: int) -> Rows:
        """The rows of a table whose ``column`` refers to this row."""
        return self._hanging[table, column].get(internal, ())

    def with_uscc(self, uscc: str) -> Row | None:
        written = uscc.strip().upper()
        return next((row for row in self.tables["subject"] if row["uscc"] == written), None)

    def with_digest(self, digest: bytes) -> Row | None:
        return next((row for row in self.tables["subject"] if row["person_digest"] == digest), None)

    def party_digests(self, matter: str | None, role: str | None) -> frozenset[bytes]:
        """Natural persons named in the matter in that role."""
        return frozenset(
            row["party_digest"]
            for row in self.tables["matter_party"]
            if row["natural"] and row["matter_number"] == matter and row["role"] == role
        )

    @cached_property
    def _by_id(self) -> Mapping[str, Mapping[int, Row]]:
        return {name: {row["id"]: row for row in rows} for name, rows in self.tables.items() if _has_id(rows)}

    @cached_property
    def _hanging(self) -> Mapping[tuple[str, str], Mapping[int, Rows]]:
        return {(table, column): _grouped(self.tables[table], column) for table, column in _REFERENCES}


_REFERENCES = (
    ("record", "subject_id"),
    ("measure", "subject_id"),
    ("measure", "record_id"),
    ("feedback", "measure_id"),
    ("link", "organisation_id"),
    ("record_person_target", "record_id"),
)


def _has_id(rows: Rows) -> bool:
    return not rows or "id" in rows[0]


def _grouped(rows: Iterable[Row], column: str) -> Mapping[int, Rows]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


async def read(owner: asyncpg.Connection) -> World:
    """The whole database."""
    tables = {name: await owner.fetch(f"SELECT * FROM {name}") for name in TABLES}  # noqa: S608  # names of ours
    return World(tables={name: tuple(dict(row) for row in rows) for name, rows in tables.items()})
