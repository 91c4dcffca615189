"""Turns /consents into calls of the register of consents: a client asks for one, looks how it stands, gives it up.

By key-bound access token alone. The answer to a request is the same for every subject: nobody is looked up for it. A
consent that is another's, is not there or cannot be is one and the same 404, and every refusal of a client is logged.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from authz.principal import Caller
from gateway.consents.asking import Asking
from gateway.consents.errors import KeyReused, NotPending
from gateway.consents.receipts import Profile
from gateway.consents.records import By, ConsentRecord, Reason
from gateway.consents.records import Request as Asked
from gateway.consents.register import ConsentRegister
from gateway.consents.standing import asked, standing, told
from gateway.consents.wanted import Wanted, read_wanted, refused
from gateway.exchange import CLIENT_KEY
from gateway.http.endpoint import Edge
from gateway.http.limits import RateLimiter, network_of
from gateway.http.media import is_json_request
from gateway.http.middleware import TOO_LONG, problem_response
from gateway.identity.callers import ANYONE
from gateway.identity.oauth import Presented
from gateway.ledger.entry import Decision, Entry, Kind, Operator
from gateway.ledger.errors import NotWritten
from gateway.problems import GRAPHQL_RESPONSE, JSON, SENTENCES, ProtocolRefusal, RateRefusal, describe
from gateway.telemetry import log_incident
from schema.errors import CallerError, Code, Refusal

PATH = "/consents"
NOT_YOURS = "There is no such consent of yours."
CHANGE = 20
"""Points of a request and of giving one up: each is a transaction of the log by itself, and what subjects take back
waits in the same line."""
BODY = 32_768
"""Bytes of a request: room for every field of the schema by its name."""
_KEY = re.compile(r'("?)([!#-\[\]-~]{8,128})\1')
"""Idempotency-Key: with the quotes of a structured field, or without."""

Answer = Callable[[Request, Caller, "Noted"], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEdge:
    """What the paths are joined to, besides what ``/graphql`` is. ``page``: the address at which the subject decides;
    ``receipt`` signs the receipt of a consent for whom it was given to; ``append`` enters a refusal in the log;
    ``now``: what time it is."""

    edge: Edge
    asking: Asking
    register: ConsentRegister
    page: Callable[[UUID], str]
    receipt: Callable[[ConsentRecord, Caller, Profile], Awaitable[str]]
    append: Callable[[Entry], Awaitable[object]]
    now: Callable[[], datetime]


@dataclass(slots=True, kw_only=True)
class Noted:
    """What the log will say of a request that is refused."""

    action: str
    caller: Caller | None = None
    wanted: Wanted | None = None
    consent: UUID | None = None


def consent_routes(joined: ConsentEdge) -> list[Route]:
    pages = _Pages(joined)

    async def one(request: Request) -> Response:
        if request.method == "DELETE":
            return await pages.respond(request, "consent-end", pages.end)
        return await pages.respond(request, "consent-status", pages.look)

    async def ask(request: Request) -> Response:
        return await pages.respond(request, "consent-request", pages.ask)

    async def receipt(request: Request) -> Response:
        return await pages.respond(request, "consent-receipt", pages.receipt)

    return [
        Route(PATH, ask, methods=["POST"]),
        Route(f"{PATH}/{{consent}}/receipt", receipt, methods=["GET"]),
        Route(f"{PATH}/{{consent:path}}", one, methods=["GET", "DELETE"]),
    ]


class _Pages:
    def __init__(self, joined: ConsentEdge) -> None:
        self._joined = joined
        self._edge = joined.edge

    async def respond(self, request: Request, action: str, answer: Answer) -> Response:
        presented = Presented(method=request.method, path=_path(request), headers=request.headers)
        noted = Noted(action=action)
        try:
            noted.caller = await self._identified(request, presented)
            response = await answer(request, noted.caller, noted)
        except ClientDisconnect:
            raise
        except Exception as error:  # whatever it is, it is told in the one error form
            response = await self._failure(request, error, noted)
        response.headers.update(self._edge.fresh(presented))
        return response

    async def ask(self, request: Request, caller: Caller, noted: Noted) -> Response:
        """201 with the request as it stands: ``pending``, unless it is one from before."""
        key = _key(request.headers.getlist("idempotency-key"))
        wanted = noted.wanted = read_wanted(await _body(request))
        self._charge(caller)
        try:
            found = await self._joined.asking.ask(caller, key, wanted)
        except KeyReused:
            raise refused("Idempotency-Key: It was used for another request.") from None
        word = standing(found, await self._joined.register.consent(found.id), self._joined.now())
        content = asked(found, self._joined.page(found.id), word)
        return _json(201, content, {"Location": f"{PATH}/{found.id}"})

    async def look(self, request: Request, caller: Caller, noted: Noted) -> Response:
        found = await self._own(request, caller, noted)
        consent = await self._joined.register.consent(found.id)
        return _json(200, told(found, consent, self._joined.page(found.id), self._joined.now()))

    async def receipt(self, request: Request, caller: Caller, noted: Noted) -> Response:
        """The signed receipt of what was given (docs/receipts.md): of nothing there is none."""
        found = await self._own(request, caller, noted)
        record = await self._joined.register.consent(found.id)
        if record is None:
            raise ProtocolRefusal(404, NOT_YOURS)
        asked_for = request.query_params.getlist("profile") or [Profile.MINIMAL]
        if len(asked_for) != 1 or asked_for[0] not in list(Profile):
            raise refused("profile: It is minimal or full.")
        signed = await self._joined.receipt(record, caller, Profile(asked_for[0]))
        return Response(signed, media_type="application/jwt", headers={"Cache-Control": "no-store"})

    async def end(self, request: Request, caller: Caller, noted: Noted) -> Response:
        """204, also where it had ended before. BASIS: CRR-20."""
        found = await self._own(request, caller, noted)
        self._charge(caller)
        try:
            await self._joined.register.deny(found.id, By.CLIENT)
        except NotPending:
            await self._joined.register.revoke(found.id, Reason.CLIENT, By.CLIENT)
        return Response(status_code=204)

    async def _own(self, request: Request, caller: Caller, noted: Noted) -> Asked:
        """The caller's request of the id in the address. Errors: 404, the same for whatever is not its own."""
        noted.consent = _id(request.path_params["consent"])
        found = await self._joined.register.request(noted.consent) if noted.consent is not None else None
        if found is None or found.client != caller.principal.client:
            raise ProtocolRefusal(404, NOT_YOURS)
        return found

    async def _identified(self, request: Request, presented: Presented) -> Caller:
        network = network_of(self._edge.address(request))
        try:
            caller = await self._edge.authenticate(presented)
            if caller == ANYONE or caller.thumbprint is None:
                raise CallerError(Code.UNAUTHENTICATED, SENTENCES[Code.UNAUTHENTICATED].english)
        except CallerError:
            _take(self._edge.networks, network)
            raise
        _take(self._edge.callers, caller.principal.client)
        return caller

    def _charge(self, caller: Caller) -> None:
        """What a change costs, besides the point that the request has taken."""
        _take(self._edge.callers, caller.principal.client, CHANGE - 1, taken=1)

    async def _failure(self, request: Request, error: Exception, noted: Noted) -> Response:
        error = _unavailable() if isinstance(error, NotWritten) else error
        incident = self._edge.new_incident()
        problem = describe(error, incident=incident)
        if problem.code is Code.INTERNAL:
            log_incident(incident, error)
        elif noted.caller is None or problem.code is Code.RATE_LIMITED:
            self._edge.refused(problem.code)
        else:
            try:
                await self._joined.append(_entry(noted, noted.caller, problem.code, self._edge.address(request)))
            except NotWritten:
                problem = describe(_unavailable(), incident=incident)
        response = problem_response(problem)
        response.status_code = problem.status(GRAPHQL_RESPONSE)
        return response


