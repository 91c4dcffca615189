"""The tree against a naive one that follows RFC 6962 2.1 word by word, for all small sizes; and what is no proof."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.tree import (
    EMPTY_ROOT,
    Nodes,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
    node_hash,
    root,
    root_of,
)

SIZES = 40
LEAVES = [leaf_hash(bytes([n])) for n in range(SIZES)]


def naive(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n])."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def nodes(size: int = SIZES) -> Nodes:
    """Complete subtrees of a tree, and no other."""

    def node(level: int, index: int) -> bytes:
        part = LEAVES[:size][index << level : index + 1 << level]
        assert len(part) == 1 << level
        return naive(part)

    return node


ROOTS = [naive(LEAVES[:size]) for size in range(SIZES + 1)]
PAIRS = [(old, new) for new in range(SIZES + 1) for old in range(new + 1)]


def included(index: int, size: int, proof: Sequence[bytes], leaf: bytes | None = None) -> bool:
    leaf = LEAVES[index] if leaf is None else leaf
    try:
        check_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=ROOTS[size])
    except ProofError:
        return False
    return True


def consistent(old: int, new: int, proof: Sequence[bytes]) -> bool:
    try:
        check_consistency(old=old, old_root=ROOTS[old], new=new, new_root=ROOTS[new], proof=proof)
    except ProofError:
        return False
    return True


@pytest.mark.parametrize("size", range(SIZES + 1))
def test_the_root(size: int) -> None:
    assert root_of(size, nodes(size)) == root(LEAVES[:size]) == ROOTS[size]


def test_the_root_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, SIZES + 1))
def test_every_leaf_of_a_tree_is_included_at_its_place_and_no_other(size: int) -> None:
    for index in range(size):
        proof = inclusion(index, size, nodes(size))
        assert len(proof) <= (size - 1).bit_length()
        assert [place for place in range(size) if included(place, size, proof, LEAVES[index])] == [index]


def test_every_tree_is_consistent_with_what_it_grew_from() -> None:
    for old, new in PAIRS:
        assert consistent(old, new, consistency(old, new, nodes(new)))


def test_no_tree_is_consistent_with_another_history() -> None:
    for old, new in PAIRS:
        if old:
            proof = consistency(old, new, nodes(new))
            with pytest.raises(ProofError):
                check_consistency(old=old, old_root=bytes(32), new=new, new_root=ROOTS[new], proof=proof)
            with pytest.raises(ProofError):
                check_consistency(old=old, old_root=ROOTS[old], new=new, new_root=bytes(32), proof=proof)


@given(st.integers(1, SIZES), st.data())
def test_a_proof_of_inclusion_with_anything_changed_is_none(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size, nodes(size))
    for other in changed(proof):
        assert not included(index, size, other)
    assert not included(-1, size, proof, LEAVES[index])
    assert not included(size, size, proof, LEAVES[index])


@given(st.integers(2, SIZES), st.data())
def test_a_proof_of_consistency_with_anything_changed_is_none(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = consistency(old, new, nodes(new))
    for other in changed(proof):
        assert not consistent(old, new, other)


def changed(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """A proof with a hash too many or too few, each of them changed, and any two exchanged."""
    found = [(*proof, bytes(32)), (bytes(32), *proof), proof[1:], proof[:-1]]
    for at in range(len(proof)):
        found.append((*proof[:at], bytes(32), *proof[at + 1 :]))
        found.append((*proof[:at], *proof[at + 1 :], proof[at]))
    return [other for other in found if other != proof]


@pytest.mark.parametrize(("old", "new"), [(3, 2), (-1, 2)])
def test_an_older_tree_that_is_larger(old: int, new: int) -> None:
    with pytest.raises(ProofError, match="older tree is larger"):
        consistency(old, new, nodes())
    with pytest.raises(ProofError, match="older tree is larger"):
        check_consistency(old=old, old_root=ROOTS[old], new=new, new_root=ROOTS[new], proof=())


@pytest.mark.parametrize(("index", "size"), [(0, 0), (2, 2), (-1, 2)])
def test_a_leaf_outside_of_the_tree(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="outside of the tree"):
        inclusion(index, size, nodes())


def test_nothing_but_the_empty_tree_precedes_every_tree() -> None:
    with pytest.raises(ProofError, match="not consistent"):
        check_consistency(old=0, old_root=ROOTS[1], new=2, new_root=ROOTS[2], proof=())
    assert not consistent(0, 2, (bytes(32),))
    assert not consistent(2, 2, (bytes(32),))


def test_a_node_is_no_leaf() -> None:
    """Second preimages: the two kinds of hashes begin with different bytes."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
