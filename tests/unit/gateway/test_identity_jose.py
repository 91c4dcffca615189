"""Key sets of clients and compact tokens: what is read, and what is refused before any signature is looked at."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.identity import jose

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
X = jose.encode(PRIVATE.public_key().public_bytes_raw())
POINT = ec.derive_private_key(77, ec.SECP256R1()).public_key().public_numbers()
EC_X, EC_Y = (jose.encode(number.to_bytes(32, "big")) for number in (POINT.x, POINT.y))

OKP: dict[str, Any] = {"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "a"}
EC: dict[str, Any] = {"kty": "EC", "crv": "P-256", "x": EC_X, "y": EC_Y, "kid": "b"}
TYPES = frozenset({"JWT"})


def key_set(*keys: object) -> str:
    return json.dumps({"keys": keys})


def test_keys_of_both_curves_are_read_by_kid() -> None:
    keys = jose.read_key_set(key_set(OKP, EC))

    assert {kid: key.algorithm for kid, key in keys.items()} == {"a": "Ed25519", "b": "ES256"}


@pytest.mark.parametrize(
    "more", [{"use": "sig"}, {"alg": "EdDSA"}, {"alg": "Ed25519"}, {"key_ops": ["verify"]}, {"x5t": "abc"}, {"nbf": 5}]
)
def test_usual_members_do_no_harm(more: dict[str, object]) -> None:
    assert jose.read_key_set(key_set(OKP | more)).keys() == {"a"}


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [5],
        [[]],
        [OKP, OKP],
        [OKP | {"kid": f"k{number}"} for number in range(9)],
        [OKP | {"d": X}],
        [EC | {"d": X}],
        [OKP | {"kid": None}],
        [OKP | {"kid": ""}],
        [OKP | {"kid": "../x"}],
        [OKP | {"kid": "k" * 65}],
        [{name: value for name, value in OKP.items() if name != "kid"}],
        [OKP | {"x": None}],
        [OKP | {"x": 5}],
        [OKP | {"x": X + "="}],
        [OKP | {"x": X[:-1]}],
        [OKP | {"x": X + "AAAA"}],
        [OKP | {"x": ""}],
        [OKP | {"crv": "Ed448"}],
        [OKP | {"crv": "X25519"}],
        [OKP | {"kty": "EC"}],
        [OKP | {"use": "enc"}],
        [OKP | {"alg": "ES256"}],
        [OKP | {"alg": "none"}],
        [OKP | {"alg": ["Ed25519"]}],
        [EC | {"y": EC_X}],
        [EC | {"x": jose.encode(bytes(32))}],
        [EC | {"x": 123}],
        [EC | {"crv": "P-384"}],
        [EC | {"crv": "secp256k1"}],
        [{"kty": "oct", "k": "AAAA", "kid": "s"}],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "r"}],
        [OKP, EC | {"y": EC_X}],
    ],
)
def test_one_bad_key_refuses_the_set(keys: list[object]) -> None:
    with pytest.raises(jose.JoseError, match=r"^The token or key is not acceptable\.$"):
        jose.read_key_set(key_set(*keys))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys":{}}', "null", '{"keys":[],"keys":[]}', "[" * 9999])
def test_what_is_no_key_set_is_refused(text: str) -> None:
    with pytest.raises(jose.JoseError):
        jose.read_key_set(text)


def test_what_is_signed_is_read_and_verified() -> None:
    text = jose.sign({"a": 1}, private=PRIVATE, kid="a", kind="JWT")
    compact = jose.read(text, types=TYPES)

    assert jose.verify(compact, jose.read_key_set(key_set(OKP))["a"]) == {"a": 1}
    with pytest.raises(jose.JoseError):
        jose.verify(compact, jose.read_key_set(key_set(EC))["b"])


def test_a_token_of_another_type_is_not_read() -> None:
    text = jose.sign({"a": 1}, private=PRIVATE, kid="a", kind="at+jwt")

    with pytest.raises(jose.JoseError):
        jose.read(text, types=TYPES)


def test_a_token_over_eight_kilobytes_is_not_read() -> None:
    small, large = (jose.sign({"a": "x" * size}, private=PRIVATE, kid="a", kind="JWT") for size in (5900, 6100))

    assert len(small) < jose.TOKEN_BYTES < len(large)
    assert jose.read(small, types=TYPES).kid == "a"
    with pytest.raises(jose.JoseError):
        jose.read(large, types=TYPES)


@pytest.mark.parametrize("value", [None, True, 1.0, "1", [1]])
def test_a_time_is_a_whole_number(value: object) -> None:
    with pytest.raises(jose.JoseError):
        jose.seconds({"exp": value}, "exp")


def test_no_repr_shows_a_token() -> None:
    text = jose.sign({"a": "secret"}, private=PRIVATE, kid="a", kind="JWT")

    shown = repr(jose.read(text, types=TYPES))

    assert text not in shown
    assert "secret" not in shown


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def respelt(part: str) -> str:
    """The same bytes with a spare bit of the last character set."""
    return part[:-1] + ALPHABET[ALPHABET.index(part[-1]) ^ 1]


def test_each_part_of_a_token_has_one_spelling() -> None:
    """Two spellings of one token would be two keys of every cache and memory."""
    parts = jose.sign({"ab": 1}, private=PRIVATE, kid="abc", kind="JWT").split(".")
    spare = [place for place, part in enumerate(parts) if len(part) % 4]

    assert 2 in spare
    assert len(spare) > 1
    for place in spare:
        other = [*parts[:place], respelt(parts[place]), *parts[place + 1 :]]
        with pytest.raises(jose.JoseError):
            jose.read(".".join(other), types=TYPES)
