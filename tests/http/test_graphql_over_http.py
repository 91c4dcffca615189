"""POST /graphql as GraphQL over HTTP describes it: media types, statuses, malformed bodies, headers, and no echo."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway.exchange import Reply
from schema.errors import Code, DocumentError, LedgerError, Refusal
from tests.http.edge_app import BODY_LIMIT, SDL, City, city

pytestmark = pytest.mark.anyio

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
NUMBER = "420199198503120015"


@pytest.fixture
def edge(tmp_path: Path) -> City:
    return city(tmp_path)


async def post(edge: City, content: bytes | str = '{"query":"{ ok }"}', **headers: str) -> httpx.Response:
    sent = {"Content-Type": JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with edge.client() as http:
        return await http.post("/graphql", content=content, headers={k: v for k, v in sent.items() if v})


def code_of(response: httpx.Response) -> str:
    body = response.json()
    assert body.keys() == {"errors"}
    (error,) = body["errors"]
    assert error["message"]
    assert error["extensions"]["messageZh"]
    return str(error["extensions"]["code"])


def media_type(response: httpx.Response) -> str:
    assert response.headers["content-type"].endswith("; charset=utf-8")
    return str(response.headers["content-type"].partition(";")[0])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, GRAPHQL),
        ("*/*", GRAPHQL),
        ("application/*", GRAPHQL),
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("application/json; charset=utf-8", JSON),
        ("APPLICATION/JSON", JSON),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
        ("application/json, multipart/mixed", JSON),
        ("text/html, application/json;q=0.9", JSON),
    ],
)
async def test_the_answer_has_the_media_type_that_accept_prefers(edge: City, accept: str | None, expected: str) -> None:
    response = await post(edge, accept=accept or "")

    assert response.status_code == 200
    assert media_type(response) == expected
    assert response.json() == {"data": {"ok": True}}
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    "accept",
    ["text/html", "text/csv", "application/jsonp", f"{JSON};q=0", "application/json;charset=latin1", "json", "*"],
)
async def test_an_accept_that_takes_neither_is_406(edge: City, accept: str) -> None:
    response = await post(edge, accept=accept)

    assert (response.status_code, code_of(response), media_type(response)) == (406, "BAD_REQUEST", JSON)
    assert not edge.echo.asked


@pytest.mark.parametrize("sent", [JSON, "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
async def test_json_is_taken(edge: City, sent: str) -> None:
    response = await post(edge, Content_Type=sent)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "text/plain",
        "application/jsonp",
        "xapplication/json",
        "application/json-patch+json",
        "application/graphql",
        GRAPHQL,
        "application/json; charset=latin1",
        "application/json; boundary=x",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json, application/json",
    ],
)
async def test_any_other_content_type_is_415(edge: City, sent: str) -> None:
    response = await post(edge, Content_Type=sent)

    assert (response.status_code, code_of(response)) == (415, "BAD_REQUEST")
    assert not edge.echo.asked


async def test_two_content_types_are_415(edge: City) -> None:
    async with edge.client() as http:
        headers = [("content-type", JSON), ("content-type", "text/plain")]
        response = await http.post("/graphql", content="{}", headers=headers)

    assert response.status_code == 415


async def test_a_compressed_body_is_415(edge: City) -> None:
    response = await post(edge, Content_Encoding="gzip")

    assert (response.status_code, code_of(response)) == (415, "BAD_REQUEST")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(edge: City, method: str) -> None:
    async with edge.client() as http:
        response = await http.request(method, "/graphql?query={ok}", headers={"Accept": JSON})

    assert (response.status_code, code_of(response), response.headers["allow"]) == (405, "BAD_REQUEST", "POST")


MALFORMED = {
    "empty": b"",
    "not json": b"{query}",
    "number": b"5",
    "text": b'"x"',
    "null": b"null",
    "array": b"[5]",
    "empty array": b"[]",
    "batch": b'[{"query":"{ ok }"},{"query":"{ ok }"}]',
    "deep array": b"[" * 60_000,
    "deep object": b'{"variables":' * 4_000,
    "deep variables": b'{"query":"{ ok }","variables":' + b'{"a":' * 40 + b"1" + b"}" * 41,
    "duplicate key": b'{"query":"{ a }","query":"{ ok }"}',
    "duplicate nested key": b'{"query":"{ ok }","variables":{"a":1,"a":2}}',
    "not utf-8": b'{"query":"\xff"}',
    "utf-16": '{"query":"{ ok }"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"query":"{ ok }"}',
    "lone surrogate": rb'{"query":"{ ok }","variables":{"a":"\ud800"}}',
    "nul": rb'{"query":"{ ok }","variables":{"a":"\u0000"}}',
    "not a number": b'{"query":"{ ok }","variables":{"a":NaN}}',
    "infinity": b'{"query":"{ ok }","variables":{"a":-Infinity}}',
    "infinite number": b'{"query":"{ ok }","variables":{"a":1e999}}',
    "endless number": b'{"query":"{ ok }","variables":{"a":' + b"9" * 5_000 + b"}}",
    "no query": b"{}",
    "null query": b'{"query":null}',
    "number query": b'{"query":5}',
    "object query": b'{"query":{}}',
    "array query": b'{"query":["{ ok }"]}',
    "number name": b'{"query":"{ ok }","operationName":5}',
    "array variables": b'{"query":"{ ok }","variables":[]}',
    "text variables": b'{"query":"{ ok }","variables":"{}"}',
    "text extensions": b'{"query":"{ ok }","extensions":"x"}',
    "false extensions": b'{"query":"{ ok }","extensions":false}',
    "trailing text": b'{"query":"{ ok }"} x',
}


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_body_is_400_in_the_graphql_error_form(edge: City, body: bytes, accept: str) -> None:
    response = await post(edge, body, accept=accept)

    assert (response.status_code, code_of(response), media_type(response)) == (400, "BAD_REQUEST", accept)
    assert not edge.echo.asked
    assert edge.refused == [Code.BAD_REQUEST]


@pytest.mark.parametrize(
    "body",
    [
        f'{{"query":5,"operationName":"{NUMBER}"}}',
        f'{{"{NUMBER}":1,"{NUMBER}":2}}',
        f'["{NUMBER}"]',
        f'"{NUMBER}"',
        NUMBER,
        f'{{"query":"{{ ok }}","variables":"{NUMBER}"}}',
        f'{{"query":"{{ ok }}","variables":{{"a":NaN,"b":"{NUMBER}"}}}}',
        f'{{"query":"{{ ok }}" {NUMBER}',
    ],
)
async def test_nothing_that_was_sent_is_repeated(
    edge: City, body: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    response = await post(edge, body, Accept=f"text/{NUMBER}, {JSON}", X_Request_Id=NUMBER)

    assert response.status_code == 400
    heard = [response.text, str(response.headers), edge.metrics.text(), caplog.text, *capfd.readouterr()]
    assert not any(NUMBER in text for text in heard)


async def test_what_was_asked_reaches_the_pipeline_unchanged(edge: City) -> None:
    body = {"query": "{ ok }", "operationName": "Q", "variables": {"n": 1.5, "s": "李测试"}, "extensions": {"x": [1]}}

    await post(edge, json.dumps(body), accept=JSON)

    ((asked, caller, _),) = edge.echo.asked
    assert (asked.query, asked.operation_name) == ("{ ok }", "Q")
    assert (asked.variables, asked.extensions) == ({"n": 1.5, "s": "李测试"}, {"x": [1]})
    assert (caller.principal.client, caller.operator) == ("public", None)


async def test_null_members_are_absent_members(edge: City) -> None:
    await post(edge, '{"query":"{ ok }","operationName":null,"variables":null,"extensions":null}')

    ((asked, _, _),) = edge.echo.asked
    assert (asked.operation_name, dict(asked.variables), dict(asked.extensions)) == (None, {}, {})


async def test_a_body_over_the_limit_is_413(edge: City) -> None:
    response = await post(edge, b'{"query":"' + b" " * BODY_LIMIT + b'"}')

    assert (response.status_code, code_of(response)) == (413, "BAD_REQUEST")


async def test_a_body_over_the_limit_that_does_not_say_so_is_413(edge: City) -> None:
    async def pieces() -> AsyncIterator[bytes]:  # an asynchronous body has no Content-Length
        for _ in range(BODY_LIMIT // 1000 + 2):
            yield b" " * 1000

    async with edge.client() as http:
        response = await http.post("/graphql", content=pieces(), headers={"Content-Type": JSON})

    assert (response.status_code, code_of(response)) == (413, "BAD_REQUEST")


async def test_a_body_of_the_limit_is_taken(edge: City) -> None:
    start, end = b'{"query":"', b'"}'
    response = await post(edge, start + b" " * (BODY_LIMIT - len(start) - len(end)) + end)

    assert response.status_code == 200


STARRED = {Code.DOCUMENT_INVALID, Code.LIMIT_EXCEEDED, Code.FIELD_NOT_FILTERABLE, Code.CURSOR_INVALID}
STATUS = {
    Code.BAD_REQUEST: 400,
    Code.UNAUTHENTICATED: 401,
    Code.OPERATOR_NOT_VALID: 401,
    Code.RATE_LIMITED: 429,
    Code.LEDGER_UNAVAILABLE: 503,
    Code.INTERNAL: 500,
} | dict.fromkeys(STARRED, 400)


@pytest.mark.parametrize("code", Code)
async def test_each_code_has_its_status_in_both_media_types(edge: City, code: Code) -> None:
    edge.echo.reply = Reply(body=b'{"errors":[]}', code=code, entry="entry-2", receipt="receipt-2")
    expected = STATUS.get(code, 403)

    full, plain = await post(edge, accept=GRAPHQL), await post(edge, accept=JSON)

    assert full.status_code == expected
    assert plain.status_code == (200 if code in STARRED else expected)
    assert full.content == plain.content == b'{"errors":[]}'
    assert ("www-authenticate" in full.headers) == (expected == 401)
    assert ("retry-after" in full.headers) == (expected in (429, 503))
    assert full.headers["audit-entry"] == plain.headers["audit-entry"] == "entry-2"


async def test_a_refusal_from_the_pipeline_keeps_its_sentence_and_place(edge: City) -> None:
    edge.echo.failure = DocumentError(Code.DOCUMENT_INVALID, "A field does not exist.", line=3, column=7)

    response = await post(edge, accept=JSON)

    assert response.status_code == 200
    (error,) = response.json()["errors"]
    assert error["message"] == "A field does not exist."
    assert error["locations"] == [{"line": 3, "column": 7}]
    assert edge.refused == []


async def test_a_ledger_that_cannot_write_is_503(edge: City) -> None:
    edge.echo.failure = LedgerError(Code.LEDGER_UNAVAILABLE, "")

    response = await post(edge)

    assert (response.status_code, code_of(response)) == (503, "LEDGER_UNAVAILABLE")
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "failure", [RuntimeError(NUMBER), KeyError(NUMBER), Refusal(Code.INTERNAL, NUMBER), OSError(NUMBER)]
)
async def test_an_unforeseen_failure_is_an_incident_without_text(
    edge: City, failure: Exception, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    edge.echo.failure = failure

    response = await post(edge)

    assert (response.status_code, code_of(response)) == (500, "INTERNAL")
    assert response.json()["errors"][0]["extensions"]["incident"] == "incident-1"
    (line,) = caplog.messages
    assert json.loads(line)["incident"] == "incident-1"
    assert json.loads(line)["kind"] == type(failure).__name__
    assert not any(NUMBER in text for text in (response.text, caplog.text, *capfd.readouterr()))


async def test_logged_answers_carry_entry_and_receipt_and_none_is_stored(edge: City) -> None:
    response = await post(edge)

    assert (response.headers["audit-entry"], response.headers["audit-receipt"]) == ("entry-1", "receipt-1")
    assert response.headers["cache-control"] == "private, no-store"


async def test_an_answer_that_is_not_logged_carries_neither(edge: City) -> None:
    edge.echo.reply = Reply(body=b"{}")

    response = await post(edge)

    assert not {"audit-entry", "audit-receipt"} & set(response.headers)


async def test_equal_questions_get_equal_headers(edge: City) -> None:
    first, second = await post(edge), await post(edge)

    assert first.headers.raw == second.headers.raw


async def test_a_token_in_the_address_is_400(edge: City) -> None:
    async with edge.client() as http:
        response = await http.post("/graphql?access_token=x", json={"query": "{ ok }"})

    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


async def test_a_browser_gets_the_page_and_nothing_of_it_comes_from_elsewhere(edge: City) -> None:
    async with edge.client() as http:
        page = await http.get("/graphql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        names = [part.split('"')[0] for part in page.text.split("static/graphiql/")[1:]]
        files = [await http.get(f"/static/graphiql/{name}") for name in names]

    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert len(files) == 6
    assert all(file.status_code == 200 and file.content for file in files)
    assert all(answer.headers["cache-control"] == "private, no-store" for answer in (page, *files))


@pytest.mark.parametrize("name", ["index.html", "vendored.csv", "..%2F..%2Fendpoint.py", "graphiql.LICENSE", ""])
async def test_nothing_else_is_served_from_the_folder(edge: City, name: str) -> None:
    async with edge.client() as http:
        response = await http.get(f"/static/graphiql/{name}")

    assert (response.status_code, code_of(response)) == (404, "BAD_REQUEST")


async def test_a_program_that_takes_anything_does_not_get_the_page(edge: City) -> None:
    async with edge.client() as http:
        response = await http.get("/graphql", headers={"Accept": "*/*"})

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_the_schema_is_plain_text(edge: City) -> None:
    async with edge.client() as http:
        response = await http.get("/schema.graphql")
        wrong = await http.post("/schema.graphql")

    assert (response.status_code, response.text) == (200, SDL)
    assert response.headers["cache-control"] == "private, no-store"
    assert (wrong.status_code, code_of(wrong)) == (405, "BAD_REQUEST")


async def test_health_is_told_without_reasons(edge: City) -> None:
    await post(edge)
    async with edge.client() as http:
        alive, ready, metrics = [await http.get(path) for path in ("/healthz", "/readyz", "/metrics")]

    assert alive.text == "ok\n"
    assert ready.json() == {"ready": True, "checks": {"ledger": True}}
    assert 'credit_gateway_responses_total{route="graphql",status="200"} 1' in metrics.text


async def test_the_public_has_one_bucket_for_each_network_whatever_it_writes(tmp_path: Path) -> None:
    edge = city(tmp_path, public_rate=20)

    free = [await post(edge, X_Forwarded_For=f"10.{n}.0.1", User_Agent=str(n), Origin=str(n)) for n in range(3)]

    assert [response.status_code for response in free] == [200, 200, 429]
    assert int(free[2].headers["retry-after"]) > 0
    edge.clock.now += 60
    assert (await post(edge)).status_code == 200
    assert edge.refused == [Code.RATE_LIMITED]


async def test_a_client_has_one_bucket_whatever_its_tokens(tmp_path: Path) -> None:
    edge = city(tmp_path, caller_rate=20, public_rate=10_000)
    tokens = [edge.tokens.issue(client_id="A1", staff_number="1001") for _ in range(3)]

    answers = [await edge.ask(token, **{"X-Forwarded-For": token[-9:]}) for token in tokens]
    other = await edge.ask(edge.tokens.issue(client_id="A2", staff_number="1001"))

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert other.status_code == 200
