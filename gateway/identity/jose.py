"""Turns compact JWS text into claims that a given key has signed, and key sets into keys; nothing else of JOSE.

A strict reader stands before joserfc (which takes duplicate keys, any ``typ`` and any ``kid``): sizes, canonical
base64url, header members from a list, integers only, exact ``typ``. The algorithm belongs to the key, not to the
token. It never fetches a key, and never takes one from a header.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from gateway import strict_json

TOKEN_BYTES = 8192
JSON_DEPTH = 8
KEYS_IN_SET = 8

Claims: TypeAlias = Mapping[str, object]

KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_NAMES = {"Ed25519": frozenset({"Ed25519", "EdDSA"}), "ES256": frozenset({"ES256"})}
"""What a header may call the algorithm of a key: Ed25519 has an older name (RFC 8037) and a newer one (RFC 9864)."""
_MEMBERS = {("OKP", "Ed25519"): ("x",), ("EC", "P-256"): ("x", "y")}


class JoseError(ValueError):
    """Not a token or key as this installation takes them. One sentence for every reason."""

    def __init__(self) -> None:
        super().__init__("The token or key is not acceptable.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compact:
    """A token that has been read and not yet verified."""

    text: str = field(repr=False)
    kid: str
    algorithm: str  # as its header names it
    claims: Claims = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyingKey:
    """A public key; ``algorithm`` is its own: Ed25519 or ES256."""

    kid: str
    algorithm: str
    key: OKPKey | ECKey = field(repr=False)


class _Registry(jws.JWSRegistry):
    """Gives joserfc the algorithm of the key, whatever the header calls it."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm])
        self._algorithm = algorithm

    def get_alg(self, name: str) -> Any:
        return super().get_alg(self._algorithm)


def read(text: str, *, types: frozenset[str]) -> Compact:
    """Three canonical parts whose header is exactly ``alg``, ``typ`` (one of ``types``) and ``kid``."""
    parts = _COMPACT.fullmatch(text) if len(text) <= TOKEN_BYTES else None
    if parts is None:
        raise JoseError
    header = _members(decode(parts[1]))
    claims = _members(decode(parts[2]))
    decode(parts[3])
    if header.keys() != {"alg", "typ", "kid"} or not all(isinstance(value, str) for value in header.values()):
        raise JoseError
    kid, algorithm, kind = (cast(str, header[name]) for name in ("kid", "alg", "typ"))
    if kind not in types or not KID.fullmatch(kid):
        raise JoseError
    return Compact(text=text, kid=kid, algorithm=algorithm, claims=claims)


def verify(compact: Compact, key: VerifyingKey) -> Claims:
    """The claims, if ``key`` signed them."""
    if compact.algorithm not in _NAMES[key.algorithm]:
        raise JoseError
    try:
        jws.deserialize_compact(compact.text, key.key, registry=_Registry(key.algorithm))
    except Exception:  # joserfc raises its own errors and plain ValueErrors; all of them say no
        raise JoseError from None
    return compact.claims


def sign(claims: Claims, *, private: Ed25519PrivateKey, kid: str, kind: str) -> str:
    """A compact token of ``typ`` ``kind``."""
    header = {"alg": "Ed25519", "typ": kind, "kid": kid}
    key = OKPKey.import_key(private)
    return jws.serialize_compact(header, strict_json.canonical(claims), key, algorithms=["Ed25519"])


def verifying_key(public: Ed25519PublicKey, *, kid: str) -> VerifyingKey:
    return VerifyingKey(kid=kid, algorithm="Ed25519", key=OKPKey.import_key(public))


def read_key_set(text: str) -> Mapping[str, VerifyingKey]:
    """The public keys of a JWK set (RFC 7517) by ``kid``; a private member or another curve refuses the whole set."""
    found = _members(text.encode()).get("keys")
    if not isinstance(found, list) or not 0 < len(found) <= KEYS_IN_SET:
        raise JoseError
    keys = [_key(member) for member in found]
    if len({key.kid for key in keys}) != len(keys):
        raise JoseError
    return {key.kid: key for key in keys}


def decode(text: str) -> bytes:
    """The bytes of canonical base64url without padding."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise JoseError from None
    if encode(raw) != text:
        raise JoseError
    return raw


def encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key(member: object) -> VerifyingKey:
    if not isinstance(member, dict):
        raise JoseError
    kind, curve, kid = (_text(member, name) for name in ("kty", "crv", "kid"))
    coordinates = _MEMBERS.get((kind, curve))
    if coordinates is None or not KID.fullmatch(kid) or "d" in member or member.get("use", "sig") != "sig":
        raise JoseError
    public: dict[str, str | list[str]] = {
        "kty": kind,
        "crv": curve,
        **{name: _text(member, name) for name in coordinates},
    }
    if any(len(decode(_text(public, name))) != 32 for name in coordinates):
        raise JoseError
    algorithm = "Ed25519" if kind == "OKP" else "ES256"
    if "alg" in member and _text(member, "alg") not in _NAMES[algorithm]:
        raise JoseError
    try:
        key = OKPKey.import_key(public) if kind == "OKP" else ECKey.import_key(public)
    except Exception:  # a point off the curve is a plain ValueError from below joserfc
        raise JoseError from None
    return VerifyingKey(kid=kid, algorithm=algorithm, key=key)


def _text(member: Mapping[str, object], name: str) -> str:
    value = member.get(name)
    if not isinstance(value, str):
        raise JoseError
    return value


def _members(raw: bytes) -> Claims:
    try:
        value = strict_json.read_integers(raw, depth=JSON_DEPTH)
    except strict_json.NotStrictError:
        raise JoseError from None
    if not isinstance(value, dict):
        raise JoseError
    return value


def seconds(claims: Claims, name: str) -> int:
    """A NumericDate: a whole number, and neither a truth value nor text."""
    value = claims.get(name)
    if type(value) is not int:
        raise JoseError
    return value
