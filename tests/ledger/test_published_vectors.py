"""Trees and proofs that other implementations of RFC 6962 publish; the file of vectors says where they come from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.tiles import Grown, extend, node_reader
from gateway.ledger.proof.tree import (
    EMPTY_ROOT,
    Nodes,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
)

VECTORS = json.loads((Path(__file__).parent / "vectors/rfc6962.json").read_text("utf-8"))
LEAVES = [bytes.fromhex(one) for one in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(one) for one in VECTORS["roots"]]
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def grown(size: int) -> Grown:
    return extend(0, {}, [leaf_hash(leaf) for leaf in LEAVES[:size]])


def nodes(size: int) -> Nodes:
    edge = grown(size).edge
    return node_reader(lambda level, _: edge[level], size)


def hashes(told: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in told]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots(size: int) -> None:
    assert grown(size).root == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "told"), VECTORS["inclusion"])
def test_inclusion(index: int, size: int, told: list[str]) -> None:
    proof = hashes(told)
    good: dict[str, Any] = {
        "index": index,
        "size": size,
        "leaf": leaf_hash(LEAVES[index]),
        "proof": proof,
        "root": ROOTS[size - 1],
    }
    assert list(inclusion(index, size, nodes(size))) == proof
    check_inclusion(**good)
    for wrong in (*altered(good, "proof"), *misplaced(good, "index", "size")):
        with pytest.raises(ProofError):
            check_inclusion(**wrong)
    for member in ("leaf", "root"):
        for other in (EMPTY_ROOT, SOME_HASH, b""):
            with pytest.raises(ProofError):
                check_inclusion(**good | {member: other})


@pytest.mark.parametrize(("old", "new", "told"), VECTORS["consistency"])
def test_consistency(old: int, new: int, told: list[str]) -> None:
    proof = hashes(told)
    good: dict[str, Any] = {
        "old": old,
        "old_root": ROOTS[old - 1],
        "new": new,
        "new_root": ROOTS[new - 1],
        "proof": proof,
    }
    assert list(consistency(old, new, nodes(new))) == proof
    check_consistency(**good)
    for wrong in (*altered(good, "proof"), *misplaced(good, "old", "new")):
        with pytest.raises(ProofError):
            check_consistency(**wrong)
    for member in ("old_root", "new_root"):
        with pytest.raises(ProofError):
            check_consistency(**good | {member: SOME_HASH})


def altered(good: dict[str, Any], member: str) -> Iterator[dict[str, Any]]:
    """The ways in which the publishers spoil a proof."""
    proof = good[member]
    for garbage in (b"", SOME_HASH, EMPTY_ROOT):
        yield good | {member: [*proof, garbage]}
        yield good | {member: [garbage, *proof]}
    for at, one in enumerate(proof):
        yield good | {member: [*proof[:at], bytes([one[0] ^ 8]) + one[1:], *proof[at + 1 :]]}
        yield good | {member: [*proof[:at], *proof[at + 1 :]]}


def misplaced(good: dict[str, Any], place: str, size: str) -> Iterator[dict[str, Any]]:
    """Another place, or a tree of another height."""
    if good[place] != good[size]:
        yield good | {place: good[place] - 1}
        yield good | {place: good[place] + 1}
        yield good | {place: good[place] ^ 2}
        yield good | {size: good[size] * 2}
        yield good | {size: good[size] // 2}
