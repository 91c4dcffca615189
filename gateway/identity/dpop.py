"""Turns a DPoP proof (RFC 9449 4.2) into the key that made it for this very request; and a private key into a proof.

Header and claims are of fixed lists, the address is the configured one and never that of a Host header. What needs a
memory or a secret (replays, nonces) is ``gateway.identity.sender``. Signing is for the command line and trials; clients
sign with their own software.
"""

import hashlib
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.identity import jose
from gateway.identity.tokens import SPARE

KIND = "dpop+jwt"
ALGORITHMS = ("Ed25519", "EdDSA", "ES256")
OLDEST, NEWEST = 30, 10
"""Seconds that a proof may be older than now, and by which its clock may be ahead."""

_IDENTIFIER = re.compile(r"[!-~]{16,128}")
_REQUIRED = frozenset({"jti", "htm", "htu", "iat"})
_ALLOWED = _REQUIRED | {"ath", "nonce"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request that a proof must be of: ``address`` is the public one, without query; ``token`` goes with it."""

    method: str
    address: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A verified proof. ``identifier`` may be used once; it need not be remembered after ``expires``."""

    thumbprint: str
    identifier: str = field(repr=False)
    nonce: str | None = field(repr=False)
    expires: int


def verify(text: str, asked: Asked, *, now: float) -> Proof:
    """``JoseError`` unless the key that the proof bears signed it, for this request, just now; ``PrivateKeySent``."""
    compact, key = jose.read_bearing(text, kind=KIND)
    claims = jose.verify(compact, key)
    if not _REQUIRED <= claims.keys() <= _ALLOWED:
        raise jose.JoseError
    if claims["htm"] != asked.method or claims["htu"] != asked.address:
        raise jose.JoseError
    if claims.get("ath") != (None if asked.token is None else digest_of(asked.token)):
        raise jose.JoseError
    identifier, nonce, issued = claims["jti"], claims.get("nonce"), jose.seconds(claims, "iat")
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        raise jose.JoseError
    if not now - OLDEST <= issued <= now + NEWEST or not isinstance(nonce, str | None):
        raise jose.JoseError
    return Proof(thumbprint=key.kid, identifier=identifier, nonce=nonce, expires=issued + OLDEST + SPARE)


def sign(private: Ed25519PrivateKey, asked: Asked, *, now: float, identifier: str, nonce: str | None) -> str:
    """A proof for one request. ``identifier``: 16 to 128 characters, never used before."""
    claims: dict[str, object] = {
        "jti": identifier,
        "htm": asked.method,
        "htu": asked.address,
        "iat": int(now),
    }
    if asked.token is not None:
        claims["ath"] = digest_of(asked.token)
    if nonce is not None:
        claims["nonce"] = nonce
    return jose.sign_bearing(claims, private=private, kind=KIND)


def digest_of(token: str) -> str:
    """``ath``: of the token's ASCII form."""
    return jose.encode(hashlib.sha256(token.encode()).digest())
