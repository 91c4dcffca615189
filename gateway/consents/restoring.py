"""A register that may have been restored from a backup, held against the log before any use of a consent is taken.

The log tells of every end and of every answer, and outlives the register: what the register has lost is done again
(``Reason.RESTORED``), and where the log itself has lost something, every consent that was open waits for its subject.
While the database holds less than was signed, no consent is usable at all. Nothing here gives anything back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from gateway.consents.records import State
from gateway.consents.store import Server, server_of

_OPEN = "SELECT id FROM consent WHERE state IN ('ACTIVE', 'SUSPENDED')"
_REGISTERED = """
    SELECT id, state_at, ARRAY(SELECT entry FROM consent_event WHERE consent = id) AS entries,
        (SELECT coalesce(sum(pages), 0) FROM consent_use WHERE consent = id) AS answers
    FROM consent WHERE id = ANY($1::uuid[]) AND state IN ('ACTIVE', 'SUSPENDED')
"""
_CHANGES = """
    SELECT found.consent, found.id, convert_from(leaf, 'UTF8')::jsonb -> 'decision' -> 'reasons' ->> 0 AS state
    FROM audit_index AS found JOIN audit_pending USING (id)
    WHERE found.consent = ANY($1::uuid[]) AND found.kind = 'consent'
"""
_ANSWERS = """
    SELECT consent, count(*) AS answers FROM audit_index
    WHERE consent = ANY($1::uuid[]) AND kind = 'release' GROUP BY consent
"""
# The first leaf of a shard that stands in place of what a restored database could not continue.
_REPLACED = """
    SELECT to_timestamp(max(t) / 1000.0)
    FROM audit_head JOIN audit_seq USING (shard) JOIN audit_pending USING (writer, wseq)
    WHERE idx = 0 AND convert_from(leaf, 'UTF8')::jsonb ->> 'action' = 'shard-replaced'
"""

_ENDS = frozenset({State.REVOKED, State.EXPIRED, State.EXHAUSTED})

Lend = Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the log tells of open consents: the entries of their changes with the state each led to, how many answers
    were given, and since when the log has lost something, if it has."""

    changes: Mapping[UUID, Mapping[UUID, str]]
    answers: Mapping[UUID, int]
    replaced: datetime | None


@dataclass(slots=True, kw_only=True)
class Settlement:
    """``keeper`` and ``reader`` lend connections of the register's keeper and of the ledger's reader; ``draw`` brings
    the index of the log up to date; ``continues`` says whether the database holds all that was signed, as far as the
    notes on this host tell."""

    keeper: Lend
    reader: Lend
    draw: Callable[[], Awaitable[None]]
    continues: Callable[[asyncpg.Connection], Awaitable[bool]]
    _with: Server | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def server(self, end: Callable[[UUID, State], Awaitable[object]]) -> Server | None:
        """The run of the server with which the register is settled; ``end`` suspends or revokes a consent. None where
        it cannot be settled. Errors: those of the database and of ``end``."""
        if self._with is None:
            async with self._turn:
                self._with = self._with or await self._settled(end)
        return self._with

    def forget(self, server: Server) -> None:
        """It was found to be another one."""
        if self._with == server:
            self._with = None

    async def _settled(self, end: Callable[[UUID, State], Awaitable[object]]) -> Server | None:
        async with self.keeper() as keeper:
            found = await server_of(keeper)
        async with self.reader() as reader:
            if not await self.continues(reader):
                return None
        for consent, state in await self._lost():
            await end(consent, state)
        return found

    async def _lost(self) -> Sequence[tuple[UUID, State]]:
        """The log is read before the register: what it tells of then stands in the register, or is lost."""
        await self.draw()
        async with self.keeper() as keeper:
            open_ones = [row["id"] for row in await keeper.fetch(_OPEN)]
        async with self.reader() as reader:
            told = await _told(reader, open_ones)
        async with self.keeper() as keeper:
            rows = await keeper.fetch(_REGISTERED, open_ones)
        found = ((row["id"], lost(row, told)) for row in rows)
        return [(consent, state) for consent, state in found if state is not None]


def lost(row: Mapping[str, Any], told: Told) -> State | None:
    """What has to be done again to an open consent: REVOKED where its end or an answer under it is lost, SUSPENDED
    where less is lost, or nobody can know; None where it stands as the log tells."""
    missing = {entry: state for entry, state in told.changes.get(row["id"], {}).items() if entry not in row["entries"]}
    if _ENDS & set(missing.values()) or told.answers.get(row["id"], 0) > row["answers"]:
        return State.REVOKED
    # What is older than the last event has been answered by it: somebody has let the consent go on since.
    since = any(entry > max(row["entries"]) for entry in missing)
    if since or (told.replaced is not None and row["state_at"] < told.replaced):
        return State.SUSPENDED
    return None


async def _told(reader: asyncpg.Connection, consents: Collection[UUID]) -> Told:
    changes: dict[UUID, dict[UUID, str]] = {}
    for row in await reader.fetch(_CHANGES, consents):
        changes.setdefault(row["consent"], {})[row["id"]] = row["state"]
    answers = {row["consent"]: row["answers"] for row in await reader.fetch(_ANSWERS, consents)}
    return Told(changes=changes, answers=answers, replaced=await reader.fetchval(_REPLACED))
