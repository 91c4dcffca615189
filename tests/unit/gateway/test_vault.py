"""The keys of the side rows: sealed for one place, searchable by digest, unbroken when the root is rolled."""

from random import Random

import pytest
from cryptography.exceptions import InvalidTag

from gateway.keys.material import Purpose, Ring, ring
from gateway.keys.vault import SharedVault

PLACE = b"entry" + bytes(4)


def secrets_of(*roots: bytes) -> Ring:
    return ring(Purpose.LEDGER_ROWS, len(roots), dict(enumerate(roots, start=1)))


def vault(*roots: bytes) -> SharedVault:
    return SharedVault(ring=secrets_of(*roots or (b"r" * 32,)), entropy=Random(1).randbytes)


def test_what_was_sealed_opens_at_its_place_alone() -> None:
    kept = vault()
    sealed, key = kept.seal(b"told", aad=PLACE, subject_ref=None)

    assert kept.open(sealed, aad=PLACE, dek_id=key) == b"told"
    with pytest.raises(InvalidTag):
        kept.open(sealed, aad=PLACE[:-1] + b"\x01", dek_id=key)
    with pytest.raises(InvalidTag):
        kept.open(sealed[:-1] + bytes((sealed[-1] ^ 1,)), aad=PLACE, dek_id=key)


def test_equal_texts_are_sealed_differently() -> None:
    kept = vault()

    assert kept.seal(b"told", aad=PLACE, subject_ref=None) != kept.seal(b"told", aad=PLACE, subject_ref=None)


def test_a_digest_is_of_its_kind_and_of_these_keys() -> None:
    kept = vault()

    assert kept.digest("subject", b"1") == kept.digest("subject", b"1")
    assert len(kept.digest("subject", b"1")) == 32
    assert len({kept.digest("subject", b"1"), kept.digest("record", b"1"), kept.digest("subject", b"2")}) == 3
    assert vault(b"s" * 32).digest("subject", b"1") != kept.digest("subject", b"1")


def test_kind_and_value_do_not_run_together() -> None:
    kept = vault()

    assert kept.digest("ab", b"c") != kept.digest("a", b"bc")


def test_a_rolled_root_opens_what_was_sealed_before_and_keeps_every_trail() -> None:
    before, after = vault(b"r" * 32), vault(b"r" * 32, b"s" * 32)
    sealed, key = before.seal(b"told", aad=PLACE, subject_ref=None)
    resealed, newer = after.seal(b"told", aad=PLACE, subject_ref=None)

    assert after.open(sealed, aad=PLACE, dek_id=key) == b"told"
    assert newer != key
    with pytest.raises(KeyError):
        before.open(resealed, aad=PLACE, dek_id=newer)
    assert after.digest("subject", b"1") == before.digest("subject", b"1")
