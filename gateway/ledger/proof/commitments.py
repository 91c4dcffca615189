"""Digests that stand in a leaf for what may not: commitments to single values, and the root over many of them.

A commitment reveals nothing without its salt, even of an 18-digit number; once the salt is destroyed it never will.
Nothing here makes randomness: salts are handed in.
"""

import hashlib
import hmac
from collections.abc import Sequence

from . import tree

SALT_BYTES = 32


def commit(field: str, salt: bytes, value: bytes) -> bytes:
    """SHA-256 of ``audit/v1/<field>``, a zero byte, the salt of 32 bytes, and the value."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(b"audit/v1/" + field.encode() + b"\0" + salt + value).digest()


def derive(seed: bytes, field: str) -> bytes:
    """The salt of one field of an entry. Shown, it opens that field, and tells neither the seed nor another salt."""
    return hmac.digest(seed, field.encode(), "sha256")


def root(commitments: Sequence[bytes]) -> bytes:
    """The tree hash over commitments in order (RFC 6962 2.1), so that one of them can be shown without the others."""
    return tree.root(map(tree.leaf_hash, commitments))
