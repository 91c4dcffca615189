"""Ten times the city: ``python -m benchmarks.growth``: does a request cost the same, and does every statement go by an
index? Two gateways, each on a city of its own, asked in turn; then what PostgreSQL does for each question, in pages.
"""

import argparse
import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.plans import Plan, plan_of, reads_of
from benchmarks.serving import machine, town
from benchmarks.serving.__main__ import CACHE, say
from benchmarks.serving.peers import ONE_AND_MANY, PEERS, free_port, gateway
from benchmarks.serving.questions import QUESTIONS
from benchmarks.serving.report import row
from benchmarks.serving.rounds import Bench, Measurement, started
from benchmarks.serving.tokens import CLIENT, OPERATOR, Tokens
from gateway.app import named_caller
from gateway.home import settings_of
from gateway.installation import opened

CONNECTIONS = ONE_AND_MANY[-1]
EXPLAINED = 20
"""Organisations whose statements are explained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One question in one city: medians over those asked about."""

    question: str
    pages: float
    milliseconds: float
    indexes: tuple[str, ...]
    walks: tuple[str, ...]


def main() -> None:
    options = _options()
    options.cache.mkdir(parents=True, exist_ok=True)
    homes = options.homes or [options.cache / f"home-{subjects}" for subjects in options.subjects]
    for home, subjects in zip(homes, options.subjects, strict=True):
        say(f"loading {home.name}, unless it is there")
        town.prepared(home, subjects)
    with ExitStack() as stack:
        urls = [stack.enter_context(town.opened(home)) for home in homes]
        towns = [asyncio.run(town.settle(home, url)) for home, url in zip(homes, urls, strict=True)]
        explained = [asyncio.run(_explained(found)) for found in towns]
        measurements = _measured(towns, options)
    told = {
        "machine": machine.described(date.today()),  # noqa: DTZ011  # the date on the machine's own calendar
        "rows": [found.counts for found in towns],
        "explained": [[asdict(each) for each in city] for city in explained],
        "measurements": [[asdict(each) for each in city] for city in measurements],
    }
    options.out.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    print("\n".join(_table([f"{found.counts['subjects']:,} subjects" for found in towns], explained, measurements)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--subjects", type=int, nargs=2, default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where cities are kept")
    parser.add_argument("--homes", type=Path, nargs=2, help="installations to use, in place of those in the cache")
    parser.add_argument("--out", type=Path, default=Path("growth.json"))
    return parser.parse_args()


async def _explained(found: town.Town) -> list[Explained]:
    settings = settings_of(os.environ, found.home)
    async with opened(settings) as installation:
        caller = await named_caller(installation, CLIENT, OPERATOR)
        told = []
        for question in QUESTIONS:
            document = (PEERS / "gateway" / f"{question.name}.graphql").read_text("utf-8")
            plans: list[Plan] = []
            for code in found.codes[: EXPLAINED if question.by_code else 1]:
                _, reads = await reads_of(installation, document, {"uscc": code} if question.by_code else {}, caller)
                plans += [await plan_of(installation, read) for read in reads]
            told.append(_summary(question.name, plans))
    return told


def _summary(question: str, plans: Sequence[Plan]) -> Explained:
    return Explained(
        question=question,
        pages=median(plan.pages for plan in plans),
        milliseconds=median(plan.milliseconds for plan in plans),
        indexes=tuple(sorted({name for plan in plans for name in plan.indexes()})),
        walks=tuple(sorted({name for plan in plans for name in plan.walks()})),
    )


def _measured(towns: Sequence[town.Town], options: argparse.Namespace) -> list[list[Measurement]]:
    """By city."""
    with ExitStack() as stack:
        benches = []
        for found in towns:
            public_url = f"http://127.0.0.1:{free_port()}"
            peers, tokens = (gateway(found.home, public_url),), Tokens(found.home, public_url)
            benches.append(stack.enter_context(started(peers, found.codes, tokens, options.cache)))
        taken: list[list[Measurement]] = [[] for _ in benches]
        for place, each in _rounds(benches, options.rounds, options.seconds):
            say(f"{each.round} {each.question} city {place + 1}: {each.outcome.rate:,.1f}")
            taken[place].append(each)
        return taken


def _rounds(benches: Sequence[Bench], rounds: int, seconds: int) -> Iterator[tuple[int, Measurement]]:
    """Round 0 warms up and is not told of."""
    for number in range(rounds + 1):
        for question in QUESTIONS:
            for place, bench in enumerate(benches):
                found = bench.one(bench.peers[0], question, CONNECTIONS, number, seconds if number else 1)
                if number:
                    yield place, found


def _table(
    names: Sequence[str], explained: Sequence[Sequence[Explained]], measurements: Sequence[Sequence[Measurement]]
) -> Iterator[str]:
    heads = ("answers a second", "pages", "ms in the database")
    yield row("", *(f"{head}, {name}" for head in heads for name in names), "read end to end")
    yield row(*["---"] * 8)
    for place, question in enumerate(QUESTIONS):
        cells: list[Any] = [f"{_rate(city, question.name):,.1f}" for city in measurements]
        cells += [f"{city[place].pages:,.0f}" for city in explained]
        cells += [f"{city[place].milliseconds:,.2f}" for city in explained]
        walks = sorted({name for city in explained for name in city[place].walks})
        yield row(question.title, *cells, ", ".join(walks) or "nothing")


def _rate(measurements: Sequence[Measurement], question: str) -> float:
    return median(each.outcome.rate for each in measurements if each.question == question)


if __name__ == "__main__":
    main()
