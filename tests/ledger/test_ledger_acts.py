"""An entry with an act: one transaction, alone; both are durable or neither, and the chain goes on."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import FLUSHERS
from gateway.ledger.errors import LedgerUnavailable
from gateway.ledger.limits import Limits
from gateway.ledger.queue import Act
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.cutter import cut_off
from tests.ledger.ledgers import entry, recovered, verified

pytestmark = pytest.mark.anyio

PATIENT = Limits(confirm=600.0, oldest=600.0)


@pytest.fixture
async def notes(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A table that the writer's acts add to, as the owner sees it."""
    async with database.owner() as owner:
        writer = database.credentials.name(DatabaseRole.LEDGER_WRITER)
        await owner.execute(
            f"""
            CREATE TABLE note (entry uuid PRIMARY KEY, word text NOT NULL CHECK (word <> 'wrong'));
            CREATE FUNCTION late_check() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF NEW.word = ''late'' THEN RAISE check_violation; END IF; RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION late_check();
            GRANT INSERT, SELECT ON note TO {writer}
            """
        )
        yield owner


def noting(word: str, fails: Exception | None = None) -> Act:
    async def act(connection: asyncpg.Connection, entry: UUID) -> None:
        await connection.execute("INSERT INTO note VALUES ($1, $2)", entry, word)
        if fails is not None:
            raise fails

    return act


async def noted(owner: asyncpg.Connection) -> set[UUID]:
    return {row["entry"] for row in await owner.fetch("SELECT entry FROM note")}


async def test_entry_and_act_are_durable_together(notes: asyncpg.Connection, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger:
        receipt = await ledger.append(entry(), noting("good"))
    assert await noted(notes) == {receipt.entry_id} == (await verified(notes)).keys()


class Refused(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize(
    ("act", "raised"),
    [
        (noting("good", Refused()), Refused),
        (noting("wrong"), asyncpg.CheckViolationError),
        (noting("late"), asyncpg.CheckViolationError),
    ],
    ids=["raised", "refused", "refused-at-the-end"],
)
async def test_an_act_that_fails_leaves_nothing_and_costs_nobody_else(
    notes: asyncpg.Connection, open_ledger: OpenLedger, act: Act, raised: type[Exception]
) -> None:
    async with open_ledger() as ledger:
        outcomes = await asyncio.gather(
            *(ledger.append(entry(), act if n % 3 == 0 else noting("good") if n % 3 == 1 else None) for n in range(30)),
            return_exceptions=True,
        )
        assert {type(outcome) for outcome in outcomes[::3]} == {raised}
        good = {each.entry_id for n, each in enumerate(outcomes) if n % 3 and not isinstance(each, BaseException)}
        assert len(good) == 20
        assert (await verified(notes)).keys() == good
        assert await notes.fetchval("SELECT count(*) FROM audit_writer") == FLUSHERS  # no chain was begun anew
    assert await noted(notes) <= good
    assert len(await noted(notes)) == 10


@pytest.mark.parametrize(
    "failure",
    [
        asyncpg.DiskFullError,
        asyncpg.QueryCanceledError,
        asyncpg.ReadOnlySQLTransactionError,
        asyncpg.DeadlockDetectedError,
        asyncpg.InvalidCachedStatementError,
    ],
)
async def test_what_breaks_in_the_database_is_no_fault_of_the_act(
    notes: asyncpg.Connection, open_ledger: OpenLedger, failure: type[Exception]
) -> None:
    """Whoever takes back a consent is told to try again, and the next one finds another connection."""
    async with open_ledger() as ledger:
        with pytest.raises(LedgerUnavailable):
            await ledger.append(entry(), noting("good", failure("as the database says it")))
        await recovered(ledger)
        receipt = await ledger.append(entry(), noting("good"))
        assert await noted(notes) == {receipt.entry_id} == (await verified(notes)).keys()


@pytest.mark.parametrize("word", [b"INTO note", b'"wprev"', b"IMMEDIATE", b"COMMIT;"])
async def test_a_connection_lost_before_the_commit_leaves_nothing(
    database: FreshDatabase, notes: asyncpg.Connection, open_ledger: OpenLedger, word: bytes
) -> None:
    async with (
        cut_off(database, word, forward=False) as connect,
        open_ledger(limits=PATIENT, connect=connect) as ledger,
    ):
        with pytest.raises(LedgerUnavailable):
            await ledger.append(entry(), noting("good"))
        assert await noted(notes) == set() == (await verified(notes)).keys()
        await recovered(ledger)
        receipt = await ledger.append(entry(), noting("good"))
        assert await noted(notes) == {receipt.entry_id} == (await verified(notes)).keys()


async def test_a_connection_lost_after_the_commit_is_looked_up(
    database: FreshDatabase, notes: asyncpg.Connection, open_ledger: OpenLedger
) -> None:
    async with (
        cut_off(database, b"COMMIT;", forward=True) as connect,
        open_ledger(limits=PATIENT, connect=connect) as ledger,
    ):
        receipt = await ledger.append(entry(), noting("good"))
        assert await noted(notes) == {receipt.entry_id} == (await verified(notes)).keys()
