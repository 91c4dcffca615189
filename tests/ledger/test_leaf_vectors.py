"""Leaves are kept for years: these bytes must come out of the same entries for as long as schema 1 is written."""

import itertools
from pathlib import Path
from uuid import UUID

import pytest

from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.leaf import draft, link
from gateway.ledger.lint import lint_leaf
from gateway.ledger.proof.chains import FIRST_PREVIOUS
from gateway.ledger.proof.tree import leaf_hash
from tests.ledger.ledgers import PERSON, START, SampleVault, entry, released

VECTORS = Path(__file__).with_name("vectors")
ENTRIES = {
    "release": entry(),
    "persons": entry(released=tuple(released(natural=True, subject=PERSON + bytes([n])) for n in range(201))),
    "refusals": Entry(kind=Kind.DENY, principal="public", decision=Decision.DENY, reasons=("BAD_REQUEST",), times=37),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_leaf_bytes(name: str) -> None:
    salts = (n.to_bytes(32, "big") for n in itertools.count())
    made = draft(ENTRIES[name], entry_id=UUID(int=1), t=START, salt=salts.__next__, vault=SampleVault())
    leaf = link(made, writer=UUID(int=2), wseq=0, wprev=FIRST_PREVIOUS)
    expected = (VECTORS / f"{name}.json").read_bytes()
    assert leaf == expected
    assert leaf_hash(leaf).hex() == (VECTORS / f"{name}.hash").read_text().strip()
    lint_leaf(leaf)
