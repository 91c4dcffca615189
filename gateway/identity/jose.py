"""Turns compact JWS text into claims that a given key has signed, and key sets into keys; nothing else of JOSE.

A strict reader stands before joserfc (which takes duplicate keys, any ``typ`` and any ``kid``): sizes, canonical
base64url, header members from a list, integers only, exact ``typ``. The algorithm belongs to the key, not to the
token. It never fetches a key, and takes one from a header only of a proof of possession (``read_bearing``).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway import strict_json

TOKEN_BYTES = 8192
JSON_DEPTH = 8
KEYS_IN_SET = 8
FOREIGN_KEYS = 32
RSA_BITS = range(2048, 4097)

Claims: TypeAlias = Mapping[str, object]

KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_NAMES = {"Ed25519": frozenset({"Ed25519", "EdDSA"}), "ES256": frozenset({"ES256"}), "RS256": frozenset({"RS256"})}
"""What a header may call the algorithm of a key: Ed25519 has an older name (RFC 8037) and a newer one (RFC 9864)."""
_MEMBERS = {("OKP", "Ed25519"): ("x",), ("EC", "P-256"): ("x", "y")}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Of every kind of key (RFC 7518 6): whoever sends one has given the key away."""
_BORNE = frozenset({"kty", "crv", "x", "y", "alg", "use", "kid"})
"""What a key in the header of a proof may say."""


class JoseError(ValueError):
    """Not a token or key as this installation takes them. One sentence for every reason."""

    def __init__(self) -> None:
        super().__init__("The token or key is not acceptable.")


class PrivateKeySent(JoseError):  # noqa: N818  # told apart for those who must roll the key
    """A key was sent with its private half: it is burnt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compact:
    """A token that has been read and not yet verified. ``kid`` of one that bears its key is the key's thumbprint."""

    text: str = field(repr=False)
    kid: str
    algorithm: str  # as its header names it
    claims: Claims = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyingKey:
    """A public key; ``algorithm`` is its own: Ed25519 or ES256; of an identity provider's keys also RS256."""

    kid: str
    algorithm: str
    key: OKPKey | ECKey | RSAKey = field(repr=False)


class _Registry(jws.JWSRegistry):
    """Gives joserfc the algorithm of the key, whatever the header calls it."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm])
        self._algorithm = algorithm

    def get_alg(self, name: str) -> Any:
        return super().get_alg(self._algorithm)


def read(text: str, *, types: frozenset[str]) -> Compact:
    """Three canonical parts whose header is exactly ``alg``, ``typ`` (one of ``types``) and ``kid``."""
    header, claims = _parts(text)
    if header.keys() != {"alg", "typ", "kid"}:
        raise JoseError
    kid, algorithm, kind = (_text(header, name) for name in ("kid", "alg", "typ"))
    if kind not in types or not KID.fullmatch(kid):
        raise JoseError
    return Compact(text=text, kid=kid, algorithm=algorithm, claims=claims)


def read_bearing(text: str, *, kind: str) -> tuple[Compact, VerifyingKey]:
    """The same, of a token whose header is ``alg``, ``typ`` (``kind``) and ``jwk``, and that key: nobody's until its
    thumbprint is compared with one that is known. ``PrivateKeySent`` where the key has a private half."""
    header, claims = _parts(text)
    if header.keys() != {"alg", "typ", "jwk"} or _text(header, "typ") != kind:
        raise JoseError
    member = header["jwk"]
    if not isinstance(member, dict):
        raise JoseError
    key = _public(member)
    if not member.keys() <= _BORNE:
        raise JoseError
    return Compact(text=text, kid=key.kid, algorithm=_text(header, "alg"), claims=claims), key


def read_identity(text: str) -> Compact:
    """The same, of an ID token: its ``typ`` is JWT where there is one (OpenID Connect Core 2)."""
    header, claims = _parts(text)
    if not {"alg", "kid"} <= header.keys() <= {"alg", "typ", "kid"} or header.get("typ", "JWT") != "JWT":
        raise JoseError
    kid = _text(header, "kid")
    if not KID.fullmatch(kid):
        raise JoseError
    return Compact(text=text, kid=kid, algorithm=_text(header, "alg"), claims=claims)


def _parts(text: str) -> tuple[Claims, Claims]:
    parts = _COMPACT.fullmatch(text) if len(text) <= TOKEN_BYTES else None
    if parts is None:
        raise JoseError
    decode(parts[3])
    return _members(decode(parts[1])), _members(decode(parts[2]))


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
    return _signed({"typ": kind, "kid": kid}, claims, OKPKey.import_key(private))


def sign_bearing(claims: Claims, *, private: Ed25519PrivateKey, kind: str) -> str:
    """The same, with the public key in its header."""
    key = OKPKey.import_key(private)
    return _signed({"typ": kind, "jwk": key.as_dict(private=False)}, claims, key)


def _signed(header: Mapping[str, Any], claims: Claims, key: OKPKey) -> str:
    stated = {"alg": "Ed25519", **header}
    return jws.serialize_compact(stated, strict_json.canonical(claims), key, algorithms=["Ed25519"])


def verifying_key(public: Ed25519PublicKey, *, kid: str) -> VerifyingKey:
    return VerifyingKey(kid=kid, algorithm="Ed25519", key=OKPKey.import_key(public))


def private_jwk(private: Ed25519PrivateKey) -> Mapping[str, Any]:
    """For a trial client's own software alone."""
    return OKPKey.import_key(private).as_dict(private=True)


