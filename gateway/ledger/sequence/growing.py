"""One step of the tree, in one transaction: leaves get places, tiles fill, the head moves. Nothing is signed here.

A tree is signed only once this has been committed, so no signature ever speaks of what a crash could take back. Each
step compares the head with what it was read as; whoever finds it moved has done nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from gateway.ledger.proof.checkpoint import Checkpoint
from gateway.ledger.proof.tiles import Grown, extend
from gateway.ledger.proof.tree import EMPTY_ROOT, leaf_hash
from gateway.ledger.sequence import own_leaves, store
from gateway.ledger.sequence.backlog import BATCH, Backlog, backlog
from gateway.ledger.sequence.errors import HeadMoved
from gateway.ledger.sequence.own_leaves import OwnChain, Statement
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.store import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a step is given from outside: ms since the epoch, and fresh random bytes of a length."""

    t: int
    random: Callable[[int], bytes]


async def grow(
    connection: asyncpg.Connection, log: str, keys: Sequence[bytes], moment: Moment, limit: int = BATCH
) -> bool:
    """Give places to the next leaves; whether more are waiting. ``keys``: public keys that sign, which the shard names
    before they do. Errors: ``HeadMoved``."""
    async with connection.transaction():
        at = current(await store.heads(connection))
        if at is None:
            raise HeadMoved
        waiting = await backlog(connection, limit)
        unnamed = await _unnamed(connection, at.shard, keys)
        named = [own_leaves.keys_named(log, at.shard, unnamed)] if unnamed else []
        alerts = own_leaves.missing(waiting.gaps)
        own = own_leaves.chain([*named, *alerts], moment.t, moment.random) if named or alerts else None
        await _append(connection, at, waiting, own, moment.t)
        await store.name_keys(connection, at.shard, unnamed, moment.t)
        if own is not None and waiting.gaps:
            await store.add_missing(connection, _missing_rows(waiting, own, len(named)))
    return waiting.more


async def open_first(
    connection: asyncpg.Connection, log: str, label: str, keys: Sequence[bytes], moment: Moment
) -> None:
    """The first shard of a log."""
    async with connection.transaction():
        await _open(connection, label, 0, own_leaves.opened(log, label, keys, None), keys, moment)


async def follow(connection: asyncpg.Connection, log: str, label: str, keys: Sequence[bytes], moment: Moment) -> None:
    """Freeze the current shard with a last leaf, and open the next. Errors: ``HeadMoved``."""
    async with connection.transaction():
        at = current(await store.heads(connection))
        if at is None:
            raise HeadMoved
        last = own_leaves.chain([own_leaves.frozen(log, label, keys)], moment.t, moment.random)
        grown = _grown(at, last.leaves)
        await _write(connection, at, grown, last.places, frozen=True)
        await store.add_own(connection, last.writer, last.rows, moment.t)
        ended = Checkpoint(origin=origin(log, at.shard), size=grown.size, root=grown.root)
        await _open(connection, label, at.ordinal + 1, own_leaves.opened(log, label, keys, ended), keys, moment)


async def replace(
    connection: asyncpg.Connection,
    log: str,
    label: str,
    keys: Sequence[bytes],
    lost: Mapping[str, Checkpoint],
    moment: Moment,
) -> None:
    """Open a shard in place of those that a restored backup cannot continue; its first leaf says what had been signed
    of them (``lost``). Errors: ``HeadMoved``."""
    async with connection.transaction():
        heads = {head.shard: head for head in await store.heads(connection)}
        last = current(tuple(heads.values()))
        ordinal = len(heads)
        for shard in lost.keys() - heads.keys():
            await store.open_shard(connection, _absent(shard, ordinal))
            ordinal += 1
        for shard in heads.keys() & {*lost, *([] if last is None else [last.shard])}:
            if not await store.abandon(connection, heads[shard]):
                raise HeadMoved
        previous = None if last is None else Checkpoint(origin=origin(log, last.shard), size=last.size, root=last.root)
        opened = own_leaves.opened(log, label, keys, previous, tuple(lost.values()))
        await _open(connection, label, ordinal, opened, keys, moment)


def _absent(shard: str, ordinal: int) -> Head:
    """A shard of which the database holds nothing."""
    return Head(shard=shard, ordinal=ordinal, size=0, root=EMPTY_ROOT, edge={}, frozen=True, abandoned=True)


def current(heads: Sequence[Head]) -> Head | None:
    """The shard that still grows."""
    return next((head for head in reversed(heads) if not head.frozen), None)


async def _open(
    connection: asyncpg.Connection,
    label: str,
    ordinal: int,
    statement: Statement,
    keys: Sequence[bytes],
    moment: Moment,
) -> None:
    new = Head(shard=label, ordinal=ordinal, size=0, root=EMPTY_ROOT, edge={})
    await store.open_shard(connection, new)
    first = own_leaves.chain([statement], moment.t, moment.random)
    await _write(connection, new, _grown(new, first.leaves), first.places)
    await store.add_own(connection, first.writer, first.rows, moment.t)
    await store.name_keys(connection, label, keys, moment.t)


async def _append(connection: asyncpg.Connection, at: Head, waiting: Backlog, own: OwnChain | None, t: int) -> None:
    """The waiting leaves, then the sequencer's own."""
    leaves, places = waiting.leaves, waiting.places
    if own is not None:
        leaves, places = (*leaves, *own.leaves), (*places, *own.places)
    if leaves:
        await _write(connection, at, _grown(at, leaves), places)
    if own is not None:
        await store.add_own(connection, own.writer, own.rows, t)
    if waiting.finished:
        await store.seal_writers(connection, waiting.finished)


async def _write(
    connection: asyncpg.Connection,
    at: Head,
    grown: Grown,
    places: Sequence[tuple[UUID, int]],
    *,
    frozen: bool = False,
) -> None:
    if not await store.move(connection, at, grown, frozen=frozen):
        raise HeadMoved
    await store.add_places(connection, at.shard, at.size, places)
    await store.add_tiles(connection, at.shard, grown.tiles)


def _grown(at: Head, leaves: Sequence[bytes]) -> Grown:
    return extend(at.size, at.edge, [leaf_hash(leaf) for leaf in leaves])


async def _unnamed(connection: asyncpg.Connection, shard: str, keys: Sequence[bytes]) -> tuple[bytes, ...]:
    named = {key.public for key in await store.keys(connection) if key.shard == shard}
    return tuple(key for key in keys if key not in named)


def _missing_rows(waiting: Backlog, own: OwnChain, skipped: int) -> list[tuple[UUID, int, int, UUID]]:
    """Each gap with the alert that tells of it."""
    return [
        (gap.writer, gap.first, gap.last, own.rows[skipped + place // own_leaves.GAPS_TOLD][0])
        for place, gap in enumerate(waiting.gaps)
    ]
