"""Two server processes on one database: each answers and logs, an assertion is good for one token in either."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

from gateway.database.engines import owner_connection
from tests.http.running import Home, Server, prepared_home
from tests.http.tokens import token_form
from tests.ledger.ledgers import verified

FOODS = "91420199MA9TERT20X"
QUERY = {"query": f'{{ subject(by: {{uscc: "{FOODS}"}}) {{ name }} }}'}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home(PUBLIC_RATE="1000000") as home, home.serving("serve", "--workers", "2") as found:
        found.wait_until(lambda: both_began(found))
        yield found


def workers(server: Server) -> list[int]:
    """The processes that answer, without the one that watches over them."""
    children = psutil.Process(server.process.pid).children()
    alive = (each for each in children if each.status() != psutil.STATUS_ZOMBIE)
    return sorted(each.pid for each in alive if any("spawn_main" in word for word in each.cmdline()))


def both_began(server: Server) -> bool:
    """Whether there are two, and both have told the log that they began: held for longer, they would be replaced."""

    async def read() -> set[str]:
        with server.home.database() as url:
            async with owner_connection(url) as owner:
                return {row["process"] for row in await owner.fetch("SELECT process FROM audit_writer")}

    found = set(workers(server))
    return len(found) == 2 and set(map(str, found)) <= asyncio.run(read())


@contextmanager
def only(server: Server, pid: int) -> Iterator[httpx.Client]:
    """Every connection that is made meanwhile is this process's: the others are held."""
    others = [each for each in workers(server) if each != pid]
    for each in others:
        os.kill(each, signal.SIGSTOP)
    try:
        with httpx.Client(base_url=server.home.url, timeout=60) as http:
            yield http
    finally:
        for each in others:
            os.kill(each, signal.SIGCONT)


def answers(server: Server, pid: int) -> bool:
    with only(server, pid) as http:
        return http.post("/graphql", json=QUERY).status_code == 200


def processes(home: Home) -> Mapping[UUID, int]:
    """By which process each entry was written, after all chains have verified."""

    async def read() -> Mapping[UUID, int]:
        with home.database() as url:
            async with owner_connection(url) as owner:
                stored = await verified(owner)
                names = dict(await owner.fetch("SELECT writer, process FROM audit_writer"))
        servers = {writer: int(name) for writer, name in names.items() if name.isdigit()}  # not the sequencer's
        return {entry: servers[leaf.writer] for entry, leaf in stored.items() if leaf.writer in servers}

    return asyncio.run(read())


def test_each_process_answers_and_logs(server: Server) -> None:
    entries = {}
    for pid in workers(server):
        with only(server, pid) as http:
            answer = http.post("/graphql", json=QUERY)
        assert answer.json()["data"] == {"subject": {"name": "武汉测试食品有限公司"}}
        entries[pid] = UUID(answer.headers["audit-entry"])

    assert len(entries) == 2
    written = processes(server.home)
    assert {pid: written[entry] for pid, entry in entries.items()} == {pid: pid for pid in entries}


def test_an_assertion_is_good_for_one_token_in_whichever_process(server: Server) -> None:
    one, other = workers(server)
    given = token_form(server, "A1", "1001")
    outcomes: list[Any] = []
    for pid in (one, other, one):
        with only(server, pid) as http:
            outcomes.append(http.post("/oauth/token", data=given))

    assert [each.status_code for each in outcomes] == [200, 401, 401]
    assert {each.json()["error"] for each in outcomes[1:]} == {"invalid_client"}


def test_a_token_of_one_process_is_good_in_the_other(server: Server) -> None:
    one, other = workers(server)
    with only(server, one) as http:
        token = http.post("/oauth/token", data=token_form(server, "A1", "1001")).json()["access_token"]
    with only(server, other) as http:
        headers = {"Authorization": f"Bearer {token}"}
        answer = http.post("/graphql", json={"query": "{ viewer { operator } }"}, headers=headers)

    assert answer.json()["data"] == {"viewer": {"operator": "1001"}}


def test_a_killed_process_is_replaced_and_the_other_goes_on(server: Server) -> None:
    victim, other = workers(server)
    os.kill(victim, signal.SIGKILL)

    assert answers(server, other)
    server.wait_until(lambda: victim not in workers(server) and both_began(server))
    (successor,) = set(workers(server)) - {other}
    assert answers(server, successor)
