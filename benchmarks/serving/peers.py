"""The peers: how each is started, where it listens, and a question in its words."""

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from benchmarks.serving.questions import Question

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "benchmarks" / "peers"
CREDIT_GATEWAY = (sys.executable, "-c", "from gateway.commands.cli import main; main()")
"""The command, of the checkout that it runs in."""

ONE_AND_MANY = (1, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """``folder``: what it runs from, below ``benchmarks/peers``; ``command``: its arguments but for the port, which is
    in its environment or appended; ``slow``: measured once, alone and for longer; ``secured``: takes a token."""

    name: str
    title: str
    folder: str
    command: tuple[str, ...]
    path: str
    port: int
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    connections: Sequence[int] = ONE_AND_MANY
    secured: bool = False
    slow: bool = False

    def url(self, question: Question) -> str:
        return f"http://127.0.0.1:{self.port}{self.path.format(question=question.name)}"

    def body(self, question: Question, code: str) -> bytes:
        """What is sent: a document, where the peer speaks GraphQL, and the variables."""
        document = PEERS / self.folder / f"{question.name}.graphql"
        asked = {"query": document.read_text("utf-8")} if document.exists() else {}
        variables = {"variables": {"uscc": code}} if question.by_code else {}
        return json.dumps({**asked, **variables}, ensure_ascii=False).encode()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def gateway(home: Path, public_url: str, workers: int = 1) -> Peer:
    """As it is shipped, but for what is there to stop such callers: rates are raised, and nobody watches."""
    port = int(public_url.rpartition(":")[2]) if workers == 1 else free_port()
    options = ("--port", str(port), "--workers", str(workers), "--without", "watch")
    command = (*CREDIT_GATEWAY, "serve", "--home", str(home), *options)
    return _of_this_gateway("gateway", "this gateway", command, home, public_url, port, workers)


def unlogged(home: Path, public_url: str, workers: int = 1) -> Peer:
    """The same with its log left out; it takes the tokens that ``gateway`` issues."""
    port = free_port()
    options = ("--port", str(port), "--workers", str(workers), "--log-level", "warning", "--no-access-log")
    command = (sys.executable, "-m", "uvicorn", "--factory", "benchmarks.peers.unlogged.app:application", *options)
    return _of_this_gateway("unlogged", "this gateway without its log", command, home, public_url, port, workers)


def _of_this_gateway(
    name: str, title: str, command: tuple[str, ...], home: Path, public_url: str, port: int, workers: int
) -> Peer:
    return Peer(
        name=name if workers == 1 else f"{name}-{workers}",
        title=title if workers == 1 else f"{title}, {workers} processes",
        folder="gateway",
        command=command,
        path="/graphql",
        port=port,
        environment={
            "CREDIT_GATEWAY_HOME": str(home),
            "CREDIT_GATEWAY_PUBLIC_URL": public_url,
            "CREDIT_GATEWAY_CALLER_RATE": "1000000",
        },
        connections=ONE_AND_MANY if workers == 1 else ONE_AND_MANY[1:],
        secured=True,
    )


def postgraphile(installed: Path, database: Mapping[str, str]) -> Peer:
    """``database``: as libpq's variables name it."""
    port = free_port()
    return Peer(
        name="postgraphile",
        title="PostGraphile 5, row security, masking views",
        folder="postgraphile",
        command=(str(installed / "node_modules" / ".bin" / "node"), str(installed / "server.mjs")),
        path="/graphql",
        port=port,
        environment={**database, "PORT": str(port), "NODE_ENV": "production"},
    )


def strawberry(python: Path, database: str) -> Peer:
    return _uvicorn("strawberry_casbin", "Strawberry, SQLAlchemy, Casbin per field", python, database, slow=True)


def handwritten(python: Path, database: str, *, reset: bool) -> Peer:
    """``reset``: whether its pool resets sessions, as asyncpg's does unless told not to."""
    if reset:
        return _uvicorn("handwritten", "one statement, bare Starlette", python, database, RESET="yes")
    return _uvicorn("handwritten", "the same, sessions not reset", python, database, suffix="-bare")


def _uvicorn(
    folder: str, title: str, python: Path, database: str, *, suffix: str = "", slow: bool = False, **more: str
) -> Peer:
    port = free_port()
    options = ("--port", str(port), "--log-level", "warning", "--no-access-log")
    return Peer(
        name=folder + suffix,
        title=title,
        folder=folder,
        command=(str(python), "-m", "uvicorn", f"benchmarks.peers.{folder}.app:app", *options),
        path="/graphql/" if slow else "/{question}",
        port=port,
        environment={"DATABASE": database, **more},
        slow=slow,
    )


def environment_of(peer: Peer) -> dict[str, str]:
    """The environment of its process: what any program needs, and its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **peer.environment}
