"""W3: entries that get no signed place in time stop what is disclosed, until they have one."""

import asyncio
from pathlib import Path

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.errors import LedgerUnavailable
from gateway.ledger.sequence.watch import SealWatch
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.ledgers import START, entry
from tests.ledger.logs import Log
from tests.ledger.test_sequencer_crash import failing_to_sign

pytestmark = pytest.mark.anyio

LIMIT = 300


@pytest.fixture
def log(database: FreshDatabase, tmp_path: Path) -> Log:
    return Log(database=database, folder=tmp_path / "ledger")


def watch_of(log: Log) -> SealWatch:
    role = DatabaseRole.LEDGER_READER
    return SealWatch(connection=lambda: log.database.connect(role), clock=lambda: log.now, limit=LIMIT)


async def test_w3_what_is_not_sealed_in_time_stops_the_ledger(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    watch = watch_of(log)
    async with open_ledger(sealed=watch.in_time, clock=lambda: log.now) as ledger:
        await ledger.append(entry())
        log.now += LIMIT * 1000
        await watch.look()
        await ledger.append(entry())
        log.now += 1
        with pytest.raises(LedgerUnavailable):
            ledger.admit()
        with pytest.raises(LedgerUnavailable):
            await ledger.append(entry())
        await log.caught_up()
        await watch.look()
        assert ledger.available
        await ledger.append(entry())


async def test_w3_a_place_without_signature_is_no_seal(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    watch = watch_of(log)
    async with open_ledger(clock=lambda: log.now) as ledger:
        await ledger.append(entry())
    async with failing_to_sign(log):
        with pytest.raises(Exception, match="failed"):
            await log.caught_up()
    assert (await log.heads())[0].size == 2
    log.now += LIMIT * 1000 + 1
    await watch.look()
    assert not watch.in_time()
    await log.caught_up()
    await watch.look()
    assert watch.in_time()


async def test_w3_not_to_know_for_long_is_not_in_time(log: Log) -> None:
    """The database does not answer the look: at first that is nothing, after the limit it is."""
    watch = watch_of(log)
    looking = asyncio.create_task(watch.run())
    async with log.database.owner() as owner:
        role = log.database.credentials.name(DatabaseRole.LEDGER_READER)
        await owner.execute(f"REVOKE SELECT ON audit_writer FROM {role}")  # noqa: S608  # a name of ours
        await asyncio.sleep(0)
        assert watch.in_time()
        log.now += LIMIT * 1000 + 1
        with pytest.raises(Exception, match="permission denied"):
            await watch.look()
        assert not watch.in_time()
    looking.cancel()


async def test_a_process_that_answers_nobody_has_no_limit(log: Log) -> None:
    watch = watch_of(log)
    log.now = START + 10**9
    assert watch.in_time()
