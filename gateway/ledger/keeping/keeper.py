"""Whoever keeps side rows: a connection that may erase them, the log that every act is entered in, and a clock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from gateway.ledger.entry import Entry
from gateway.ledger.receipt import Receipt

STATEMENT = 10.0
"""Seconds after which the server ends a statement of the ledger's writer, whatever became of who sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """``connection``: of the keeper's role; ``append``: of the ledger; ``clock``: ms since the epoch; ``pause`` waits
    for that many seconds; ``kept``: seconds for which a process keeps a subject's key at hand; ``confirm``: the longest
    wait for an entry, as ``Limits``."""

    connection: asyncpg.Connection
    append: Callable[[Entry], Awaitable[Receipt]]
    clock: Callable[[], int]
    pause: Callable[[float], Awaitable[None]]
    kept: float
    confirm: float

    @property
    def settling(self) -> float:
        """Seconds after which nothing more is written under a key that was retired: it may be at hand until then, wait
        for its commit, and be committed by a server that has lost its client, with the guard's look before it."""
        return self.kept + 2 * (self.confirm + STATEMENT)
