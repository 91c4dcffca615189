"""Chains of writers in a tree: a leaf lost before it was sequenced is found, unless the log itself has named it."""

from collections.abc import Iterable
from uuid import UUID

import pytest

from gateway.ledger.proof.canonical import canonical, read
from gateway.ledger.proof.errors import ChainError, FormatError
from gateway.ledger.proof.runs import MISSING, Runs
from gateway.ledger.proof.tree import leaf_hash
from tests.ledger.sample_logs import sample_leaves

LEAVES = tuple(sample_leaves(9))  # of three writers in turn
WATCH = UUID(int=99)


def checked(leaves: Iterable[bytes], *, whole: bool = True) -> Runs:
    runs = Runs(whole=whole)
    for leaf in leaves:
        runs.add(leaf)
    runs.close()
    return runs


def broken(leaves: Iterable[bytes], *, whole: bool = True) -> tuple[str, object, int]:
    with pytest.raises(ChainError) as caught:
        checked(leaves, whole=whole)
    return caught.value.step, caught.value.writer, caught.value.wseq


def changed(leaf: bytes, **changes: object) -> bytes:
    told = read(leaf)
    assert isinstance(told, dict)
    return canonical({**told, **changes})


def watching(**changes: object) -> bytes:
    """A leaf of the log's own writer."""
    return changed(
        LEAVES[0], **{"kind": "alert", "action": MISSING, "details": {"missing": []}, "writer": str(WATCH)} | changes
    )


def test_chains_that_hold() -> None:
    assert checked(LEAVES).writers == 3
    assert checked(()).writers == 0


@pytest.mark.parametrize("lost", [0, 4])
def test_a_lost_leaf(lost: int) -> None:
    writer = UUID(int=lost % 3)
    assert broken([*LEAVES[:lost], *LEAVES[lost + 1 :]]) == ("a leaf is missing", writer, lost // 3)


def test_a_lost_leaf_that_the_log_has_named() -> None:
    rest = [*LEAVES[:4], *LEAVES[5:]]
    gap = {"writer": str(UUID(int=1)), "first": 1, "last": 1}
    runs = checked([*rest, watching(details={"missing": [gap]})])
    assert (runs.writers, runs.missing) == (4, 1)
    for other in ({**gap, "first": 2, "last": 2}, {**gap, "writer": str(UUID(int=2))}):
        assert broken([*rest, watching(details={"missing": [other]})])[0] == "a leaf is missing"
    assert broken([*rest, watching(details={"missing": [gap]}, kind="release")])[0] == "a leaf is missing"
    assert broken([*rest, watching(details={"missing": [gap]}, action="other")])[0] == "a leaf is missing"


def test_lost_leaves_that_the_log_has_named_in_parts() -> None:
    leaves = tuple(sample_leaves(30))
    rest = [leaf for n, leaf in enumerate(leaves) if n % 3 or not 3 <= n // 3 <= 7]
    parts = [{"writer": str(UUID(int=0)), "first": first, "last": last} for first, last in ((6, 7), (3, 3), (3, 5))]
    assert checked([*rest, watching(details={"missing": parts})]).writers == 4
    assert broken([*rest, watching(details={"missing": parts[:2]})])[2] == 4
    assert broken([*rest, watching(details={"missing": parts[1:]})])[2] == 6


def test_an_exchanged_leaf() -> None:
    step = "the leaf does not belong at its place"
    assert broken([*LEAVES[:3], LEAVES[6], LEAVES[3]])[0] == step
    assert broken([*LEAVES, LEAVES[8]]) == (step, UUID(int=2), 2)
    assert broken([changed(LEAVES[0], wprev="07" * 32)]) == (step, UUID(int=0), 0)
    assert broken([LEAVES[0], changed(LEAVES[3], wprev="07" * 32)]) == (step, UUID(int=0), 1)


def test_chains_go_on_from_an_earlier_log() -> None:
    told = {"origin": "credit.420199/audit/2025", "root": "00" * 32, "size": 3}
    first = watching(kind="admin", action="shard-opened", details={"previous": told})
    assert checked([first, *LEAVES[3:]]).writers == 4
    assert broken([watching(kind="admin", details={"previous": None}), *LEAVES[3:]])[0] == "a leaf is missing"
    late = changed(LEAVES[3], wprev=leaf_hash(LEAVES[0]).hex())
    assert broken([late, first])[0] == "a leaf is missing"  # only the very first leaf says so
    assert checked([watching(kind="admin", details={"previous": told, "lost": [told]})]).replaced == 1


def test_a_slice_begins_in_the_middle() -> None:
    assert checked(LEAVES[4:], whole=False).writers == 3
    assert broken([*LEAVES[3:6], LEAVES[7], LEAVES[8], LEAVES[7]], whole=False)[0].endswith("at its place")


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        b"{}",
        LEAVES[0].replace(b":", b": "),
        changed(LEAVES[0], writer="x"),
        changed(LEAVES[0], writer=str(UUID(int=10)).upper()),
        changed(LEAVES[0], wseq=-1),
        changed(LEAVES[0], wseq=True),
        changed(LEAVES[0], wseq="0"),
        watching(details={}),
        watching(details={"missing": [{}]}),
        watching(details={"missing": [{"writer": "x", "first": 0, "last": 0}]}),
    ],
    ids=range(12),
)
def test_something_that_is_not_a_leaf(leaf: bytes) -> None:
    with pytest.raises(FormatError):
        checked([leaf])
