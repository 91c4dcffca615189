"""Two server processes on one database: both answer and log, an assertion is good for one token in either."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.database.engines import owner_connection
from tests.http.running import Home, Server, prepared_home
from tests.http.tokens import asked_for_token, token_form
from tests.ledger.ledgers import verified

FOODS = "91420199MA9TERT20X"
QUERY = f'{{ subject(by: {{uscc: "{FOODS}"}}) {{ name }} }}'
AT_ONCE = 16


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home(PUBLIC_RATE="1000000") as home, home.serving("serve", "--workers", "2") as found:
        yield found


def at_once(server: Server, path: str, **request: Any) -> list[httpx.Response]:
    """The answers to one request, sent many times over connections of their own that are open together."""

    async def send() -> list[httpx.Response]:
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=server.home.url, limits=limits, timeout=60) as http:
            return await asyncio.gather(*(http.post(path, **request) for _ in range(AT_ONCE)))

    return asyncio.run(send())


def processes(home: Home, entries: list[UUID]) -> Counter[str]:
    """By which processes these entries were written, after all chains have verified."""

    async def read() -> Counter[str]:
        with home.database() as url:
            async with owner_connection(url) as owner:
                stored = await verified(owner)
                names = dict(await owner.fetch("SELECT writer, process FROM audit_writer"))
        return Counter(names[stored[entry].writer] for entry in entries)

    return asyncio.run(read())


def answered(server: Server) -> list[UUID]:
    answers = at_once(server, "/graphql", json={"query": QUERY})
    assert {answer.status_code for answer in answers} == {200}
    return [UUID(answer.headers["audit-entry"]) for answer in answers]


def answering(server: Server) -> set[str]:
    """The processes that answer: asked until there are two."""
    found: set[str] = set()

    def both() -> bool:
        found.update(processes(server.home, answered(server)))
        return len(found) == 2

    server.wait_until(both)
    return found


def test_both_processes_answer_and_log(server: Server) -> None:
    assert str(server.process.pid) not in answering(server)


def test_an_assertion_is_good_for_one_token_in_whichever_process(server: Server) -> None:
    answering(server)
    for client in ("A1", "A2", "A4"):
        answers = at_once(server, "/oauth/token", data=token_form(server, client, "1001"))

        codes = Counter(answer.status_code for answer in answers)
        assert codes == {200: 1, 401: AT_ONCE - 1}
        refused = [answer for answer in answers if answer.status_code == 401]
        assert {answer.json()["error"] for answer in refused} == {"invalid_client"}


def test_a_token_of_one_process_is_good_in_the_other(server: Server) -> None:
    token = asked_for_token(server, "A1", "1001").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    answers = at_once(server, "/graphql", json={"query": "{ viewer { operator } }"}, headers=headers)

    assert {answer.json()["data"]["viewer"]["operator"] for answer in answers} == {"1001"}


def test_a_killed_process_is_replaced_and_the_other_goes_on(server: Server) -> None:
    before = answering(server)
    victim = min(before)

    os.kill(int(victim), signal.SIGKILL)

    def replaced() -> bool:
        try:
            return answering(server) - before != set()
        except httpx.TransportError:  # the connection that the killed process had accepted
            return False

    server.wait_until(replaced)
    assert victim not in answering(server)
