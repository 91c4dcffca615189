"""Desks in processes of their own prepare what desks of this one prepare, hold no key to open anything, and end when
nobody speaks to them."""

import asyncio
import os
import pickle
import signal
import sys
from datetime import date

import psutil  # type: ignore[import-untyped]
import pytest

import policies
from gateway.database.scopes import DatabaseRole
from gateway.intake.desks import HERE, Desks, PreparerLostError, desks
from gateway.intake.fixture import fixture_files
from gateway.intake.prepare import Brief
from gateway.intake.read import read
from gateway.intake.register import look_up
from gateway.intake.wire import LENGTH, packed, unpacked
from schema.regulations.regulation import load_regulation
from tests.fresh_database import FreshDatabase
from tests.intake_loading import CATALOGUE, SEALER, load_city

pytestmark = pytest.mark.anyio

FILES = dict(fixture_files(objections=True))
ASKING = {"operators.csv", "matters.csv", "matter_parties.csv"}


def brief() -> Brief:
    return Brief(
        digester=SEALER.digester(),
        catalogue=CATALOGUE,
        regulation=load_regulation(policies.contents()),
        today=date(2026, 5, 20),
    )


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


async def test_a_process_prepares_what_this_one_does(database: FreshDatabase) -> None:
    await load_city(database)
    told = brief()
    async with desks(told, 0) as here, desks(told, 1) as apart, database.connect(DatabaseRole.INTAKE) as intake:
        assert (here.count, apart.count) == (HERE, 1)
        for name in sorted(FILES.keys() - ASKING):
            file = read(FILES[name])
            rows = list(file.rows)
            found = []
            for each in (here, apart):
                async with each.lent() as desk:
                    register = await look_up(intake, await desk.check(file.layout, rows))
                    found.append(await desk.build(file.layout, register))
            assert found[0] == found[1], name
            assert found[0].built, name


async def test_a_desk_is_lent_to_one_chunk_at_a_time() -> None:
    async with desks(brief(), 0) as here:
        async with here.lent() as first, here.lent() as second:
            assert first is not second
            third = asyncio.ensure_future(_borrowed(here))
            await asyncio.sleep(0)
            assert not third.done()
        assert await third in (first, second)


async def _borrowed(lending: Desks) -> object:
    async with lending.lent() as desk:
        return desk


async def test_processes_end_with_the_block() -> None:
    before = children()
    async with desks(brief(), 2):
        assert len(children() - before) == 2
    assert children() <= before


async def test_a_process_that_was_ended_is_missed() -> None:
    before = children()
    async with desks(brief(), 1) as apart, apart.lent() as desk:
        (pid,) = children() - before
        os.kill(pid, signal.SIGKILL)
        file = read(FILES["penalties.csv"])
        with pytest.raises(PreparerLostError):
            await desk.check(file.layout, list(file.rows))


@pytest.mark.parametrize("spoken", [0, LENGTH.size + 100, None], ids=["nothing", "half", "all"])
async def test_a_process_ends_when_its_pipe_closes(spoken: int | None) -> None:
    """As it does when whoever started it was killed, wherever in a message that was."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "gateway.intake.worker"), stdin=asyncio.subprocess.PIPE
    )
    await process.communicate(packed(brief())[:spoken])
    assert process.returncode == 0


def test_no_key_that_opens_goes_along() -> None:
    digester = SEALER.digester()
    assert not hasattr(digester, "open_value")
    again = unpacked(packed(digester)[LENGTH.size :])
    assert again.number_digest("RESIDENT_ID", "420199198503120015") == SEALER.number_digest(
        "RESIDENT_ID", "420199198503120015"
    )
    with pytest.raises(TypeError):
        pickle.dumps(SEALER)
