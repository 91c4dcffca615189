"""Probes of the wire: what is taken at /graphql, byte by byte; ``told_probes`` has what is told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx

from gateway import strict_json
from gateway.http import endpoint
from gateway.http.body import JSON_DEPTH, read_request
from gateway.http.media import chosen, is_json_request
from gateway.problems import GRAPHQL_RESPONSE, JSON
from schema.errors import Code, Refusal
from tests.http.edge_app import BODY_LIMIT, City
from tests.mutants.identity_probes import edge, refuses
from tests.mutants.probing import pure

QUERY = b'{"query": "{ ok }"}'
SENT = {"content-type": "application/json"}


def answered(found: City, method: str = "POST", path: str = endpoint.PATH, **sent: Any) -> httpx.Response:
    """What the edge answers; by default to a good request of the public."""

    async def told() -> httpx.Response:
        async with found.client() as http:
            return await http.request(method, path, **{"content": QUERY, "headers": SENT, **sent})

    return asyncio.run(told())


@pure
def requests_are_json_by_post() -> None:
    """Whatever else is sent is refused before anyone is asked who it is, and heard of."""
    with edge() as found:
        assert answered(found).status_code == 200
        assert answered(found, "PUT").status_code == 405
        assert answered(found, params={"access_token": "x"}).status_code == 400
        assert answered(found, headers={"content-type": "text/plain"}).status_code == 415
        assert answered(found, headers={**SENT, "content-encoding": "gzip"}).status_code == 415
        assert answered(found, headers={**SENT, "accept": "text/html"}).status_code == 406
        assert len(found.echo.asked) == 1
        assert len(found.refused) == 5


@pure
def media_types_are_compared_whole() -> None:
    good = ([JSON], ["application/json; charset=utf-8"])
    other: tuple[list[str], ...] = ([], [JSON, JSON], ["application/jsonp"], ["application/json; charset=gbk"])
    assert [is_json_request(sent) for sent in (*good, *other)] == [True, True, False, False, False, False]
    assert chosen([]) == chosen(["*/*"]) == GRAPHQL_RESPONSE
    assert chosen([f"{GRAPHQL_RESPONSE};q=0.1, application/json"]) == JSON
    assert chosen(["application/json;q=0"]) is chosen(["application/json;charset=gbk"]) is None


@pure
def bodies_are_one_request() -> None:
    """One object with a text; no batch, no other shapes, and nothing that two readers would read in two ways."""
    assert read_request(QUERY).query == "{ ok }"
    for body in (
        b'[{"query": "{ ok }"}]',
        b'"{ ok }"',
        b'{"query": ["{ ok }"]}',
        b'{"query": "{ ok }", "operationName": 1}',
        b'{"query": "{ ok }", "variables": []}',
        b'{"query": "{ ok }", "query": "{ no }"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ ok }", "variables": {"a": NaN}}',
        b'{"query": "{ ok }", "variables": {"a": 1e999}}',
        b'{"query": "{ ok }", "variables": {"a": "\\u0000"}}',
        b'{"query": "{ ok }", "variables": {"a": %b}}' % (b"[" * (JSON_DEPTH - 1) + b"]" * (JSON_DEPTH - 1)),
    ):
        assert _refused(body), body
    assert refuses(lambda: strict_json.read_integers(b'{"exp": 1.5}', depth=2))


def _refused(body: bytes) -> bool:
    try:
        read_request(body)
    except Refusal as refusal:
        return refusal.code is Code.BAD_REQUEST
    return False


@pure
def bodies_are_short() -> None:
    """Also where the length is not said, and before they are held."""
    long = b" " * (BODY_LIMIT + 1)

    async def parts() -> AsyncIterator[bytes]:
        yield long[:BODY_LIMIT]
        yield long[BODY_LIMIT:]

    with edge() as found:
        assert answered(found, content=long).status_code == 413
        assert answered(found, content=parts()).status_code == 413
        announced = answered(found, content=QUERY, headers={**SENT, "content-length": str(BODY_LIMIT + 1)})
        assert announced.status_code == 413
