"""A slice of a log in lines proves itself, wherever it lies; whoever changes a line, or leaves one out, is found."""

import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.errors import ChainError, NoteError, ProofError
from gateway.ledger.proof.lines import Slice, check, cover, write
from gateway.ledger.proof.tree import leaf_hash
from tests.ledger.sample_logs import ORIGIN, SampleKey, SampleLog, grown, sample_log

SIZE = 300
LOG = sample_log(SIZE)


def lines(begin: int, end: int, log: SampleLog = LOG) -> list[bytes]:
    size = len(log.leaves)
    return list(write(begin, end, log.leaves[begin:end], size=size, nodes=log.nodes, checkpoint=log.checkpoint))


def found(told: list[bytes]) -> Slice:
    return check(told, ORIGIN, [LOG.by.key])


def refused(told: list[bytes]) -> str:
    with pytest.raises(ProofError) as caught:
        found(told)
    return str(caught.value)


def changed(line: bytes, **changes: object) -> bytes:
    return canonical({**json.loads(line), **changes}) + b"\n"


def test_what_is_written() -> None:
    head, first, *_ = map(json.loads, lines(5, 8))
    assert (head["format"], head["begin"], head["end"]) == ("credit-log-lines/1", 5, 8)
    assert head["checkpoint"].encode() == LOG.checkpoint
    assert (len(head["before"]), len(head["after"])) == (2, 8)
    assert first == {"index": 5, "leaf": json.loads(LOG.leaves[5]), "leaf_hash": leaf_hash(LOG.leaves[5]).hex()}


@pytest.mark.parametrize(("begin", "end"), [(0, 300), (0, 1), (299, 300), (0, 256), (255, 257), (17, 17), (300, 300)])
def test_a_slice(begin: int, end: int) -> None:
    slice_ = found(lines(begin, end))
    assert (slice_.begin, slice_.end, slice_.checkpoint.size) == (begin, end, SIZE)


@settings(max_examples=60)
@given(st.integers(0, 70), st.data())
def test_any_slice_of_any_small_log(size: int, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, size))
    end = data.draw(st.integers(begin, size))
    assert found(lines(begin, end, sample_log(size))).end == end


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_a_cover_is_whole_and_of_the_largest_subtrees(begin: int, length: int) -> None:
    at = begin
    parts = tuple(cover(begin, begin + length))
    for level, index in parts:
        assert index << level == at
        at += 1 << level
    assert at == begin + length
    for (level, index), (right, _) in pairwise(parts):
        assert level != right or index % 2 == 1


@pytest.mark.parametrize(("begin", "end"), [(-1, 2), (3, 2), (0, 301)])
def test_a_slice_that_is_not_in_the_tree(begin: int, end: int) -> None:
    with pytest.raises(ProofError, match="not in the tree"):
        lines(begin, end)


def test_a_slice_with_too_few_leaves() -> None:
    with pytest.raises(ProofError, match="as many leaves"):
        list(write(5, 8, LOG.leaves[5:7], size=SIZE, nodes=LOG.nodes, checkpoint=LOG.checkpoint))


Change = Callable[[list[bytes]], list[bytes]]
CHANGES: dict[str, Change] = {
    "a line less at the end": lambda told: told[:-1],
    "a line less": lambda told: [told[0], *told[2:]],
    "a line twice": lambda told: [*told[:2], *told[1:]],
    "two lines exchanged": lambda told: [told[0], told[2], told[1], *told[3:]],
    "no line": lambda told: [],
    "the first line alone": lambda told: told[:1],
    "the first line left out": lambda told: told[1:],
    "an edited leaf": lambda told: [told[0], told[1].replace(b'"release"', b'"deny"'), *told[2:]],
    "an edited leaf and its hash": lambda told: [told[0], rehashed(told[1]), *told[2:]],
    "another hash": lambda told: [told[0], changed(told[1], leaf_hash="00" * 32), *told[2:]],
    "another index": lambda told: [told[0], changed(told[1], index=4), *told[2:]],
    "an index of another type": lambda told: [told[0], changed(told[1], index="5"), *told[2:]],
    "a member more": lambda told: [told[0], changed(told[1], note=1), *told[2:]],
    "another spelling": lambda told: [told[0], told[1].replace(b":", b": "), *told[2:]],
    "no newline": lambda told: [*told[:-1], told[-1][:-1]],
    "another format": lambda told: [changed(told[0], format="credit-log-lines/2"), *told[1:]],
    "another begin": lambda told: [changed(told[0], begin=4), *told[1:]],
    "another end": lambda told: [changed(told[0], end=9), *told[1:]],
    "an end outside of the tree": lambda told: [changed(told[0], end=301), *told[1:]],
    "a begin of another type": lambda told: [changed(told[0], begin=True), *told[1:]],
    "a hash less before": lambda told: [changed(told[0], before=json.loads(told[0])["before"][1:]), *told[1:]],
    "another hash before": lambda told: [changed(told[0], before=json.loads(told[0])["after"][:2]), *told[1:]],
    "another hash after": lambda told: [changed(told[0], after=json.loads(told[0])["after"][::-1]), *told[1:]],
    "no hashes": lambda told: [changed(told[0], after=None), *told[1:]],
    "hashes of another type": lambda told: [changed(told[0], before=[1, 2]), *told[1:]],
    "an older checkpoint": lambda told: [changed(told[0], checkpoint=sample_log(299).checkpoint.decode()), *told[1:]],
    "no checkpoint": lambda told: [changed(told[0], checkpoint=None), *told[1:]],
}


def rehashed(line: bytes) -> bytes:
    leaf = {**json.loads(line)["leaf"], "kind": "deny"}
    return changed(line, leaf=leaf, leaf_hash=leaf_hash(canonical(leaf)).hex())


@pytest.mark.parametrize("way", CHANGES)
def test_a_tampered_slice(way: str) -> None:
    told = lines(5, 8)
    other = CHANGES[way](told)
    assert other != told
    assert "420199" not in refused(other)


def test_a_checkpoint_that_somebody_else_signed() -> None:
    told = lines(5, 8)
    head = json.loads(told[0])["checkpoint"].partition("\n\n")[0] + "\n"
    with pytest.raises(NoteError):
        found([changed(told[0], checkpoint=SampleKey(seed=8).sign(head).decode()), *told[1:]])


def test_a_leaf_lost_before_it_was_sequenced_is_found_in_a_whole_log_alone() -> None:
    log = grown([*LOG.leaves[:5], *LOG.leaves[6:]])
    with pytest.raises(ChainError, match="a leaf is missing"):
        found(lines(0, 299, log))
    assert found(lines(0, 298, log)).end == 298  # the alert that names it may stand behind the slice
