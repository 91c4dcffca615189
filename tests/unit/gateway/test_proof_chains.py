"""A chain verifies to its end; every tampering with its rows is found, and where."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.ledger.chain import Chain
from gateway.ledger.leaf import draft
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.chains import StoredLeaf, StoredWriter, verify_chains
from gateway.ledger.proof.errors import ChainError
from gateway.ledger.proof.tree import leaf_hash
from tests.ledger.ledgers import START, SampleVault, entry, members, seeded

WRITER = UUID(int=7)
OTHER = UUID(int=8)


def chain(writer: UUID, length: int) -> list[StoredLeaf]:
    random = seeded(writer.int)
    drafts = [
        draft(entry(), entry_id=UUID(bytes=random(16)), t=START + n, salt=lambda: random(32), vault=SampleVault())
        for n in range(length)
    ]
    tip = Chain(writer)
    placed = [*tip.place(drafts[:2])]
    tip.advance(placed)
    placed += tip.place(drafts[2:])
    return [
        StoredLeaf(
            writer=writer,
            wseq=one.receipt.wseq,
            id=one.receipt.entry_id,
            leaf=one.leaf,
            leaf_hash=one.receipt.leaf_hash,
            t=one.receipt.t,
        )
        for one in placed
    ]


def ends(*lengths: int) -> list[StoredWriter]:
    return [StoredWriter(writer=writer, last_wseq=n - 1) for writer, n in zip((WRITER, OTHER), lengths, strict=False)]


def broken(leaves: Sequence[StoredLeaf], *lengths: int) -> tuple[str, int]:
    with pytest.raises(ChainError) as caught:
        verify_chains(leaves, ends(*lengths))
    return caught.value.step, caught.value.wseq


def rehashed(leaf: StoredLeaf, **changes: object) -> StoredLeaf:
    data = canonical({**members(leaf.leaf), **changes})
    return replace(leaf, leaf=data, leaf_hash=leaf_hash(data))


def test_chains_verify_in_any_order_of_rows() -> None:
    rows = [*chain(WRITER, 6), *chain(OTHER, 3)]
    assert verify_chains(reversed(rows), ends(6, 3)) == 9


def test_an_empty_chain_verifies() -> None:
    assert verify_chains([], ends(0)) == 0


def test_an_edited_leaf() -> None:
    rows = chain(WRITER, 4)
    rows[2] = replace(rows[2], leaf=rows[2].leaf.replace(b"PM-301", b"PM-302"))
    assert broken(rows, 4) == ("the leaf does not match its hash", 2)


def test_an_edited_leaf_with_its_hash_made_anew() -> None:
    rows = chain(WRITER, 4)
    rows[2] = rehashed(rows[2], purpose="PM-302")
    assert broken(rows, 4) == ("the leaf does not belong at its place", 3)


def test_an_edited_hash() -> None:
    rows = chain(WRITER, 4)
    rows[1] = replace(rows[1], leaf_hash=bytes(32))
    assert broken(rows, 4) == ("the leaf does not match its hash", 1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_deleted_leaf(place: int) -> None:
    rows = chain(WRITER, 4)
    del rows[place]
    assert broken(rows, 4) == ("a leaf is missing", place)


def test_a_deleted_leaf_whose_successors_moved_up() -> None:
    rows = chain(WRITER, 4)
    moved = [rehashed(replace(one, wseq=one.wseq - 1), wseq=one.wseq - 1) for one in rows[2:]]
    assert broken([rows[0], *moved], 3) == ("the leaf does not belong at its place", 1)


def test_two_leaves_exchanged() -> None:
    rows = chain(WRITER, 4)
    rows[1], rows[2] = replace(rows[2], wseq=1), replace(rows[1], wseq=2)
    assert broken(rows, 4) == ("the leaf does not belong at its place", 1)


def test_a_leaf_of_another_chain() -> None:
    rows = [*chain(WRITER, 4), *chain(OTHER, 4)]
    rows[1] = replace(rows[5], writer=WRITER)
    assert broken(rows, 4, 4) == ("the leaf does not belong at its place", 1)


def test_a_leaf_twice() -> None:
    rows = chain(WRITER, 3)
    assert broken([*rows, rows[2]], 3) == ("a leaf is missing", 3)


def test_a_cut_end() -> None:
    assert broken(chain(WRITER, 4)[:3], 4) == ("the chain was cut", 3)


def test_a_chain_without_its_leaves() -> None:
    assert broken([], 4) == ("the chain was cut", 0)


def test_a_chain_longer_than_its_writer_says() -> None:
    assert broken(chain(WRITER, 4), 3) == ("the chain was cut", 4)


def test_a_leaf_of_no_known_writer() -> None:
    assert broken([*chain(WRITER, 2), *chain(OTHER, 1)], 2) == ("unknown writer", 0)


@pytest.mark.parametrize("column", ["id", "t"])
def test_a_column_that_contradicts_its_leaf(column: str) -> None:
    rows = chain(WRITER, 3)
    rows[1] = replace(rows[1], **({"id": UUID(int=1)} if column == "id" else {"t": 0}))
    assert broken(rows, 3) == ("the leaf does not belong at its place", 1)


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"a": 1}', b"\xff"])
def test_something_that_is_not_a_leaf(data: bytes) -> None:
    rows = chain(WRITER, 1)
    step, place = broken([replace(rows[0], leaf=data, leaf_hash=leaf_hash(data))], 1)
    assert (step, place) in {("the leaf is not canonical JSON", 0), ("the leaf does not belong at its place", 0)}
