"""Turns a client and its operator into a five-minute access token (RFC 9068), and such a token back into who it names.

``at+jwt``, Ed25519, our own keys only. It names a client and a staff number, and of a consent its subject as this
client alone knows it; what the client may do is asked of the registers at every use. It never takes a token of another
type, issuer or audience, and never one of a consent that is bound to no key.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from authz.principal import ConsentId
from gateway.identity import jose
from gateway.keys.material import Entropy, SigningKey

TYPE = "at+jwt"
LIFETIME = 300  # seconds
SKEW = 10  # seconds a neighbour's clock may be ahead
SPARE = 60  # seconds for which what may be used once is remembered longer: clocks of processes differ
CONSENT_TYPE = "credit-consent/1"

REQUIRED = frozenset({"iss", "aud", "sub", "client_id", "jti", "iat", "nbf", "exp", "act"})
BY_CONSENT = REQUIRED | {"cnf", "authorization_details", "cver"}
CLAIMS = (REQUIRED, REQUIRED | {"cnf"}, BY_CONSENT)
"""Of a bearer token, of one bound to a key, and of one for a consent, which is always bound."""
NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""Client ids and staff numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """What a verified token says. ``expires`` is in seconds since 1970; ``thumbprint`` is ``cnf.jkt``."""

    client_id: str
    staff_number: str
    identifier: str = field(repr=False)
    expires: int
    thumbprint: str | None
    consent: ConsentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The consent that a token is for. ``subject``: as this client alone knows the person; ``details``: what was
    granted (RFC 9396), for whoever reads the token; ``version``: of the record."""

    id: ConsentId
    subject: str
    details: Mapping[str, object]
    version: int


class AccessTokens:
    """Issues with the newest key, reads with every key that is still there."""

    def __init__(
        self,
        keys: tuple[SigningKey, ...],
        *,
        issuer: str,
        audience: str,
        clock: Callable[[], float],
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self._signer = keys[0]
        self._keys = {key.kid: jose.verifying_key(key.public, kid=key.kid) for key in keys}
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._entropy = entropy

    def issue(
        self, *, client_id: str, staff_number: str, thumbprint: str | None = None, consent: Selected | None = None
    ) -> str:
        """A token for ``LIFETIME`` seconds from now."""
        now = int(self._clock())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": client_id,
            "client_id": client_id,
            "jti": self._entropy(16).hex(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "act": {"sub": staff_number},
        }
        if thumbprint is not None:
            claims["cnf"] = {"jkt": thumbprint}
        if consent is not None:
            claims["sub"] = consent.subject
            claims["authorization_details"] = [consent.details]
            claims["cver"] = consent.version
        private = self._signer.private
        if private is None:
            raise ValueError("The newest signing key has no private half.")
        return jose.sign(claims, private=private, kid=self._signer.kid, kind=TYPE)

    def read(self, text: str) -> AccessToken:
        """``JoseError`` for anything that is not a token of ours, for us, now."""
        compact = jose.read(text, types=frozenset({TYPE}))
        # An unknown kid costs the same verification as a known one, and then fails.
        claims = jose.verify(compact, self._keys.get(compact.kid, self._keys[self._signer.kid]))
        if compact.kid not in self._keys or not self._current(claims):
            raise jose.JoseError
        client_id, staff_number = claims["client_id"], _member(claims["act"], "sub")
        subject, by_consent = claims["sub"], "authorization_details" in claims
        if not all(map(_is_name, (client_id, staff_number, subject))) or (subject != client_id) != by_consent:
            raise jose.JoseError
        return AccessToken(
            client_id=str(client_id),
            staff_number=str(staff_number),
            identifier=_member(claims, "jti"),
            expires=jose.seconds(claims, "exp"),
            thumbprint=_member(claims["cnf"], "jkt") if "cnf" in claims else None,
            consent=_consent(claims["authorization_details"]) if by_consent else None,
        )

    def _current(self, claims: jose.Claims) -> bool:
        if claims.keys() not in CLAIMS:
            return False
        if claims["iss"] != self._issuer or claims["aud"] != self._audience:
            return False
        begins, issued, ends = (jose.seconds(claims, name) for name in ("nbf", "iat", "exp"))
        now = self._clock()
        return begins <= now + SKEW and issued <= now + SKEW and now < ends and 0 < ends - issued <= LIFETIME


def _is_name(value: object) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _member(value: object, name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(found, str) or not found:
        raise jose.JoseError
    return found


def _consent(details: object) -> ConsentId:
    """Exactly one consent: a token never joins two."""
    if not isinstance(details, list) or len(details) != 1 or _member(details[0], "type") != CONSENT_TYPE:
        raise jose.JoseError
    return ConsentId(_member(details[0], "consent_id"))
