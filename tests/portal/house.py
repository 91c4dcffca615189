"""The portal's own routes in this process, with an identity provider of the test's, and a browser that visits them.

The installation is one on https, where cookies have the prefix that no other host can set.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response

from gateway.http.limits import RateLimiter
from gateway.installation import Installation
from gateway.ledger.entry import Entry
from gateway.ledger.errors import LedgerUnavailable
from gateway.portal.opening import Edge, Portal, portal_of
from gateway.portal.sign_in import PATH, RETURN_PATH
from gateway.portal.visit import Visit
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.portal.identity_service import ISSUER, IdentityService
from tests.portal.visitor import Page

ADDRESS = "https://credit.test"


@dataclass(slots=True, kw_only=True)
class House:
    """The portal with two pages more: for whoever is signed in, and for an act that must be authenticated anew."""

    installation: Installation
    service: IdentityService
    database: FreshDatabase
    entries: list[Entry] = field(default_factory=list)
    refusals: list[Code] = field(default_factory=list)
    log_is_away: bool = False
    portal: Portal = field(init=False)

    def __post_init__(self) -> None:
        edge = Edge(
            networks=RateLimiter(per_minute=1_000_000, clock=time.monotonic),
            address=lambda request: "192.0.2.7",
            refused=self.refusals.append,
            new_incident=lambda: "incident",
        )
        opened = portal_of(self.installation, edge, call=self.service.send)
        self.portal = replace(opened, sign_in=replace(opened.sign_in, append=self._append))

    async def _append(self, entry: Entry) -> object:
        if self.log_is_away:
            raise LedgerUnavailable
        self.entries.append(entry)
        return await self.installation.ledger.append(entry)

    def app(self) -> Starlette:
        at = self.portal.site.at
        return Starlette(
            routes=self.portal.routes((at("/portal/act/{name}", get=self.act), at("/portal/inside", get=self.inside)))
        )

    async def inside(self, visit: Visit) -> Response:
        """Looks at nothing."""
        return PlainTextResponse("inside")

    async def act(self, visit: Visit) -> Response:
        act = f"act:{visit.part('name')}"
        away = await self.portal.sign_in.anew(visit, act, back=visit.back)
        if away is not None:
            return away
        return PlainTextResponse("done" if await self.portal.site.sessions.spend(visit.who, act) else "too late")


@dataclass(slots=True, kw_only=True)
class Browser:
    """Goes to the provider and back by itself: the provider says what the service is told to say."""

    http: httpx.AsyncClient
    service: IdentityService

    async def get(self, path: str) -> Page:
        return Page(await self.http.get(path))

    async def sign_in(self, **claims: object) -> Page:
        """In a browser that is signed in no more."""
        self.http.cookies.pop("__Host-portal", None)
        return await self.come_back(Page(await self.http.post(PATH, content="to=")), **claims)

    async def come_back(self, away: Page, **claims: object) -> Page:
        """From where the portal has sent it."""
        asked = dict(parse_qsl(urlsplit(away.goes_to).query))
        self.service.nonce, self.service.now = asked["nonce"], time.time()
        self.service.claims = {"auth_time": int(time.time()), **claims}
        said = urlencode({"state": asked["state"], "code": "code-1", "iss": ISSUER})
        return await self.get(f"{RETURN_PATH}?{said}")

    @property
    def session(self) -> str | None:
        return self.http.cookies.get("__Host-portal")


def house_in(town: City, **changes: Any) -> House:
    """``changes``: of settings."""
    given = {"oidc_issuer": ISSUER, "oidc_client_id": "portal", "oidc_client_secret": "s", **changes}
    settings = replace(town.installation.settings, **given)
    return House(
        installation=replace(town.installation, settings=settings), service=IdentityService(), database=town.database
    )


@asynccontextmanager
async def browsing(house: House) -> AsyncIterator[Browser]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    transport = httpx.ASGITransport(app=house.app())
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as http:
        yield Browser(http=http, service=house.service)
