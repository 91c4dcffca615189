"""Turns a private key into a client assertion (RFC 7523), and an assertion into the client that signed it.

``private_key_jwt`` is the one way in which a client proves itself: no secrets are shared. Signing is for the command
line and the demonstration; agencies sign with their own software. It never trusts a claim before the signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.identity import jose
from gateway.identity.tokens import NAME, SKEW, SPARE

KIND = "client-authentication+jwt"
TYPES = frozenset({"JWT", KIND})
LIFETIME = 300  # seconds: the longest an assertion may still have to run
IDENTIFIER_LENGTHS = range(8, 129)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A verified assertion. ``identifier`` may be used once; it need not be remembered after ``expires``."""

    client_id: str
    identifier: str = field(repr=False)
    expires: int


def sign(private: Ed25519PrivateKey, *, kid: str, client_id: str, audience: str, now: float, identifier: str) -> str:
    """An assertion for one minute. ``identifier``: 8 to 128 characters, never used before."""
    issued = int(now)
    claims: jose.Claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": identifier,
        "iat": issued,
        "exp": issued + 60,
    }
    return jose.sign(claims, private=private, kid=kid, kind=KIND)


def claimed_client(compact: jose.Compact) -> str:
    """Whose keys to verify with; not yet proved."""
    client_id = compact.claims.get("iss")
    if not isinstance(client_id, str) or not NAME.fullmatch(client_id):
        raise jose.JoseError
    return client_id


def verify(
    compact: jose.Compact,
    keys: Mapping[str, jose.VerifyingKey],
    *,
    decoy: jose.VerifyingKey,
    audiences: frozenset[str],
    now: float,
) -> Assertion:
    """``JoseError`` unless one of ``keys`` signed it, for one of ``audiences``, for at most five minutes from now.

    ``decoy`` is verified against where there is no such key, so that an unknown client costs what a known one does.
    """
    claims = jose.verify(compact, keys.get(compact.kid, decoy))
    if compact.kid not in keys:
        raise jose.JoseError
    client_id, audience, identifier = claims.get("sub"), claims.get("aud"), claims.get("jti")
    if client_id != claimed_client(compact) or not isinstance(audience, str) or audience not in audiences:
        raise jose.JoseError
    if not isinstance(identifier, str) or len(identifier) not in IDENTIFIER_LENGTHS:
        raise jose.JoseError
    expires = jose.seconds(claims, "exp")
    starts = [jose.seconds(claims, name) for name in ("iat", "nbf") if name in claims]
    if not now < expires <= now + LIFETIME + SKEW or any(start > now + SKEW for start in starts):
        raise jose.JoseError
    return Assertion(client_id=str(client_id), identifier=identifier, expires=expires + SPARE)
