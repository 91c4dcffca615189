"""Probes of the log's tree: it only grows, it is signed only forward, and who is given what of it."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette

from authz.principal import AUDITOR_ROLE, Caller
from gateway.database.scopes import DatabaseRole
from gateway.http.limits import RateLimiter
from gateway.http.log import LogEdge, log_routes
from gateway.identity.callers import ANYONE
from gateway.ledger.entry import Kind
from gateway.ledger.errors import LedgerUnavailable
from gateway.ledger.proof.checkpoint import Checkpoint
from gateway.ledger.proof.note import sign
from gateway.ledger.sequence import growing, store
from gateway.ledger.sequence.backlog import Row, arranged
from gateway.ledger.sequence.errors import HeadMoved, NotSigned
from gateway.ledger.sequence.notes import Notes
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.signer import ROLL, signing
from gateway.ledger.sequence.watch import SealWatch
from tests.ledger.ledgers import START, entry
from tests.ledger.logs import LOG, Log, log_key
from tests.mutants.ledger_probes import ledger, plainly
from tests.mutants.probing import probe, pure
from tests.mutants.town import Town

WRITER = UUID(int=9)


@asynccontextmanager
async def logged(town: Town) -> AsyncIterator[Log]:
    """A log that has caught up, with notes of the probe's own."""
    with tempfile.TemporaryDirectory() as folder:
        log = Log(database=town.city.database, folder=Path(folder), now=START)
        await log.caught_up()
        yield log


async def one_more(town: Town) -> str:
    async with ledger(plainly(town)) as appending:
        return str((await appending.append(entry())).entry_id)


async def current(log: Log) -> store.Head:
    return (await log.heads())[-1]


def sign_beyond(log: Log, head: store.Head) -> None:
    """A note of this host for a tree that the database does not have."""
    key, name = log.keys[0], origin(LOG, head.shard)
    assert key.sign is not None
    text = Checkpoint(origin=name, size=head.size + 1000, root=bytes(32)).text
    Notes(log.folder).add(head.shard, sign(text, name, key.public, key.sign))


async def fails_with(kind: type[Exception], doing: Awaitable[object]) -> bool:
    try:
        await doing
    except kind:
        return True
    return False


@probe
async def the_tree_is_never_signed_back(town: Town) -> None:
    async with logged(town) as log:
        last = Notes(log.folder).last((await current(log)).shard)
        await one_more(town)
        await log.caught_up()
        head = await current(log)
        noted = Notes(log.folder).last(head.shard)
        assert noted is not None
        assert noted != last
        assert noted.note == head.note
        sign_beyond(log, head)
        await one_more(town)
        async with log.connected() as connection:
            assert await fails_with(NotSigned, log.sequencer().round(connection))
        assert (await current(log)).note == head.note
        log.folder = log.folder / "another"
        await log.caught_up()


@probe
async def a_restored_database_is_not_led(town: Town) -> None:
    async with logged(town) as log:
        sign_beyond(log, await current(log))
        async with log.connected() as connection:
            assert await fails_with(NotSigned, log.sequencer().recover(connection))


@probe
async def a_head_that_moved_is_not_moved_again(town: Town) -> None:
    async with logged(town) as log:
        stale = await current(log)
        await one_more(town)
        await log.caught_up()
        grown = growing._grown(stale, [b"another"] * 1000)  # what a second leader would have made
        async with log.connected() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                assert await fails_with(HeadMoved, growing._write(connection, stale, grown, []))
            finally:
                await transaction.rollback()


@probe
async def an_abandoned_shard_is_not_signed(town: Town) -> None:
    async with logged(town) as log:
        await one_more(town)
        async with log.connected() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                sequencer = log.sequencer()
                keys = [key.public for key in await sequencer.keys(connection)]
                await growing.grow(connection, LOG, keys, sequencer.moment())
                head = (await store.heads(connection))[-1]
                await store.abandon(connection, head)
                signed = Notes(log.folder).last(head.shard)
                await fails_with(Exception, sequencer.sign(connection))
                assert Notes(log.folder).last(head.shard) == signed
            finally:
                await transaction.rollback()


def row(wseq: int | None, **changes: Any) -> Row:
    leaf = None if wseq is None else b"leaf"
    found = Row(writer=WRITER, last_wseq=5, closed=False, done=1, wseq=wseq, leaf=leaf)
    return replace(found, **changes)


@pure
def missing_counters_are_told() -> None:
    def gaps(rows: list[Row], limit: int = 100) -> list[tuple[int, int]]:
        return [(gap.first, gap.last) for gap in arranged(rows, limit).gaps]

    assert gaps([row(2), row(3), row(4), row(5)]) == []
    assert gaps([row(2), row(5)]) == [(3, 4)]
    assert gaps([row(2), row(3)]) == [(4, 5)]
    assert gaps([row(None)]) == [(2, 5)]
    assert gaps([row(2), row(3)], limit=2) == []
    assert gaps([row(3), row(4)], limit=2) == [(2, 2)]
    assert arranged([row(5, done=4)], 100).finished == ()
    assert arranged([row(5, done=4, closed=True)], 100).finished == (WRITER,)


