"""Loads an invented city into a new embedded database, twice, and prints how fast: median rows per second of each
layout, and what a row costs in processor time. Not part of the test run: ``python benchmarks/intake.py``.

Every 5 000 subjects are a part with a file of each layout; medians are over parts. Processor time is that of this
process, of those that prepare rows, and of the database: it says what the machine could do if nobody else used it.
"""

import argparse
import asyncio
import gc
import platform
import resource
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import psutil  # type: ignore[import-untyped]

from gateway.commands.load import cores, load
from gateway.founding import found
from gateway.installation import Installation, opened
from gateway.intake.city.files import city_files
from gateway.intake.load import Step
from gateway.settings import read_settings

DAY = date(2026, 5, 20)


@dataclass(slots=True)
class Watch:
    """Hears when files begin and how far they are."""

    rates: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    rows: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _last: Step | None = None
    _began: float = 0.0

    def __call__(self, step: Step) -> None:
        if not step.lines:
            self.end()
            self._began = perf_counter()
        self._last = step

    def end(self) -> None:
        """The file before this moment is stored for good."""
        if self._last is not None and self._last.lines:
            layout = self._last.layout.name
            self.rates[layout].append(self._last.lines / (perf_counter() - self._began))
            self.rows[layout] += self._last.lines
        self._last = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Processor seconds."""

    here: float
    preparing: float
    database: float

    def since(self, before: "Costs") -> "Costs":
        return Costs(
            here=self.here - before.here,
            preparing=self.preparing - before.preparing,
            database=self.database - before.database,
        )

    @property
    def whole(self) -> float:
        return self.here + self.preparing + self.database


def costs(home: Path) -> Costs:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sessions = psutil.process_iter(["name", "cwd", "cpu_times"], ad_value=None)
    folder = str((home / "database").resolve())
    times = [each.info["cpu_times"] for each in sessions if each.info["cwd"] == folder and each.info["cpu_times"]]
    return Costs(
        here=own.ru_utime + own.ru_stime,
        preparing=children.ru_utime + children.ru_stime,
        database=sum(each.user + each.system for each in times),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=cores())
    options = parser.parse_args()
    print(f"{platform.machine()}, {cores()} cores, Python {platform.python_version()}, {date.today().isoformat()}")  # noqa: DTZ011
    print(f"yardstick: five million additions in {yardstick():.2f} s")
    with tempfile.TemporaryDirectory(prefix="credit-gateway-") as folder:
        files = written(Path(folder) / "city", options.subjects)
        asyncio.run(measured(Path(folder) / "home", files, options.processes))


def yardstick() -> float:
    """Seconds, to compare runs on a machine that others use as well."""
    start, found = perf_counter(), 0
    for number in range(5_000_000):
        found += number
    return perf_counter() - start


def written(folder: Path, subjects: int) -> list[Path]:
    folder.mkdir()
    for file in city_files(subjects):
        (folder / file.name).write_bytes(file.content)
    return sorted(folder.iterdir())


async def measured(home: Path, files: list[Path], processes: int) -> None:
    settings = read_settings({}, home=home)
    await found(settings, at=DAY)
    async with opened(settings) as installation:
        gc.freeze()  # as the command does
        for name in ("first load", "the same files again"):
            print(f"\n{name}, {processes} processes that prepare rows")
            await once(installation, files, processes)
    print(f"\nmost memory of the loading process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


async def once(installation: Installation, files: list[Path], processes: int) -> None:
    watch, before, start = Watch(), costs(installation.settings.home), perf_counter()
    report = await load(files, installation, processes=processes, progress=watch)
    watch.end()
    seconds, spent = perf_counter() - start, costs(installation.settings.home).since(before)
    rows = sum(watch.rows.values())
    assert report.quarantined == 0
    for layout, rates in watch.rates.items():
        print(f"{layout:<16}{watch.rows[layout]:>10,} rows{median(rates):>10,.0f} rows/s")
    print(f"{'all':<16}{rows:>10,} rows{rows / seconds:>10,.0f} rows/s in {seconds:,.1f} s")
    parts = (("loading", spent.here), ("preparing", spent.preparing), ("database", spent.database))
    shares = ", ".join(f"{part} {1e6 * cost / rows:,.0f}" for part, cost in parts)
    print(f"processor time of a row: {1e6 * spent.whole / rows:,.0f} us ({shares})")


if __name__ == "__main__":
    main()
