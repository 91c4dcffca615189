"""Turns any ASGI application into one with a bounded body and time, security headers, and failures that tell nothing.

Pure ASGI, outermost first: ``Answers`` (headers, counts, whatever was not caught), ``TimeLimit``, ``BodyLimit``. It
never reads a body, and never lets an exception reach the server, whose log would print its text.
"""

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.media import MediaType
from gateway.problems import JSON, Problem, ProtocolRefusal, describe
from gateway.telemetry import Metrics, log_incident, route_of
from schema.errors import Code

HEADERS = (
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Set unless the answer has its own. Static: nothing here may differ from one request to the next."""

TOO_LONG = "The body is too long."

HTTPS_HEADERS = (("Strict-Transport-Security", "max-age=31536000"),)


def middleware(
    *,
    metrics: Metrics,
    new_incident: Callable[[], str],
    clock: Callable[[], float],
    body_limit: int,
    request_timeout: float,
    https: bool,
) -> list[Middleware]:
    """For ``Starlette(middleware=...)``. ``clock`` is monotonic, in seconds."""
    headers = HEADERS + HTTPS_HEADERS if https else HEADERS
    return [
        Middleware(Answers, metrics=metrics, new_incident=new_incident, clock=clock, headers=headers),
        Middleware(TimeLimit, seconds=request_timeout),
        Middleware(BodyLimit, limit=body_limit),
    ]


def problem_response(problem: Problem, media_type: MediaType = JSON) -> Response:
    """The refusal in the GraphQL error form."""
    response = Response(problem.body, status_code=problem.status(media_type))
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers.update(problem.headers)
    return response


async def http_problem(request: Request, error: Exception) -> Response:
    """The handler of ``HTTPException`` (no such path, wrong method) for ``Starlette(exception_handlers=...)``."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    details = {404: "There is nothing at this address.", 405: "This address does not take this method."}
    allow = (error.headers or {}).get("Allow") if isinstance(error, HTTPException) else None
    return problem_response(describe(ProtocolRefusal(status, details.get(status, ""), allow=allow), incident=""))


class Answers:
    """Completes every response, counts it, and answers for exceptions that nobody caught."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        new_incident: Callable[[], str],
        clock: Callable[[], float],
        headers: tuple[tuple[str, str], ...] = HEADERS,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._new_incident = new_incident
        self._clock = clock
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        status = 0

        async def complete(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in self._headers:
                    present.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, complete)
        except ClientDisconnect:  # nobody is there to be answered
            return
        except Exception as error:  # the last one who can keep its text from the server's log
            if status == 0:
                await self._failure(error)(scope, receive, complete)
            else:
                self._failure(error)
        self._metrics.answered(route_of(scope["path"]), status, self._clock() - began)

    def _failure(self, error: Exception) -> Response:
        incident = self._new_incident()
        problem = describe(error, incident=incident)
        self._metrics.refused(problem.code)
        if problem.code is Code.INTERNAL:
            log_incident(incident, error)
        return problem_response(problem)


class TimeLimit:
    """Stops a request that takes too long. What must not be interrupted (a commit of the log) shields itself."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds) as limit:
                await self._app(scope, receive, send)
        except TimeoutError:
            if limit.expired():
                raise ProtocolRefusal(503, "The request took too long.", code=Code.LIMIT_EXCEEDED) from None
            raise


class BodyLimit:
    """Refuses a body that is announced, or turns out, longer than the limit, before it is held in memory."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        too_long = _announces_more(Headers(scope=scope).get("content-length", ""), self._limit)
        received = 0

        async def counted() -> Message:
            nonlocal received
            if too_long:
                raise ProtocolRefusal(413, TOO_LONG)
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise ProtocolRefusal(413, TOO_LONG)
            return message

        await self._app(scope, counted, send)


def _announces_more(length: str, limit: int) -> bool:
    if not (length.isascii() and length.isdigit()):
        return False
    return len(length) > 12 or int(length) > limit