def read_key(text: str) -> VerifyingKey:
    """A public key as PEM (SubjectPublicKeyInfo) or as one JWK; its ``kid`` is its thumbprint (RFC 7638).
    ``PrivateKeySent`` for the private half of one."""
    if "PRIVATE KEY-----" in text:
        raise PrivateKeySent
    if not text.lstrip().startswith("-----BEGIN PUBLIC KEY-----"):
        return _public(_members(text.encode()))
    try:
        public = load_pem_public_key(text.encode())
        kind = OKPKey if isinstance(public, Ed25519PublicKey) else ECKey
        return _public(kind.import_key(text).as_dict(private=False))
    except JoseError:
        raise
    except Exception:  # cryptography and joserfc have several ways to say no
        raise JoseError from None


def read_key_set(text: str) -> Mapping[str, VerifyingKey]:
    """The public keys of a JWK set (RFC 7517) by ``kid``; a private member or another curve refuses the whole set."""
    found = _members(text.encode()).get("keys")
    if not isinstance(found, list) or not 0 < len(found) <= KEYS_IN_SET:
        raise JoseError
    keys = [_key(member) for member in found]
    if len({key.kid for key in keys}) != len(keys):
        raise JoseError
    return {key.kid: key for key in keys}


def read_foreign_keys(text: str) -> Mapping[str, VerifyingKey]:
    """Of an identity provider's set, the keys that are for signatures of ours or RS256; it may hold others beside."""
    found = _members(text.encode()).get("keys")
    if not isinstance(found, list) or len(found) > FOREIGN_KEYS:
        raise JoseError
    keys: dict[str, VerifyingKey] = {}
    for member in found:
        with suppress(JoseError):
            key = _foreign(member)
            if key.kid in keys:
                return {}  # which of the two was meant nobody can say
            keys[key.kid] = key
    return keys


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
    """One of a set, by the name that the set gives it."""
    if not isinstance(member, dict) or not KID.fullmatch(_text(member, "kid")):
        raise JoseError
    return replace(_public(member), kid=_text(member, "kid"))


def _foreign(member: object) -> VerifyingKey:
    if not isinstance(member, dict) or member.get("kty") != "RSA":
        return _key(member)
    kid, modulus = _text(member, "kid"), _text(member, "n")
    if not KID.fullmatch(kid) or _PRIVATE & member.keys() or member.get("use", "sig") != "sig":
        raise JoseError
    if member.get("alg", "RS256") != "RS256" or _text(member, "e") != "AQAB":
        raise JoseError
    if int.from_bytes(decode(modulus)).bit_length() not in RSA_BITS:
        raise JoseError
    return VerifyingKey(kid=kid, algorithm="RS256", key=RSAKey.import_key({"kty": "RSA", "n": modulus, "e": "AQAB"}))


def _public(member: Claims) -> VerifyingKey:
    """A public key by its thumbprint."""
    if _PRIVATE & member.keys():
        raise PrivateKeySent
    kind, curve = (_text(member, name) for name in ("kty", "crv"))
    coordinates = _MEMBERS.get((kind, curve))
    if coordinates is None or member.get("use", "sig") != "sig":
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
    return VerifyingKey(kid=key.thumbprint(), algorithm=algorithm, key=key)


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
