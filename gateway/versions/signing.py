"""A bundle of policy files -> a signed one; and a signed one -> the policy that it holds, or a refusal.

Ed25519 (RFC 8032) over the canonical bytes of the bundle, under a context of its own, with the installation's policy
keys (docs/keys.md). It opens no file and no database; nothing of a bundle is read before its signature is verified.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature

from authz.bundle import Bundle, BundleError, address_of, content_of, matrix_digest, read_bundle
from authz.matrix.evaluation import evaluate
from authz.policy import Policy, load_policy
from gateway.keys.material import SigningKey
from schema.policy_file import PolicyFileError

CONTEXT = b"credit-gateway/policy-bundle/1\n"
"""No other signature of an installation covers bytes that begin like this."""


class BundleRefused(Exception):  # noqa: N818  # it says what became of the bundle
    """A stored bundle may not be used. The sentence names no value of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """``key`` is the ``kid`` of the key that signed."""

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    key: str

    @property
    def digest(self) -> str:
        return address_of(self.content)


def signed(bundle: Bundle, key: SigningKey) -> Signed:
    """Errors: ``ValueError`` for a key that is retired."""
    if key.private is None:
        raise ValueError("the newest policy key has no private half")
    content = content_of(bundle)
    return Signed(content=content, signature=key.private.sign(CONTEXT + content), key=key.kid)


def verified(found: Signed, keys: Iterable[SigningKey]) -> Bundle:
    """The bundle, if one of these keys has signed it. Errors: ``BundleRefused``."""
    key = next((each for each in keys if each.kid == found.key), None)
    if key is None:
        raise BundleRefused("the policy bundle was signed with a key that this installation does not have")
    try:
        key.public.verify(found.signature, CONTEXT + found.content)
    except InvalidSignature:
        raise BundleRefused("the policy bundle is not what was signed") from None
    try:
        return read_bundle(found.content)
    except BundleError as error:
        raise BundleRefused(str(error)) from None


def policy_of(bundle: Bundle) -> Policy:
    """The policy of a verified bundle, read as it was read when it was approved. Errors: ``BundleRefused``."""
    try:
        policy = load_policy(bundle.files)
    except PolicyFileError as error:
        raise BundleRefused(f"this program cannot read the policy bundle: {error}") from None
    # INVARIANT: approved was what the files showed, so a program that reads them otherwise does not apply them.
    if matrix_digest(evaluate(policy)) != bundle.matrix:
        raise BundleRefused("this program reads the policy otherwise than it was approved: it is another policy here")
    return policy
