"""``python -m benchmarks.serving``: one command, one run; tables to standard output, everything to ``--out``.

It loads a city once and keeps it in the cache, installs what the peers need beside it, starts all of them on that
city's database, compares their answers, and only then measures, in rounds.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from benchmarks.serving import installed, machine, report, town
from benchmarks.serving.peers import Peer, free_port, gateway, handwritten, postgraphile, strawberry
from benchmarks.serving.rounds import Measurement, alone, started
from benchmarks.serving.tokens import Tokens

CACHE = Path("~/.cache/credit-gateway-benchmarks").expanduser()


def main() -> None:
    options = _options()
    options.cache.mkdir(parents=True, exist_ok=True)
    home = options.home or options.cache / f"home-{options.subjects}"
    say("loading the city, unless it is there")
    town.prepared(home, options.subjects)
    with town.opened(home) as url:
        say("views, roles and statistics")
        found = asyncio.run(town.settle(home, url))
        public_url = f"http://127.0.0.1:{free_port()}"
        peers = tuple(each for each in _peers(found, public_url, options.cache) if _wanted(each, options.only))
        measurements = _told(_measured(peers, found, Tokens(home, public_url), options))
    told = {
        "machine": machine.described(date.today()),  # noqa: DTZ011  # the date on the machine's own calendar
        "rows": found.counts,
        **report.as_data(peers, measurements),
        "measurements": [asdict(each) for each in measurements],
    }
    options.out.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    print("\n".join(report.as_tables(peers, measurements)))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--only", nargs="*", default=[], help="names of peers; the gateway is always there")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where cities and packages are kept")
    parser.add_argument("--home", type=Path, help="an installation to use, in place of the one in the cache")
    parser.add_argument("--out", type=Path, default=Path("serving.json"))
    return parser.parse_args()


def _wanted(peer: Peer, only: Sequence[str]) -> bool:
    return not only or peer.name in only or peer.name == "gateway"


def _peers(found: town.Town, public_url: str, cache: Path) -> Iterator[Peer]:
    """The first is the one that the others are compared with."""
    say("packages of the peers")
    python = installed.python_with_packages(cache)
    yield gateway(found.home, public_url)
    yield postgraphile(installed.node_with_packages(cache), found.reader)
    yield handwritten(python, found.url, reset=True)
    yield handwritten(python, found.url, reset=False)
    yield strawberry(python, found.url)
    yield gateway(found.home, public_url, workers=2)
    yield gateway(found.home, public_url, workers=4)


def _measured(
    peers: Sequence[Peer], found: town.Town, tokens: Tokens, options: argparse.Namespace
) -> Iterator[Measurement]:
    """First whether all answer alike; then the fast ones in rounds, then the slow ones, each for itself."""
    fast, slow = (tuple(each for each in peers if each.slow is wanted) for wanted in (False, True))
    say(f"starting {', '.join(each.name for each in peers)}")
    with started(peers, found.codes, tokens, options.cache) as everybody:
        say(f"{everybody.compare()} answers are equal")
    with started(fast, found.codes, tokens, options.cache) as bench:
        yield from bench.measure(options.rounds, options.seconds)
    for peer in slow:
        yield from alone(peer, found.codes, tokens, options.cache)


def _told(measurements: Iterable[Measurement]) -> list[Measurement]:
    """All of them, each said when it is taken."""
    taken = []
    for each in measurements:
        say(f"{each.round} {each.question} {each.connections} {each.peer}: {each.outcome.rate:,.1f}")
        taken.append(each)
    return taken


if __name__ == "__main__":
    main()
