"""``python -m benchmarks.log``: entries a second through the log's writers, and what the log adds to an answer.

Both with 1, 2 and 4 processes, on the city that ``benchmarks.serving`` keeps. The gateway is asked in turn with the log
and with a log that forgets (``benchmarks/peers/unlogged``), in rounds, so that what disturbs the machine disturbs both.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.log.writing import Written, measure
from benchmarks.serving import machine, town
from benchmarks.serving.__main__ import CACHE, say
from benchmarks.serving.peers import ONE_AND_MANY, free_port, gateway, unlogged
from benchmarks.serving.questions import QUESTIONS
from benchmarks.serving.report import row
from benchmarks.serving.rounds import Bench, Measurement, started
from benchmarks.serving.tokens import Tokens

PROCESSES = (1, 2, 4)
CONNECTIONS = ONE_AND_MANY[-1]
ASKED = tuple(question for question in QUESTIONS if question.name != "pages")


def main() -> None:
    options = _options()
    options.cache.mkdir(parents=True, exist_ok=True)
    home = options.home or options.cache / f"home-{options.subjects}"
    town.prepared(home, options.subjects)
    with town.opened(home) as url:
        found = asyncio.run(town.settle(home, url))
        written = [_written(home, url, processes, options) for processes in PROCESSES]
        measurements = list(_asked(found, options))
    told = {
        "machine": machine.described(date.today()),  # noqa: DTZ011  # the date on the machine's own calendar
        "written": [[asdict(each) for each in rounds] for rounds in written],
        "measurements": [asdict(each) for each in measurements],
    }
    options.out.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    print("\n".join((*_written_table(written), "", *_asked_table(measurements))))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.log", description=__doc__)
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where cities are kept")
    parser.add_argument("--home", type=Path, help="an installation to use, in place of the one in the cache")
    parser.add_argument("--out", type=Path, default=Path("log.json"))
    return parser.parse_args()


def _written(home: Path, url: str, processes: int, options: argparse.Namespace) -> list[Written]:
    taken = []
    for _ in range(options.rounds):
        taken.append(measure(home, url, processes, options.seconds))
        say(f"{processes} writing: {taken[-1].rate:,.0f} entries a second")
    return taken


def _asked(found: town.Town, options: argparse.Namespace) -> Iterator[Measurement]:
    public_url = f"http://127.0.0.1:{free_port()}"
    peers = [make(found.home, public_url, processes) for processes in PROCESSES for make in (gateway, unlogged)]
    with started(peers, found.codes, Tokens(found.home, public_url), options.cache) as bench:
        say(f"{bench.compare()} answers are equal")
        for each in _rounds(bench, options.rounds, options.seconds):
            say(f"{each.round} {each.question} {each.peer}: {each.outcome.rate:,.1f}")
            yield each


def _rounds(bench: Bench, rounds: int, seconds: int) -> Iterator[Measurement]:
    """Round 0 warms up and is not told of."""
    for number in range(rounds + 1):
        for question in ASKED:
            for peer in bench.peers:
                found = bench.one(peer, question, CONNECTIONS, number, seconds if number else 1)
                if number:
                    yield found


def _written_table(written: Sequence[Sequence[Written]]) -> Iterator[str]:
    yield row("processes", "entries a second", "p50, ms", "p99, ms", "seconds until all were in the tree")
    yield row(*["---"] * 5)
    for rounds in written:
        cells = (median(getattr(each, name) for each in rounds) for name in ("rate", "p50", "p99", "behind"))
        yield row(str(rounds[0].processes), *(f"{cell:,.1f}" for cell in cells))


def _asked_table(measurements: Sequence[Measurement]) -> Iterator[str]:
    yield row("processes", "question", "with the log (p99, ms)", "without (p99, ms)", "p99 added, ms", "times as fast")
    yield row(*["---"] * 6)
    for processes in PROCESSES:
        names = [_name(made, processes) for made in ("gateway", "unlogged")]
        for question in ASKED:
            (rate, slow), (free, quick) = (_medians(measurements, name, question.name) for name in names)
            cells = (f"{rate:,.0f} ({slow:.1f})", f"{free:,.0f} ({quick:.1f})", f"{slow - quick:.1f}")
            yield row(str(processes), question.title, *cells, f"{rate / free:.2f}")


def _name(peer: str, processes: int) -> str:
    return peer if processes == 1 else f"{peer}-{processes}"


def _medians(measurements: Sequence[Measurement], peer: str, question: str) -> tuple[float, float]:
    """Of answers a second, and of the slowest hundredth."""
    found = [each.outcome for each in measurements if (each.peer, each.question) == (peer, question)]
    if any(each.failed for each in found):
        sys.exit(f"{peer} failed at {question}")
    return median(each.rate for each in found), median(each.p99 or 0.0 for each in found)


if __name__ == "__main__":
    main()
