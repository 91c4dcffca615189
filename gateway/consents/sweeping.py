"""What time alone brings about, and nobody is there to write: requests that lapse, consents that end, and what is told.

Every minute, beside each server process. A round may end anywhere and be run by several at once: each change is one
transition of the register, which one of them makes and the others find made. Nothing depends on it: what has lapsed or
ended is not usable from that very moment. One that fails is told by its name, and the others go on.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from gateway.consents.notices import Connection, Notices
from gateway.consents.records import ConsentRecord, Due, State
from gateway.consents.relations import Enders, Representation

PAUSE = 60.0
"""Seconds between two rounds."""
_DOUBTFUL = """
    SELECT id FROM consent WHERE state IN ('ACTIVE', 'SUSPENDED') AND relation IS NOT NULL AND expires_at > now()
    UNION SELECT consents_of_no_more()
"""
_log = logging.getLogger(__name__)


class Register(Enders, Protocol):
    """What is asked of the register of consents."""

    async def consent(self, id: UUID) -> ConsentRecord | None: ...

    async def due(self) -> Due: ...

    async def end(self, id: UUID, state: State) -> bool: ...

    async def lapse(self, id: UUID) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """``connection`` lends one of the role that keeps consents."""

    register: Register
    representation: Representation
    notices: Notices
    connection: Callable[[], AbstractAsyncContextManager[Connection]]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.round()
            await asyncio.sleep(PAUSE)

    async def round(self) -> int:
        """How many changes were made, and happenings told."""
        made = 0
        async for change in self._changes():
            made += await _tried(change)
        return made + await _tried(self._tell)

    async def _changes(self) -> AsyncIterator[Callable[[], Awaitable[int]]]:
        """Each by itself: one that cannot be made keeps none of the others from being made."""
        try:
            due = await self.register.due()
            async with self.connection() as connection:
                doubtful = await connection.fetch(_DOUBTFUL)
        except Exception as failure:  # whatever it is, the next round begins anew
            _tell_of(failure)
            return
        for request in due.lapsed:
            yield partial(self.register.lapse, request)
        for consent, state in due.over:
            yield partial(self.register.end, consent, state)
        for row in doubtful:
            yield partial(self._examine, row["id"])

    async def _examine(self, consent: UUID) -> int:
        record = await self.register.consent(consent)
        return record is not None and await self.representation.enforce(self.register, record) is not None

    async def _tell(self) -> int:
        told = 0
        async with self.connection() as connection:
            while seen_to := await self.notices.round(connection):
                told += seen_to
        return told


async def _tried(change: Callable[[], Awaitable[int]]) -> int:
    try:
        return int(await change())
    except Exception as failure:  # whatever it is, the next round begins anew
        _tell_of(failure)
        return 0


def _tell_of(failure: Exception) -> None:
    # Its name alone: the message of a database error may quote values.
    _log.warning("a sweep of the consents was left unfinished: %s", type(failure).__name__)
