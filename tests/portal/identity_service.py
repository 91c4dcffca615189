"""An identity provider of the test's own: it says what the test tells it to, and remembers what it was asked."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.outgoing import Answered, Call, Unreachable
from gateway.portal.attempts import Attempt, attempt_of

ISSUER = "https://id.test"
CLIENT = "portal"
RETURN = "https://credit.test/portal/sign-in/return"
NOW = 1_790_000_000.0
ATTEMPT: Attempt = attempt_of("x" * 43)

PERSON: Mapping[str, object] = {
    "acr": "real-name",
    "name": "李测试",
    "id_type": "RESIDENT_ID",
    "id_number": "420199198503120015",
}

Key = OKPKey | ECKey | RSAKey
KEYS: Mapping[str, Key] = {
    "Ed25519": OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(b"k" * 32)),
    "ES256": ECKey.generate_key("P-256"),
    "RS256": RSAKey.generate_key(2048),
}


@dataclass(slots=True, kw_only=True)
class IdentityService:
    """``claims`` and ``header`` change the token that is otherwise in order; None takes a member out."""

    algorithm: str = "Ed25519"
    signs_with: Key | None = None
    claims: Mapping[str, object] = field(default_factory=dict)
    header: Mapping[str, object] = field(default_factory=dict)
    metadata: Mapping[str, object] = field(default_factory=dict)
    keys: list[Mapping[str, Any]] | None = None
    token_status: int = 200
    away: bool = False
    nonce: str = ATTEMPT.nonce
    now: float = NOW
    calls: list[Call] = field(default_factory=list)

    async def send(self, call: Call) -> Answered:
        self.calls.append(call)
        if self.away:
            raise Unreachable
        path = call.address.removeprefix(ISSUER)
        if path == "/.well-known/openid-configuration":
            return _answer(self._metadata())
        if path == "/jwks":
            return _answer({"keys": self.keys if self.keys is not None else [self.public()]})
        return _answer({"id_token": self.token()}, self.token_status)

    def public(self, algorithm: str | None = None) -> Mapping[str, Any]:
        name = algorithm or self.algorithm
        return {**KEYS[name].as_dict(private=False), "kid": name, "use": "sig"}

    def token(self) -> str:
        header = _present({"alg": self.algorithm, "kid": self.algorithm, "typ": "JWT", **self.header})
        key = self.signs_with or KEYS[self.algorithm]
        body = json.dumps(self._claims()).encode()
        return jws.serialize_compact(header, body, key, algorithms=["Ed25519", "ES256", "RS256", "HS256"])

    @property
    def token_call(self) -> Call:
        (found,) = (call for call in self.calls if call.address == f"{ISSUER}/token")
        return found

    def asked_for_token(self) -> dict[str, str]:
        """The form that the token endpoint was sent."""
        return dict(parse_qsl((self.token_call.body or b"").decode()))

    def _claims(self) -> dict[str, object]:
        now = int(self.now)
        return _present(
            {
                **PERSON,
                "iss": ISSUER,
                "sub": "u-1",
                "aud": CLIENT,
                "exp": now + 300,
                "iat": now,
                "auth_time": now - 5,
                "nonce": self.nonce,
                **self.claims,
            }
        )

    def _metadata(self) -> dict[str, object]:
        return _present(
            {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
        )


def basic(call: Call) -> str:
    """Name and secret of the client, as they were sent."""
    return base64.b64decode(call.headers["Authorization"].removeprefix("Basic ")).decode()


def _present(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _answer(said: object, status: int = 200) -> Answered:
    return Answered(status=status, body=json.dumps(said).encode())
