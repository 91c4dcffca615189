"""New rows of a table -> the table, by COPY.

PostgreSQL refuses COPY into a table with row security to every role that its policies bind. Such rows are copied into a
temporary table and taken over from there by one INSERT, in a third of the time of inserting them one by one; a few are
inserted one by one, which costs less than the detour. Transactions are the caller's.
"""

import hashlib
from collections.abc import Sequence

from gateway.database.wall import WALLED
from gateway.intake.register import Connection

FEW = 100
"""Rows up to which a temporary table costs more than it saves."""


class Insertion:
    """Inserts rows within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stages: set[str] = set()

    async def insert(self, table: str, names: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
        """``rows``: values in the order of ``names``, the columns of the table that they have."""
        if len(rows) <= FEW:
            places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
            await self._connection.executemany(f"{_into(table, names)} VALUES ({places})", rows)
        elif table in WALLED:
            await self._take_over(table, names, rows)
        else:
            await self._connection.copy_records_to_table(table, records=rows, columns=names)

    async def _take_over(self, table: str, names: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
        stage = await self._stage(table, names)
        await self._connection.copy_records_to_table(stage, records=rows, columns=names)
        await self._connection.execute(f'{_into(table, names)} TABLE "{stage}"; TRUNCATE "{stage}"')

    async def _stage(self, table: str, names: tuple[str, ...]) -> str:
        """A temporary table of these columns, which ends with the transaction; another file of it may have made it."""
        stage = f"arriving_{hashlib.sha256(_into(table, names).encode()).hexdigest()[:16]}"
        if stage not in self._stages:
            columns = f'SELECT {_columns(names)} FROM "{table}" LIMIT 0'  # noqa: S608  # names of our tables
            await self._connection.execute(
                f'CREATE TEMPORARY TABLE IF NOT EXISTS "{stage}" ON COMMIT DROP AS {columns}'
            )
            self._stages.add(stage)
        return stage


def _into(table: str, names: Sequence[str]) -> str:
    return f'INSERT INTO "{table}" ({_columns(names)})'


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
