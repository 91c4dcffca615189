"""Requests that carry a planted value in every place that a caller writes: some answered, most refused."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import httpx

from tests.canaries import CANARIES, documents
from tests.http.running import Server
from tests.http.tokens import token_form
from tests.unit.gateway.offices import OPEN, opening

CANARY = "CANARY"
JSON = {"Content-Type": "application/json"}
NOTHING: Mapping[str, str | bytes] = MappingProxyType({})
HEADERS = (
    "User-Agent", "Referer", "Origin", "From", "Accept-Language", "X-Forwarded-For", "X-Real-IP", "Forwarded",
    "X-Request-Id", "traceparent", "tracestate", "baggage", "Idempotency-Key", "DPoP", "Cookie", "If-None-Match",
)  # fmt: skip
PLACES = (
    "/CANARY", "/graphql/CANARY", "/graphql?query=CANARY", "/schema.graphql?CANARY", "/log/proof/CANARY",
    "/log/tile/CANARY", "/log/tile/0/CANARY", "/log/CANARY/checkpoint", "/log/%00CANARY/checkpoint",
    "/log/CANARY/tile/0/000", "/static/graphiql/CANARY", "/.well-known/CANARY", "/consents/CANARY", "/healthz?CANARY",
    "/metrics?CANARY", "/portal/CANARY", "/portal/requests/CANARY", "/portal/consents?CANARY=CANARY&as=CANARY",
    "/portal/?as=CANARY&from=CANARY", "/portal/sign-in?to=/portal/CANARY", "/portal/sign-in/return?state=CANARY",
)  # fmt: skip
VIEWER, NAMED = "{ viewer { kind } }", "query ($v: String!) { subjects(filter: {name: $v}) { totalCount } }"
BODIES = (
    'CANARY', '"CANARY"', '["CANARY"]', '{"query": "CANARY', '{"CANARY": 1}', '{"query": "CANARY", "query": "CANARY"}',
    '{"query": ["CANARY"]}', '{"query": "CANARY"}', '{"query": "{ records(after: \\"CANARY\\") { totalCount } }"}',
    '{"query": "{ node(id: \\"CANARY\\") { id } }"}',
    f'{{"query": "{VIEWER}", "operationName": "CANARY"}}', f'{{"query": "{VIEWER}", "operationName": ["CANARY"]}}',
    f'{{"query": "{VIEWER}", "variables": "CANARY"}}', f'{{"query": "{VIEWER}", "extensions": "CANARY"}}',
    f'{{"query": "{VIEWER}", "variables": {{"CANARY": "CANARY"}}, "extensions": {{"CANARY": "CANARY"}}}}',
    f'{{"query": "{NAMED}", "variables": {{"v": "CANARY"}}}}',
    f'{{"query": "{NAMED}", "variables": {{"v": "CANARY\\u0000"}}}}',
    f'{{"query": "{NAMED}", "variables": {{"v": "CANARY\\ud800"}}}}',
    f'{{"query": "{NAMED}", "variables": {{"v": ["CANARY"]}}}}',
    '{"query": "query ($v: String!) { subject(by: {uscc: $v}) { name } }", "variables": {"v": "CANARY"}}',
    '{"query": "query ($v: Date) { records(filter: {decidedFrom: $v}) { totalCount } }", "variables": {"v": "CANARY"}}',
    '{"query": "query ($v: String!) { explain(document: $v) { scope } }", "variables": {"v": "CANARY"}}',
)  # fmt: skip
RAW = (
    "CANARY /graphql HTTP/1.1\r\nHost: CANARY\r\n\r\n",
    "GET /CANARY HTTP/9.9\r\n\r\n",
    "GET /graphql?CANARY HTTP/1.1\r\nHost: CANARY\r\nCANARY\r\n\r\n",
    "GET /CANARY?CANARY HTTP/1.1\r\nHost: CANARY\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: CANARY\r\nSec-WebSocket-Protocol: CANARY\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: CANARY\r\n\r\n",
    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nCANARY",
    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\nCANARY",
)
"""What no client that keeps to HTTP would send; the last one leaves in the middle."""


def request(
    server: Server, method: str, path: str, headers: Mapping[str, str | bytes] = NOTHING, **body: Any
) -> httpx.Request:
    """``headers`` may hold any bytes."""
    raw = {name.encode(): text if isinstance(text, bytes) else text.encode() for name, text in headers.items()}
    return server.http.build_request(method, path, headers=raw, **body)


def anybodys(server: Server) -> Iterator[httpx.Request]:
    """In addresses, credentials, media types, methods and forms."""
    build = partial(request, server)
    for what, value in CANARIES.items():
        raw = value.encode()
        for place in PLACES:
            yield build("GET", place.replace(CANARY, value), headers={"X-Forwarded-For": raw})
        for scheme in (b"Bearer ", b"DPoP ", b"Basic ", b""):
            yield build("POST", "/graphql", json={"query": VIEWER}, headers={"Authorization": scheme + raw})
            yield build("GET", "/log/tile/entries/000", headers={"Authorization": scheme + raw})
        for header in ("Content-Type", "Accept", "Content-Encoding"):
            yield build("POST", "/graphql", content=b"{}", headers={**JSON, header: raw})
        for method in ("PUT", "DELETE", what.upper()):
            yield build(method, f"/graphql?access_token={value}", content=raw)
        yield build("POST", "/graphql", content=raw * 20_000, headers=JSON)
        for form in forms(server, value):
            yield build("POST", "/oauth/token", data=form, headers=written(value))
        yield build("POST", "/oauth/token", content=raw, headers={"Content-Type": "application/x-www-form-urlencoded"})
        yield build("POST", "/oauth/token", json={value: value})


def forms(server: Server, value: str) -> Iterator[Mapping[str, str]]:
    """Each parameter of a token request; in an assertion that verifies, its identifier, client and operator."""
    good = token_form(server, "A1", "1001", f"jti {value}")
    yield good
    yield {**token_form(server, "A1", value), value: value, "client_id": value, "scope": value}
    yield {**token_form(server, "A1", "1001"), "consent": value}
    for name in good:
        yield {**token_form(server, "A1", "1001"), name: value}
        yield {**token_form(server, "A1", "1001"), name: f"{good[name]}.{value}"}


def asked(server: Server, credential: Mapping[str, str]) -> Iterator[httpx.Request]:
    """In the body and in every header, with this credential or none."""
    for value in CANARIES.values():
        for body in BODIES:
            content = body.replace(CANARY, value)
            yield request(server, "POST", "/graphql", content=content, headers={**JSON, **credential})
        for encoding in ("gbk", "utf-16", "utf-7"):
            other = json.dumps({"query": value}, ensure_ascii=False).encode(encoding)
            yield request(server, "POST", "/graphql", content=other, headers={**JSON, **credential})
        for document, variables in documents():
            headers = {**written(value), **credential}
            sent = {"query": document, "variables": variables, "extensions": {value: value}}
            yield request(server, "POST", "/graphql", json=sent, headers=headers)


def opened(server: Server, credential: Mapping[str, str]) -> Iterator[httpx.Request]:
    """A matter by that number: what is asked for of it is not what was sent."""
    document = OPEN.replace("{ number open ", "{ open ")
    sent = {"query": document, "variables": opening(CANARIES["matter"])}
    yield request(server, "POST", "/graphql", json=sent, headers=credential)


def written(value: str) -> dict[str, str | bytes]:
    """Every header that a caller or what it runs may write, by itself and as it is commonly spelt."""
    usual = {"traceparent": f"00-{CANARIES['trace']}-ca4a99ca4a99ca4a-01", "X-Forwarded-For": f"{value}, {value}"}
    return {name: usual.get(name, value).encode() for name in HEADERS}
