"""Processes and servers killed in the middle of their work: what was acknowledged is in the log, which verifies."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.database import embedded
from gateway.database.engines import owner_connection
from gateway.database.migrate import migrate
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import FLUSHERS, Ledger
from gateway.ledger.errors import LedgerUnavailable
from tests.fresh_database import FreshDatabase
from tests.ledger.ledgers import SampleVault, entry, recovered, seeded, steady_clock, verified

pytestmark = pytest.mark.anyio

PROCESSES = 2
ENOUGH = 300  # acknowledgements of each process before it is killed


def login(credentials: Credentials) -> Mapping[str, str]:
    role = DatabaseRole.LEDGER_WRITER
    return {"user": credentials.name(role), "password": credentials.secrets[role]}


async def killed_at_work(database: FreshDatabase) -> list[UUID]:
    """What a process printed, entry by entry as it was acknowledged, until it was killed."""
    script = Path(__file__).with_name("writing_process.py")
    settings = {"DATABASE": database.url, **{key.upper(): value for key, value in login(database.credentials).items()}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, env={**os.environ, **settings}, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = [await process.stdout.readline() for _ in range(ENOUGH)]
    process.kill()
    acknowledged += (await process.stdout.read()).splitlines(keepends=True)
    assert await process.wait() == -signal.SIGKILL
    return [UUID(line.decode().strip()) for line in acknowledged if line.endswith(b"\n")]


async def test_what_killed_processes_acknowledged_is_in_the_log(database: FreshDatabase) -> None:
    acknowledged = await asyncio.gather(*(killed_at_work(database) for _ in range(PROCESSES)))
    async with database.owner() as owner:
        stored = await verified(owner)
        writers = await owner.fetch("SELECT process, closed FROM audit_writer")
    for ids in acknowledged:
        assert len(ids) >= ENOUGH
        assert stored.keys() >= set(ids)
    assert len({leaf.writer for leaf in stored.values()}) == len(writers) == PROCESSES * FLUSHERS
    assert len({row["process"] for row in writers}) == PROCESSES
    assert {row["closed"] for row in writers} == {None}


async def test_a_killed_server_gives_no_answer_and_the_log_recovers() -> None:
    with tempfile.TemporaryDirectory(prefix="credit-gateway-") as folder:
        home = Path(folder) / "home"
        server = embedded.start(home)
        credentials = await migrate(server.url, home)
        try:
            async with Ledger(
                connect=lambda: asyncpg.connect(server.url, **login(credentials)),
                vault=SampleVault(),
                process="test",
                clock=steady_clock(),
                random=seeded(0),
            ) as ledger:
                before = await asyncio.gather(*(ledger.append(entry()) for _ in range(20)))
                os.kill(int((home / embedded.FOLDER / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
                outcomes = await asyncio.gather(*(ledger.append(entry()) for _ in range(20)), return_exceptions=True)
                assert {type(outcome) for outcome in outcomes} == {LedgerUnavailable}
                with pytest.raises(LedgerUnavailable):
                    ledger.admit()
                embedded.start(home)
                await recovered(ledger)
                after = await ledger.append(entry())
                async with owner_connection(server.url) as owner:
                    stored = await verified(owner)
                assert stored.keys() >= {receipt.entry_id for receipt in (*before, after)}
                assert {receipt.writer for receipt in before}.isdisjoint({after.writer})
        finally:
            server.stop()