@pure
def keys_sign_for_a_while() -> None:
    new, old = log_key(1), log_key(2)
    for passed, signers in ((0, (new, old)), (ROLL - 1, (new, old)), (ROLL, (new,))):
        assert signing([new, old], {new.public: START}, START + passed) == signers


@probe
async def entries_without_a_place_are_seen(town: Town) -> None:
    async with logged(town) as log:
        role = DatabaseRole.LEDGER_READER
        watch = SealWatch(connection=lambda: log.database.connect(role), clock=lambda: log.now, limit=300)
        await one_more(town)
        log.now += 10**9
        await watch.look()
        assert not watch.in_time()
        connect = plainly(town)
        async with ledger(connect) as appending:
            appending._sealed = watch.in_time
            assert await fails_with(LedgerUnavailable, appending.append(entry()))
        await log.caught_up()
        await watch.look()
        assert watch.in_time()


# What is given out ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def pages(town: Town, caller: Caller, rate: int = 1_000_000) -> AsyncIterator[httpx.AsyncClient]:
    """The pages of the log as this caller sees them."""

    async def authenticate(presented: object) -> Caller:
        return caller

    async with ledger(plainly(town)) as appending:
        edge = LogEdge(
            log=LOG,
            connection=lambda: town.city.database.connect(DatabaseRole.LEDGER_READER),
            authenticate=authenticate,
            append=appending.append,
            networks=RateLimiter(per_minute=rate, clock=lambda: 0.0),
            address=lambda request: "192.0.2.7",
            refused=lambda code: None,
        )
        transport = httpx.ASGITransport(Starlette(routes=log_routes(edge)), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://credit.test") as http:
            yield http


async def status(http: httpx.AsyncClient, path: str) -> int:
    return (await http.get(path)).status_code


def acting(town: Town, role: str, client: str) -> Caller:
    return replace(ANYONE, principal=replace(ANYONE.principal, role=role, client=client))


@probe
async def only_what_is_signed_is_given_out(town: Town) -> None:
    async with logged(town) as log, pages(town, ANYONE) as http:
        head = await current(log)
        await one_more(town)
        sequencer = log.sequencer()
        async with log.connected() as connection:
            keys = [key.public for key in await sequencer.keys(connection)]
            await growing.grow(connection, LOG, keys, sequencer.moment())
        n, width = divmod(head.noted, 256)
        path = f"/log/tile/0/{n:03}" + (f".p/{width + 1}" if width < 255 else "")
        assert await status(http, path) == 404
        await log.caught_up()
        assert await status(http, path) == 200


@probe
async def what_names_no_shard_is_not_looked_up(town: Town) -> None:
    """The database does not even take every text: it would fail, and write a line about it."""
    async with logged(town), pages(town, ANYONE) as http:
        assert await status(http, "/log/%002026/checkpoint") == 404


@probe
async def others_entries_are_not_given_out(town: Town) -> None:
    async with logged(town) as log:
        found = await one_more(town)
        await log.caught_up()
        asked: dict[str, Callable[[httpx.AsyncClient], Awaitable[int]]] = {
            "proof": lambda http: status(http, f"/log/proof/{found}"),
            "entries": lambda http: status(http, "/log/tile/entries/000.p/1"),
        }
        for caller, codes in (
            (acting(town, AUDITOR_ROLE, "AUDIT"), {"proof": 200, "entries": 200}),
            (acting(town, "dept.housing", "A1"), {"proof": 200, "entries": 404}),
            (acting(town, "dept.housing", "A2"), {"proof": 404, "entries": 404}),
            (ANYONE, {"proof": 404, "entries": 404}),
        ):
            async with pages(town, caller) as http:
                assert {name: await ask(http) for name, ask in asked.items()} == codes


@probe
async def reading_entries_is_an_entry(town: Town) -> None:
    async with logged(town):
        before = await readings(town)
        async with pages(town, acting(town, AUDITOR_ROLE, "AUDIT")) as http:
            await http.get("/log/tile/entries/000.p/1")
        assert await readings(town) == before + 1


async def readings(town: Town) -> int:
    question = "SELECT count(*) FROM audit_pending WHERE position($1::bytea IN leaf) > 0"
    found: int = await town.owner.fetchval(question, f'"kind":"{Kind.READ_LOG}"'.encode())
    return found


@probe
async def pages_of_the_log_are_counted(town: Town) -> None:
    async with pages(town, ANYONE, rate=10) as http:
        assert [await status(http, "/log/vkeys") for _ in range(2)] == [200, 429]
