"""Commitments hide and bind; the root is that of RFC 6962."""

import hashlib

import pytest

from gateway.ledger.proof.commitments import commit, derive, root
from gateway.ledger.proof.tree import leaf_hash

SALT = bytes(range(32))


def test_the_formula_of_a_commitment() -> None:
    expected = hashlib.sha256(b"audit/v1/case\x00" + SALT + b"HSZB-2026-0117").digest()
    assert commit("case", SALT, b"HSZB-2026-0117") == expected


@pytest.mark.parametrize(
    ("field", "salt", "value"),
    [("operator", SALT, b"1001"), ("case", bytes(32), b"1001"), ("case", SALT, b"1002")],
)
def test_field_salt_and_value_are_bound(field: str, salt: bytes, value: bytes) -> None:
    assert commit(field, salt, value) != commit("case", SALT, b"1001")


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit("case", b"short", b"1001")


def test_each_field_has_a_salt_of_its_own() -> None:
    salts = {derive(SALT, field) for field in ("case", "operator", "resp")}
    assert len(salts) == 3
    assert all(len(salt) == 32 and salt != SALT for salt in salts)


def test_root_of_nothing_and_of_one() -> None:
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([b""]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_published_tree_of_eight() -> None:
    """The inputs and roots that the implementations of RFC 6962 test themselves with."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [bytes.fromhex(one) for one in inputs]
    assert root(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert root(leaves[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_the_root_depends_on_order_and_number() -> None:
    one, two, three = (leaf_hash(bytes([n])) for n in range(3))
    assert len({root([one, two, three]), root([two, one, three]), root([one, two])}) == 3
