"""The keys of an installation: a root secret per version, cut into a secret for each purpose, and signing keys by use.

Secrets are cut by HKDF-SHA256; signing keys are Ed25519 (docs/keys.md). It reads no file and makes no key: that is
``gateway.keys.folder``. Nothing here shows a secret in its repr.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Entropy: TypeAlias = Callable[[int], bytes]
"""Random bytes of the length asked for: ``secrets.token_bytes``, or a seeded source in tests."""

ROOT_BYTES = 32
SECRET_BYTES = 64  # AES-256-SIV takes all of them, every other purpose the first 32


class Purpose(StrEnum):
    """What a secret is for. No secret serves two purposes."""

    VALUES = "values"
    DIGESTS = "digests"
    INTERNAL_IDS = "internal-ids"
    VIEWER_IDS = "viewer-ids"
    CURSORS = "cursors"
    LEDGER_ROWS = "ledger-rows"
    PROOF_NONCES = "proof-nonces"


class Use(StrEnum):
    """What a signing key signs."""

    TOKEN = "token"  # noqa: S105 - the name of a use
    RECEIPT = "receipt"
    LEDGER = "ledger"
    POLICY = "policy"


PINNED = frozenset({Purpose.DIGESTS, Purpose.INTERNAL_IDS})
"""Stored rows are found by these, so a new root leaves them at their version (docs/keys.md, "What can be rolled")."""


ADDED = frozenset({Purpose.PROOF_NONCES})
"""Purposes that an older key folder does not name: their material begins with the first root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The secrets of one purpose by version; ``current`` is the version that new material gets. 64 bytes each."""

    current: int
    secrets: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> bytes:
        return self.secrets[self.current]

    def newest_first(self) -> tuple[bytes, ...]:
        return tuple(self.secrets[version] for version in sorted(self.secrets, reverse=True) if version <= self.current)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An Ed25519 key. ``kid`` is its RFC 7638 thumbprint; ``private`` is absent once the key is retired."""

    kid: str
    number: int
    public: Ed25519PublicKey
    private: Ed25519PrivateKey | None = field(repr=False)

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes of RFC 8032."""
        return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Every key of the installation. ``signing`` lists the keys of a use, newest first; the first one signs."""

    rings: Mapping[Purpose, Ring] = field(repr=False)
    signing: Mapping[Use, tuple[SigningKey, ...]]

    def signer(self, use: Use) -> SigningKey:
        return self.signing[use][0]


def derive(root: bytes, purpose: Purpose) -> bytes:
    """The secret of one purpose under one root."""
    info = b"credit-gateway/1/" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=info).derive(root)


def thumbprint(public: Ed25519PublicKey) -> str:
    """RFC 7638 over the required members of an OKP key (RFC 8037 2)."""
    x = base64.urlsafe_b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).rstrip(b"=").decode()
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


def ring(purpose: Purpose, current: int, roots: Mapping[int, bytes]) -> Ring:
    """The secrets of one purpose under every root."""
    secrets = {number: derive(root, purpose) for number, root in roots.items()}
    return Ring(current=current, secrets=MappingProxyType(secrets))
