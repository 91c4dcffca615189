"""Files -> stored rows and a report: read, prepare, write; one transaction for each file.

Files are taken in the order in which their layouts refer to one another, whatever the order they come in. While chunks
of a file are written, those that follow are prepared. The clock, the keys and the connections are handed in.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from operator import itemgetter
from pathlib import Path

import asyncpg

import policies
from gateway.intake.desks import Desks, PreparerLostError, desks
from gateway.intake.in_order import in_order
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.recognition import LAYOUTS
from gateway.intake.prepare import ASKING, Brief, Built, Prepared
from gateway.intake.read import FileRefusedError, RawFile, RawRow, read
from gateway.intake.reasons import Refusal
from gateway.intake.register import Connection, look_up
from gateway.intake.report import FileReport, LoadReport
from gateway.intake.storing_sealer import StoringSealer
from gateway.intake.tally import Tally
from gateway.intake.write import Outcome, Writer
from schema.catalogue import Catalogue
from schema.regulations.regulation import Regulation, load_regulation

CHUNK = 1000
"""Fewer take longer each, more need memory and let the database wait."""

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(x'696e74616b65'::bigint)"
"""Two loads that touched the same rows in another order would wait for each other for ever: the second waits here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A file has begun, or a chunk of it is written, not yet for good: how many of its ``lines`` are done by now, and
    what became of those of the chunk that could be built."""

    name: str
    layout: Layout
    lines: int = 0
    done: tuple[tuple[Built, Outcome], ...] = ()


Hears = Callable[[Step], None]

_ORDER = {layout.name: place for place, layout in enumerate(LAYOUTS)}


def unheard(step: Step) -> None:
    """Told to nobody."""


class LoadStoppedError(Exception):
    """The load ended in the middle of a file: of ``name`` nothing is stored; what ``stored`` reports is."""

    def __init__(self, name: str, why: str, stored: LoadReport) -> None:
        super().__init__(f"{name}: nothing of it is stored: {why}")
        self.name = name
        self.stored = stored


async def load_files(
    files: Sequence[Path | tuple[str, bytes]],
    connection: Connection,
    sealer: StoringSealer,
    catalogue: Catalogue,
    today: date,
    *,
    registry: Connection | None = None,
    regulation: Regulation | None = None,
    processes: int = 0,
    progress: Hears = unheard,
    chunk: int = CHUNK,
) -> LoadReport:
    """Load files, given as paths or as names with contents. ``connection``: as the intake role; ``registry``: as the
    registry role, needed for operators and matters; ``processes``: how many to start beside this one, to prepare rows;
    ``chunk``: rows that are looked up, compared and written together.

    Errors: ``OSError`` for a path that cannot be read; ``LoadStoppedError``.
    """
    brief = Brief(digester=sealer.digester(), catalogue=catalogue, regulation=regulation or _regulation(), today=today)
    reports: list[FileReport] = []
    known: list[tuple[int, Path | tuple[str, bytes]]] = []
    for file in files:
        name, content = _content(file)
        try:
            known.append((_ORDER[read(content).layout.name], file))
        except FileRefusedError as error:
            reports.append(FileReport(name=name, refused=error.reason))
    async with desks(brief, processes) as prepared_at:
        loading = _Loading(connection, registry, sealer, prepared_at, today, progress, chunk)
        for _, file in sorted(known, key=itemgetter(0)):
            name, content = _content(file)  # read again, so that one file at a time is held
            try:
                reports.append(await loading.load(name, read(content)))
            except (OSError, PreparerLostError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise LoadStoppedError(name, _told(error), LoadReport(files=tuple(reports))) from error
    return LoadReport(files=tuple(reports))


@dataclass(frozen=True, slots=True)
class _Loading:
    connection: Connection
    registry: Connection | None
    sealer: StoringSealer
    desks: Desks
    today: date
    progress: Hears
    chunk: int

    async def load(self, name: str, file: RawFile) -> FileReport:
        layout = file.layout
        connection = self.registry if layout.name in ASKING else self.connection
        if connection is None:
            return FileReport(name=name, layout=layout.name, refused=Refusal.FOR_THE_REGISTRY)
        tally = Tally()
        self.progress(Step(name=name, layout=layout))
        try:
            # COMMIT POINT: the whole file or nothing of it
            async with connection.transaction():
                await connection.execute(ONE_AT_A_TIME)
                await self._write(connection, name, file, tally)
        except FileRefusedError as error:
            return FileReport(name=name, layout=layout.name, refused=error.reason)
        return tally.report(name, layout, file.passed)

    async def _write(self, connection: Connection, name: str, file: RawFile, tally: Tally) -> None:
        """INVARIANT: no row refers to a row of its own file, so that a chunk may be looked up before those ahead of it
        are written. Whether a row is stored already is asked when its turn to be written has come."""
        speaking = asyncio.Lock()

        async def prepared(chunk: Sequence[RawRow]) -> Prepared:
            async with self.desks.lent() as desk:
                wanted = await desk.check(file.layout, chunk)
                async with speaking:
                    register = await look_up(connection, wanted)
                return await desk.build(file.layout, register)

        writer = Writer(connection, self.sealer, self.today)
        async with aclosing(in_order(prepared, _chunks(file.rows, self.chunk), self.desks.count + 1)) as chunks:
            async for chunk in chunks:
                async with speaking:
                    outcomes = await writer.write([row for built in chunk.built for row in built.rows])
                done = tally.count(chunk, outcomes)
                self.progress(Step(name=name, layout=file.layout, lines=tally.lines, done=done))


@cache
def _regulation() -> Regulation:
    return load_regulation(policies.contents())


def _content(file: Path | tuple[str, bytes]) -> tuple[str, bytes]:
    return (file.name, file.read_bytes()) if isinstance(file, Path) else file


def _chunks(rows: Iterable[RawRow], size: int) -> Iterator[list[RawRow]]:
    each = iter(rows)
    while chunk := list(islice(each, size)):
        yield chunk


def _told(error: Exception) -> str:
    """What kind of error, and which rule of the database; never its own words, which may quote values of rows."""
    rule = getattr(error, "constraint_name", None)
    return type(error).__name__ + (f" ({rule})" if rule else "")
