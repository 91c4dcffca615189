"""The crash table of the log's tree: a failure at every point, a new start, and the log verifies without gap or double.

What fails before an answer is given is the writing side's: test_ledger_crash.py, test_ledger_failures.py.
"""

import asyncio
import os
import random
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.ledger.sequence import by_hand
from gateway.ledger.sequence.errors import HeadMoved, NothingLost, NotSigned
from gateway.ledger.sequence.notes import NotesError
from gateway.ledger.sequence.signer import LogKey
from tests.fresh_database import FreshDatabase, fresh_database
from tests.ledger.conftest import OpenLedger
from tests.ledger.ledgers import entry, members, until
from tests.ledger.logs import LOG, SHARD, Log

pytestmark = pytest.mark.anyio

FAILS = "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'failed'; END $$"
AT_COMMIT = "CONSTRAINT TRIGGER fails AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"


@pytest.fixture
def log(database: FreshDatabase, tmp_path: Path) -> Log:
    return Log(database=database, folder=tmp_path / "ledger")


@asynccontextmanager
async def failing_at_commit(log: Log, event: str, table: str) -> AsyncIterator[None]:
    """Transactions that touch a table fail when they commit."""
    async with log.database.owner() as owner:
        await owner.execute(FAILS)
        await owner.execute(f"CREATE {AT_COMMIT.format(event=event, table=table)} EXECUTE FUNCTION fail()")
        yield
        await owner.execute(f"DROP TRIGGER fails ON {table}")


@asynccontextmanager
async def failing_to_sign(log: Log) -> AsyncIterator[None]:
    """The key cannot be reached."""

    def fail(message: bytes) -> bytes:
        raise asyncpg.PostgresError("failed")

    good = log.keys
    log.keys = [LogKey(public=good[0].public, sign=fail)]
    yield
    log.keys = good


@asynccontextmanager
async def cut_line(log: Log) -> AsyncIterator[None]:
    """Power fails while the note is being written."""
    async with failing_to_sign(log):
        yield
    with (log.folder / f"notes-{SHARD}").open("ab") as file:
        file.write(b'{"note": "credit.4201')


POINTS: dict[str, Callable[[Log], AbstractAsyncContextManager[None]]] = {
    "before the places are committed": lambda log: failing_at_commit(log, "INSERT", "audit_seq"),
    "before the head is committed": lambda log: failing_at_commit(log, "UPDATE OF size", "audit_head"),
    "before it is signed": failing_to_sign,
    "while the note is written": cut_line,
    "before the note is given out": lambda log: failing_at_commit(log, "UPDATE OF note", "audit_head"),
}


@pytest.mark.parametrize("point", POINTS)
async def test_after_a_failure_the_same_tree_is_made(log: Log, open_ledger: OpenLedger, point: str) -> None:
    await log.caught_up()
    async with open_ledger() as ledger:
        first = await asyncio.gather(*(ledger.append(entry()) for _ in range(20)))
        async with POINTS[point](log):
            with pytest.raises(asyncpg.PostgresError):
                await log.caught_up()
            given_out = (await log.heads())[0].noted
            more = await asyncio.gather(*(ledger.append(entry()) for _ in range(20)))
        await log.caught_up()
    (leaves,) = (await log.verified()).values()
    assert given_out == 1
    assert sorted(members(leaf)["id"] for leaf in leaves[1:]) == sorted(str(each.entry_id) for each in (*first, *more))
    assert len(leaves) == 41
    assert (await log.heads())[0].noted == 41


