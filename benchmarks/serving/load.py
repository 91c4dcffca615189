"""A peer, a question and a number of connections -> how many answers a second, as wrk counts them."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.peers import Peer
from benchmarks.serving.questions import Question

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``rate``: answers a second; ``p50`` and ``p99``: milliseconds, None where nothing was answered in time;
    ``failed``: requests that were refused or broke off, among which the rate means nothing."""

    rate: float
    p50: float | None
    p99: float | None
    failed: int


def apply(
    peer: Peer, question: Question, codes: Sequence[str], token: str, *, connections: int, seconds: int, work: Path
) -> Outcome:
    """One thread asks for some seconds, about one organisation after the other."""
    bodies = work / f"{peer.name}-{question.name}.bodies"
    bodies.write_bytes(b"\n".join(peer.body(question, code) for code in (codes if question.by_code else codes[:1])))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT)]
    arguments = [str(bodies), *([token] if peer.secured else [])]
    done = subprocess.run([*command, peer.url(question), "--", *arguments], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    answered = found["requests"] > 0
    return Outcome(
        rate=found["requests"] / found["microseconds"] * 1_000_000,
        p50=found["p50"] / 1000 if answered else None,
        p99=found["p99"] / 1000 if answered else None,
        failed=found["failed"],
    )
