"""The real command line and the real server, as users start them: processes on a home folder of the test's own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Any

import httpx

from gateway.database import embedded
from gateway.database.cluster import stop_cluster
from gateway.settings import PREFIX
from tests.city import PATIENCE

SCRIPT = Path(sys.executable).with_name("credit-gateway")
BUSINESS_DATE = "2026-05-20"


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder, and the port that its server is given."""

    folder: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, command: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """One command on this home; "log verify" is one."""
        words = (str(SCRIPT), *command.split(), "--home", str(self.folder), *arguments)
        return subprocess.run(words, capture_output=True, text=True, env=self._environment(), check=False)

    def said(self, command: str, *arguments: str) -> Any:
        """What a command that must succeed prints with ``--json``."""
        done = self.run(command, "--json", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def token(self, client: str, operator: str = "1001") -> str:
        done = self.run("token", "--client", client, "--operator", operator)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def bearer(self, client: str, operator: str = "1001") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(client, operator)}"}

    @contextmanager
    def serving(self, command: str, *arguments: str) -> Iterator["Server"]:
        """A server that answers, stopped at the end of the block as by Ctrl-C or a service manager."""
        written = self.folder.with_name("written")
        with written.open("ab") as output:
            words = (str(SCRIPT), command, "--home", str(self.folder), *arguments)
            process = subprocess.Popen(words, stdout=output, stderr=output, env=self._environment())
        try:
            with httpx.Client(base_url=self.url) as http:
                server = Server(home=self, process=process, written=written, http=http)
                server.wait_until(server.ready)
                yield server
        finally:
            process.terminate()
            process.wait()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The owner's URL of the embedded database, which runs during the block whoever else uses it."""
        hold = embedded.start(self.folder)
        try:
            yield hold.url
        finally:
            hold.stop()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return {**kept, **PATIENCE, **self.environment}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    home: Home
    process: "subprocess.Popen[bytes]"
    written: Path
    http: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers=_named(headers))

    def ask(
        self, query: str, variables: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        body = {"query": query, "variables": dict(variables or {})}
        return self.http.post("/graphql", json=body, headers=dict(headers or {}))

    def ready(self) -> bool:
        return self.checks().get("ready") is True

    def checks(self) -> dict[str, Any]:
        """What /readyz says; nothing where nobody listens."""
        try:
            found: dict[str, Any] = self.get("/readyz").json()
        except httpx.TransportError:
            return {}
        return found

    def wait_until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            assert self.process.poll() is None, self.written.read_text("utf-8")
            sleep(0.05)


@contextmanager
def new_home(**environment: str) -> Iterator[Home]:
    """An empty home. Not under pytest's own folder: the database server's user could not enter that."""
    folder = Path(tempfile.mkdtemp(prefix="credit-gateway-"))
    try:
        yield Home(folder / "home", free_port(), {PREFIX + name: value for name, value in environment.items()})
    finally:
        stop_cluster(folder / "home" / embedded.FOLDER)  # where a killed server has left it running
        shutil.rmtree(folder)


@contextmanager
def prepared_home(**environment: str) -> Iterator[Home]:
    """A home with the invented city in it."""
    with new_home(**environment) as home:
        done = home.run("demo", "--no-serve", "--port", str(home.port), "--at", BUSINESS_DATE)
        assert done.returncode == 0, done.stderr
        yield home


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
