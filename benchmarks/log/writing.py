"""Processes that write -> how many entries a second go into one database, and how long each entry took.

Each process is an open installation whose ledger is given entries as fast as it takes them, by as many callers as wait
at once; nothing is asked and nothing answered. The sequencer runs beside them, as it does beside a server.
"""

import asyncio
import multiprocessing
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, cycle
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median, quantiles

import asyncpg
import uvloop

from benchmarks.serving.peers import CREDIT_GATEWAY, ROOT
from gateway.home import settings_of
from gateway.installation import opened
from gateway.ledger.append import Ledger
from gateway.ledger.entry import Decision, Entry, Kind, Operator, Query, Released, Response, RowRef

CALLERS = 256
"""Who wait for an entry at once, in all processes together."""

PATIENCE = 120.0
"""Seconds that processes wait for each other, and the sequencer is given to come to the end."""

_UNSEALED = "SELECT (SELECT count(*) FROM audit_pending) - (SELECT count(*) FROM audit_seq)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """``rate``: entries a second; ``p50`` and ``p99``: milliseconds until one was durable; ``behind``: seconds after
    the last one until all had their place in the tree."""

    processes: int
    rate: float
    p50: float
    p99: float
    behind: float


def measure(home: Path, url: str, processes: int, seconds: float) -> Written:
    with _sequencer(home):
        waits = _waits(home, processes, seconds)
        behind = asyncio.run(_sealed(url))
    hundredths = quantiles(waits, n=100)
    rate = len(waits) / seconds
    return Written(processes=processes, rate=rate, p50=median(waits), p99=hundredths[-1], behind=behind)


def entry() -> Entry:
    """A release as the first question of ``benchmarks.serving`` makes one: a firm, ten records and two measures."""
    rows = [RowRef("Record", "R-PEN-1", os.urandom(8)) for _ in range(10)]
    measures = [RowRef("Measure", "M-1", os.urandom(8)) for _ in range(2)]
    return Entry(
        kind=Kind.RELEASE,
        principal="A1",
        decision=Decision.PARTIAL,
        operator=Operator(number="1001", role="bidder-check", method="private_key_jwt"),
        purpose="PM-301",
        role="bidder",
        matter="HS-2026-0001",
        scope="sharing",
        policy_version="7",
        catalogue_version="3",
        query=Query(document=bytes(32), demand=bytes(32), operation="Bidder", depth=5, cost=40),
        fields={"full": 60, "masked": 2, "withheld": 4},
        released=(
            Released(
                subject=os.urandom(8),
                natural=False,
                rows=(*rows, *measures),
                levels={"full": 120, "masked": 4},
                clear=("Organisation.name", "Organisation.uscc", "Record.documentNumber", "Record.facts"),
                basis=("HS-5", "WH-二(三)1"),
            ),
        ),
        response=Response(digest=bytes(32), size=4200, errors=0),
        performance={"total": 3},
        address="192.0.2.1",
    )


@contextmanager
def _sequencer(home: Path) -> Iterator[None]:
    process = subprocess.Popen((*CREDIT_GATEWAY, "log", "sequence", "--home", str(home)), cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _waits(home: Path, processes: int, seconds: float) -> Sequence[float]:
    """Milliseconds of every entry of every process."""
    context = multiprocessing.get_context("spawn")
    together, told = context.Barrier(processes), context.Queue()
    arguments = (home, CALLERS // processes, seconds, together, told)
    started = [context.Process(target=_process, args=arguments) for _ in range(processes)]
    for process in started:
        process.start()
    found = [told.get(timeout=PATIENCE + seconds) for _ in started]
    for process in started:
        process.join()
    return list(chain.from_iterable(found))


def _process(home: Path, callers: int, seconds: float, together: Barrier, told: "Queue[Sequence[float]]") -> None:
    told.put(uvloop.run(_writing(home, callers, seconds, together)))


async def _writing(home: Path, callers: int, seconds: float, together: Barrier) -> Sequence[float]:
    async with opened(settings_of(os.environ, home)) as installation:
        await _append(installation.ledger, callers, 1.0)  # connections, code and caches
        await asyncio.to_thread(together.wait, PATIENCE)
        return await _append(installation.ledger, callers, seconds)


async def _append(ledger: Ledger, callers: int, seconds: float) -> Sequence[float]:
    until, waits = time.monotonic() + seconds, list[float]()
    entries = cycle([entry() for _ in range(CALLERS)])

    async def caller() -> None:
        while (began := time.monotonic()) < until:
            await ledger.append(next(entries))
            waits.append((time.monotonic() - began) * 1000)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return waits


async def _sealed(url: str) -> float:
    began = time.monotonic()
    connection = await asyncpg.connect(url)
    try:
        while await connection.fetchval(_UNSEALED):
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError("the sequencer does not come to the end")
            await asyncio.sleep(0.1)
    finally:
        await connection.close()
    return time.monotonic() - began
