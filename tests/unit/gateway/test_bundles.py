"""Signed bundles: what was not signed here, or is not what was signed, or is read otherwise, is not applied."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.bundle import bundle_of, content_of, matrix_digest
from authz.matrix.evaluation import evaluate
from gateway.keys.material import SigningKey, thumbprint
from gateway.versions.signing import CONTEXT, BundleRefused, Signed, policy_of, signed, verified
from tests.unit.authz.shipped import loaded, shipped


def key_of(seed: int) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(kid=thumbprint(private.public_key()), number=seed, public=private.public_key(), private=private)


OURS, OLDER, FOREIGN = key_of(3), key_of(2), key_of(1)


@pytest.fixture(scope="module")
def stored() -> Signed:
    matrix = matrix_digest(evaluate(loaded(shipped())))
    return signed(bundle_of(shipped(), matrix=matrix, predecessor=None, diff=None), OURS)


def resigned(found: Signed, content: bytes, key: SigningKey = OURS) -> Signed:
    assert key.private is not None
    return Signed(content=content, signature=key.private.sign(CONTEXT + content), key=key.kid)


def with_members(found: Signed, **changes: object) -> bytes:
    members: Mapping[str, object] = json.loads(found.content) | changes
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_what_was_signed_is_the_policy(stored: Signed) -> None:
    bundle = verified(stored, (OURS, OLDER))

    assert policy_of(bundle).version == bundle.version == loaded(shipped()).version
    assert content_of(bundle) == stored.content


def test_an_older_key_still_verifies(stored: Signed) -> None:
    found = resigned(stored, stored.content, OLDER)

    assert verified(found, (OURS, replace(OLDER, private=None))).version == verified(stored, (OURS,)).version


def test_a_bundle_signed_elsewhere_is_refused(stored: Signed) -> None:
    with pytest.raises(BundleRefused, match="a key that this installation does not have"):
        verified(resigned(stored, stored.content, FOREIGN), (OURS, OLDER))


def test_a_forged_signature_is_refused(stored: Signed) -> None:
    forged = resigned(stored, stored.content, FOREIGN)
    flipped = bytes([stored.signature[0] ^ 1]) + stored.signature[1:]

    for signature in (forged.signature, flipped, b"", stored.signature[:-1]):
        with pytest.raises(BundleRefused, match="not what was signed"):
            verified(replace(stored, signature=signature), (OURS,))


def test_tampered_content_is_refused(stored: Signed) -> None:
    members = json.loads(stored.content)
    files = members["files"] | {"purposes.toml": members["files"]["purposes.toml"] + "# more\n"}

    for content in (
        with_members(stored, files=files),
        with_members(stored, predecessor="a" * 64),
        stored.content + b" ",
    ):
        with pytest.raises(BundleRefused, match="not what was signed"):
            verified(replace(stored, content=content), (OURS,))


def test_a_signature_under_another_context_is_refused(stored: Signed) -> None:
    assert OURS.private is not None
    with pytest.raises(BundleRefused, match="not what was signed"):
        verified(replace(stored, signature=OURS.private.sign(stored.content)), (OURS,))


def test_signed_bytes_that_are_no_bundle_are_refused(stored: Signed) -> None:
    for content in (b"{}", with_members(stored, version="a" * 64), stored.content + b" "):
        with pytest.raises(BundleRefused):
            verified(resigned(stored, content), (OURS,))


def test_a_policy_that_is_read_otherwise_is_another_policy(stored: Signed) -> None:
    found = verified(resigned(stored, with_members(stored, matrix="a" * 64)), (OURS,))

    with pytest.raises(BundleRefused, match="reads the policy otherwise"):
        policy_of(found)


def test_files_that_this_program_cannot_read_are_refused() -> None:
    bundle = bundle_of({"purposes.toml": b""}, matrix="a" * 64, predecessor=None, diff=None)

    with pytest.raises(BundleRefused, match="cannot read"):
        policy_of(bundle)


def test_a_retired_key_signs_nothing(stored: Signed) -> None:
    with pytest.raises(ValueError, match="no private half"):
        signed(verified(stored, (OURS,)), replace(OURS, private=None))


def test_neither_content_nor_signature_is_in_a_representation(stored: Signed) -> None:
    assert "PUB-ORG-CORE" not in repr(stored)
    assert repr(stored) == f"Signed(key={OURS.kid!r})"
