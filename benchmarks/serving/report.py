"""Measurements -> medians and ratios: as data, and as tables for people."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.serving.peers import ONE_AND_MANY, Peer
from benchmarks.serving.questions import QUESTIONS
from benchmarks.serving.rounds import Measurement

Rates = Mapping[tuple[str, str, int], Mapping[int, float]]
"""Answers a second by peer, question and connections, then by round."""


def rates_of(measurements: Sequence[Measurement]) -> Rates:
    found: dict[tuple[str, str, int], dict[int, float]] = {}
    for each in measurements:
        found.setdefault((each.peer, each.question, each.connections), {})[each.round] = each.outcome.rate
    return found


def ratio(rates: Rates, peer: str, other: str, question: str, connections: int) -> float | None:
    """The median, over the rounds that both were in, of how many times as fast ``peer`` is; None where one never
    answered."""
    ours, theirs = (rates.get((name, question, connections), {}) for name in (peer, other))
    both = [ours[number] / theirs[number] for number in ours.keys() & theirs.keys() if theirs[number]]
    return median(both) if both else None


def as_data(peers: Sequence[Peer], measurements: Sequence[Measurement]) -> dict[str, Any]:
    """For machines: the medians, the ratios of the first peer to the others, and the memory."""
    rates = rates_of(measurements)
    first, *others = (peer.name for peer in peers)
    return {
        "rates": [
            {"peer": peer, "question": question, "connections": connections, "median": median(found.values())}
            for (peer, question, connections), found in rates.items()
        ],
        "ratios": [
            {"to": other, "question": each.name, "connections": connections, "ratio": found}
            for other in others
            for each in QUESTIONS
            for connections in ONE_AND_MANY
            if (found := ratio(rates, first, other, each.name, connections)) is not None
        ],
        "memory": {peer.name: max(each.memory for each in measurements if each.peer == peer.name) for peer in peers},
        "largest": {peer.name: max(each.largest for each in measurements if each.peer == peer.name) for peer in peers},
    }


def as_tables(peers: Sequence[Peer], measurements: Sequence[Measurement]) -> Iterator[str]:
    """For people: one table of answers a second for each number of connections, and one of ratios."""
    rates = rates_of(measurements)
    largest = as_data(peers, measurements)["largest"]
    for connections in reversed(ONE_AND_MANY):
        yield f"Answers a second, {connections} connection{'s' if connections > 1 else ''} (median; p99 in ms)\n"
        yield row("", *(each.title for each in QUESTIONS), "MB, largest process")
        yield row(*["---"] * (len(QUESTIONS) + 2))
        for peer in (each for each in peers if connections in each.connections):
            cells = (_cell(measurements, peer.name, each.name, connections) for each in QUESTIONS)
            yield row(peer.title, *cells, f"{largest[peer.name]:.0f}")
        yield ""
    first, *others = peers
    yield f"How many times as fast {first.title} is, 16 connections (median of the rounds)\n"
    yield row("beside", *(each.title for each in QUESTIONS))
    yield row(*["---"] * (len(QUESTIONS) + 1))
    for other in others:
        found = (ratio(rates, first.name, other.name, each.name, ONE_AND_MANY[-1]) for each in QUESTIONS)
        yield row(other.title, *("–" if each is None else f"{each:.2f}" for each in found))


def _cell(measurements: Sequence[Measurement], peer: str, question: str, connections: int) -> str:
    found = [
        each.outcome
        for each in measurements
        if (each.peer, each.question, each.connections) == (peer, question, connections)
    ]
    slowest = [each.p99 for each in found if each.p99 is not None]
    if failed := sum(each.failed for each in found):
        return f"{failed} failed"
    if not slowest:
        return "none in time"
    return f"{median(each.rate for each in found):,.1f} ({median(slowest):,.1f})"


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
