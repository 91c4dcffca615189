"""An open installation -> the routes of its portal: the one place where sign-in and pages are joined."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.database.engines import Databases
from gateway.database.scopes import DatabaseRole
from gateway.http.limits import RateLimiter
from gateway.identity.replay import KeptInDatabase
from gateway.installation import Installation
from gateway.keys.material import Purpose, SigningKey, thumbprint
from gateway.outgoing import Answered, Call, send
from gateway.portal.accounts import StandardClaims
from gateway.portal.attempts import SignIns
from gateway.portal.cookies import Cookies
from gateway.portal.oidc import MOST_BYTES, Client, RelyingParty
from gateway.portal.provider.pages import provider_routes
from gateway.portal.provider.provider import PATH as DEVELOPMENT_PATH
from gateway.portal.provider.provider import DevelopmentProvider, Secrets, secrets_of
from gateway.portal.rendering import STYLE_PATH, Pages, read_pages
from gateway.portal.sessions import Sessions
from gateway.portal.sign_in import OUT_PATH, PATH, RETURN_PATH, SignIn
from gateway.portal.site import Site
from gateway.portal.texts import read_texts
from gateway.settings import PREFIX, Settings, SettingsError
from schema.errors import Code

LOOK_UP = partial(send, most=MOST_BYTES)
FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the server lends the portal, as to its other paths."""

    networks: RateLimiter
    address: Callable[[Request], str | None]
    refused: Callable[[Code], None]
    new_incident: Callable[[], str]


@dataclass(frozen=True, slots=True)
class PortalRows:
    """The portal's own rows, one statement at a time."""

    databases: Databases

    async def fetchrow(self, query: str, *args: object) -> Mapping[str, Any] | None:
        async with self.databases.connection(DatabaseRole.PORTAL) as connection:
            row: Mapping[str, Any] | None = await connection.fetchrow(query, *args)
            return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """What its pages are made on; ``provider`` is there in trials only."""

    site: Site
    sign_in: SignIn
    provider: DevelopmentProvider | None

    def routes(self, pages: tuple[BaseRoute, ...] = ()) -> list[BaseRoute]:
        """Every path below /portal/, the ``pages`` among them."""
        site, sign_in = self.site, self.sign_in
        return [
            Route(STYLE_PATH, partial(_style, site.pages), methods=["GET"]),
            site.at(PATH, get=sign_in.show, post=sign_in.begin, public=True),
            site.at(RETURN_PATH, get=sign_in.finish, public=True),
            site.at(OUT_PATH, post=sign_in.out),
            *([] if self.provider is None else provider_routes(self.provider, site)),
            *pages,
            site.lost(),
        ]


def portal_of(
    installation: Installation,
    edge: Edge,
    *,
    call: Callable[[Call], Awaitable[Answered]] = LOOK_UP,
) -> Portal:
    """``call``: reaches the provider. Errors: ``TextError``, ``SettingsError``."""
    settings, rows = installation.settings, PortalRows(installation.databases)
    held = secrets_of(installation.keys.rings[Purpose.VALUES].newest) if settings.development_sign_in else None
    client = _client(settings, held)
    cookies = Cookies(https=settings.public_url.startswith("https:"))
    site = Site(
        pages=_pages(settings, client),
        sessions=Sessions(rows=rows, sealer=installation.sealer),
        cookies=cookies,
        networks=edge.networks,
        address=edge.address,
        refused=edge.refused,
        new_incident=edge.new_incident,
    )
    sign_in = SignIn(
        party=None if client is None else RelyingParty(client=client, send=call, clock=time.time),
        adapter=StandardClaims(levels=frozenset(settings.oidc_levels)),
        digester=installation.sealer,
        sessions=site.sessions,
        sign_ins=SignIns(rows),
        cookies=cookies,
        append=installation.ledger.append,
        count=edge.refused,
    )
    return Portal(site=site, sign_in=sign_in, provider=_provider(installation, client, held))


async def forget_ended(installation: Installation) -> None:
    """Sessions that are over, and sign-ins that never came back: for a task that runs every minute."""
    rows = PortalRows(installation.databases)
    await Sessions(rows=rows, sealer=installation.sealer).purge()
    await SignIns(rows).purge()


def _client(settings: Settings, held: Secrets | None) -> Client | None:
    issuer = settings.oidc_issuer if held is None else settings.public_url + DEVELOPMENT_PATH
    if issuer is None:
        return None
    secret = settings.oidc_client_secret if held is None else held.client
    key = None if settings.oidc_client_key is None else client_key(settings.oidc_client_key)
    if secret is None and key is None:
        raise SettingsError(f"{PREFIX}OIDC_ISSUER needs a client secret or a client key beside it.")
    return Client(
        issuer=issuer,
        id=settings.oidc_client_id,
        return_to=settings.public_url + RETURN_PATH,
        levels=settings.oidc_levels,
        secret=secret,
        key=key,
    )


def _pages(settings: Settings, client: Client | None) -> Pages:
    """Forms lead to ourselves, and, where they begin a sign-in, on to the provider."""
    targets = () if client is None else (_origin(client.issuer), *settings.oidc_origins)
    root = urlsplit(settings.public_url).path
    return read_pages(read_texts(), root=root, form_targets=targets, trial=settings.development_sign_in)


def client_key(file: Path) -> SigningKey:
    """The portal's own key (PEM, PKCS 8, Ed25519), named by its thumbprint. Errors: ``SettingsError``."""
    try:
        private = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise SettingsError(f"{PREFIX}OIDC_CLIENT_KEY must name a file that holds a private key (Ed25519, PEM).")
    public = private.public_key()
    return SigningKey(kid=thumbprint(public), number=1, public=public, private=private)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _provider(installation: Installation, client: Client | None, held: Secrets | None) -> DevelopmentProvider | None:
    if client is None or held is None:
        return None
    return DevelopmentProvider(
        public_url=installation.settings.public_url,
        client_id=client.id,
        return_to=client.return_to,
        secrets=held,
        sealer=installation.sealer,
        seen=KeptInDatabase(installation.registry),
        clock=time.time,
    )


async def _style(pages: Pages, request: Request) -> Response:
    return Response(pages.style, media_type="text/css", headers=FOR_AN_HOUR)
