"""The middleware around an application that fails, stalls, or answers in its own way."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from gateway.http.middleware import HEADERS, Answers, BodyLimit, http_problem, middleware
from gateway.problems import ProtocolRefusal
from gateway.telemetry import Metrics

pytestmark = pytest.mark.anyio

NUMBER = "420199198503120015"


def app(
    endpoint: Callable[[Request], object], metrics: Metrics, *, https: bool = False, timeout: float = 30
) -> Starlette:
    return Starlette(
        routes=[Route("/graphql", endpoint, methods=["GET", "POST"])],
        middleware=middleware(
            metrics=metrics,
            new_incident=lambda: "incident-9",
            clock=lambda: 1.0,
            body_limit=10,
            request_timeout=timeout,
            https=https,
        ),
        exception_handlers={HTTPException: http_problem},
    )


async def get(application: Starlette, path: str = "/graphql") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
        return await http.get(path)


async def plain(request: Request) -> Response:
    return PlainTextResponse((await request.body()).decode())


async def test_every_answer_is_completed() -> None:
    metrics = Metrics()

    response = await get(app(plain, metrics))

    assert all(response.headers[name] == value for name, value in HEADERS)
    assert "strict-transport-security" not in response.headers
    assert 'status="200"} 1' in metrics.text()


async def test_https_is_insisted_on_where_it_is_used() -> None:
    response = await get(app(plain, Metrics(), https=True))

    assert response.headers["strict-transport-security"].startswith("max-age=")


async def test_an_answers_own_headers_stay() -> None:
    async def cached(request: Request) -> Response:
        return PlainTextResponse("x", headers={"Cache-Control": "max-age=5"})

    assert (await get(app(cached, Metrics()))).headers["cache-control"] == "max-age=5"


async def test_an_exception_is_an_incident_and_does_not_reach_the_server(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async def fails(request: Request) -> Response:
        raise RuntimeError(NUMBER)

    metrics = Metrics()
    response = await get(app(fails, metrics))

    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"] == {
        "code": "INTERNAL",
        "messageZh": "系统内部错误。",
        "incident": "incident-9",
    }
    assert "incident-9" in caplog.text
    assert 'credit_gateway_refusals_total{code="INTERNAL"} 1' in metrics.text()
    assert not any(NUMBER in text for text in (response.text, caplog.text, *capfd.readouterr()))


async def test_a_failure_in_the_middle_of_an_answer_is_told_to_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(NUMBER)

    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    around = Answers(breaks, metrics=Metrics(), new_incident=lambda: "incident-9", clock=lambda: 1.0)
    await around({"type": "http", "path": "/graphql", "headers": []}, nothing, keep)

    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "incident-9" in caplog.text
    assert NUMBER not in caplog.text


async def test_a_client_that_has_gone_is_no_incident(caplog: pytest.LogCaptureFixture) -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def nobody(message: Message) -> None:
        raise AssertionError("nothing is sent to nobody")

    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": [], "query_string": b"", "root_path": ""}
    await app(plain, Metrics())(scope, gone, nobody)

    assert caplog.text == ""


async def test_a_request_that_stalls_is_stopped() -> None:
    async def stalls(request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    response = await get(app(stalls, Metrics(), timeout=0.01))

    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_a_time_out_of_the_application_is_its_own_failure() -> None:
    async def times_out(request: Request) -> Response:
        raise TimeoutError(NUMBER)

    response = await get(app(times_out, Metrics()))

    assert response.status_code == 500
    assert NUMBER not in response.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), (f"/{NUMBER}", 404)])
async def test_an_address_without_anything_is_told_in_the_same_form(path: str, status: int) -> None:
    response = await get(app(plain, Metrics()), path)

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert NUMBER not in response.text


@pytest.mark.parametrize(
    ("announced", "pieces", "refused"),
    [
        (b"10", [b"x" * 10], False),
        (b"11", [b""], True),
        (b"9" * 5000, [b""], True),
        (b"\xb2\xb2", [b"x" * 10], False),
        (b"-1", [b"x" * 11], True),
        (None, [b"x" * 6, b"x" * 4], False),
        (None, [b"x" * 6, b"x" * 5], True),
    ],
)
async def test_a_body_is_counted_as_announced_and_as_it_comes(
    announced: bytes | None, pieces: list[bytes], refused: bool
) -> None:
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None: ...

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in pieces:
            await receive()

    headers = [] if announced is None else [(b"content-length", announced)]
    reading = BodyLimit(reads, limit=10)({"type": "http", "headers": headers}, receive, send)
    if refused:
        with pytest.raises(ProtocolRefusal) as found:
            await reading
        assert found.value.status == 413
    else:
        await reading
        assert waiting == []


async def test_a_long_answer_is_not_held_back() -> None:
    async def stream(request: Request) -> Response:
        return StreamingResponse(iter([b"a" * 50, b"b" * 50]))

    assert len((await get(app(stream, Metrics()))).content) == 100
