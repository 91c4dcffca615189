"""The one process of a database that gives leaves their places and signs: it leads as long as it holds a lock.

Rounds of 200 ms: sign and give out what is committed and not signed, begin a new shard in a new year, take the next
batch, sign again. After any failure of the database it begins anew; where signing would contradict what was signed, it
ends. The clock, randomness, keys and connections are handed in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import asyncpg

from gateway.ledger.chain import prepare
from gateway.ledger.sequence import growing, store
from gateway.ledger.sequence.backlog import BATCH
from gateway.ledger.sequence.errors import HeadMoved
from gateway.ledger.sequence.growing import Moment, current
from gateway.ledger.sequence.shards import new_label, year_in, year_of
from gateway.ledger.sequence.signer import LogKey, Signer, signing

LOCK = 0x6C6F67  # one sequencer of a database at a time
CHANNEL = "credit_log_sequencer"
"""Whoever wants the lock says so here; the sequencer then lets go of it for a while."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times are seconds. ``batch``: leaves given places in one transaction."""

    round: float = 0.2
    standby: float = 1.0  # between attempts to lead, and after a failure
    patience: float = 10.0  # for one transaction
    batch: int = BATCH


class Sequencer:
    """``connect`` opens a connection of the sequencer's role that nobody else uses; ``clock`` gives ms since the epoch,
    ``random`` that many fresh random bytes."""

    def __init__(
        self,
        *,
        connect: Callable[[], Awaitable[asyncpg.Connection]],
        signer: Signer,
        clock: Callable[[], int],
        random: Callable[[int], bytes],
        pace: Pace | None = None,
    ) -> None:
        self._connect = connect
        self.signer = signer
        self._clock = clock
        self._random = random
        self._pace = pace or Pace()

    async def run(self, ended: asyncio.Event) -> None:
        """Until ``ended`` is set. Errors: ``NotSigned``, ``NotesError``."""
        while not ended.is_set():
            try:
                await self._session(ended)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, HeadMoved) as failure:
                # Its name alone: the message of a database error may quote values.
                _log.warning("the sequencer begins anew: %s", type(failure).__name__)
            await _pause(self._pace.standby, ended)

    async def _session(self, ended: asyncio.Event) -> None:
        """Lead, if nobody else does, until asked to let go."""
        asked = asyncio.Event()
        async with asyncio.timeout(self._pace.patience):
            connection = await self._connect()
        try:
            await prepare(connection, self._pace.patience)
            await connection.add_listener(CHANNEL, lambda *_: asked.set())
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                await self.recover(connection)
                while not (ended.is_set() or asked.is_set()):
                    if not await self.round(connection):
                        await _pause(self._pace.round, ended)
        finally:
            connection.terminate()

    async def recover(self, connection: asyncpg.Connection) -> None:
        """Before anything is signed: the database must hold all that has been. Errors: as ``run``."""
        self.signer.notes.mend()
        heads = {head.shard: head for head in await store.heads(connection)}
        for shard in self.signer.notes.shards():
            await self.signer.check(connection, shard, heads.get(shard))

    async def round(self, connection: asyncpg.Connection) -> bool:
        """Everything that there is to do now, but one batch at most; whether more is waiting."""
        async with asyncio.timeout(self._pace.patience):
            await self.sign(connection)
            public = [key.public for key in await self.keys(connection)]
            await self._begin_shard(connection, public)
            more = await growing.grow(connection, self.signer.log, public, self.moment(), self._pace.batch)
            await self.sign(connection)
        return more

    async def sign(self, connection: asyncpg.Connection) -> None:
        """Sign and give out every committed head that is not, the oldest shard first. Errors: ``NotSigned``,
        ``NotesError``, ``HeadMoved``."""
        for head in await store.heads(connection):
            if head.noted < head.size and not head.abandoned:
                note = await self.signer.sign(connection, head, await self.keys(connection))
                # COMMIT POINT: the note is given out; what it signs was committed before.
                if not await store.publish(connection, head, note):
                    raise HeadMoved

    async def follow(self, connection: asyncpg.Connection, year: int) -> str:
        """Freeze the current shard and open the next, of this year; its name. Errors: as ``sign``."""
        taken = [*(head.shard for head in await store.heads(connection)), *self.signer.notes.shards()]
        label = new_label(year, taken)
        public = [key.public for key in await self.keys(connection)]
        await growing.follow(connection, self.signer.log, label, public, self.moment())
        await self.sign(connection)
        return label

    async def keys(self, connection: asyncpg.Connection) -> tuple[LogKey, ...]:
        """The keys that sign now, newest first."""
        named: dict[bytes, int] = {}
        for key in await store.keys(connection):
            named.setdefault(key.public, key.since)  # the first shard that named it says since when it signs
        return signing(self.signer.keys(), named, self._clock())

    def moment(self) -> Moment:
        """What a step is given."""
        return Moment(t=self._clock(), random=self._random)

    async def _begin_shard(self, connection: asyncpg.Connection, public: Sequence[bytes]) -> None:
        """The first shard of all, and the next in a new year; a clock that goes back begins none."""
        year = year_of(self._clock())
        heads = await store.heads(connection)
        at = current(heads)
        if at is not None and year > year_in(at.shard):
            await self.follow(connection, year)
        elif not heads:
            await growing.open_first(connection, self.signer.log, new_label(year, ()), public, self.moment())


async def _pause(seconds: float, ended: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ended.wait()
