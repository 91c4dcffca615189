"""Checks a receipt: that the log has promised to keep an answer, that the answer is that one, and that it was kept.

Everything is given: the signed receipt, the body of the answer, the issuer's public keys, the proof and the key of the
log. Nothing is asked of the gateway, and no clock is read.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .canonical import CanonicalError, read
from .checkpoint import Checkpoint
from .commitments import commit
from .errors import FormatError, ProofError
from .inclusion_file import ProofFile
from .inclusion_file import check as check_proof
from .note import Key
from .runs import stated
from .tree import leaf_hash

TYPE = "audit-receipt+jwt"
RECEIPT_LIMIT = 8192  # bytes

_SHARD = re.compile(r"(.+/)([0-9]{4})(?:-[1-9][0-9]{0,3})?")
_TEXTS = ("aud", "entry", "iss", "leaf_hash", "nonce", "origin", "resp_digest")
_NUMBERS = ("iat", "mmd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the log has promised. ``issued``: seconds since the epoch; ``delay``: seconds until it must be provable."""

    issuer: str
    audience: str
    origin: str
    entry: str
    issued: int
    delay: int
    leaf_hash: bytes
    nonce: bytes
    response_digest: bytes

    @property
    def due(self) -> int:
        """When the entry must be provable, seconds since the epoch."""
        return self.issued + self.delay


def read_receipt(token: str, keys: Mapping[str, bytes]) -> Claims:
    """The claims of a receipt. ``keys``: the issuer's Ed25519 keys, 32 bytes each, by their names.

    Raises:
        FormatError: not a receipt.
        ProofError: signed by none of the keys.
    """
    parts = token.split(".") if len(token) <= RECEIPT_LIMIT else []
    if len(parts) != 3:
        raise FormatError("not a receipt")
    header, claims, signature = map(_octets, parts)
    kid = _members(header, ("alg", "kid", "typ"), ())
    if (kid["alg"], kid["typ"]) != ("Ed25519", TYPE):
        raise FormatError("not a receipt of this kind of log")
    _verify(keys.get(str(kid["kid"])), signature, f"{parts[0]}.{parts[1]}".encode())
    return _claims(_members(claims, _TEXTS, _NUMBERS))


def check_body(claims: Claims, body: bytes) -> None:
    """Whether the receipt is for this answer, of which ``body`` are the exact bytes."""
    if hashlib.sha256(body).digest() != claims.response_digest:
        raise ProofError("the receipt is for another body")


def check_kept(claims: Claims, proof: ProofFile, keys: Sequence[Key]) -> Checkpoint:
    """Whether what was promised is in the log. ``keys``: of the log that the receipt names, and of what followed it.

    Raises:
        ProofError: the first step that fails.
    """
    # 1. The file holds the leaf that was promised.
    leaf = proof.extra or b""
    if leaf_hash(leaf) != claims.leaf_hash:
        raise ProofError("the proof is of another leaf")
    told = stated(leaf)
    if told["id"] != claims.entry:
        raise ProofError("the leaf is of another entry")
    # 2. The leaf is about the answer that the receipt is for.
    if told.get("resp") != commit("resp", claims.nonce, claims.response_digest).hex():
        raise ProofError("the leaf is about another answer")
    # 3. The leaf is in the log, and the log has signed that.
    return check_proof(proof, claims.leaf_hash, log_of(claims, proof), keys)


def log_of(claims: Claims, proof: ProofFile) -> str:
    """The log that may keep the entry: the one promised, or what followed it in that year or the next (2026, 2026-2,
    2027). Whoever gives no key of it does not trust it."""
    found = proof.checkpoint.partition(b"\n")[0].decode("utf-8", "replace")
    promised, other = _SHARD.fullmatch(claims.origin), _SHARD.fullmatch(found)
    if promised and other and promised[1] == other[1] and int(other[2]) - int(promised[2]) in (0, 1):
        return found
    return claims.origin


def read_keys(data: bytes) -> Mapping[str, bytes]:
    """The Ed25519 keys of a JWK set (RFC 7517, RFC 8037), by their names; other keys are passed over."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not all(isinstance(one, dict) for one in keys):
        raise FormatError("not a JWK set")
    ours = [one for one in keys if (one.get("kty"), one.get("crv")) == ("OKP", "Ed25519")]
    return {str(one.get("kid")): _octets(str(one.get("x"))) for one in ours}


def _verify(public: bytes | None, signature: bytes, signed: bytes) -> None:
    if public is None:
        raise ProofError("the receipt names none of the keys")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        raise ProofError("the signature of the receipt is not good") from None


def _claims(told: Mapping[str, object]) -> Claims:
    return Claims(
        issuer=str(told["iss"]),
        audience=str(told["aud"]),
        origin=str(told["origin"]),
        entry=str(told["entry"]),
        issued=int(str(told["iat"])),
        delay=int(str(told["mmd"])),
        leaf_hash=_hash(told["leaf_hash"]),
        nonce=_hash(told["nonce"]),
        response_digest=_hash(told["resp_digest"]),
    )


def _hash(text: object) -> bytes:
    """The 32 bytes of lower-case hexadecimal digits."""
    if not re.fullmatch("[0-9a-f]{64}", str(text)):
        raise FormatError("a claim of the receipt is malformed")
    return bytes.fromhex(str(text))


def _members(data: bytes, texts: Sequence[str], numbers: Sequence[str]) -> Mapping[str, object]:
    try:
        value = read(data)
    except CanonicalError:
        value = None
    if not isinstance(value, Mapping) or value.keys() != {*texts, *numbers}:
        raise FormatError("not a receipt of this kind of log")
    if not all(isinstance(value[one], str) for one in texts) or not all(type(value[one]) is int for one in numbers):
        raise FormatError("a claim of the receipt is malformed")
    return value


def _octets(text: str) -> bytes:
    """Base 64 for addresses, without padding (RFC 7515 2)."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        data = b""
    if urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise FormatError("not Base 64 of a receipt")
    return data
