"""Turns ``POST /graphql`` into a request and a caller for the pipeline, and its reply into HTTP (GraphQL over HTTP).

One operation per request, by POST, in JSON, with an access token or none. Everything that is wrong before the pipeline
is refused here in the GraphQL error form. It never reads the document, and never repeats what was sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from authz.principal import Caller
from gateway.exchange import Arrival, Execute, GraphQLRequest, Reply
from gateway.http.body import read_request
from gateway.http.limits import RateLimiter, network_of
from gateway.http.media import MediaType, asks_for_html, chosen, is_json_request
from gateway.http.middleware import problem_response
from gateway.identity.callers import ANYONE
from gateway.identity.oauth import Presented
from gateway.problems import JSON, ProtocolRefusal, RateRefusal, describe, headers_of, status_of
from gateway.telemetry import log_incident
from schema.errors import CallerError, Code, Refusal

PATH = "/graphql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the endpoint is joined to. ``refused`` hears of every refusal before the pipeline, by code; ``fresh`` gives
    the headers of any answer to a proof of possession."""

    authenticate: Callable[[Presented], Awaitable[Caller]]
    execute: Execute
    callers: RateLimiter  # per verified client
    networks: RateLimiter  # per network prefix, for the public and for credentials that fail
    address: Callable[[Request], str | None]
    refused: Callable[[Code], None]
    new_incident: Callable[[], str]
    fresh: Callable[[Presented], Mapping[str, str]]
    page: Response | None = None  # GraphiQL


class Bucket(NamedTuple):
    """What the points of a request are taken from: the client's own, or that of its network."""

    limiter: RateLimiter
    key: str


class GraphQLEndpoint:
    """An ASGI application for ``/graphql``: ``Route(PATH, GraphQLEndpoint(edge))``."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        accepts = request.headers.getlist("accept")
        if request.method == "GET" and self._edge.page is not None and asks_for_html(accepts):
            response = self._edge.page
        else:
            response = await self._respond(request, chosen(accepts))
            response.headers.update(self._edge.fresh(_presented(request)))
        response.headers["Vary"] = "Accept"
        await response(scope, receive, send)

    async def _respond(self, request: Request, media_type: MediaType | None) -> Response:
        try:
            arrival = Arrival(address=self._edge.address(request))
            asked, caller, bucket = await self._admitted(request, media_type, arrival)
            reply = await self._edge.execute(asked, caller, replace(arrival, charge=partial(_take, bucket, taken=1)))
        except ClientDisconnect:
            raise
        except Exception as error:  # whatever it is, it is told in the GraphQL error form
            return self._failure(error, media_type or JSON)
        return _answer(reply, media_type or JSON)

    async def _admitted(
        self, request: Request, media_type: MediaType | None, arrival: Arrival
    ) -> tuple[GraphQLRequest, Caller, Bucket]:
        try:
            _check_protocol(request, media_type)
            caller, bucket = await self._identified(request, arrival)
            return read_request(await request.body()), caller, bucket
        except Refusal as refusal:
            self._edge.refused(refusal.code)
            raise

    async def _identified(self, request: Request, arrival: Arrival) -> tuple[Caller, Bucket]:
        network = Bucket(self._edge.networks, network_of(arrival.address))
        try:
            caller = await self._edge.authenticate(_presented(request))
        except CallerError:
            _take(network, 1)
            raise
        bucket = network if caller == ANYONE else Bucket(self._edge.callers, caller.principal.client)
        _take(bucket, 1)
        return caller, bucket

    def _failure(self, error: Exception, media_type: MediaType) -> Response:
        incident = self._edge.new_incident()
        problem = describe(error, incident=incident)
        if problem.code is Code.INTERNAL:
            log_incident(incident, error)
        return problem_response(problem, media_type)


def _presented(request: Request) -> Presented:
    return Presented(method="POST", path=PATH, headers=request.headers)


def schema_route(sdl: str) -> Route:
    """GET /schema.graphql: the SDL as the public sees it."""

    async def schema(request: Request) -> Response:
        return PlainTextResponse(sdl)

    return Route("/schema.graphql", schema, methods=["GET"])


def _check_protocol(request: Request, media_type: MediaType | None) -> None:
    if request.method != "POST":
        raise ProtocolRefusal(405, "Operations are sent by POST.", allow="POST")
    if "access_token" in request.query_params:
        raise Refusal(Code.BAD_REQUEST, "A token never belongs in an address.")
    if not is_json_request(request.headers.getlist("content-type")):
        raise ProtocolRefusal(415, "The request must be application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProtocolRefusal(415, "The body must not be compressed.")
    if media_type is None:
        raise ProtocolRefusal(406, "The answer can be application/graphql-response+json or application/json.")


def _take(bucket: Bucket, points: int, *, taken: int = 0) -> None:
    wait = bucket.limiter.admit(bucket.key, points, taken=taken)
    if wait:
        raise RateRefusal(wait)


def _answer(reply: Reply, media_type: MediaType) -> Response:
    response = Response(reply.body, status_code=200 if reply.code is None else status_of(reply.code, media_type))
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    if reply.code is not None:
        response.headers.update(headers_of(reply.code))
    if reply.entry is not None:
        response.headers["Audit-Entry"] = reply.entry
    if reply.receipt is not None:
        response.headers["Audit-Receipt"] = reply.receipt
    return response
