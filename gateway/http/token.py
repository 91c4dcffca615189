"""Turns HTTP into calls of the token authority, and says where things are: /oauth/token, metadata, public keys.

RFC 6749 5, RFC 8414, RFC 7517. Never answers a token request with anything but JSON, and never repeats a parameter.
"""

import json
from collections.abc import Callable, Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.http.form import FormError, read_form
from gateway.http.limits import RateLimiter, network_of
from gateway.identity import jose
from gateway.identity.authority import GRANT_TYPE, TokenAuthority
from gateway.identity.dpop import ALGORITHMS
from gateway.identity.oauth import Issued, OAuthError, Presented, Reason
from gateway.identity.tokens import CONSENT_TYPE
from gateway.keys.material import SigningKey
from schema.errors import Code

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
KEYS_PATH = "/.well-known/jwks.json"
METADATA_PATH = "/.well-known/oauth-authorization-server"
PARAMETERS = 16


class TokenEndpoint:
    """``limiter`` counts requests per network prefix; ``refused`` counts refusals for the log."""

    def __init__(
        self,
        authority: TokenAuthority,
        *,
        limiter: RateLimiter,
        address: Callable[[Request], str | None],
        refused: Callable[[Code], None],
    ) -> None:
        self._authority = authority
        self._limiter = limiter
        self._address = address
        self._refused = refused

    async def __call__(self, request: Request) -> Response:
        try:
            self._admit(request)
            form = _form(request.headers.getlist("content-type"), await request.body())
            presented = Presented(method="POST", path=TOKEN_PATH, headers=request.headers)
            return _issued(await self._authority.grant(form, presented))
        except OAuthError as refusal:
            self._refused(refusal.code)
            return _refusal(refusal)

    def _admit(self, request: Request) -> None:
        wait = self._limiter.admit(network_of(self._address(request)))
        if wait:
            raise OAuthError(
                Reason.TEMPORARILY_UNAVAILABLE,
                "There are too many requests.",
                code=Code.RATE_LIMITED,
                headers={"Retry-After": str(wait)},
            )


def identity_routes(endpoint: TokenEndpoint, *, issuer: str, keys: Iterable[SigningKey]) -> list[Route]:
    """``keys`` are all that others may have to verify with: of tokens and of receipts."""
    published = json.dumps({"keys": [public_jwk(key) for key in keys]})
    described = json.dumps(metadata(issuer))

    async def token(request: Request) -> Response:
        return await endpoint(request)

    async def jwks(request: Request) -> Response:
        return Response(published, media_type="application/json")

    async def server(request: Request) -> Response:
        return Response(described, media_type="application/json")

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route(KEYS_PATH, jwks, methods=["GET"]),
        Route(METADATA_PATH, server, methods=["GET"]),
    ]


def metadata(issuer: str) -> Mapping[str, object]:
    """RFC 8414 2."""
    return {
        "issuer": issuer,
        "token_endpoint": issuer + TOKEN_PATH,
        "jwks_uri": issuer + KEYS_PATH,
        "response_types_supported": [],
        "grant_types_supported": [GRANT_TYPE],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["Ed25519", "EdDSA", "ES256"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "authorization_details_types_supported": [CONSENT_TYPE],
    }


def public_jwk(key: SigningKey) -> Mapping[str, str]:
    """RFC 8037 2."""
    x = jose.encode(key.public_bytes)
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key.kid, "use": "sig", "alg": "Ed25519"}


def _form(content_types: list[str], body: bytes) -> Mapping[str, str]:
    """Each parameter once (RFC 6749 3.2)."""
    try:
        return read_form(content_types, body, most=PARAMETERS).single()
    except FormError as error:
        raise OAuthError(Reason.INVALID_REQUEST, error.detail) from None


def _issued(issued: Issued) -> Response:
    content: dict[str, object] = {
        "access_token": issued.token,
        "token_type": issued.kind,
        "expires_in": issued.seconds,
    }
    if issued.details is not None:
        content["authorization_details"] = [issued.details]
    return _answer(content, 200, {})


def _refusal(refusal: OAuthError) -> Response:
    content = {"error": str(refusal.reason), "error_description": refusal.detail, "code": str(refusal.code)}
    challenge = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    return _answer(content, refusal.status, challenge | refusal.headers)


def _answer(content: Mapping[str, object], status: int, headers: Mapping[str, str]) -> Response:
    own = {"Cache-Control": "private, no-store", **headers}
    return Response(json.dumps(content), status_code=status, headers=own, media_type="application/json")
