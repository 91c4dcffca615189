"""When a step fails: the log away, or anything at all (F24). Nothing leaves but a code and an incident."""

import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NoReturn

import httpx
import pytest
from starlette.applications import Starlette

from authz.grant import Grant
from authz.principal import Caller
from gateway.app import authority, routes
from gateway.database.scopes import DatabaseRole
from gateway.exchange import Arrival, GraphQLRequest
from gateway.identity.callers import ANYONE
from gateway.ledger.aggregate import Refusals
from gateway.ledger.errors import LeafRefused, LedgerBusy
from gateway.pipeline import Pipeline
from gateway.problems import RateRefusal
from gateway.recent_matters import RecentMatters
from gateway.telemetry import Metrics
from schema.errors import Code, LedgerError
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import BUILDERS, BUILDERS_NAME, bidding

pytestmark = pytest.mark.anyio

MARKER = "标记MARKER7391"
ASK = "query ($uscc: String!) { subject(by: {uscc: $uscc}) { name records { totalCount } } }"
TENDER = """
    query ($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0200", role: "bidder") {
      subject(by: {uscc: $uscc}) { name }
    }
"""
WHO = {"uscc": BUILDERS}


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


async def count(town: City) -> int:
    async with town.database.owner() as owner:
        found: int = await owner.fetchval("SELECT count(*) FROM audit_pending")
        return found


# The log is away ------------------------------------------------------------------------------------------------------


async def test_without_the_log_nothing_is_read(town: City) -> None:
    async with town.database.owner() as owner:
        await owner.execute(f"REVOKE INSERT ON audit_pending FROM {writer(town)}")
        with pytest.raises(LedgerError) as refused:
            await town.ask(ASK, WHO)
    assert refused.value.code is Code.LEDGER_UNAVAILABLE


def writer(town: City) -> str:
    return town.database.credentials.name(DatabaseRole.LEDGER_WRITER)


@pytest.mark.parametrize(
    ("failure", "code"),
    [(LedgerBusy(1), Code.RATE_LIMITED), (LeafRefused("personal data"), Code.LEDGER_UNAVAILABLE)],
)
async def test_what_the_log_does_not_take_does_not_leave(town: City, failure: Exception, code: Code) -> None:
    class Refusing:
        def admit(self) -> None:
            pass

        async def append(self, entry: object) -> NoReturn:
            raise failure

    town.pipeline = replace(town.pipeline, ledger=Refusing())  # type: ignore[arg-type]
    for document in (ASK, "{ nonsense }"):
        with pytest.raises(LedgerError) as refused:
            await town.ask(document, WHO if document is ASK else {})
        assert refused.value.code is code


# A failure at any step (F24) ------------------------------------------------------------------------------------------


def failing(*_: object, **__: object) -> NoReturn:
    raise RuntimeError(MARKER)


async def failing_later(*_: object, **__: object) -> NoReturn:
    raise RuntimeError(MARKER)


class Failing:
    """Whatever is asked of it fails, with the marker in its words."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return failing


class FailingLater:
    def __getattr__(self, name: str) -> Any:
        return failing_later


STEPS: dict[str, Mapping[str, Any]] = {
    "parse": {"documents": Failing()},
    "demand": {"demands": Failing()},
    "state": {"state": FailingLater()},
    "matter": {"matters": RecentMatters(failing_later)},
    "plan": {"plans": Failing()},
    "seal": {"sealer": Failing()},
    "read": {"connection": failing},
    "clock": {"clock": failing},
    "changes": {"changes": Failing()},
    "receipt": {"receipt": failing},
}


@asynccontextmanager
async def edge(town: City, pipeline: Pipeline, metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    """The server's own routes around a pipeline, asked as A1's operator."""
    installation = replace(town.installation, pipeline=pipeline)
    app = Starlette(routes=routes(installation, metrics, Refusals(lambda: 0)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://credit.test") as http:
        yield http


@pytest.mark.parametrize("step", STEPS)
async def test_a_failure_at_any_step_tells_an_incident_and_nothing_else(
    town: City, step: str, caplog: pytest.LogCaptureFixture
) -> None:

    broken = replace(town.pipeline, **STEPS[step])
    issuing, _ = authority(town.installation)
    token = issuing._tokens.issue(client_id="A1", staff_number="1001")
    metrics = Metrics()
    before = await count(town)

    with caplog.at_level(logging.DEBUG):
        async with edge(town, broken, metrics) as http:
            answer = await http.post(
                "/graphql", json={"query": TENDER, "variables": WHO}, headers={"Authorization": f"Bearer {token}"}
            )

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (500, "INTERNAL")
    incidents = {json.loads(each.message)["incident"] for each in caplog.records if each.name == "credit_gateway"}
    assert error["extensions"]["incident"] in incidents
    async with town.database.owner() as owner:
        leaves = [bytes(row["leaf"]).decode() for row in await owner.fetch("SELECT leaf FROM audit_pending")]
    assert len(leaves) > before
    assert json.loads(leaves[-1])["kind"] in ("error", "release")
    for text in (answer.text, caplog.text, metrics.text(), *leaves):
        assert MARKER not in text
        assert BUILDERS_NAME not in text


async def test_a_statement_that_takes_too_long_is_a_document_that_asks_too_much(town: City) -> None:
    class Slow:
        async def fetchrow(self, query: str, /, *args: object) -> Sequence[object] | None:
            async with town.installation.databases.connection(DatabaseRole.REGISTRY) as connection:
                await connection.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)")
            return None

    @asynccontextmanager
    async def connection(grant: Grant, caller: Caller) -> AsyncIterator[Slow]:
        async with town.pipeline.connection(grant, caller):
            yield Slow()

    slow = replace(town.pipeline, connection=connection)
    reply = await slow(GraphQLRequest(query=ASK, variables=WHO), ANYONE, Arrival(address=None))

    assert reply.code is Code.LIMIT_EXCEEDED
    assert (await town.entry(reply.entry))["decision"]["reasons"] == ["LIMIT_EXCEEDED"]


async def test_a_failure_of_a_look_up_in_the_database_is_told_the_same_way(town: City) -> None:
    async with town.database.owner() as owner:
        await owner.execute("ALTER TABLE subject RENAME COLUMN name TO name_of_old")

    answer = await town.ask(ASK, WHO)

    assert answer.code is Code.INTERNAL
    assert "name_of_old" not in answer.raw.decode()
    assert (await town.entry(answer.entry))["kind"] == "error"


async def test_what_an_operation_costs_is_taken_before_anything_is_read(town: City) -> None:
    """F15: twenty aliases take the points of twenty requests; where there are no more, nothing is read."""
    taken: list[int] = []
    roots = " ".join(f"a{number}: subject(by: {{uscc: $uscc}}) {{ name }}" for number in range(20))
    request = GraphQLRequest(query=f"query ($uscc: String!) {{ {roots} }}", variables=WHO)

    def refuse(points: int) -> None:
        raise RateRefusal(points)

    paid = await town.pipeline(request, ANYONE, Arrival(address=None, charge=taken.append))
    unread = replace(town.pipeline, connection=failing)
    refused = await unread(request, ANYONE, Arrival(address=None, charge=refuse))

    assert (paid.code, taken) == (None, [19])
    assert refused.code is Code.RATE_LIMITED
    assert (await town.entry(refused.entry))["decision"]["reasons"] == ["RATE_LIMITED"]
