"""Turns refusals before authentication into one entry per kind and window, so that garbage cannot flood the log.

Malformed, unauthenticated and rate-limited requests are counted here by their code; no data ever follows them. Of a
client it keeps the id where the client has proved itself before it was refused. It keeps a count until the ledger has
it, and never anything of the request.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.errors import NotWritten
from gateway.ledger.receipt import Receipt

Append = Callable[[Entry], Awaitable[Receipt]]

WINDOW = 10  # seconds


@dataclass(slots=True)
class _Count:
    since: int  # ms since the epoch
    times: int


PUBLIC = "public"
_Kind: TypeAlias = tuple[str, str]


class Refusals:
    """Counts by client and code. ``clock`` gives ms since the epoch."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._counts: dict[_Kind, _Count] = {}

    def add(self, code: str, client: str = PUBLIC) -> None:
        """One more refusal with this permanent code; the codes are few and ours, and so are clients that are known."""
        self._counts.setdefault((client, code), _Count(self._clock(), 0)).times += 1

    async def report(self, append: Append, *, everything: bool = False) -> None:
        """Write an entry for each kind whose window has passed, or for every kind.

        Raises:
            NotWritten: the ledger refused; what it does not have yet is still counted.
        """
        latest = self._clock() - (0 if everything else WINDOW * 1000)
        for kind, count in tuple(self._counts.items()):
            if count.since <= latest:
                times = count.times
                await append(_entry(*kind, times))
                self._settle(kind, times)

    async def run(self, append: Append) -> None:
        """Report for ever; what could not be written is reported later."""
        while True:
            await asyncio.sleep(WINDOW)
            try:
                await self.report(append)
            except NotWritten:
                continue

    def _settle(self, kind: _Kind, times: int) -> None:
        """The ledger has ``times`` of them; those that came meanwhile begin a window."""
        count = self._counts[kind]
        count.times -= times
        count.since = self._clock()
        if not count.times:
            del self._counts[kind]


def _entry(client: str, code: str, times: int) -> Entry:
    return Entry(kind=Kind.DENY, principal=client, decision=Decision.DENY, reasons=(code,), times=times)
