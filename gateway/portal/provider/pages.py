"""The development provider over HTTP: metadata, keys, the page on which one chooses who to be, and the token endpoint.

The page is the portal's; the rest speaks JSON to the relying party alone.
"""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.http.form import Form, FormError, read_form
from gateway.http.limits import RateLimiter, network_of
from gateway.http.token import public_jwk
from gateway.keys.material import SigningKey
from gateway.portal.oidc import METADATA_PATH
from gateway.portal.provider.personas import personas
from gateway.portal.provider.provider import PATH, DevelopmentProvider, NotGranted
from gateway.portal.site import Site
from gateway.portal.visit import Visit, not_understood

ASKED = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
)  # fmt: skip
FIELDS = 16


def provider_routes(provider: DevelopmentProvider, site: Site) -> list[BaseRoute]:
    pages = _Pages(provider)
    token = _Token(provider, networks=site.networks, address=site.address)
    public = provider.secrets.private.public_key()
    key = SigningKey(kid=provider.secrets.kid, number=1, public=public, private=None)
    return [
        Route(PATH + METADATA_PATH, _constant(provider.metadata()), methods=["GET"]),
        Route(f"{PATH}/jwks", _constant({"keys": [public_jwk(key)]}), methods=["GET"]),
        Route(f"{PATH}/token", token.answer, methods=["POST"]),
        site.at(f"{PATH}/authorize", get=pages.ask, post=pages.choose, public=True),
    ]


class _Pages:
    def __init__(self, provider: DevelopmentProvider) -> None:
        self._provider = provider

    async def ask(self, visit: Visit) -> Response:
        fields = _fields(visit.query)
        if self._provider.asked(fields) is None:
            raise not_understood()
        hidden = {name: fields[name] for name in ASKED}
        return visit.page("development.html", personas=personas(), hidden=hidden)

    async def choose(self, visit: Visit) -> Response:
        """Back to the relying party, with a code or with a refusal (OpenID Connect Core 3.1.2.5, 3.1.2.6)."""
        asked = self._provider.asked(_fields(visit.form))
        if asked is None:
            raise not_understood()
        said = {"state": asked.state, "iss": self._provider.issuer}
        if visit.form.one("persona") is None:
            return self._back({"error": "access_denied", **said})
        code = self._provider.code(asked, visit.form.one("persona") or "")
        if code is None:
            raise not_understood()
        return self._back({"code": code, **said})

    def _back(self, said: Mapping[str, str]) -> Response:
        return RedirectResponse(f"{self._provider.return_to}?{urlencode(said)}", status_code=303)


class _Token:
    """RFC 6749 4.1.3 to 5.2, for one client with its secret (client_secret_basic)."""

    def __init__(
        self, provider: DevelopmentProvider, *, networks: RateLimiter, address: Callable[[Request], str | None]
    ) -> None:
        self._provider = provider
        self._networks = networks
        self._address = address

    async def answer(self, request: Request) -> Response:
        try:
            if self._networks.admit(network_of(self._address(request))):
                raise NotGranted("temporarily_unavailable")
            form = read_form(request.headers.getlist("content-type"), await request.body(), most=FIELDS)
            if not self._known(request.headers.get("authorization", "")):
                raise NotGranted("invalid_client")
            token = await self._provider.token(form.single())
        except FormError:
            return _json({"error": "invalid_request"}, 400)
        except NotGranted as refusal:
            return _json({"error": refusal.reason}, 401 if refusal.reason == "invalid_client" else 400)
        return _json({"access_token": "unused", "token_type": "Bearer", "expires_in": 0, "id_token": token}, 200)

    def _known(self, credentials: str) -> bool:
        named = f"{quote(self._provider.client_id, safe='')}:{self._provider.secrets.client}"
        expected = f"Basic {base64.b64encode(named.encode()).decode()}"
        return hmac.compare_digest(credentials.encode(), expected.encode())


def _fields(form: Form) -> Mapping[str, str]:
    """Those of a request for authorization; each once."""
    return {name: form.one(name) or "" for name in ASKED}


def _constant(said: Mapping[str, object]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return _json(said, 200)

    return answer


def _json(said: Mapping[str, object], status: int) -> Response:
    return Response(json.dumps(said), status_code=status, media_type="application/json")
