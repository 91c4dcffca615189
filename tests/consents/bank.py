"""A bank's own software, as its engineers write it from docs/tokens.md: two keys, assertions, proofs, nothing of ours.

Every part of what it signs can be changed, so that tests send what no such software would.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PrivateKey: TypeAlias = Ed25519PrivateKey | EllipticCurvePrivateKey
Members: TypeAlias = Mapping[str, Any]
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def text_of(value: object) -> bytes:
    """Bytes are taken as they are: not everything that is sent is JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def public_jwk(key: PrivateKey) -> dict[str, str]:
    """The members that RFC 7638 takes, and no others."""
    if isinstance(key, Ed25519PrivateKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded(key.public_key().public_bytes_raw())}
    point = key.public_key().public_numbers()
    x, y = (encoded(number.to_bytes(32, "big")) for number in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def thumbprint(key: PrivateKey) -> str:
    canonical = json.dumps(public_jwk(key), separators=(",", ":"), sort_keys=True)
    return encoded(hashlib.sha256(canonical.encode()).digest())


def pem_of(key: PrivateKey) -> bytes:
    """The public half, as a bank hands it in."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def algorithm(key: PrivateKey) -> str:
    return "Ed25519" if isinstance(key, Ed25519PrivateKey) else "ES256"


def signed(header: object, claims: object, key: PrivateKey) -> str:
    """A compact JWS of whatever it is given."""
    text = f"{encoded(text_of(header))}.{encoded(text_of(claims))}"
    if isinstance(key, Ed25519PrivateKey):
        return f"{text}.{encoded(key.sign(text.encode()))}"
    r, s = decode_dss_signature(key.sign(text.encode(), ECDSA(SHA256())))
    return f"{text}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def without_nothing(members: Members) -> dict[str, Any]:
    """A change to None takes a member away."""
    return {name: value for name, value in members.items() if value is not None}


@dataclass(slots=True, kw_only=True)
class Bank:
    """``issuer``: the public address of the installation. ``nonce``: the last one that a server gave."""

    client: str
    issuer: str
    signing: Ed25519PrivateKey = field(repr=False)
    kid: str
    holder: PrivateKey = field(repr=False, default_factory=Ed25519PrivateKey.generate)
    nonce: str | None = None
    clock: Callable[[], float] = time.time

    def assertion(self, **changes: object) -> str:
        now = int(self.clock())
        claims = {"iss": self.client, "sub": self.client, "aud": self.issuer, "jti": secrets.token_hex(16)}
        header = {"alg": "Ed25519", "typ": "JWT", "kid": self.kid}
        return signed(header, without_nothing({**claims, "iat": now, "exp": now + 60, **changes}), self.signing)

    def form(self, operator: str = "1001", consent: str | None = None, **changes: object) -> dict[str, str]:
        details = None if consent is None else json.dumps([{"type": "credit-consent/1", "consent_id": consent}])
        stated = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": self.assertion(),
            "operator": operator,
            "authorization_details": details,
        }
        return without_nothing({**stated, **changes})

    def proof(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        header: Members | None = None,
        key: PrivateKey | None = None,
        **changes: object,
    ) -> str:
        """A DPoP proof (RFC 9449 4.2) for ``path`` below the issuer. ``header`` and ``changes`` replace members of the
        header and claims, or take them away where None; ``key`` signs, and stands in the header, in place of ours."""
        signer = key or self.holder
        ath = None if token is None else encoded(hashlib.sha256(token.encode()).digest())
        stated = {
            "jti": secrets.token_urlsafe(24),
            "htm": method,
            "htu": self.issuer + path,
            "iat": int(self.clock()),
            "ath": ath,
            "nonce": self.nonce,
        }
        head = {"alg": algorithm(signer), "typ": "dpop+jwt", "jwk": public_jwk(signer), **(header or {})}
        return signed(without_nothing(head), without_nothing({**stated, **changes}), signer)
