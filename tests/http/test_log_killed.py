"""Server and sequencer killed under load: every answer that a client received is in the log and can be proven."""

import random
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

from gateway.ledger.proof import inclusion_file
from gateway.ledger.proof.note import read_vkey
from gateway.ledger.proof.receipts import check_body, check_kept, read_keys, read_receipt
from tests.http.running import SCRIPT, Home, Server, free_port, prepared_home

QUERY = "{ viewer { kind } }"
CLIENTS = 4
MOST = 20  # requests of each client in one life of the server: whoever asks the same too often is suspended


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with prepared_home(PUBLIC_RATE="1000000", CALLER_RATE="1000000") as found:
        yield found


@dataclass(slots=True)
class Load:
    """Clients of A1 that ask until the server is gone, and what they received: the receipt and the exact body."""

    url: str
    headers: dict[str, str]
    enough: int
    received: list[tuple[str, str, bytes]] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)

    def client(self) -> None:
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=60) as http:
            for _ in range(MOST):
                try:
                    answer = http.post("/graphql", json={"query": QUERY})
                except httpx.TransportError:
                    break
                told = answer.headers
                self.received.append((told["audit-entry"], told["audit-receipt"], answer.content))
                if len(self.received) >= self.enough:
                    self.reached.set()
        self.reached.set()


def sequencer_of(server: Server) -> psutil.Process | None:
    """The child of a server that sequences."""
    children = psutil.Process(server.process.pid).children()
    return next((each for each in children if "sequence" in each.cmdline()), None)


def killed_under_load(home: Home, moments: random.Random) -> list[tuple[str, str, bytes]]:
    """First the sequencer, which is started again, then the server."""
    own = replace(home, port=free_port())
    load = Load(own.url, home.bearer("A1"), moments.randrange(20, CLIENTS * MOST - 20))
    clients = [threading.Thread(target=load.client) for _ in range(CLIENTS)]
    with own.serving("serve", "--port", str(own.port)) as server:
        server.wait_until(lambda: sequencer_of(server) is not None)
        sequencer = sequencer_of(server)
        assert sequencer is not None
        for client in clients:
            client.start()
        sequencer.kill()
        load.reached.wait()
        children = psutil.Process(server.process.pid).children()
        server.process.send_signal(signal.SIGKILL)
        for client in clients:
            client.join()
        psutil.wait_procs(children)  # a sequencer does not outlive a server that was killed
    return load.received


def test_w1_every_answer_received_is_proven_after_kills(home: Home) -> None:
    moments = random.Random(3)
    received = [each for _ in range(2) for each in killed_under_load(home, moments)]

    with home.serving("serve") as server:
        server.http.headers.update(home.bearer("A1"))
        server.wait_until(
            lambda: all(server.get(f"/log/proof/{entry}").status_code == 200 for entry, _, _ in received[-1:])
        )
        keys = [read_vkey(line) for line in server.get("/log/vkeys").text.splitlines()]
        issuers = read_keys(server.get("/.well-known/jwks.json").content)
        for entry, receipt, body in received:
            answer = server.get(f"/log/proof/{entry}")
            assert answer.status_code == 200
            claims = read_receipt(receipt, issuers)
            check_body(claims, body)
            check_kept(claims, inclusion_file.read(answer.content), keys)
    assert len({entry for entry, _, _ in received}) == len(received) >= 40
    words = (str(SCRIPT), "log", "fsck", "--home", str(home.folder))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the log is in order\n"), done.stderr
