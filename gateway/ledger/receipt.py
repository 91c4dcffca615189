"""The promise that an entry is kept: as a value, and as the two headers of an answer.

Whoever keeps the headers and the body can later show that this answer was given: the signed claims hold the hash of the
leaf, and the nonce that opens the leaf's commitment to the body. The signing key stays outside; a signer is handed in.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.ledger.proof.canonical import canonical

ENTRY_HEADER = "Audit-Entry"
RECEIPT_HEADER = "Audit-Receipt"
MERGE_DELAY = 300  # seconds within which the entry must be provable; a missing proof after it is evidence against us


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A durable entry and its place. ``nonce`` with the SHA-256 of the body opens ``resp`` of the leaf."""

    entry_id: UUID
    leaf_hash: bytes
    writer: UUID
    wseq: int
    t: int  # ms since the epoch
    nonce: bytes
    freezes: int | None = None  # the state of what is frozen, as the commit saw it; None where that is not known


class Signer(Protocol):
    """An Ed25519 key."""

    @property
    def kid(self) -> str:
        """The name of the key in the published key set."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a receipt says beside the entry. ``origin`` names the log; ``response_digest``: SHA-256 of the body."""

    issuer: str
    audience: str
    origin: str
    response_digest: bytes


def headers(receipt: Receipt, promise: Promise, signer: Signer) -> Mapping[str, str]:
    """``Audit-Entry``: the entry's id; ``Audit-Receipt``: a compact JWS (RFC 7515) of type ``audit-receipt+jwt``."""
    return {ENTRY_HEADER: str(receipt.entry_id), RECEIPT_HEADER: token(receipt, promise, signer)}


def token(receipt: Receipt, promise: Promise, signer: Signer) -> str:
    """The signed receipt: deterministic, so that a repeated signature never contradicts the first."""
    protected = {"alg": "Ed25519", "kid": signer.kid, "typ": "audit-receipt+jwt"}
    claims = {
        "iss": promise.issuer,
        "iat": receipt.t // 1000,
        "aud": promise.audience,
        "entry": str(receipt.entry_id),
        "leaf_hash": receipt.leaf_hash.hex(),
        "nonce": receipt.nonce.hex(),
        "resp_digest": promise.response_digest.hex(),
        "origin": promise.origin,
        "mmd": MERGE_DELAY,
    }
    signed = f"{_base64(canonical(protected))}.{_base64(canonical(claims))}"
    return f"{signed}.{_base64(signer.sign(signed.encode()))}"


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
