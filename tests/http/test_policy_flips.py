"""Two server processes under load while the policy is put in force and rolled back, again and again, by the command.

Two fields of different rows are shown together or not at all, and the answer says under which version it was made. No
answer mixes the two, and none that was asked for after a command returned is of the version before.
"""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, NamedTuple

import httpx
import pytest

from gateway.commands import cli
from gateway.database.engines import owner_connection
from tests.http.running import Home, Server, prepared_home
from tests.http.test_workers import both_began, workers
from tests.ledger.ledgers import members, verified
from tests.unit.authz.shipped import loaded, shipped, without
from tests.unit.gateway.policy_office import ARTICLE, TWO, register
from tests.unit.gateway.test_policy_command import written

FLIPS = 10
CLIENTS = 4
EACH = 5  # answers that must begin after a command has returned, before the next one is given
PAUSE = 0.05  # seconds of each client, which leave the command a processor
FOODS = "91420199MA9TERT20X"
QUERY = """query ($uscc: String!) {
  viewer { policyVersion }
  subject(by: {uscc: $uscc}) {
    ... on Organisation { registeredAddress }
    records { edges { node { facts } } }
  }
}"""
FEWER = without(shipped(), "PUB-ORG-ADDRESS", "PUB-ADMIN-TEXT")
OPEN, CLOSED = loaded(shipped()).version, loaded(FEWER).version
BY_TWO = ("--approver", TWO[0], "--approver", TWO[1], "--basis", ARTICLE)
BACK = ("--approver", TWO[0], "--reason", "a trial")


class Answer(NamedTuple):
    began: float
    ended: float
    told: dict[str, Any]

    @property
    def version(self) -> str:
        version: str = self.told["extensions"]["disclosure"]["policyVersion"]
        return version

    @property
    def shown(self) -> tuple[bool, ...]:
        """Whether each of the fields was shown."""
        subject = self.told["data"]["subject"]
        facts = [edge["node"]["facts"] for edge in subject["records"]["edges"]]
        assert facts
        return (subject["registeredAddress"] is not None, *(each is not None for each in facts))


class Flip(NamedTuple):
    """A command that put a version in force, from when to when it ran."""

    began: float
    returned: float
    version: str


@dataclass(slots=True)
class Load:
    url: str
    answers: list[Answer] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def client(self) -> None:
        """Asks, on a new connection now and then, so that every process is asked by everybody."""
        while not self.enough.is_set():
            with httpx.Client(base_url=self.url, timeout=60) as http:
                for _ in range(5):
                    self.ask(http)
                    sleep(PAUSE)

    def ask(self, http: httpx.Client) -> None:
        began = monotonic()
        answer = http.post("/graphql", json={"query": QUERY, "variables": {"uscc": FOODS}})
        told = answer.json()
        if answer.status_code == 200 and "errors" not in told:
            self.answers.append(Answer(began, monotonic(), told))
        else:
            self.failures.append(answer.text)

    def wait_for(self, moment: float) -> None:
        """Until enough answers have begun after that moment."""
        while sum(each.began > moment for each in self.answers[-200:]) < EACH and not self.failures:
            sleep(0.01)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home(PUBLIC_RATE="1000000") as home:
        asyncio.run(registered(home))
        with home.serving("serve", "--workers", "2") as found:
            found.wait_until(lambda: both_began(found))
            yield found


async def registered(home: Home) -> None:
    with home.database() as url:
        async with owner_connection(url) as owner:
            await register(owner, home.folder)


def commands(folder: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What to run, with the version that it puts in force."""
    backs = itertools.cycle([("rollback", *BACK), ("activate", "shipped", *BY_TWO)])
    for back in backs:
        yield CLOSED, ("activate", folder)
        yield OPEN, back


def flipped(server: Server, load: Load, folder: str) -> list[Flip]:
    """Every flip, the next one only after answers have come since the last."""
    flips: list[Flip] = []
    for version, (kind, *rest) in itertools.islice(commands(folder), FLIPS):
        load.wait_for(flips[-1].returned if flips else 0)
        began = monotonic()
        assert cli.run(("policy", kind, "--home", str(server.home.folder), *rest)) == 0
        flips.append(Flip(began, monotonic(), version))
    load.wait_for(flips[-1].returned)
    return flips


@pytest.fixture(scope="module")
def outcome(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Flip], Load]:
    load = Load(server.home.url)
    clients = [threading.Thread(target=load.client) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        flips = flipped(server, load, written(tmp_path_factory.mktemp("policies") / "fewer", FEWER))
    finally:
        load.enough.set()
        for client in clients:
            client.join()
    return flips, load


def allowed(answer: Answer, flips: list[Flip]) -> set[str]:
    """The versions under which it may have been made: in force when it was asked for, or put in force meanwhile."""
    settled = [OPEN, *(flip.version for flip in flips if flip.returned <= answer.began)][-1]
    return {settled, *(flip.version for flip in flips if flip.returned > answer.began and flip.began < answer.ended)}


def test_everybody_was_answered(outcome: tuple[list[Flip], Load]) -> None:
    flips, load = outcome
    assert load.failures == []
    assert len(flips) == FLIPS
    assert {answer.version for answer in load.answers} == {OPEN, CLOSED}


def test_no_answer_mixes_two_versions(outcome: tuple[list[Flip], Load]) -> None:
    _, load = outcome
    mixed = [
        answer
        for answer in load.answers
        if set(answer.shown) != {answer.version == OPEN}
        or answer.told["data"]["viewer"]["policyVersion"] != answer.version
    ]
    assert mixed == []


def test_none_begun_after_a_command_returned_is_of_the_version_before(outcome: tuple[list[Flip], Load]) -> None:
    flips, load = outcome
    assert [answer for answer in load.answers if answer.version not in allowed(answer, flips)] == []
    certain = [answer for answer in load.answers if len(allowed(answer, flips)) == 1]
    assert len(certain) >= FLIPS * EACH


def test_both_processes_took_part_and_the_log_tells_every_step(
    server: Server, outcome: tuple[list[Flip], Load]
) -> None:
    flips, load = outcome

    async def read() -> tuple[set[str], list[str]]:
        with server.home.database() as url:
            async with owner_connection(url) as owner:
                stored = await verified(owner)
                names = dict(await owner.fetch("SELECT writer, process FROM audit_writer"))
        leaves = [(members(each.leaf), names[each.writer]) for each in stored.values()]
        answered = {process for leaf, process in leaves if leaf["kind"] == "release"}
        return answered, [leaf["action"] for leaf, _ in leaves if leaf["kind"] == "admin"]

    answered, steps = asyncio.run(read())
    given = [words for _, words in itertools.islice(commands("folder"), FLIPS)]
    assert answered >= set(map(str, workers(server)))
    assert steps.count("policy-activated") == 1 + sum(words[0] == "activate" for words in given)
    assert steps.count("policy-rolled-back") == sum(words[0] == "rollback" for words in given) > 1
    assert steps.count("policy-approved") == sum(words.count("--approver") for words in given)
    assert len(load.answers) >= len(flips) * EACH
