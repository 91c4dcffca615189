"""Sign-in with an identity provider: OpenID Connect, authorization code with PKCE; the portal is the relying party.

From the provider's metadata to the claims of a verified ID token (OpenID Connect Core 3.1, Discovery; RFC 7636, 9207).
INVARIANT: claims come only from a token that the provider signed for this client, with the nonce of this attempt, got
for a code with the verifier of this attempt. Nothing is taken from the browser but the code.
"""

import base64
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from gateway import strict_json
from gateway.identity import assertions, jose
from gateway.keys.material import SigningKey
from gateway.outgoing import Answered, Call, Unreachable
from gateway.portal.attempts import Attempt
from gateway.settings import LOOPBACK

MOST_BYTES = 256 * 1024
JSON_DEPTH = 8
SKEW = 10
"""Seconds between clocks."""
OLDEST_SIGN_IN = 3600
"""Seconds since the provider last authenticated whoever it knows already."""
OLDEST_TOKEN = 600
METADATA_AGE, KEYS_AGE, KEYS_REST = 3600.0, 600.0, 60.0
METADATA_PATH = "/.well-known/openid-configuration"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class ProviderAway(Exception):  # noqa: N818  # an outcome to be shown
    """The provider cannot be reached, or does not say what a provider has to say."""


class NotSignedIn(Exception):  # noqa: N818  # an outcome to be shown
    """The provider did not vouch for anybody here and now. One word for every reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The portal, as the provider knows it: with a secret, or with a key of its own (private_key_jwt). ``levels``: the
    ``acr`` values that are asked for."""

    issuer: str
    id: str
    return_to: str
    levels: tuple[str, ...]
    secret: str | None = field(default=None, repr=False)
    key: SigningKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Of its metadata, what is used. ``names_itself``: in every response (RFC 9207 3)."""

    authorization: str
    token: str
    keys: str
    names_itself: bool


@dataclass(slots=True, kw_only=True)
class RelyingParty:
    """``send``: ``outgoing.send``; ``clock``: seconds since the epoch. Keeps metadata for an hour, keys for minutes."""

    client: Client
    send: Callable[[Call], Awaitable[Answered]]
    clock: Callable[[], float]
    _provider: tuple[float, Provider] | None = None
    _keys: tuple[float, Mapping[str, jose.VerifyingKey]] | None = None

    async def address(self, attempt: Attempt, *, anew: bool) -> str:
        """Where to send the browser. ``anew``: to be authenticated now, whoever the provider knows already. Errors:
        ``ProviderAway``."""
        endpoint = (await self.provider()).authorization
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.return_to,
            "scope": "openid profile email phone",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "acr_values": " ".join(self.client.levels),
            "max_age": "0" if anew else str(OLDEST_SIGN_IN),
            **({"prompt": "login"} if anew else {}),
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def names(self, issuer: str | None) -> bool:
        """Whether a response with this ``iss`` is one of our provider's (RFC 9207 2.4)."""
        if issuer is None:
            return not (await self.provider()).names_itself
        return issuer == self.client.issuer

    async def claims(self, code: str, attempt: Attempt, *, since: float | None) -> jose.Claims:
        """Who the provider says it is. ``since``: authenticated not before then, where it is done anew. Errors:
        ``NotSignedIn``, ``ProviderAway``."""
        provider = await self.provider()
        answered = await self._send(provider.token, self._token_request(code, attempt))
        try:
            token = _members(answered.body).get("id_token") if answered.status == 200 else None
            if not isinstance(token, str):
                raise NotSignedIn
            compact = jose.read_identity(token)
            keys = await self._signing_keys(provider, compact.kid)
            if compact.kid not in keys:
                raise NotSignedIn
            claims = jose.verify(compact, keys[compact.kid])
            self._check(claims, attempt, since)
        except (jose.JoseError, strict_json.NotStrictError):
            raise NotSignedIn from None
        return claims

    def _check(self, claims: jose.Claims, attempt: Attempt, since: float | None) -> None:
        """OpenID Connect Core 3.1.3.7."""
        now = self.clock()
        if claims.get("iss") != self.client.issuer or claims.get("aud") not in (self.client.id, [self.client.id]):
            raise NotSignedIn
        if claims.get("azp", self.client.id) != self.client.id or not isinstance(claims.get("sub"), str):
            raise NotSignedIn
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
            raise NotSignedIn
        if not now - SKEW < jose.seconds(claims, "exp"):
            raise NotSignedIn
        if not now - OLDEST_TOKEN <= jose.seconds(claims, "iat") <= now + SKEW:
            raise NotSignedIn
        oldest = now - OLDEST_SIGN_IN if since is None else since
        if not oldest - SKEW <= jose.seconds(claims, "auth_time") <= now + SKEW:
            raise NotSignedIn

    def _token_request(self, code: str, attempt: Attempt) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Form and headers (RFC 6749 4.1.3, RFC 7523 2.2)."""
        client = self.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.return_to,
            "code_verifier": attempt.verifier,
        }
        if client.key is not None and client.key.private is not None:
            assertion = assertions.sign(
                client.key.private,
                kid=client.key.kid,
                client_id=client.id,
                audience=client.issuer,
                now=self.clock(),
                identifier=secrets.token_urlsafe(16),
            )
            return {**form, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}, {}
        named = f"{quote(client.id, safe='')}:{quote(client.secret or '', safe='')}"
        return form, {"Authorization": f"Basic {base64.b64encode(named.encode()).decode()}"}

    async def provider(self) -> Provider:
        """Its metadata. Errors: ``ProviderAway``."""
        if self._provider is None or self.clock() - self._provider[0] > METADATA_AGE:
            answered = await self._send(self.client.issuer.rstrip("/") + METADATA_PATH, None)
            self._provider = self.clock(), provider_of(answered, self.client.issuer)
        return self._provider[1]

    async def _signing_keys(self, provider: Provider, kid: str) -> Mapping[str, jose.VerifyingKey]:
        """A key that is not known may be a new one: they are read again, at most once a minute."""
        age = float("inf") if self._keys is None else self.clock() - self._keys[0]
        if self._keys is None or age > KEYS_AGE or (kid not in self._keys[1] and age > KEYS_REST):
            answered = await self._send(provider.keys, None)
            if answered.status != 200:
                raise ProviderAway
            self._keys = self.clock(), jose.read_foreign_keys(answered.body.decode("utf-8", "replace"))
        return self._keys[1]

    async def _send(self, address: str, form: tuple[Mapping[str, str], Mapping[str, str]] | None) -> Answered:
        headers = {"Accept": "application/json"}
        try:
            if form is None:
                return await self.send(Call(address=address, headers=headers))
            fields, own = form
            headers |= {"Content-Type": "application/x-www-form-urlencoded", **own}
            return await self.send(Call(address=address, headers=headers, body=urlencode(fields).encode()))
        except Unreachable:
            raise ProviderAway from None


def provider_of(answered: Answered, issuer: str) -> Provider:
    """The metadata of exactly this issuer (Discovery 4.3). Errors: ``ProviderAway``."""
    try:
        said = _members(answered.body) if answered.status == 200 else {}
    except strict_json.NotStrictError:
        raise ProviderAway from None
    if said.get("issuer") != issuer:
        raise ProviderAway
    return Provider(
        authorization=_endpoint(said, "authorization_endpoint"),
        token=_endpoint(said, "token_endpoint"),
        keys=_endpoint(said, "jwks_uri"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
    except ValueError:
        raise ProviderAway from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname or parts.fragment:
        raise ProviderAway
    return str(value)


def _members(body: bytes) -> Mapping[str, object]:
    value = strict_json.read(body, depth=JSON_DEPTH)
    return value if isinstance(value, dict) else {}
