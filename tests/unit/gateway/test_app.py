"""The composition root: what processes share, who a caller by name is, starting and stopping."""

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers

from authz.principal import Caller
from gateway.app import application, authority, named_caller
from gateway.clients import read_key
from gateway.database.scopes import DatabaseRole
from gateway.http.token import TOKEN_PATH
from gateway.identity import assertions
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE
from gateway.identity.oauth import OAuthError, Presented
from gateway.identity.replay import KeptInDatabase
from schema.errors import CallerError, Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import offices

pytestmark = pytest.mark.anyio


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with offices(database) as found:
        yield found


def form(town: City, client: str, identifier: str, now: float | None = None) -> dict[str, str]:
    key = read_key(town.database.home, client)
    assert key.private is not None
    assertion = assertions.sign(
        key.private,
        kid=key.kid,
        client_id=client,
        audience=town.installation.settings.public_url,
        now=now or time.time(),
        identifier=identifier,
    )
    stated = {"grant_type": GRANT_TYPE, "client_assertion_type": ASSERTION_TYPE, "operator": "1001"}
    return {**stated, "client_assertion": assertion}


def presented(authorization: str = "") -> Presented:
    headers = {"authorization": authorization} if authorization else {}
    return Presented(method="POST", path=TOKEN_PATH, headers=Headers(headers))


# What processes share -------------------------------------------------------------------------------------------------


async def test_an_assertion_used_in_one_process_is_used_in_all(town: City) -> None:
    (one, _), (two, _) = authority(town.installation), authority(town.installation)
    given = form(town, "A1", "once-only-1")

    await one.grant(given, presented())
    for each in (one, two):
        with pytest.raises(OAuthError) as refused:
            await each.grant(given, presented())
        assert refused.value.code is Code.UNAUTHENTICATED

    assert (await two.grant(form(town, "A4", "once-only-1"), presented())).kind == "Bearer"


async def test_an_assertion_stays_used_where_the_clock_of_another_process_is_ahead(town: City) -> None:
    """That process takes it for expired, and forgets it, while this one still takes it for good."""
    issuing, _ = authority(town.installation)
    given = form(town, "A1", "once-only-1")
    await issuing.grant(given, presented())

    ahead = time.time() + 60 + 30
    assert await KeptInDatabase(town.installation.registry).purge(ahead) == 0

    with pytest.raises(OAuthError):
        await issuing.grant(given, presented())


async def test_a_token_of_one_process_is_read_in_another(town: City) -> None:
    (one, _), (_, reading) = authority(town.installation), authority(town.installation)

    issued = await one.grant(form(town, "A1", "once-only-1"), presented())

    assert await reading.authenticate(presented(f"Bearer {issued.token}")) == await town.caller("A1")


async def test_of_what_was_used_only_a_digest_is_kept(town: City) -> None:
    issuing, _ = authority(town.installation)
    await issuing.grant(form(town, "A1", "once-only-1"), presented())

    async with town.database.connect(DatabaseRole.REGISTRY) as registry:
        rows = await registry.fetch("SELECT digest, expires FROM used_identifier")
    assert [len(row["digest"]) for row in rows] == [32]
    assert rows[0]["expires"] > time.time()


# A caller by name -----------------------------------------------------------------------------------------------------


async def test_a_caller_by_name_is_the_caller_of_a_token(town: City) -> None:
    issuing, reading = authority(town.installation)
    issued = await issuing.grant(form(town, "A1", "once-only-1"), presented())

    by_name: Caller = await named_caller(town.installation, "A1", "1001")

    assert by_name == await reading.authenticate(presented(f"Bearer {issued.token}"))


@pytest.mark.parametrize(
    ("statement", "client", "operator", "code"),
    [
        (None, "A9", "1001", Code.UNAUTHENTICATED),
        (None, "A1", "9999", Code.OPERATOR_NOT_VALID),
        ("UPDATE operator SET active = false", "A1", "1001", Code.OPERATOR_NOT_VALID),
        ("UPDATE operator SET trained_until = '2026-05-19'", "A1", "1001", Code.OPERATOR_NOT_VALID),
        ("UPDATE client SET suspended = true", "A1", "1001", Code.UNAUTHENTICATED),
        ("UPDATE agency SET suspended = true", "A1", "1001", Code.UNAUTHENTICATED),
        ("UPDATE agency SET agreement_until = '2026-05-19'", "A1", "1001", Code.OPERATOR_NOT_VALID),
    ],
)
async def test_who_may_have_no_token_is_no_caller_by_name(
    town: City, statement: str | None, client: str, operator: str, code: Code
) -> None:
    if statement is not None:
        async with town.database.owner() as owner:
            await owner.execute(statement)

    with pytest.raises(CallerError) as refused:
        await named_caller(town.installation, client, operator)

    assert refused.value.code is code


# Starting and stopping ------------------------------------------------------------------------------------------------


async def events(town: City, statement: str | None = None) -> list[dict[str, Any]]:
    """The leaves after a server has run, was asked something before authentication, and stopped."""
    app = application(town.installation.settings)
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://credit.test") as http:
            for _ in range(3):
                await http.post(
                    "/graphql", json={"query": "{ viewer { kind } }"}, headers={"Authorization": "Bearer x"}
                )
            await http.post("/graphql", content=b"{")
            metrics = (await http.get("/metrics")).text
        if statement is not None:
            async with town.database.owner() as owner:
                await owner.execute(statement)
    assert 'credit_gateway_refusals_total{code="UNAUTHENTICATED"} 3' in metrics
    async with town.database.owner() as owner:
        ids = [str(row["id"]) for row in await owner.fetch("SELECT id FROM audit_pending")]
    found = [await town.entry(each) for each in ids]
    return [leaf for leaf in found if leaf["kind"] != "admin"]  # its policy was put in force before


async def test_refusals_before_authentication_are_written_when_the_server_stops(town: City) -> None:
    leaves = {leaf["decision"]["reasons"][0]: leaf for leaf in await events(town)}

    assert leaves.keys() == {"UNAUTHENTICATED", "BAD_REQUEST"}
    assert (leaves["UNAUTHENTICATED"]["decision"]["times"], leaves["UNAUTHENTICATED"]["principal"]) == (3, "public")


async def test_a_server_stops_though_its_log_is_away(town: City) -> None:
    writer = town.database.credentials.name(DatabaseRole.LEDGER_WRITER)

    assert await events(town, f"REVOKE INSERT ON audit_pending FROM {writer}") == []


async def test_a_started_server_forgets_what_has_expired(town: City) -> None:
    async with town.database.connect(DatabaseRole.REGISTRY) as registry:
        for digest, expires in ((b"\x01" * 32, 1), (b"\x02" * 32, 2**40)):
            await registry.execute("INSERT INTO used_identifier (digest, expires) VALUES ($1, $2)", digest, expires)

        app = application(town.installation.settings)
        async with app.router.lifespan_context(app):
            while await registry.fetchval("SELECT count(*) FROM used_identifier") > 1:
                pass
        assert await registry.fetchval("SELECT digest FROM used_identifier") == b"\x02" * 32
