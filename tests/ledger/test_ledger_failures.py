"""What append promises while the database fails: nothing leaves without its entry, and the log recovers by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import FLUSHERS, Ledger
from gateway.ledger.errors import LedgerBusy, LedgerUnavailable
from gateway.ledger.limits import Limits
from gateway.ledger.receipt import Receipt
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.cutter import Connect, cut_off
from tests.ledger.ledgers import SampleVault, entry, recovered, seeded, steady_clock, until, verified

pytestmark = pytest.mark.anyio

PATIENT = Limits(confirm=600.0, oldest=600.0)


@asynccontextmanager
async def commits_held(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Every commit of leaves waits, after its inserts, for the end of the block."""
    await owner.execute(
        """
        CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER held AFTER INSERT ON audit_pending DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION hold();
        SELECT pg_advisory_lock(7)
        """
    )
    try:
        yield
    finally:
        await owner.execute("SELECT pg_advisory_unlock(7)")


def waiting_for(owner: asyncpg.Connection, lock: str) -> Callable[[], Awaitable[object]]:
    """The process that waits for a lock of this kind, if one does."""
    question = "SELECT pid FROM pg_locks WHERE locktype = $1 AND NOT granted"
    return lambda: owner.fetchval(question, lock)


async def occupied(ledger: Ledger, owner: asyncpg.Connection) -> list[asyncio.Task[Receipt]]:
    """Appends whose commits are held, one for each flusher."""
    held = []
    for n in range(1, FLUSHERS + 1):
        held.append(asyncio.create_task(ledger.append(entry())))
        question = "SELECT count(*) = $1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        await until(partial(owner.fetchval, question, n))
    return held


