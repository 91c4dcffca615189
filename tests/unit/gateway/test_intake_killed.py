"""The command itself, killed where it hurts: nothing is lost, nothing is there twice, nobody stays behind."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.founding import establish
from gateway.intake.city.files import city_files
from gateway.intake.load import ONE_AT_A_TIME
from gateway.keys import folder as key_folder
from gateway.keys.sealing import KeyedSealer
from gateway.settings import PREFIX, read_settings
from tests.fresh_database import FreshDatabase, fresh_database
from tests.intake_loading import TODAY
from tests.stored_city import stored

pytestmark = pytest.mark.anyio

COMMAND = ("-P", "-c", "from gateway.commands.cli import main; main()")
SUBJECTS = 300


@pytest.fixture
def undisturbed(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A city."""
    for file in city_files(SUBJECTS):
        (tmp_path / file.name).write_bytes(file.content)
    return sorted(tmp_path.iterdir())


async def founded(database: FreshDatabase) -> KeyedSealer:
    settings = read_settings({f"{PREFIX}DATABASE_URL": database.url}, home=database.home)
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    await establish(settings, database.url, at=TODAY)
    return KeyedSealer(key_folder.read(settings.keys_folder), entropy=secrets.token_bytes)


async def start(database: FreshDatabase, files: list[Path], processes: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, *COMMAND, "load", "--home", str(database.home), "--progress"),
        *("--processes", str(processes), *map(str, files)),
        env={**os.environ, f"{PREFIX}DATABASE_URL": database.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def kill(process: asyncio.subprocess.Process, steps: int) -> None:
    """Once it has said that often how far it is."""
    assert process.stderr is not None
    for _ in range(steps):
        assert await process.stderr.readline()
    helping = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL
    psutil.wait_procs(helping)  # for ever, if they stayed


async def end(process: asyncio.subprocess.Process) -> str:
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def test_a_killed_load_loses_and_doubles_nothing(
    database: FreshDatabase, undisturbed: FreshDatabase, files: list[Path]
) -> None:
    sealer = await founded(database)
    await founded(undisturbed)
    await end(await start(undisturbed, files, 0))
    whole = await stored(undisturbed, sealer)
    for steps, processes in ((1, 2), (3, 0), (6, 2), (9, 0)):
        await kill(await start(database, files, processes), steps)
        async with database.connect(DatabaseRole.INTAKE) as intake, intake.transaction():
            await intake.execute(ONE_AT_A_TIME)  # the database has noticed
        there = await stored(database, sealer)
        assert all(set(there[name]) <= set(whole[name]) for name in ("subject", "link", "agency")), steps
    assert "corrected 0, quarantined 0" in await end(await start(database, files, 2))
    assert await stored(database, sealer) == whole
