"""Two server processes on one database: both answer and log, an assertion is good for one token in either."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import UUID

import httpx
import pytest

from gateway.database.engines import owner_connection
from tests.http.running import Home, Server, prepared_home
from tests.http.tokens import asked_for_token
from tests.ledger.ledgers import verified

FOODS = "91420199MA9TERT20X"
QUERY = f'{{ subject(by: {{uscc: "{FOODS}"}}) {{ name }} }}'
AT_ONCE = 16

Found = TypeVar("Found")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home(PUBLIC_RATE="1000000") as home, home.serving("serve", "--workers", "2") as found:
        yield found


def at_once(do: Callable[[], Found]) -> list[Found]:
    """What many threads get that do the same, each on a connection of its own."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [each.result() for each in [pool.submit(do) for _ in range(AT_ONCE)]]


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
    answers = at_once(lambda: server.ask(QUERY))
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
        answers = at_once(partial(asked_for_token, server, client, "1001", f"once-only-{client}"))

        codes = Counter(answer.status_code for answer in answers)
        assert codes == {200: 1, 401: AT_ONCE - 1}
        refused = [answer for answer in answers if answer.status_code == 401]
        assert {answer.json()["error"] for answer in refused} == {"invalid_client"}


def test_a_token_of_one_process_is_good_in_the_other(server: Server) -> None:
    token = asked_for_token(server, "A1", "1001").json()["access_token"]
    query = json.dumps({"query": "{ viewer { operator } }"})

    def ask() -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return httpx.post(f"{server.home.url}/graphql", content=query, headers=headers)

    answers = at_once(ask)

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
