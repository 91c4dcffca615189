"""The same over HTTP, with real tokens: status, headers and bytes are equal, but for date and receipt of the log."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from random import Random

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers

from gateway import clients
from gateway.app import authority, routes
from gateway.http.middleware import middleware
from gateway.http.token import TOKEN_PATH
from gateway.identity import assertions
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE
from gateway.identity.oauth import Presented
from gateway.installation import Installation
from gateway.ledger.aggregate import Refusals
from gateway.pipeline import Pipeline
from gateway.telemetry import Metrics
from tests.fresh_database import FreshDatabase
from tests.generation.askers import ASKERS, PUBLIC, Asker
from tests.generation.documents import ask
from tests.leak.twin_cities import PAUSE, TRIES, TwinCities, twin_cities

pytestmark = pytest.mark.anyio

DOCUMENTS, DRAWS = 40, 3
OWN = frozenset({"date", "audit-entry", "audit-receipt"})
"""Headers that name one answer and not what is in it."""
MEDIA = ("application/graphql-response+json", "application/json", "text/csv")


@pytest.mark.parametrize("asker", [PUBLIC, *ASKERS[1:3]], ids=lambda asker: asker.name)
async def test_twins_send_the_same_responses(
    database: FreshDatabase, twin_database: FreshDatabase, asker: Asker
) -> None:
    random, statuses = Random(asker.name), Counter[int]()
    async with twin_cities(database, twin_database, asker) as cities, _front_doors(cities) as doors:
        for _ in range(DOCUMENTS):
            question, accepted = ask(random, cities.asker, cities.ids), random.choice(MEDIA)
            for _ in range(DRAWS):
                body = {"query": question.text, "variables": question.variables(random)}
                one, two = await asyncio.gather(*(_posted(door, body, accepted) for door in doors))
                assert _told(one) == _told(two)
                statuses[one.status_code] += 1
    assert statuses.keys() <= {200, 400, 403, 406}
    assert statuses[200] >= DOCUMENTS * DRAWS // 3


async def _posted(door: httpx.AsyncClient, body: object, accepted: str) -> httpx.Response:
    """The response; asked again while the log is too slow to take the entry."""
    for _ in range(TRIES):
        response = await door.post("/graphql", json=body, headers={"Accept": accepted})
        if response.status_code != 503:
            break
        await asyncio.sleep(PAUSE)
    return response


def _told(response: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [(name, value) for name, value in response.headers.multi_items() if name not in OWN]
    return response.status_code, headers, response.content


@asynccontextmanager
async def _front_doors(cities: TwinCities) -> AsyncIterator[Sequence[httpx.AsyncClient]]:
    """A client of each city's server, with the caller's token."""
    token = await _token(cities)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with AsyncExitStack() as stack:
        doors = []
        for city, pipeline in ((cities.one, cities.first), (cities.two, cities.second)):
            transport = httpx.ASGITransport(app=_server(city.installation, pipeline))
            client = httpx.AsyncClient(transport=transport, base_url="https://credit.test", headers=headers)
            doors.append(await stack.enter_async_context(client))
        yield doors


def _server(installation: Installation, pipeline: Pipeline) -> Starlette:
    """As ``gateway.app.application``, over an installation that is open already."""
    metrics, settings = Metrics(), replace(installation.settings, public_rate=1_000_000, caller_rate=1_000_000)
    refusals = Refusals(lambda: time.time_ns() // 1_000_000)
    return Starlette(
        routes=routes(replace(installation, settings=settings, pipeline=pipeline), metrics, refusals),
        middleware=middleware(
            metrics=metrics,
            new_incident=lambda: "incident",
            clock=time.monotonic,
            body_limit=settings.body_limit,
            request_timeout=settings.request_timeout,
            https=True,
        ),
    )


async def _token(cities: TwinCities) -> str | None:
    """An access token of the token endpoint of the first city; the second has the same keys."""
    client = cities.asker.client
    if client is None:
        return None
    installation = cities.one.installation
    jwks = clients.make_key(installation.settings.home, client)
    async with cities.one.database.owner() as owner:
        await owner.execute("UPDATE client SET jwks = $2 WHERE client_id = $1", client, jwks)
    issuing, _ = authority(installation)
    form = {
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _assertion(installation, client),
        "operator": "1001",
    }
    issued = await issuing.grant(form, Presented(method="POST", path=TOKEN_PATH, headers=Headers()))
    return issued.token


def _assertion(installation: Installation, client: str) -> str:
    key = clients.read_key(installation.settings.home, client)
    assert key.private is not None
    return assertions.sign(
        key.private,
        kid=key.kid,
        client_id=client,
        audience=installation.settings.public_url,
        now=time.time(),
        identifier=secrets.token_hex(16),
    )
