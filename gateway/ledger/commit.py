"""Takes waiting entries in batches and commits each batch, with its side rows, in one transaction of one chain.

A caller is answered only after the commit of its entry has returned, or after a look has found the entry stored. After
any failure the chain is closed and another one begun: nobody has to guess how a broken chain ends. Every recovery takes
the same road as every start.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol
from uuid import UUID

import asyncpg

from gateway.ledger.chain import Chain, ChainLost, Placed, close_chain, find, open_chain, prepare
from gateway.ledger.errors import LedgerUnavailable, ReleaseRefused
from gateway.ledger.limits import Limits
from gateway.ledger.queue import Act, Queue, Waiting

_SHORTEST_PAUSE = 0.05  # seconds between attempts to reach the database, after the first
_LONGEST_PAUSE = 1.0
_CHECK = "SET CONSTRAINTS ALL IMMEDIATE"
_BROKEN = (
    ChainLost,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidTransactionStateError,  # a server that only reads, as after a change of primaries
    asyncpg.TransactionRollbackError,
    asyncpg.InternalServerError,
    asyncpg.InvalidCachedStatementError,
)
"""What says nothing of an act: on this connection nobody's entry can be written."""
_log = logging.getLogger(__name__)


class Guard(Protocol):
    """Asked inside the transaction, before the leaves are written: which of these consents still permit a release?

    What it answers must hold until that transaction ends, so it locks what it reads.
    """

    async def __call__(self, connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]: ...


async def no_consents(connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]:
    """The guard of an installation without a consent register: it permits none."""
    return ()


