"""A person who was chosen -> a code -> an ID token: what a provider does between its page and the relying party.

A code is sealed text, good for a minute, for one client and one verifier, once; so it works in every process of an
installation. Its keys follow from a secret of the installation, and are used for nothing else.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.identity import jose
from gateway.identity.replay import Seen
from gateway.keys.material import thumbprint
from gateway.keys.sealing import KeyedSealer
from gateway.portal.provider.codes import Code, opened
from gateway.portal.provider.personas import LEVEL, personas

PATH = "/portal/development"
CODE_SECONDS = 60
TOKEN_SECONDS = 300


class NotGranted(Exception):  # noqa: N818  # an outcome to be answered
    """No token (RFC 6749 5.2). ``reason`` is its ``error``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for authorization that was found in order."""

    state: str
    nonce: str
    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The provider's key, and what its one client proves itself with."""

    private: Ed25519PrivateKey = field(repr=False)
    client: str = field(repr=False)

    @property
    def kid(self) -> str:
        return thumbprint(self.private.public_key())


def secrets_of(root: bytes) -> Secrets:
    """``root``: a secret of the installation."""
    private = Ed25519PrivateKey.from_private_bytes(_derived(root, b"key"))
    return Secrets(private=private, client=jose.encode(_derived(root, b"client")))


def _derived(root: bytes, word: bytes) -> bytes:
    info = b"credit-gateway/development-provider/1/" + word
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(root)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentProvider:
    """``public_url``: of the installation; ``clock``: seconds since the epoch."""

    public_url: str
    client_id: str
    return_to: str
    secrets: Secrets
    sealer: KeyedSealer
    seen: Seen
    clock: Callable[[], float]

    @property
    def issuer(self) -> str:
        return self.public_url + PATH

    def metadata(self) -> Mapping[str, object]:
        """OpenID Connect Discovery 3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["Ed25519"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["login"],
            "acr_values_supported": [LEVEL],
            "authorization_response_iss_parameter_supported": True,
        }

    def asked(self, fields: Mapping[str, str]) -> Asked | None:
        """The request; None where it is not one of our client's (OpenID Connect Core 3.1.2.1, RFC 7636 4.3)."""
        wanted = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.return_to,
            "code_challenge_method": "S256",
        }
        state, nonce, challenge = (fields.get(name, "") for name in ("state", "nonce", "code_challenge"))
        in_order = all(fields.get(name) == value for name, value in wanted.items())
        if not in_order or "openid" not in fields.get("scope", "").split() or len(challenge) != 43:
            return None
        if not 0 < len(state) <= 512 or not 0 < len(nonce) <= 512:
            return None
        return Asked(state=state, nonce=nonce, challenge=challenge)

    def code(self, asked: Asked, persona: str) -> str | None:
        """A code for this person; None for somebody whom one cannot sign in as."""
        if persona not in {each.key for each in personas()}:
            return None
        code = Code(
            id=secrets.token_urlsafe(16),
            persona=persona,
            nonce=asked.nonce,
            challenge=asked.challenge,
            at=int(self.clock()),
        )
        return code.sealed(self.sealer)

    async def token(self, fields: Mapping[str, str]) -> str:
        """The ID token for a code. Errors: ``NotGranted``."""
        if fields.get("grant_type") != "authorization_code":
            raise NotGranted("unsupported_grant_type")
        code = opened(fields.get("code", ""), self.sealer)
        if code is None or fields.get("redirect_uri") != self.return_to:
            raise NotGranted("invalid_grant")
        now, ends = int(self.clock()), code.at + CODE_SECONDS
        verifier = jose.encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if not code.at <= now <= ends or not hmac.compare_digest(verifier, code.challenge):
            raise NotGranted("invalid_grant")
        if not await self.seen.first("development-provider", code.id, ends):
            raise NotGranted("invalid_grant")
        return self._token(code, now)

    def _token(self, code: Code, now: int) -> str:
        persona = next(each for each in personas() if each.key == code.persona)
        claims: jose.Claims = {
            **persona.claims,
            "iss": self.issuer,
            "sub": persona.key,
            "aud": self.client_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "auth_time": code.at,
            "nonce": code.nonce,
        }
        return jose.sign(claims, private=self.secrets.private, kid=self.secrets.kid, kind="JWT")
