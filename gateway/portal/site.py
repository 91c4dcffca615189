"""Handlers of pages -> routes: admission, language, session, form and its token before them, refusals as pages after.

INVARIANT: no POST reaches its handler unless it came from a page of this site, and, where somebody is signed in, with
the token of that very session. Whatever goes wrong is answered with a page; nothing that was sent is repeated in it.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.http.form import NO_FORM, Form, FormError, read_form, read_pairs
from gateway.http.limits import RateLimiter, network_of
from gateway.ledger.errors import NotWritten
from gateway.portal.cookies import Cookies, language_of
from gateway.portal.places import HOME, own_path
from gateway.portal.rendering import Pages
from gateway.portal.sessions import Session, Sessions
from gateway.portal.visit import NotAnswered, Visit, not_allowed, not_there, not_understood, signed_out
from gateway.problems import ProtocolRefusal
from gateway.telemetry import log_incident
from schema.errors import Code, Refusal

Answer: TypeAlias = Callable[[Visit], Awaitable[Response]]

FIELDS = 512
"""Of a form: a box for each field that can be asked for, and room."""
QUERY_FIELDS = 16

_AWAY = (
    NotWritten,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    OSError,
)
"""The log or the database cannot do it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every page stands on. ``networks`` admits requests by network prefix; ``refused`` counts refusals for the
    log; ``new_incident`` numbers what was not foreseen."""

    pages: Pages
    sessions: Sessions
    cookies: Cookies
    networks: RateLimiter
    address: Callable[[Request], str | None]
    refused: Callable[[Code], None]
    new_incident: Callable[[], str]

    def at(self, path: str, *, get: Answer | None = None, post: Answer | None = None, public: bool = False) -> Route:
        """The route of one page. Unless it is ``public``, nobody but who is signed in reaches its handlers."""
        return Route(path, _Place(site=self, get=get, post=post, public=public))

    def lost(self) -> Route:
        """Whatever else is asked for below /portal/: the last of the routes."""
        return Route("/portal/{rest:path}", _Place(site=self, get=_nothing, post=None, public=True))


async def _nothing(visit: Visit) -> Response:
    raise not_there()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An ASGI application: one path of the portal."""

    site: Site
    get: Answer | None
    post: Answer | None
    public: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._response(request)
        self.site.cookies.keep_language(request, response)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        try:
            self._admit(request)
            visit = await self._visit(request)
            answer = self._answer(request)
            if request.method == "POST":
                self._trusted(visit)
            if not self.public and visit.session is None:
                raise signed_out()
            return await answer(visit)
        except ClientDisconnect:
            raise
        except Exception as error:  # the last one who can make a page of it
            return self._refusal(request, error)

    def _admit(self, request: Request) -> None:
        if self.site.networks.admit(network_of(self.site.address(request))):
            self.site.refused(Code.RATE_LIMITED)
            raise NotAnswered(429, "too_many")

    def _answer(self, request: Request) -> Answer:
        answer = self._methods().get(request.method)
        if answer is None:
            raise NotAnswered(405, "no_such_method")
        return answer

    def _methods(self) -> Mapping[str, Answer | None]:
        return {"GET": self.get, "HEAD": self.get, "POST": self.post}

    async def _visit(self, request: Request) -> Visit:
        site = self.site
        form = NO_FORM
        if request.method == "POST":
            form = read_form(request.headers.getlist("content-type"), await request.body(), most=FIELDS)
        secret = site.cookies.session(request)
        session = await site.sessions.find(secret) if secret is not None else None
        return self._bare(request, session=session, form=form, query=_query(request))

    def _bare(self, request: Request, *, session: Session | None, form: Form, query: Form) -> Visit:
        return Visit(
            request=request,
            language=language_of(request, self.site.cookies),
            session=session,
            form=form,
            query=query,
            address=self.site.address(request),
            pages=self.site.pages,
        )

    def _trusted(self, visit: Visit) -> None:
        """Errors: 403 unless one of our pages, shown to this very session, sent the form."""
        if not _same_origin(visit.request):
            self.site.refused(Code.BAD_REQUEST)
            raise not_allowed()
        if visit.session is not None:
            given = visit.form.one("csrf") or ""
            if not hmac.compare_digest(given.encode(), visit.session.csrf.encode()):
                self.site.refused(Code.BAD_REQUEST)
                raise not_allowed()

    def _refusal(self, request: Request, error: Exception) -> Response:
        refusal, incident = self._foreseen(error)
        visit = self._bare(request, session=None, form=NO_FORM, query=_legible(request))
        # What is not there is one page, wherever it is not.
        to = HOME if refusal.status == 404 or request.method != "GET" else own_path(visit.back)
        response = visit.page(
            "error.html",
            status=refusal.status,
            why=refusal.why,
            incident=incident,
            to=to,
            other_language=visit.in_other_language(to),
        )
        if refusal.status == 405:
            response.headers["Allow"] = ", ".join(method for method, answer in self._methods().items() if answer)
        if refusal.status in (429, 503):
            response.headers["Retry-After"] = "10"
        return response

    def _foreseen(self, error: Exception) -> tuple[NotAnswered, str | None]:
        if isinstance(error, _AWAY):
            return NotAnswered(503, "not_now"), None
        match error:
            case NotAnswered():
                return error, None
            case FormError():
                return not_understood(), None
            case ProtocolRefusal(status=413):
                return NotAnswered(413, "too_long"), None
            case Refusal(code=Code.LEDGER_UNAVAILABLE | Code.RATE_LIMITED):
                return NotAnswered(503, "not_now"), None
        incident = self.site.new_incident()
        log_incident(incident, error)
        return NotAnswered(500, "failed"), incident


def _query(request: Request) -> Form:
    return read_pairs(request.scope["query_string"], most=QUERY_FIELDS)


def _legible(request: Request) -> Form:
    """The query, for a page that says what is wrong."""
    with suppress(FormError):
        return _query(request)
    return NO_FORM


def _same_origin(request: Request) -> bool:
    """Whether the browser says that a page of ours sent this; one that says nothing is old, and has the token yet."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
