"""A peer -> its running process, what it answers, and the memory it takes."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks.serving.peers import ROOT, Peer, environment_of
from benchmarks.serving.questions import QUESTIONS, Question

_PATIENCE = 120.0  # seconds until a peer listens, and until it answers
_MB = 1_000_000


class PeerFailed(Exception):  # noqa: N818  # it says what happened
    """A peer did not start, or answered with an error."""


@contextmanager
def running(peer: Peer, logs: Path) -> Iterator[int]:
    """The process id of the peer, which listens for the time of the block."""
    with (logs / f"{peer.name}.log").open("wb") as log:
        process = subprocess.Popen(
            peer.command, cwd=ROOT, env=environment_of(peer), stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _await(peer, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def ask(peer: Peer, question: Question, code: str, token: str) -> dict[str, Any]:
    """The data of one answer. Errors: ``PeerFailed``."""
    headers = {"Content-Type": "application/json"}
    if peer.secured:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(peer.url(question), peer.body(question, code), headers)  # noqa: S310  # loopback
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310
            answer = json.loads(response.read())
    except urllib.error.HTTPError as error:
        raise PeerFailed(f"{peer.name}, {question.name}: {error.read()[:500]!r}") from error
    if answer.get("errors") or not answer.get("data"):
        raise PeerFailed(f"{peer.name}, {question.name}: {str(answer)[:500]}")
    data: dict[str, Any] = answer["data"]
    return data


def memory(pid: int) -> tuple[float, float]:
    """Megabytes held by the process and those below it: of all together, and of the largest."""
    process = psutil.Process(pid)
    held = [each.memory_info().rss / _MB for each in (process, *process.children(recursive=True))]
    return sum(held), max(held)


def _await(peer: Peer, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(peer.url(QUESTIONS[0]), timeout=_PATIENCE).close()  # noqa: S310
        except urllib.error.HTTPError:
            return  # it listens, and wants another method
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise PeerFailed(f"{peer.name} does not listen; see its log")
