"""The file of a proof, of c2sp.org/tlog-proof@v1: one spelling, and nothing believed that is not checked."""

from dataclasses import replace

import pytest

from gateway.ledger.proof.errors import FormatError, NoteError, ProofError
from gateway.ledger.proof.inclusion_file import ProofFile, check, read, write
from gateway.ledger.proof.tree import leaf_hash
from tests.ledger.sample_logs import ORIGIN, SampleKey, sample_log

LOG = sample_log(300)
KEYS = [LOG.by.key]
PROOF = LOG.proof(17)
FILE = write(PROOF)
LEAF = leaf_hash(LOG.leaves[17])


def test_what_is_written() -> None:
    lines = write(ProofFile(index=0, hashes=(bytes(32),), checkpoint=b"head\n")).decode().split("\n")
    assert lines == [
        "c2sp.org/tlog-proof@v1",
        "index 0",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "",
        "head",
        "",
    ]
    assert write(ProofFile(index=0, hashes=(), checkpoint=b"", extra=b"\xff")).split(b"\n")[1] == b"extra /w=="


@pytest.mark.parametrize("extra", [None, b"", b"leaf"])
@pytest.mark.parametrize("hashes", [(), (bytes(32), b"\1" * 32)])
def test_what_is_written_is_read(extra: bytes | None, hashes: tuple[bytes, ...]) -> None:
    proof = replace(PROOF, extra=extra, hashes=hashes)
    assert read(write(proof)) == proof


@pytest.mark.parametrize("index", [0, 17, 255, 256, 299])
def test_every_leaf_is_proven(index: int) -> None:
    assert check(LOG.proof(index), leaf_hash(LOG.leaves[index]), ORIGIN, KEYS).size == 300


def test_a_proof_of_anything_else() -> None:
    other = SampleKey("credit.370199/audit/2026")
    with pytest.raises(ProofError, match="not in the tree"):
        check(PROOF, leaf_hash(LOG.leaves[18]), ORIGIN, KEYS)
    with pytest.raises(ProofError, match="not in the tree"):
        check(replace(PROOF, index=16), LEAF, ORIGIN, KEYS)
    with pytest.raises(ProofError, match="not in the tree"):
        check(replace(PROOF, checkpoint=sample_log(299).checkpoint), LEAF, ORIGIN, KEYS)
    with pytest.raises(NoteError):
        check(PROOF, LEAF, other.name, [other.key])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1\n", b"@v2\n"),
        (b"@v1\n", b"@v1\r\n"),
        (b"c2sp", b"\xff2sp"),
        (b"extra ", b"extra  "),
        (b"extra ", b"extra !"),
        (b"index 17\n", b""),
        (b"index 17", b"index 017"),
        (b"index 17", b"index -17"),
        (b"index 17", b"index  17"),
        (b"index 17", b"Index 17"),
        (b"index 17\n", b"index 17\nindex 17\n"),
        (b"index 17\n", b"index 17\nAAAA\n"),
        (b"index 17\n", b"index 17\n!!\n"),
        (b"index 17\n", b"index 17\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 63),
        (b"\n\n", b"\n"),
    ],
    ids=range(15),
)
def test_another_spelling(old: bytes, new: bytes) -> None:
    assert old in FILE
    with pytest.raises(FormatError):
        read(FILE.replace(old, new))


def test_a_file_that_is_too_long() -> None:
    with pytest.raises(FormatError):
        read(FILE + b"x" * 2_000_000)
