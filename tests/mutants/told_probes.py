"""Probes of what the edge tells, and of whom it counts: answers, refusals, failures, and points."""

import asyncio
from ipaddress import ip_network
from typing import NoReturn

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.exchange import Reply
from gateway.http.limits import RateLimiter, client_address, network_of
from gateway.http.middleware import middleware
from gateway.http.token import TOKEN_PATH
from gateway.problems import GRAPHQL_RESPONSE, JSON, RateRefusal, describe, status_of
from gateway.telemetry import Metrics
from schema.errors import Code, LedgerError
from tests.http.edge_app import Clock
from tests.mutants.identity_probes import edge, token
from tests.mutants.probing import pure
from tests.mutants.wire_probes import SENT, answered


@pure
def answers_carry_what_the_line_fixed() -> None:
    """The very bytes, with entry and receipt; stored by nobody between."""
    with edge() as found:
        told = answered(found)
        assert told.content == found.echo.reply.body
        expected = {"audit-entry": "entry-1", "audit-receipt": "receipt-1", "vary": "Accept"}
        expected |= {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}
        assert {name: told.headers.get(name) for name in expected} == expected
        assert "strict-transport-security" in told.headers
        found.echo.reply = Reply(body=b"{}", code=Code.UNAUTHENTICATED)
        refused = answered(found)
        assert refused.status_code == 401
        assert "www-authenticate" in refused.headers
        assert "audit-entry" not in refused.headers
    assert {status_of(Code.DOCUMENT_INVALID, each) for each in (JSON, GRAPHQL_RESPONSE)} == {200, 400}


@pure
def failures_tell_nothing() -> None:
    """Neither what the line raised, nor what was raised around the endpoint, nor what came too late."""
    with edge() as found:
        found.echo.failure = RuntimeError(SECRET)
        inside = answered(found)
        found.echo.failure = LedgerError(Code.LEDGER_UNAVAILABLE, "closed")
        assert answered(found).status_code == 503
    around, late = asyncio.run(_around("/broken")), asyncio.run(_around("/slow"))
    assert [told.status_code for told in (inside, around, late)] == [500, 500, 503]
    assert b"incident-1" in inside.content
    assert b"incident-2" in around.content
    assert all(SECRET.encode() not in told.content for told in (inside, around, late))


SECRET = "420199198503120015"


async def _around(path: str) -> httpx.Response:
    """What is answered for a route that fails, or that does not end in no time at all."""
    limits = middleware(
        metrics=Metrics(),
        new_incident=lambda: "incident-2",
        clock=Clock(),
        body_limit=1,
        request_timeout=30 if path == "/broken" else 0,
        https=True,
    )
    app = Starlette(routes=[Route("/broken", _broken), Route("/slow", _slow)], middleware=limits)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://credit.test") as http:
        return await http.get(path)


async def _broken(request: Request) -> NoReturn:
    raise RuntimeError(SECRET)


async def _slow(request: Request) -> Response:
    for _ in range(100):
        await asyncio.sleep(0)
    return Response(SECRET)


@pure
def everyone_is_counted() -> None:
    """The public and whoever fails by their network, clients by their name, at both endpoints."""
    with edge(public_rate=20) as found:
        assert [answered(found).status_code for _ in range(3)] == [200, 200, 429]
    with edge(public_rate=20) as found:
        assert [answered(found, headers=_bearer("nothing")).status_code for _ in range(3)] == [401, 401, 429]
    with edge(public_rate=20) as found:
        told = [answered(found, path=TOKEN_PATH) for _ in range(3)]
        assert ["retry-after" in each.headers for each in told] == [False, False, True]
    with edge(caller_rate=20, public_rate=20) as found:
        own = _bearer(token(found))
        assert [answered(found, headers=own).status_code for _ in range(3)] == [200, 200, 429]
        assert answered(found).status_code == 200


def _bearer(text: str) -> dict[str, str]:
    return {**SENT, "authorization": f"Bearer {text}"}


@pure
def what_is_asked_costs_points() -> None:
    """What an operation costs beyond its request is taken from the bucket that the request was taken from."""
    with edge(caller_rate=60) as found:
        answered(found, headers=_bearer(token(found)))
        arrival = found.echo.asked[-1][2]
        arrival.charge(100)  # however much it is, once
        refused = answered(found, headers=_bearer(token(found)))
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 60
        try:
            arrival.charge(100)
        except RateRefusal:
            return
        raise AssertionError


@pure
def buckets_fill_with_time() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=60, clock=clock)  # six at once, one a second
    assert [limiter.admit("a") for _ in range(7)] == [0] * 6 + [1]
    clock.now += 2
    assert [limiter.admit("a") for _ in range(3)] == [0, 0, 1]
    assert limiter.admit("b") == 0
    few = RateLimiter(per_minute=60, clock=clock, most=1)
    few.admit("a")
    few.admit("b")
    assert len(few._due) == 1


@pure
def addresses_are_of_those_at_the_other_end() -> None:
    """What a stranger writes about where it comes from is not believed; a proxy of ours is."""
    trusted = (ip_network("10.0.0.0/8"),)
    assert client_address("198.51.100.1", ["192.0.2.7"], trusted) == "198.51.100.1"
    assert client_address("10.0.0.1", ["192.0.2.9, 192.0.2.7"], trusted) == "192.0.2.7"
    assert client_address("10.0.0.1", ["192.0.2.7, 10.0.0.2"], trusted) == "192.0.2.7"
    assert network_of("192.0.2.7") == network_of("192.0.2.200") != network_of("192.0.3.7")
    assert network_of("2001:db8:0:1::1") == network_of("2001:db8:0:2::1") != network_of("2001:db8:1::1")
    assert network_of("x") == network_of(None)


@pure
def token_forms_are_read_once() -> None:
    """Each parameter once, as a form, few of them, and heard of when refused."""
    with edge() as found:
        form = str(httpx.QueryParams(found.form())).encode()
        sent = {"content-type": "application/x-www-form-urlencoded"}

        def status(content: bytes, headers: dict[str, str] = sent) -> int:
            return answered(found, path=TOKEN_PATH, content=content, headers=headers).status_code

        assert status(form) == 200
        again = str(httpx.QueryParams(found.form())).encode()
        assert status(again, SENT) == 400
        assert status(again + b"&operator=1001") == 400
        assert status(again + b"".join(b"&a%d=1" % n for n in range(20))) == 400
        assert len(found.refused) == 3
        assert status(again) == 200


@pure
def problems_repeat_nothing() -> None:
    """An exception that nobody foresaw is INTERNAL with an incident; a refusal has none."""
    unforeseen, foreseen = describe(ValueError(SECRET), incident="i-1"), describe(RateRefusal(7), incident="i-1")
    assert unforeseen.code is Code.INTERNAL
    assert SECRET.encode() not in unforeseen.body
    assert b"i-1" in unforeseen.body
    assert b"i-1" not in foreseen.body
    assert foreseen.headers == {"Retry-After": "7"}
