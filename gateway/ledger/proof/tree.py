"""The Merkle tree of RFC 6962 2.1: its root, its proofs of inclusion and of consistency, and the checks of them.

A tree is given by its size and by ``Nodes``, which finds the hash of any complete subtree; where those hashes are kept
is not known here. Proofs are checked by the steps of RFC 9162 2.1.3.2 and 2.1.4.2.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from .errors import ProofError

# (level, index): the hash of the complete subtree over the leaves [index << level, (index + 1) << level)
Nodes: TypeAlias = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf, in its chain and in the tree."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the subtree over two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order, or over the hashes of complete subtrees of one size."""
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in pairs] + odd
    return level[0] if level else EMPTY_ROOT


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of ``size`` leaves."""
    return _subtree(0, size, nodes) if size else EMPTY_ROOT


def inclusion(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof that leaf ``index`` stands in the tree of ``size``: its sibling first, the root's child last."""
    if not 0 <= index < size:
        raise ProofError("the leaf is outside of the tree")
    begin, end, proof = 0, size, []
    while end - begin > 1:
        middle = _middle(begin, end)
        if index < middle:
            proof.append(_subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(_subtree(begin, middle, nodes))
            begin = middle
    return tuple(reversed(proof))


def consistency(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof that the tree of ``old`` leaves is a beginning of that of ``new``; empty for equal sizes and from 0."""
    if not 0 <= old <= new:
        raise ProofError("the older tree is larger")
    begin, end, proof = 0, new, []
    while old and old != end:
        middle = _middle(begin, end)
        if old <= middle:
            proof.append(_subtree(middle, end, nodes))
            end = middle
        else:
            proof.append(_subtree(begin, middle, nodes))
            begin = middle
    if begin:
        proof.append(_subtree(begin, end, nodes))
    return tuple(reversed(proof))


def check_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Whether the leaf of hash ``leaf`` stands at ``index`` of the tree. Raises ``ProofError`` when it does not."""
    if not 0 <= index < size:
        raise ProofError("the leaf is outside of the tree")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if not last:
            raise ProofError("the proof of inclusion is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _climbed(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the proof of inclusion is too short")
    if found != root:
        raise ProofError("the leaf is not in the tree")


def check_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Whether the newer tree only appends to the older. Raises ``ProofError`` when it does not."""
    if not 0 <= old <= new:
        raise ProofError("the older tree is larger")
    if old in (0, new):
        if proof:
            raise ProofError("the proof of consistency is too long")
        if old_root != (new_root if old else EMPTY_ROOT):
            raise ProofError("the trees are not consistent")
        return
    if _consistent_roots(old, new, old_root, proof) != (old_root, new_root):
        raise ProofError("the trees are not consistent")


def _consistent_roots(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a proof leads to."""
    complete = old & (old - 1) == 0  # then the older tree is itself a node of the newer
    path = [old_root, *proof] if complete else list(proof)
    if not path:
        raise ProofError("the proof of consistency is too short")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if not last:
            raise ProofError("the proof of consistency is too long")
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            place, last = _climbed(place, last)
        else:
            newer = node_hash(newer, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the proof of consistency is too short")
    return older, newer


def _climbed(place: int, last: int) -> tuple[int, int]:
    """Past the levels at which the right edge has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _middle(begin: int, end: int) -> int:
    """Where the subtree over [begin, end) is split: after the largest power of two below its size."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def _subtree(begin: int, end: int, nodes: Nodes) -> bytes:
    """The root over the leaves [begin, end), from the complete subtrees it is made of."""
    peaks = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        peaks.append(nodes(level, begin >> level))
        begin += 1 << level
    found = peaks.pop()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found
