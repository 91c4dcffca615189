"""Where rows are prepared: at desks in this process, or at desks in processes of their own, one for each core.

While some chunks are prepared, the database writes others. A process is handed its brief, keys included, through a
pipe that nobody else holds; when this process dies, however it dies, the pipe closes and the others end.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from gateway.intake.layouts.column import Layout
from gateway.intake.prepare import Brief, Desk, Prepared
from gateway.intake.read import RawRow
from gateway.intake.register import Register, Wanted
from gateway.intake.wire import LENGTH, packed, unpacked

HERE = 2
"""Desks of this process: one chunk waits for the database while another is prepared."""


class PreparerLostError(Exception):
    """A process that prepared rows has ended by itself, or was ended by somebody else."""

    def __init__(self) -> None:
        super().__init__("a process that prepared rows has ended")


class Seat(Protocol):
    """A desk, wherever it stands. ``check`` first, then ``build`` of the same chunk."""

    async def check(self, layout: Layout, rows: Sequence[RawRow]) -> Wanted: ...

    async def build(self, layout: Layout, register: Register) -> Prepared: ...


class Desks:
    """Desks that are lent, each to one chunk at a time."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.count = len(seats)
        self._free: asyncio.Queue[Seat] = asyncio.Queue()
        for seat in seats:
            self._free.put_nowait(seat)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Seat]:
        seat = await self._free.get()
        try:
            yield seat
        finally:
            self._free.put_nowait(seat)


@asynccontextmanager
async def desks(brief: Brief, processes: int) -> AsyncIterator[Desks]:
    """``processes``: how many to start; none prepares rows in this one."""
    if not processes:
        yield Desks([_Here(Desk(brief)) for _ in range(HERE)])
        return
    async with AsyncExitStack() as stack:
        yield Desks([await stack.enter_async_context(_apart(brief)) for _ in range(processes)])


class _Here:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def check(self, layout: Layout, rows: Sequence[RawRow]) -> Wanted:
        return self._desk.check(layout, rows)

    async def build(self, layout: Layout, register: Register) -> Prepared:
        return self._desk.build(layout, register)


class _Apart:
    def __init__(self, speaking: asyncio.StreamWriter, hearing: asyncio.StreamReader) -> None:
        self._speaking = speaking
        self._hearing = hearing

    async def check(self, layout: Layout, rows: Sequence[RawRow]) -> Wanted:
        found: Wanted = await self._asked("check", layout, rows)
        return found

    async def build(self, layout: Layout, register: Register) -> Prepared:
        found: Prepared = await self._asked("build", layout, register)
        return found

    async def told(self, message: object) -> None:
        self._speaking.write(packed(message))
        await self._speaking.drain()

    async def _asked(self, *message: object) -> Any:
        try:
            await self.told(message)
            (length,) = LENGTH.unpack(await self._hearing.readexactly(LENGTH.size))
            return unpacked(await self._hearing.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise PreparerLostError from None


@asynccontextmanager
async def _apart(brief: Brief) -> AsyncIterator[_Apart]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "gateway.intake.worker"), stdin=PIPE, stdout=PIPE
    )
    try:
        speaking, hearing = _pipes(process)
        seat = _Apart(speaking, hearing)
        await seat.told(brief)
        yield seat
    finally:
        if process.returncode is None:
            process.kill()  # it holds nothing that could be lost
        await process.wait()


def _pipes(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a process was started without pipes")
    return process.stdin, process.stdout