async def test_a_signed_note_that_was_not_given_out_is_given_out(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    async with open_ledger() as ledger:
        await ledger.append(entry())
        async with failing_at_commit(log, "UPDATE OF note", "audit_head"):
            with pytest.raises(asyncpg.PostgresError):
                await log.caught_up()
        signed = log.sequencer().signer.notes.last(SHARD)
    await log.caught_up()
    assert signed is not None
    assert (await log.heads())[0].note == signed.note
    assert len((log.folder / f"notes-{SHARD}").read_text().splitlines()) == 2


async def test_killed_sequencers_leave_one_tree(log: Log, open_ledger: OpenLedger) -> None:
    role, credentials = DatabaseRole.SEQUENCER, log.database.credentials
    environment = {
        **os.environ,
        "DATABASE": log.database.url,
        "USER": credentials.name(role),
        "PASSWORD": credentials.secrets[role],
        "NOTES": str(log.folder),
    }
    script = Path(__file__).with_name("sequencing_process.py")
    moments = random.Random(7)
    ids: list[UUID] = []
    log.now = 1_795_000_000_000

    async def load() -> None:
        while True:
            ids.extend(each.entry_id for each in await asyncio.gather(*(ledger.append(entry()) for _ in range(16))))

    async with open_ledger() as ledger:
        loading = asyncio.create_task(load())
        for _ in range(4):
            stood = sum(head.noted for head in await log.heads())
            process = await asyncio.create_subprocess_exec(sys.executable, script, env=environment)

            async def moved(stood: int = stood) -> bool:
                return sum(head.noted for head in await log.heads()) > stood

            await until(moved)
            await asyncio.sleep(moments.random() / 10)
            process.kill()
            assert await process.wait() == -signal.SIGKILL
        loading.cancel()
    await log.caught_up()
    shards = await log.verified()
    stored = [members(leaf)["id"] for leaves in shards.values() for leaf in leaves]
    assert len(stored) == len(set(stored))
    assert set(stored) >= set(map(str, ids))


async def test_two_leaders_who_both_think_they_lead_make_one_tree(log: Log, open_ledger: OpenLedger) -> None:
    """A lock lost on fail-over: the head is compared and swapped, so one of two wins and the other reads anew."""
    await log.caught_up()
    log.pace = replace(log.pace, batch=10)
    one, other = log.sequencer(), log.sequencer(log.folder / "other")
    lost = 0
    async with open_ledger() as ledger, log.connected() as first, log.connected() as second:
        for _ in range(10):
            await asyncio.gather(*(ledger.append(entry()) for _ in range(20)))
            outcomes = await asyncio.gather(one.round(first), other.round(second), return_exceptions=True)
            failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
            assert all(isinstance(failure, HeadMoved) for failure in failures)
            lost += len(failures)
    await log.caught_up(one)
    await log.caught_up(other)
    (leaves,) = (await log.verified()).values()
    assert len({members(leaf)["id"] for leaf in leaves}) == len(leaves) == 201
    assert lost


async def test_of_two_sequencers_one_leads_and_the_other_takes_over(log: Log, open_ledger: OpenLedger) -> None:
    one, other = asyncio.Event(), asyncio.Event()

    async def all_signed() -> bool:
        return sum(head.noted for head in await log.heads()) >= expected

    running = [
        asyncio.create_task(log.sequencer().run(one)),
        asyncio.create_task(log.sequencer(log.folder / "other").run(other)),
    ]
    async with open_ledger() as ledger:
        for count in (2, 3):
            expected = count
            await ledger.append(entry())
            await until(all_signed)
            one.set()
    other.set()
    await asyncio.gather(*running)
    (leaves,) = (await log.verified()).values()
    assert len(leaves) == 3


Restore = Callable[[Log], AbstractAsyncContextManager[Log]]


# Restored from a backup -----------------------------------------------------------------------------------------------


@pytest.fixture
def restore(database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials) -> Restore:
    """A backup of a database, as another database."""

    @asynccontextmanager
    async def restored(log: Log) -> AsyncIterator[Log]:
        copy = fresh_database(database_server, database_home, database_credentials, log.database.name)
        database = await asyncio.to_thread(copy.__enter__)
        try:
            yield replace(log, database=database, seed=log.seed + 500)
        finally:
            await asyncio.to_thread(copy.__exit__, None, None, None)

    return restored


async def test_w6_a_restored_backup_is_not_signed_over(log: Log, open_ledger: OpenLedger, restore: Restore) -> None:
    async with open_ledger() as ledger:
        await asyncio.gather(*(ledger.append(entry()) for _ in range(5)))
    await log.caught_up()
    async with restore(log) as backup:
        async with open_ledger() as ledger:
            await ledger.append(entry())
            await log.caught_up()
        lost = (await log.heads())[0]
        with pytest.raises(NotSigned, match="signed at size 7, and the database stands at 6"):
            await backup.caught_up()
        ended = asyncio.Event()
        with pytest.raises(NotSigned):
            await backup.sequencer().run(ended)
        assert (await backup.heads())[0].noted == 6

        sequencer = backup.sequencer()
        async with backup.connected() as connection, by_hand.alone(connection, backup.pace):
            assert await by_hand.replace(connection, sequencer, 2026) == "2026-2"
        await backup.caught_up()
        old, new = await backup.heads()
        assert (old.frozen, old.abandoned, old.noted, new.shard, new.noted) == (True, True, 6, "2026-2", 1)
        shards = await backup.verified()
        first = members(shards["2026-2"][0])
        assert first["action"] == "shard-replaced"
        assert first["details"]["lost"] == [{"origin": f"{LOG}/2026", "size": 7, "root": lost.root.hex()}]
        assert first["details"]["previous"]["size"] == 6
        async with backup.connected() as connection:
            with pytest.raises(NothingLost):
                await by_hand.replace(connection, sequencer, 2026)
        backup.now += 1
        await backup.caught_up(backup.sequencer(log.folder / "another host"))


async def test_a_database_without_the_shard_is_not_signed(
    log: Log, database: FreshDatabase, open_ledger: OpenLedger, restore: Restore
) -> None:
    async with restore(log) as empty:
        await log.caught_up()
        with pytest.raises(NotSigned, match="has no such tree"):
            await empty.caught_up()
        async with empty.connected() as connection:
            assert await by_hand.replace(connection, empty.sequencer(), 2026) == "2026-2"
        await empty.caught_up()
        heads = await empty.heads()
        assert [(head.shard, head.size, head.abandoned) for head in heads] == [("2026", 0, True), ("2026-2", 1, False)]


async def test_w6_another_root_at_the_same_size_is_not_signed(
    log: Log, open_ledger: OpenLedger, restore: Restore
) -> None:
    await log.caught_up()
    async with restore(log) as fork:
        async with open_ledger() as ledger:
            await ledger.append(entry())
        await log.caught_up()
        async with fork.database.owner() as owner:  # another leaf at the same place
            await owner.execute(
                "INSERT INTO audit_writer (writer, process, started, last_wseq) VALUES ($1, 'p', 1, 0)", OTHER
            )
            await owner.execute("INSERT INTO audit_pending VALUES ($1, 0, $1, '{}', 'h', 1)", OTHER)
        with pytest.raises(NotSigned):
            await fork.caught_up()
        fork.folder = log.folder / "another"
        await fork.caught_up()  # its places are taken: so far only the database was asked
        fork.folder = log.folder
        with pytest.raises(NotSigned, match="signed at size 2, and the database stands at 2"):
            await fork.caught_up()


OTHER = "00000000-0000-4000-8000-000000000001"


async def test_a_file_of_notes_that_was_changed_stops_it(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    path = log.folder / f"notes-{SHARD}"
    path.write_bytes(path.read_bytes().replace(b"\\n1\\n", b"\\n01\\n"))
    with pytest.raises(NotesError):
        await log.caught_up()


@contextmanager
def no_space_behind(path: Path) -> Iterator[None]:
    """This process can make no file longer than this one is."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_notes_that_cannot_be_written_stop_it(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    path = log.folder / f"notes-{SHARD}"
    async with open_ledger() as ledger:
        await ledger.append(entry())
        sequencer = log.sequencer()
        async with log.connected() as connection:
            await sequencer.recover(connection)
            with no_space_behind(path), pytest.raises(NotesError):
                await sequencer.round(connection)
    assert (await log.heads())[0].noted == 1
    await log.caught_up()
    assert (await log.heads())[0].noted == 2


async def test_a_host_whose_notes_are_behind_checks_them_and_goes_on(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    async with open_ledger() as ledger:
        for n in range(6):
            await asyncio.gather(*(ledger.append(entry()) for _ in range(100)))
            await log.caught_up(log.sequencer(log.folder / str(n % 2)))
    (leaves,) = (await log.verified()).values()
    assert len(leaves) == 601


async def test_frozen_by_hand_while_another_leads(log: Log, open_ledger: OpenLedger) -> None:
    ended = asyncio.Event()

    async def begun() -> bool:
        return bool(await log.heads())

    running = asyncio.create_task(log.sequencer().run(ended))
    await until(begun)
    async with log.connected() as connection, by_hand.alone(connection, log.pace):
        assert await by_hand.freeze(connection, log.sequencer(), 2026) == "2026-2"
    async with open_ledger() as ledger:
        last = await ledger.append(entry())

        async def signed() -> bool:
            return (await log.heads())[-1].noted == 2

        await until(signed)
    ended.set()
    await running
    shards = await log.verified()
    assert members(shards["2026"][-1])["action"] == "shard-frozen"
    assert members(shards["2026-2"][-1])["id"] == str(last.entry_id)