def _path(request: Request) -> str:
    """As it was sent: a proof is for the address in the one spelling that the client gave it."""
    sent: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return sent.partition(b"?")[0].decode("ascii", "replace")


def _entry(noted: Noted, caller: Caller, code: Code, address: str | None) -> Entry:
    staff, wanted = caller.operator, noted.wanted
    return Entry(
        kind=Kind.DENY,
        principal=caller.principal.client,
        decision=Decision.DENY,
        action=noted.action,
        operator=None if staff is None else Operator(number=staff.staff_number, role=None, method=CLIENT_KEY),
        purpose=None if wanted is None else wanted.purpose,
        matter=None if wanted is None else wanted.matter,
        consent=noted.consent,
        reasons=(code.value,),
        address=address,
    )


async def _body(request: Request) -> bytes:
    if "access_token" in request.query_params:
        raise refused("A token never belongs in an address.")
    if not is_json_request(request.headers.getlist("content-type")):
        raise ProtocolRefusal(415, "The request must be application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProtocolRefusal(415, "The body must not be compressed.")
    body = await request.body()
    if len(body) > BODY:
        raise ProtocolRefusal(413, TOO_LONG)
    return body


def _key(headers: list[str]) -> str:
    found = _KEY.fullmatch(headers[0]) if len(headers) == 1 else None
    if found is None:
        raise refused("Idempotency-Key: One header of 8 to 128 visible characters, new for every new request.")
    return found[2]


def _id(text: str) -> UUID | None:
    """In the one spelling that it has."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def _take(limiter: RateLimiter, key: str, points: int = 1, *, taken: int = 0) -> None:
    wait = limiter.admit(key, points, taken=taken)
    if wait:
        raise RateRefusal(wait)


def _unavailable() -> Refusal:
    return Refusal(Code.LEDGER_UNAVAILABLE, SENTENCES[Code.LEDGER_UNAVAILABLE].english)


def _json(status: int, content: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status_code=status, headers=dict(headers or {}), media_type=JSON)
