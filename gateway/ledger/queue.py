"""Entries waiting for their commit: callers put them in and wait, flushers take them out in batches.

It keeps order and a bound, and forgets whoever no longer waits; it never drops an entry that somebody waits for.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias
from uuid import UUID

import asyncpg

from gateway.ledger.leaf import Draft
from gateway.ledger.limits import Limits
from gateway.ledger.receipt import Receipt

Act: TypeAlias = Callable[[asyncpg.Connection, UUID], Awaitable[None]]
"""What is done in the transaction of an entry, with the id of that entry."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Waiting:
    """One entry on its way. ``consent`` is set where the release guard has a say, ``act`` where something is done with
    it; ``receipt`` once it has a place."""

    draft: Draft
    consent: UUID | None
    since: float  # of the event loop's clock
    confirmed: asyncio.Future[Receipt]
    act: Act | None = None
    receipt: Receipt | None = None
    taken: bool = False

    def confirm(self) -> None:
        """Its commit has returned."""
        if self.receipt is not None and not self.confirmed.done():
            self.confirmed.set_result(self.receipt)

    def fail(self, reason: Exception) -> None:
        """It will not be written."""
        if not self.confirmed.done():
            self.confirmed.set_exception(reason)


class Queue:
    """Bounded, first in first out, for one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._turn = asyncio.Lock()
        self.closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def oldest(self) -> float | None:
        """Since when the first in the queue waits; None when nobody does."""
        return self._waiting[0].since if self._waiting else None

    def put(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        self._arrived.set()

    def put_back(self, batch: Iterable[Waiting]) -> None:
        """Return to the front what was taken and not touched, if it is still waited for."""
        for waiting in reversed([waiting for waiting in batch if not waiting.confirmed.done()]):
            waiting.taken = False
            self._waiting.appendleft(waiting)
        self._arrived.set()

    def forget(self, waiting: Waiting) -> None:
        """Nobody waits for it any more: it need not be written, unless it is already being written."""
        if not waiting.taken:
            self._waiting.remove(waiting)

    def close(self) -> None:
        """Whoever takes from an empty queue goes home."""
        self.closed = True
        self._arrived.set()

    async def take(self) -> Sequence[Waiting]:
        """The next batch, in order; empty once the queue is closed and empty. One taker gathers at a time, and an entry
        with an act comes alone."""
        async with self._turn:
            while True:
                await self._arrived.wait()
                if len(self._waiting) < self._limits.batch and not self.closed:
                    await asyncio.sleep(self._limits.gather)
                if self._waiting or self.closed:
                    return self._pop()
                self._arrived.clear()

    def _pop(self) -> Sequence[Waiting]:
        batch = [self._waiting.popleft() for _ in range(self._together())]
        for waiting in batch:
            waiting.taken = True
        return batch

    def _together(self) -> int:
        first = islice(self._waiting, self._limits.batch)
        without_act = next((n for n, waiting in enumerate(first) if waiting.act is not None), self._limits.batch)
        return min(len(self._waiting), max(without_act, 1))
