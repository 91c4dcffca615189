"""Turns refusals before authentication into one entry per kind and window, so that garbage cannot flood the log.

Malformed, unauthenticated and rate-limited requests are counted here by their code; no data ever follows them. It keeps
a count until the ledger has it, and never anything of the request.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.errors import NotWritten
from gateway.ledger.receipt import Receipt

Append = Callable[[Entry], Awaitable[Receipt]]

WINDOW = 10  # seconds


@dataclass(slots=True)
class _Count:
    since: int  # ms since the epoch
    times: int


class Refusals:
    """Counts by code. ``clock`` gives ms since the epoch."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def add(self, code: str) -> None:
        """One more refusal with this permanent code; the codes are few and ours."""
        self._counts.setdefault(code, _Count(self._clock(), 0)).times += 1

    async def report(self, append: Append, *, everything: bool = False) -> None:
        """Write an entry for each kind whose window has passed, or for every kind.

        Raises:
            NotWritten: the ledger refused; what it does not have yet is still counted.
        """
        latest = self._clock() - (0 if everything else WINDOW * 1000)
        for code, count in tuple(self._counts.items()):
            if count.since <= latest:
                times = count.times
                await append(_entry(code, times))
                self._settle(code, times)

    async def run(self, append: Append) -> None:
        """Report for ever; what could not be written is reported later."""
        while True:
            await asyncio.sleep(WINDOW)
            try:
                await self.report(append)
            except NotWritten:
                continue

    def _settle(self, code: str, times: int) -> None:
        """The ledger has ``times`` of them; those that came meanwhile begin a window."""
        count = self._counts[code]
        count.times -= times
        count.since = self._clock()
        if not count.times:
            del self._counts[code]


def _entry(code: str, times: int) -> Entry:
    return Entry(kind=Kind.DENY, principal="public", decision=Decision.DENY, reasons=(code,), times=times)
