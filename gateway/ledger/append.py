"""The door of the ledger: ``append`` takes an entry and returns its receipt once, and only once, it is durable.

Waiting is the interface: whoever answers after ``append`` has returned cannot answer too early, and whatever it raises
means that nothing may leave. Nothing here decides what may be released, and nothing is dropped to go faster.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self
from uuid import UUID

import asyncpg

from gateway.ledger.commit import Flusher, Guard, no_consents
from gateway.ledger.entry import Entry, Kind
from gateway.ledger.errors import LedgerBusy, LedgerUnavailable
from gateway.ledger.leaf import draft
from gateway.ledger.limits import Limits
from gateway.ledger.queue import Act, Queue, Waiting
from gateway.ledger.receipt import Receipt
from gateway.ledger.sides import Sealing, Vault

FLUSHERS = 2  # one gathers while the other waits for the disk


class Ledger:
    """The write-ahead log of one process, in one event loop.

    ``connect`` opens a connection of the ledger writer's role that nobody else uses; ``vault`` holds the keys of the
    side rows; ``process`` names this process; ``clock`` gives ms since the epoch; ``random`` that many fresh random
    bytes. ``late``: what it says follows in the tree what others committed before; ``sealed`` says whether what was
    committed gets its place in the tree in time.
    """

    def __init__(
        self,
        *,
        connect: Callable[[], Awaitable[asyncpg.Connection]],
        vault: Vault,
        process: str,
        clock: Callable[[], int],
        random: Callable[[int], bytes],
        guard: Guard = no_consents,
        limits: Limits | None = None,
        late: bool = False,
        sealed: Callable[[], bool] = lambda: True,
    ) -> None:
        self._limits = limits or Limits()
        self._vault = vault
        self._clock = clock
        self._random = random
        self._queue = Queue(self._limits)
        self._sealed = sealed
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._flushers = tuple(
            Flusher(
                queue=self._queue,
                connect=connect,
                guard=guard,
                limits=self._limits,
                process=process,
                clock=clock,
                new_writer=lambda: UUID(bytes=random(16), version=4),
                late=late,
            )
            for _ in range(FLUSHERS)
        )

    async def __aenter__(self) -> Self:
        """Begin. Raises ``LedgerUnavailable`` when no chain can be opened in time."""
        self._tasks = tuple(asyncio.create_task(flusher.run()) for flusher in self._flushers)
        try:
            async with asyncio.timeout(self._limits.confirm):
                for flusher in self._flushers:
                    await flusher.ready.wait()
        except TimeoutError:
            await self.__aexit__()
            raise LedgerUnavailable from None
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what still waits and close the chains; give up after the time of a confirmation."""
        self._queue.close()
        await asyncio.wait(self._tasks, timeout=self._limits.confirm)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def available(self) -> bool:
        """Whether an entry given now can be expected to become durable in time."""
        if self._queue.closed or not any(flusher.ready.is_set() for flusher in self._flushers) or not self._sealed():
            return False
        oldest = self._queue.oldest()
        return oldest is None or asyncio.get_running_loop().time() - oldest <= self._limits.oldest

    def admit(self) -> None:
        """Ask before any work is done for an operation, so that none is done in vain.

        Raises:
            LedgerUnavailable: no chain is open, or the ledger does not keep up.
            LedgerBusy: too many entries are waiting.
        """
        if not self.available:
            raise LedgerUnavailable
        if len(self._queue) >= self._limits.capacity:
            raise LedgerBusy(self._limits.retry_after)

    async def append(self, entry: Entry, act: Act | None = None) -> Receipt:
        """Wait until the entry is durable. ``act`` is done in the same transaction, alone with it, and before it is
        written: both are durable, or neither is.

        Raises:
            NotWritten: LedgerUnavailable and LedgerBusy as in ``admit``, and when the commit is not confirmed in time;
                LeafRefused when the entry must not be written; ReleaseRefused when the release guard refuses it.
            Exception: what the act raised, or the database for what it did; then nothing is written.
        """
        self.admit()
        try:
            async with asyncio.timeout(self._limits.confirm):
                sealing = await self._vault.prepare({one.subject for one in entry.released if one.natural})
                self.admit()  # again: time has passed
                return await self._confirmed(self._waiting(entry, sealing, act))
        except TimeoutError:
            raise LedgerUnavailable from None

    async def _confirmed(self, waiting: Waiting) -> Receipt:
        self._queue.put(waiting)
        try:
            return await waiting.confirmed
        finally:
            self._queue.forget(waiting)

    def _waiting(self, entry: Entry, sealing: Sealing, act: Act | None) -> Waiting:
        loop = asyncio.get_running_loop()
        t = self._clock()
        return Waiting(
            draft=draft(entry, entry_id=entry_id(t, self._random(10)), t=t, salt=self._salt, vault=sealing),
            consent=entry.consent if entry.kind in (Kind.RELEASE, Kind.READ_LOG) else None,
            since=loop.time(),
            confirmed=loop.create_future(),
            act=act,
        )

    def _salt(self) -> bytes:
        return self._random(32)


def entry_id(t: int, random: bytes) -> UUID:
    """A UUID of version 7 (RFC 9562 5.7): ms since the epoch, then 74 of 80 random bits."""
    number = t << 80 | int.from_bytes(random)
    number = number & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)
