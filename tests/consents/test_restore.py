"""Restoring a backup revives nothing (T29): neither the tables of the register alone, nor the whole database."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.consents.records import By, Reason, State
from gateway.consents.register import ConsentRegister
from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import FILE
from gateway.installation import Installation, opened
from gateway.ledger.entry import Decision, Entry, Kind
from gateway.sequencing import freeze, sequence
from gateway.settings import Settings
from tests.consents.granted import granted
from tests.consents.registers import WANTED, bank_city, debited
from tests.consents.unguarded import unguarded
from tests.fresh_database import FreshDatabase, fresh_database
from tests.ledger.ledgers import until

pytestmark = pytest.mark.anyio

TABLES = ("consent_request", "consent", "consent_use", "consent_event")


@asynccontextmanager
async def again(installation: Installation) -> AsyncIterator[ConsentRegister]:
    """The register of a process that starts anew."""
    async with opened(installation.settings) as found:
        await found.consents.settle()
        yield found.consents


@asynccontextmanager
async def backed_up(database: FreshDatabase) -> AsyncIterator[None]:
    """At the end of the block the tables of the register are as they were at its beginning."""
    async with database.owner() as owner:
        for table in TABLES:
            await owner.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        yield
        async with unguarded(owner):
            await owner.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            for table in TABLES:
                await owner.execute(f"INSERT INTO {table} TABLE kept_{table}")


async def stands(register: ConsentRegister, consent: UUID) -> tuple[State, Reason | None]:
    found = await register.consent(consent)
    assert found is not None
    return found.state, found.reason


async def test_tables_of_the_register_restored_alone(database: FreshDatabase) -> None:
    async with bank_city(database) as town:
        register = town.installation.consents
        revoked, suspended, resumed, used, kept = [await granted(register, WANTED) for _ in range(5)]
        await register.suspend(resumed.id, Reason.OFFICER, By.OFFICER)
        async with backed_up(database):
            await register.revoke(revoked.id, Reason.SUBJECT, By.SUBJECT)
            await register.suspend(suspended.id, Reason.OFFICER, By.OFFICER)
            await register.resume(resumed.id, By.OFFICER)
            assert await debited(register, used.id) == 1
            release = Entry(kind=Kind.RELEASE, principal="B1", decision=Decision.ALLOW, consent=used.id)
            await town.installation.ledger.append(release)
        assert (await stands(register, revoked.id))[0] is State.ACTIVE
        async with again(town.installation) as after:
            assert await stands(after, revoked.id) == (State.REVOKED, Reason.RESTORED)
            assert await stands(after, suspended.id) == (State.SUSPENDED, Reason.RESTORED)
            assert await stands(after, used.id) == (State.REVOKED, Reason.RESTORED)
            assert (await stands(after, resumed.id))[0] is State.SUSPENDED
            assert (await stands(after, kept.id))[0] is State.ACTIVE
            assert [event.reason for event in await after.events(revoked.id)][-1] is Reason.RESTORED
            for consent in (revoked, suspended, resumed, used):
                assert await debited(after, consent.id) is None
            assert await debited(after, kept.id) == 1
            assert await after.resume(suspended.id, By.SUBJECT)
        async with again(town.installation) as after:
            assert (await stands(after, suspended.id))[0] is State.ACTIVE
            assert await debited(after, suspended.id) == 1


@pytest.fixture
def apart(database: FreshDatabase, tmp_path: Path) -> FreshDatabase:
    """The database with a home of its own: its signed notes are nobody else's."""
    shutil.copy(Path(database.home) / FILE, tmp_path / FILE)
    return replace(database, home=tmp_path)


@asynccontextmanager
async def sequencing(settings: Settings) -> AsyncIterator[None]:
    """A sequencer beside the block; at its end everything that was written is signed."""
    ended = asyncio.Event()
    task = asyncio.create_task(sequence(settings, ended))
    try:
        yield
        connection = await asyncpg.connect(settings.database_url)
        await until(
            lambda: connection.fetchval(
                "SELECT (SELECT count(*) FROM audit_pending) = (SELECT sum(noted) FROM audit_head)"
            )
        )
        await connection.close()
    finally:
        ended.set()
        await task


async def test_the_whole_database_restored_to_before_a_revocation(
    apart: FreshDatabase, database_server: EmbeddedServer
) -> None:
    async with bank_city(apart) as town, sequencing(town.installation.settings):
        settings = town.installation.settings
        revoked = await granted(town.installation.consents, WANTED)
        other = await granted(town.installation.consents, WANTED)
    loop = asyncio.get_running_loop()
    copy = fresh_database(database_server, apart.home, apart.credentials, template=apart.name)
    restored = await loop.run_in_executor(None, copy.__enter__)
    try:
        async with opened(settings) as later, sequencing(settings):
            await later.consents.revoke(revoked.id, Reason.SUBJECT, By.SUBJECT)
        before = replace(settings, database_url=restored.url)
        async with opened(before) as found:
            register = found.consents
            assert (await stands(register, revoked.id))[0] is State.ACTIVE
            for consent in (revoked, other):
                assert await debited(register, consent.id) is None  # the database holds less than was signed
            await freeze(before, restored=True)
            for consent in (revoked, other):
                assert await debited(register, consent.id) is None
                assert await stands(register, consent.id) == (State.SUSPENDED, Reason.RESTORED)
            assert await register.resume(other.id, By.SUBJECT)
            assert await debited(register, other.id) == 1
            fresh = await granted(register, WANTED)
            assert await debited(register, fresh.id) == 1
        async with opened(before) as found:
            assert await debited(found.consents, other.id) == 2
            assert await debited(found.consents, revoked.id) is None
    finally:
        await loop.run_in_executor(None, copy.__exit__, None, None, None)


async def test_notes_that_cannot_be_read_settle_nothing(apart: FreshDatabase) -> None:
    async with bank_city(apart) as town:
        consent = await granted(town.installation.consents, WANTED)
        folder = town.installation.settings.ledger_folder
        folder.mkdir()
        (folder / "notes-2026").write_bytes(b"changed\n")
        assert await debited(town.installation.consents, consent.id) is None
        (folder / "notes-2026").unlink()
        assert await debited(town.installation.consents, consent.id) == 1


async def test_a_database_begun_anew_is_settled_with_anew(apart: FreshDatabase) -> None:
    """As a restored one is: other tables, or another run of the server."""
    async with bank_city(apart) as town:
        register = town.installation.consents
        consent = await granted(register, WANTED)
        assert await debited(register, consent.id) == 1
        server = await register.settle()
        assert server is not None
        register.settlement._with = replace(server, started=datetime(2020, 1, 1, tzinfo=UTC))
        folder = town.installation.settings.ledger_folder
        folder.mkdir()
        (folder / "notes-2026").write_bytes(b"changed\n")
        assert await debited(register, consent.id) is None
        (folder / "notes-2026").unlink()
        assert await debited(register, consent.id) == 2
