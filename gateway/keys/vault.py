"""The keys of the ledger's side rows: keyed digests to search by, and sealing under one secret a year's entries share.

INVARIANT: a side row opens only together with the entry it belongs to (its associated data). Keys that can be erased
for one subject alone take this module's place behind the same protocol.
"""

import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.keys.material import Entropy, Ring

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedVault:
    """A ``gateway.ledger.sides.Vault`` over the ring of LEDGER_ROWS. ``entropy`` gives fresh nonces."""

    ring: Ring
    entropy: Entropy
    _digesting: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_digesting", self.ring.secrets[min(self.ring.secrets)][32:])

    def digest(self, kind: str, value: bytes) -> bytes:
        """32 bytes; the same for equal kind and value under every version of the ring, so that trails do not break."""
        return hmac.digest(self._digesting, kind.encode() + b"\x00" + value, "sha256")

    def seal(self, plain: bytes, *, aad: bytes, subject_ref: bytes | None) -> tuple[bytes, str]:
        """AES-256-GCM, the nonce in front; the id of the key is the version of the ring."""
        nonce = self.entropy(NONCE_BYTES)
        return nonce + AESGCM(self.ring.newest[:32]).encrypt(nonce, plain, aad), f"shared-{self.ring.current}"

    def open(self, sealed: bytes, *, aad: bytes, dek_id: str) -> bytes:
        """The plain side row. Errors: ``InvalidTag`` of cryptography, ``KeyError`` for a key that is not here."""
        secret = self.ring.secrets[int(dek_id.removeprefix("shared-"))]
        return AESGCM(secret[:32]).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
