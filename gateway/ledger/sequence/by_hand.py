"""What an operator does to the shards: freeze the current one, and go on after a backup was restored.

Each takes the lock for itself; a sequencer that leads is asked to let go. Nothing here signs what was not committed.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from gateway.ledger.chain import prepare
from gateway.ledger.proof.checkpoint import Checkpoint
from gateway.ledger.sequence import growing, store
from gateway.ledger.sequence.errors import NothingLost, NotSigned
from gateway.ledger.sequence.sequencer import CHANNEL, LOCK, Pace, Sequencer
from gateway.ledger.sequence.shards import new_label
from gateway.ledger.sequence.store import Head


@asynccontextmanager
async def alone(connection: asyncpg.Connection, pace: Pace) -> AsyncIterator[None]:
    """The time in which no sequencer leads. Errors: ``LockNotAvailableError`` of asyncpg where one does not let go."""
    await prepare(connection, pace.patience)
    await connection.execute(f"NOTIFY {CHANNEL}")
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def freeze(connection: asyncpg.Connection, sequencer: Sequencer, year: int) -> str:
    """Freeze the current shard with a last leaf and open the next, of ``year``; its name. Errors: ``NotSigned``,
    ``NotesError``, ``HeadMoved``."""
    await sequencer.recover(connection)
    await sequencer.sign(connection)
    return await sequencer.follow(connection, year)


async def replace(connection: asyncpg.Connection, sequencer: Sequencer, year: int) -> str:
    """After a backup was restored: abandon every shard that cannot be continued and open another, which says what is
    lost; its name. Errors: ``NothingLost`` where the database holds all that was signed, ``NotesError``, ``HeadMoved``.
    """
    notes = sequencer.signer.notes
    notes.mend()
    heads = {head.shard: head for head in await store.heads(connection)}
    lost = {shard: found for shard in notes.shards() if (found := await _lost(connection, sequencer, heads, shard))}
    if not lost:
        raise NothingLost
    label = new_label(year, [*heads, *notes.shards()])
    for shard in heads.keys() & lost.keys():
        await _give_out(connection, sequencer, heads[shard])
    public = [key.public for key in await sequencer.keys(connection)]
    await growing.replace(connection, sequencer.signer.log, label, public, lost, sequencer.moment())
    await sequencer.sign(connection)
    return label


async def _lost(
    connection: asyncpg.Connection, sequencer: Sequencer, heads: Mapping[str, Head], shard: str
) -> Checkpoint | None:
    """What had been signed of a shard that the database cannot continue."""
    try:
        await sequencer.signer.check(connection, shard, heads.get(shard))
    except NotSigned:
        last = sequencer.signer.notes.last(shard)
        return None if last is None else last.checkpoint
    return None


async def _give_out(connection: asyncpg.Connection, sequencer: Sequencer, head: Head) -> None:
    """The note that a restored head once had, so that what it holds can still be proven."""
    found = sequencer.signer.notes.at(head.shard, head.size, head.root)
    if found is not None and not head.abandoned:
        await store.publish(connection, head, found.note)
