"""Running peers -> measurements, taken in rounds so that what disturbs the machine disturbs all of them alike."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.serving.load import Outcome, apply
from benchmarks.serving.peers import ONE_AND_MANY, Peer
from benchmarks.serving.questions import QUESTIONS, Question
from benchmarks.serving.servers import PeerFailed, ask, memory, running
from benchmarks.serving.tokens import Tokens

COMPARED = 50
"""Organisations about which the answers of all peers are compared."""

_SLOW_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """``memory`` and ``largest``: megabytes after it, of all its processes and of the largest."""

    round: int
    peer: str
    question: str
    connections: int
    outcome: Outcome
    memory: float
    largest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """``pids``: of the running peers, by name."""

    peers: Sequence[Peer]
    pids: Mapping[str, int]
    codes: Sequence[str]
    tokens: Tokens
    work: Path

    def compare(self) -> int:
        """Ask everybody the same; the number of answers that were equal. Errors: ``PeerFailed``."""
        equal = 0
        for question in QUESTIONS:
            for code in self.codes[: COMPARED if question.by_code else 1]:
                first, *others = ((peer, ask(peer, question, code, self.tokens.current())) for peer in self.peers)
                for peer, answer in others:
                    if answer != first[1]:
                        raise PeerFailed(f"{peer.name} and {first[0].name} differ in {question.name} of {code}")
                    equal += 1
        return equal

    def measure(self, rounds: int, seconds: int) -> Iterator[Measurement]:
        """Round 0 warms up and is not told of."""
        for number in range(rounds + 1):
            for question, connections in product(QUESTIONS, ONE_AND_MANY):
                for peer in (each for each in self.peers if connections in each.connections):
                    found = self.one(peer, question, connections, number, seconds if number else 1)
                    if number:
                        yield found

    def one(self, peer: Peer, question: Question, connections: int, number: int, seconds: int) -> Measurement:
        token = self.tokens.current() if peer.secured else ""
        outcome = apply(peer, question, self.codes, token, connections=connections, seconds=seconds, work=self.work)
        held, largest = memory(self.pids[peer.name])
        return Measurement(
            round=number,
            peer=peer.name,
            question=question.name,
            connections=connections,
            outcome=outcome,
            memory=held,
            largest=largest,
        )


@contextmanager
def started(peers: Sequence[Peer], codes: Sequence[str], tokens: Tokens, work: Path) -> Iterator[Bench]:
    """All of them, running for the time of the block."""
    with ExitStack() as stack:
        pids = {peer.name: stack.enter_context(running(peer, work)) for peer in peers}
        yield Bench(peers=peers, pids=pids, codes=codes, tokens=tokens, work=work)


def alone(peer: Peer, codes: Sequence[str], tokens: Tokens, work: Path) -> Iterator[Measurement]:
    """A slow peer, each time in a process of its own: what it has begun and nobody waits for would go on for minutes
    and disturb whoever comes next."""
    for question, connections in product(QUESTIONS, peer.connections):
        with started((peer,), codes, tokens, work) as bench:
            yield bench.one(peer, question, connections, 1, _SLOW_SECONDS)