async def open_chains(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("SELECT count(*) FROM audit_writer WHERE closed IS NULL")
    return found


Cutter = Callable[[bool], AbstractAsyncContextManager[Connect]]


@pytest.fixture(params=(None, UUID(int=7)), ids=("alone", "guarded"))
def consent(request: pytest.FixtureRequest) -> UUID | None:
    """A batch without consents is committed by its own statement, one with consents by its transaction."""
    found: UUID | None = request.param
    return found


async def permitting(connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]:
    return consents


@pytest.fixture
def cutter(database: FreshDatabase, consent: UUID | None) -> Cutter:
    """Opens a cutter and gives what connects through it."""
    word = b'"wprev"' if consent is None else b"COMMIT;"
    return lambda forward: cut_off(database, word, forward=forward)


async def test_append_returns_only_after_the_commit(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger(limits=PATIENT) as ledger, database.owner() as owner, database.owner() as other:
        async with commits_held(owner):
            task = asyncio.create_task(ledger.append(entry()))
            await until(waiting_for(other, "advisory"))
            assert not task.done()
            assert await verified(other) == {}
        receipt = await task
        assert (await verified(other)).keys() == {receipt.entry_id}


async def test_a_lost_answer_to_a_commit_is_looked_up(
    database: FreshDatabase, open_ledger: OpenLedger, cutter: Cutter, consent: UUID | None
) -> None:
    async with cutter(True) as connect, open_ledger(limits=PATIENT, connect=connect, guard=permitting) as ledger:
        receipt = await ledger.append(entry(consent=consent))
        again = await ledger.append(entry(consent=consent))
        async with database.owner() as owner:
            assert (await verified(owner)).keys() == {receipt.entry_id, again.entry_id}
            assert await owner.fetchval("SELECT count(*) FROM audit_writer") == FLUSHERS + 1


async def test_a_commit_still_under_way_is_waited_for(
    database: FreshDatabase, open_ledger: OpenLedger, cutter: Cutter, consent: UUID | None
) -> None:
    async with (
        cutter(True) as connect,
        open_ledger(limits=PATIENT, connect=connect, guard=permitting) as ledger,
        database.owner() as owner,
        database.owner() as other,
    ):
        async with commits_held(owner):
            task = asyncio.create_task(ledger.append(entry(consent=consent)))
            await until(waiting_for(other, "transactionid"))
            assert not task.done()
        receipt = await task
        assert (await verified(other)).keys() == {receipt.entry_id}


async def test_a_commit_that_never_arrived_is_not_answered(
    database: FreshDatabase, open_ledger: OpenLedger, cutter: Cutter, consent: UUID | None
) -> None:
    async with cutter(False) as connect, open_ledger(limits=PATIENT, connect=connect, guard=permitting) as ledger:
        with pytest.raises(LedgerUnavailable):
            await ledger.append(entry(consent=consent))
        async with database.owner() as owner:
            assert await verified(owner) == {}
            await recovered(ledger)
            await ledger.append(entry(consent=consent))
            assert len(await verified(owner)) == 1


async def test_a_commit_killed_on_the_server_is_not_answered(
    database: FreshDatabase, database_server: EmbeddedServer, open_ledger: OpenLedger
) -> None:
    async with open_ledger(limits=PATIENT) as ledger, database.owner() as owner, database.owner() as other:
        async with commits_held(owner):
            task = asyncio.create_task(ledger.append(entry()))
            await until(find := waiting_for(other, "advisory"))
            superuser = await asyncpg.connect(database_server.superuser_url())
            await superuser.execute("SELECT pg_terminate_backend($1)", await find())
            await superuser.close()
            with pytest.raises(LedgerUnavailable):
                await task
        assert await verified(other) == {}
        await recovered(ledger)
        await asyncio.gather(*(ledger.append(entry()) for _ in range(50)))
        assert len(await verified(other)) == 50
        assert await open_chains(other) == FLUSHERS


async def test_connections_lost_while_idle_cost_nobody_an_answer(
    database: FreshDatabase, database_server: EmbeddedServer, open_ledger: OpenLedger
) -> None:
    async with open_ledger(limits=PATIENT) as ledger, database.owner() as owner:
        superuser = await asyncpg.connect(database_server.superuser_url())
        await superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = $2",
            database.name,
            database.credentials.name(DatabaseRole.LEDGER_WRITER),
        )
        await superuser.close()
        receipts = await asyncio.gather(*(ledger.append(entry()) for _ in range(20)))
        assert (await verified(owner)).keys() == {receipt.entry_id for receipt in receipts}


@pytest.mark.parametrize("steps", range(8))
async def test_no_entry_is_lost_with_a_connection(
    database: FreshDatabase, connect: Connect, open_ledger: OpenLedger, steps: int
) -> None:
    """The connection ends that many turns of the event loop after entries arrived."""
    connections = []

    async def noted() -> asyncpg.Connection:
        connections.append(await connect())
        return connections[-1]

    async with open_ledger(limits=PATIENT, connect=noted) as ledger, database.owner() as owner:
        tasks = [asyncio.create_task(ledger.append(entry())) for _ in range(5)]
        for _ in range(steps):
            await asyncio.sleep(0)
        for connection in tuple(connections):
            connection.terminate()
        async with asyncio.timeout(60):  # an entry that nobody writes any more would wait for ever
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        stored = await verified(owner)
    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert {receipt.entry_id for receipt in receipts} == stored.keys()
    assert {type(outcome) for outcome in outcomes} <= {Receipt, LedgerUnavailable}


async def test_a_stalled_database_gives_no_answer(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger(limits=Limits(confirm=0.5)) as ledger, database.owner() as owner:

        async def refused() -> bool:
            outcomes = await asyncio.gather(*(ledger.append(entry()) for _ in range(5)), return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} == {LedgerUnavailable}
            return not ledger.available

        async with owner.transaction():
            await owner.execute("LOCK TABLE audit_writer IN ACCESS EXCLUSIVE MODE")
            await until(refused)
            with pytest.raises(LedgerUnavailable):
                ledger.admit()
        await recovered(ledger)
        assert await verified(owner) == {}


async def test_a_full_queue_refuses_before_any_work_and_loses_nothing(
    database: FreshDatabase, open_ledger: OpenLedger
) -> None:
    limits = Limits(batch=1, capacity=3, confirm=600.0, oldest=600.0, retry_after=5)
    async with open_ledger(limits=limits) as ledger, database.owner() as owner, database.owner() as other:
        async with commits_held(owner):
            held = await occupied(ledger, other)
            queued = [asyncio.create_task(ledger.append(entry())) for _ in range(limits.capacity)]
            await asyncio.sleep(0)
            with pytest.raises(LedgerBusy) as caught:
                ledger.admit()
            assert caught.value.retry_after == 5
            with pytest.raises(LedgerBusy):
                await ledger.append(entry())
        receipts = await asyncio.gather(*held, *queued)
        ledger.admit()
        assert (await verified(other)).keys() == {receipt.entry_id for receipt in receipts}


async def test_a_ledger_that_does_not_keep_up_is_not_asked_for_more(
    database: FreshDatabase, open_ledger: OpenLedger
) -> None:
    limits = Limits(batch=1, confirm=600.0, oldest=0.0)
    async with open_ledger(limits=limits) as ledger, database.owner() as owner, database.owner() as other:
        async with commits_held(owner):
            held = await occupied(ledger, other)
            queued = asyncio.create_task(ledger.append(entry()))
            await asyncio.sleep(0.001)
            with pytest.raises(LedgerUnavailable):
                ledger.admit()
        await asyncio.gather(*held, queued)
        ledger.admit()


async def test_a_caller_who_left_is_forgotten(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    limits = Limits(batch=1, confirm=600.0, oldest=600.0)
    async with open_ledger(limits=limits) as ledger, database.owner() as owner, database.owner() as other:
        async with commits_held(owner):
            held = await occupied(ledger, other)
            left = asyncio.create_task(ledger.append(entry()))
            await asyncio.sleep(0)
            left.cancel()
            with pytest.raises(asyncio.CancelledError):
                await left
        await asyncio.gather(*held)
        await asyncio.gather(*(ledger.append(entry()) for _ in range(FLUSHERS)))  # each behind the one who left
        assert len(await verified(other)) == 2 * FLUSHERS


async def test_a_chain_closed_by_somebody_else_is_not_extended(
    database: FreshDatabase, open_ledger: OpenLedger
) -> None:
    async with open_ledger(limits=PATIENT) as ledger, database.owner() as owner:
        first = await ledger.append(entry())
        await owner.execute("UPDATE audit_writer SET closed = 0")
        outcomes = await asyncio.gather(*(ledger.append(entry()) for _ in range(2)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {LedgerUnavailable}
        await recovered(ledger)
        assert (await verified(owner)).keys() == {first.entry_id}


async def test_no_ledger_begins_without_its_database() -> None:
    async def connect() -> asyncpg.Connection:
        raise ConnectionRefusedError

    ledger = Ledger(
        connect=connect,
        vault=SampleVault(),
        process="test",
        clock=steady_clock(),
        random=seeded(0),
        limits=Limits(confirm=0.05),
    )
    with pytest.raises(LedgerUnavailable):
        await ledger.__aenter__()
    with pytest.raises(LedgerUnavailable):
        await ledger.append(entry())
