"""The real server when things end badly: killed under load, without its log, with a policy that it does not have.

What a client received is in the log, always; what could not be logged was not received.
"""

import asyncio
import json
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

import asyncpg
import httpx
import pytest

from gateway.database import embedded
from gateway.database.engines import owner_connection
from gateway.ledger.proof.chains import StoredLeaf
from tests.http.running import Home, Server, free_port, prepared_home
from tests.ledger.ledgers import verified

FOODS = "91420199MA9TERT20X"
QUERY = "query ($uscc: String!) { subject(by: {uscc: $uscc}) { name records { edges { node { facts } } } } }"
NAME = "武汉测试食品有限公司"
CLIENTS = 8
MOST = 60  # requests of each client


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with prepared_home(PUBLIC_RATE="1000000", LEDGER_COMMIT_TIMEOUT="2") as found:
        yield found


def log_of(home: Home) -> dict[UUID, StoredLeaf]:
    """Every stored leaf, after all chains have verified."""

    async def read() -> dict[UUID, StoredLeaf]:
        with home.database() as url:
            async with owner_connection(url) as owner:
                return await verified(owner)

    return asyncio.run(read())


# Killed ---------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Load:
    """Clients that ask until the server is gone, and what they received."""

    url: str
    enough: int
    received: list[UUID] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)

    def client(self) -> None:
        with httpx.Client(base_url=self.url) as http:
            for _ in range(MOST):
                try:
                    answer = http.post("/graphql", json={"query": QUERY, "variables": {"uscc": FOODS}})
                except httpx.TransportError:
                    break
                assert answer.json()["data"]["subject"]["name"] == NAME
                self.received.append(UUID(answer.headers["audit-entry"]))
                if len(self.received) >= self.enough:
                    self.reached.set()
        self.reached.set()


def killed_under_load(home: Home, enough: int) -> list[UUID]:
    own = replace(home, port=free_port())
    load = Load(own.url, enough)
    clients = [threading.Thread(target=load.client) for _ in range(CLIENTS)]
    with own.serving("serve", "--port", str(own.port)) as server:
        for client in clients:
            client.start()
        load.reached.wait()
        server.process.send_signal(signal.SIGKILL)
        for client in clients:
            client.join()
    assert server.process.returncode == -signal.SIGKILL
    return load.received


@pytest.mark.parametrize("seed", range(3))
def test_what_clients_received_is_in_the_log(home: Home, seed: int) -> None:
    enough = random.Random(seed).randrange(20, CLIENTS * MOST // 2)

    received = killed_under_load(home, enough)

    stored = log_of(home)
    assert enough <= len(received) < CLIENTS * MOST
    assert len(set(received)) == len(received)
    assert stored.keys() >= set(received)
    assert {json.loads(stored[each].leaf)["kind"] for each in received} == {"release"}


def test_after_a_kill_it_starts_and_answers_and_its_log_verifies(home: Home) -> None:
    before = killed_under_load(home, 1)

    own = replace(home, port=free_port())
    with own.serving("serve", "--port", str(own.port)) as server:
        answer = server.ask(QUERY, {"uscc": FOODS})

    assert answer.json()["data"]["subject"]["name"] == NAME
    assert log_of(home).keys() >= {*before, UUID(answer.headers["audit-entry"])}


# Without its log ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    with home.serving("serve") as found:
        yield found


@contextmanager
def undone(home: Home, do: tuple[str, ...], undo: tuple[str, ...]) -> Iterator[None]:
    """Statements of the database's superuser, and those that take them back."""
    hold = embedded.start(home.folder)

    async def execute(statements: tuple[str, ...]) -> None:
        connection = await asyncpg.connect(hold.superuser_url("credit"))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    try:
        asyncio.run(execute(do))
        try:
            yield
        finally:
            asyncio.run(execute(undo))
    finally:
        hold.stop()


def answers(server: Server) -> bool:
    return server.ask(QUERY, {"uscc": FOODS}).status_code == 200


def test_without_rights_on_its_log_nothing_is_disclosed(server: Server) -> None:
    before = log_of(server.home)
    revoked = ("REVOKE INSERT ON audit_pending FROM credit_ledger_writer",)
    granted = ("GRANT INSERT (writer, wseq, id, leaf, leaf_hash, t) ON audit_pending TO credit_ledger_writer",)
    with undone(server.home, revoked, granted):
        refused = [server.ask(QUERY, {"uscc": FOODS}) for _ in range(3)]
        introspected = server.ask("{ __typename }")

    for answer in refused:
        assert (answer.status_code, answer.headers["retry-after"].isdecimal()) == (503, True)
        assert answer.json()["errors"][0]["extensions"]["code"] == "LEDGER_UNAVAILABLE"
        assert answer.json().keys() == {"errors"}
        assert NAME not in answer.text
        assert "audit-entry" not in answer.headers
    assert introspected.status_code in (200, 503)
    server.wait_until(lambda: answers(server))
    assert log_of(server.home).keys() > before.keys()


def test_cut_off_from_its_log_it_says_so_and_recovers(server: Server) -> None:
    cut = (
        "ALTER ROLE credit_ledger_writer NOLOGIN",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'credit_ledger_writer'",
    )
    with undone(server.home, cut, ("ALTER ROLE credit_ledger_writer LOGIN",)):
        server.wait_until(lambda: not answers(server))
        refused = server.ask(QUERY, {"uscc": FOODS})
        server.wait_until(lambda: server.checks()["checks"]["ledger"] is False)
        unready = server.get("/readyz")
        alive = server.get("/healthz")

    assert (refused.status_code, unready.status_code, alive.status_code) == (503, 503, 200)
    assert refused.json()["errors"][0]["extensions"]["code"] == "LEDGER_UNAVAILABLE"
    server.wait_until(lambda: answers(server))
    server.wait_until(server.ready)
    assert log_of(server.home)


# With a policy that it does not have ----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [QUERY, "{ viewer { kind } }", "{ purposes { code } }"])
def test_under_a_policy_that_is_not_here_nothing_is_answered(server: Server, query: str) -> None:
    version = server.ask("{ viewer { policyVersion } }").json()["data"]["viewer"]["policyVersion"]
    other = ("UPDATE authz_state SET policy_version = repeat('f', 64)",)
    with undone(server.home, other, (f"UPDATE authz_state SET policy_version = '{version}'",)):  # noqa: S608
        variables = {"uscc": FOODS} if query is QUERY else {}
        refused = [server.ask(query, variables) for _ in range(2)]
        unready = server.get("/readyz")

    for answer in refused:
        assert (answer.status_code, answer.json().keys()) == (500, {"errors"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert "f" * 64 not in answer.text
    assert (unready.status_code, unready.json()["checks"]["policies"]) == (503, False)
    assert server.ask(query, variables).status_code == 200
    assert server.get("/readyz").status_code == 200


def test_under_a_policy_that_is_not_here_it_does_not_start(home: Home, server: Server) -> None:
    version = server.ask("{ viewer { policyVersion } }").json()["data"]["viewer"]["policyVersion"]
    other = ("UPDATE authz_state SET policy_version = repeat('f', 64)",)
    with undone(home, other, (f"UPDATE authz_state SET policy_version = '{version}'",)):  # noqa: S608
        done = home.run("serve")

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