class _LostWhileIdle(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """The connection ended between two batches."""


class Flusher:
    """One connection, and one chain at a time. ``ready`` is set from the opening of a chain to the next failure."""

    def __init__(
        self,
        *,
        queue: Queue,
        connect: Callable[[], Awaitable[asyncpg.Connection]],
        guard: Guard,
        limits: Limits,
        process: str,
        clock: Callable[[], int],
        new_writer: Callable[[], UUID],
        late: bool,
    ) -> None:
        self.ready = asyncio.Event()
        self._queue = queue
        self._connect = connect
        self._guard = guard
        self._limits = limits
        self._process = process
        self._clock = clock
        self._new_writer = new_writer
        self._late = late
        self._left: UUID | None = None  # the writer of a chain that may be open in the database
        self._batch: Sequence[Waiting] = ()  # entries whose outcome is not known
        self._pause = 0.0

    async def run(self) -> None:
        """Until the queue is closed and empty. Outlives every failure of the database."""
        while True:
            try:
                return await self._session()
            except _LostWhileIdle:
                continue  # nobody was failed yet: whoever comes now waits for the next chain
            except Exception as failure:
                self.ready.clear()
                # Its name alone: the message of a database error may quote values.
                _log.warning("a chain of the ledger ended: %s", type(failure).__name__)
            await asyncio.sleep(self._pause)
            self._pause = min(max(2 * self._pause, _SHORTEST_PAUSE), _LONGEST_PAUSE)

    async def _session(self) -> None:
        """From connecting to the first failure, or to the end of all work."""
        async with asyncio.timeout(self._limits.confirm):
            connection = await self._connect()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            async with asyncio.timeout(self._limits.confirm):
                chain = await self._begin(connection)
            self.ready.set()
            while batch := await self._next(connection, lost):
                if (act := batch[0].act) is not None:
                    await self._flush_act(connection, chain, batch[0], act)
                else:
                    await self._flush(connection, chain, batch)
            async with asyncio.timeout(self._limits.confirm):
                await close_chain(connection, chain.writer, self._clock())
                await connection.close()
        finally:
            connection.terminate()

    async def _begin(self, connection: asyncpg.Connection) -> Chain:
        await prepare(connection, self._limits.confirm)
        await self._settle(connection)
        self._left = self._new_writer()
        await open_chain(connection, self._left, self._process, self._clock(), late=self._late)
        return Chain(self._left)

    async def _settle(self, connection: asyncpg.Connection) -> None:
        """Close the chain that a failure left behind, and find out what became of its last batch."""
        if self._left is not None:
            # Closing waits for a commit that is still under way on the server, so what is then found is final.
            await close_chain(connection, self._left, self._clock())
            self._left = None
        found = await find(connection, [waiting.draft.entry_id for waiting in self._batch])
        for waiting in self._batch:
            if waiting.draft.entry_id in found:
                waiting.confirm()
            else:
                waiting.fail(LedgerUnavailable())
        self._batch = ()

    async def _next(self, connection: asyncpg.Connection, lost: asyncio.Event) -> Sequence[Waiting]:
        """The next batch, unless the connection is lost before anything of it was sent."""
        taking, losing = asyncio.create_task(self._queue.take()), asyncio.create_task(lost.wait())
        try:
            await asyncio.wait((taking, losing), return_when=asyncio.FIRST_COMPLETED)
            if not (lost.is_set() or connection.is_closed()):
                return taking.result()
            if taking.done():
                self._queue.put_back(taking.result())
            raise _LostWhileIdle
        finally:
            taking.cancel()
            losing.cancel()

    async def _flush(self, connection: asyncpg.Connection, chain: Chain, batch: Sequence[Waiting]) -> None:
        """Only a batch that releases under consents needs a transaction around the one statement, for the guard."""
        self._batch = batch
        consents = sorted({waiting.consent for waiting in batch if waiting.consent is not None})
        transaction = connection.transaction() if consents else None
        async with asyncio.timeout(self._limits.confirm):
            if transaction is not None:
                await transaction.start()
                batch = await self._permitted(connection, batch, consents)
            placed = await self._written(connection, chain, batch) if batch else ()
            if transaction is not None:
                await transaction.commit()
        # COMMIT POINT: the entries are durable, and only now may their answers leave (W1).
        chain.advance(placed)
        self._answer(batch)

    async def _flush_act(self, connection: asyncpg.Connection, chain: Chain, waiting: Waiting, act: Act) -> None:
        """INVARIANT: one transaction, so both or neither. The act comes first: it takes its locks before those of the
        leaf, in the order in which a release takes them. What it left to be checked at the end is checked here, so that
        whoever waits for it is told."""
        self._batch = (waiting,)
        transaction = connection.transaction()
        async with asyncio.timeout(self._limits.confirm):
            await transaction.start()
            try:
                await act(connection, waiting.draft.entry_id)
                placed = await self._written(connection, chain, self._batch)
                await connection.execute(_CHECK)
            except _BROKEN:
                raise
            except Exception as refusal:  # whatever else it is, it is for whoever brought the act
                await transaction.rollback()  # fails where the connection is lost: then the outcome is looked up
                waiting.fail(refusal)
                self._batch = ()
                return
            await transaction.commit()
        # COMMIT POINT: entry and act are durable.
        chain.advance(placed)
        self._answer((waiting,))

    async def _written(
        self, connection: asyncpg.Connection, chain: Chain, batch: Sequence[Waiting]
    ) -> tuple[Placed, ...]:
        """The leaves of the batch, sent to the database at the next places of the chain."""
        placed = chain.place(waiting.draft for waiting in batch)
        for waiting, one in zip(batch, placed, strict=True):
            waiting.receipt = one.receipt
        freezes = await chain.extend(connection, placed)
        for waiting, one in zip(batch, placed, strict=True):
            waiting.receipt = replace(one.receipt, freezes=freezes)
        return placed

    def _answer(self, going: Sequence[Waiting]) -> None:
        for waiting in going:
            waiting.confirm()
        self._batch = ()
        self._pause = 0.0

    async def _permitted(
        self, connection: asyncpg.Connection, batch: Sequence[Waiting], consents: Sequence[UUID]
    ) -> Sequence[Waiting]:
        """The batch without the releases whose consent has ended meanwhile; those who wait for them are told."""
        good = await self._guard(connection, consents)
        for waiting in batch:
            if waiting.consent is not None and waiting.consent not in good:
                waiting.fail(ReleaseRefused())
        return [waiting for waiting in batch if waiting.consent is None or waiting.consent in good]
