"""A checkpoint has one spelling, one log, and a signature under the name of that log."""

import json
from pathlib import Path

import pytest

from gateway.ledger.proof.checkpoint import Checkpoint, opened, read_checkpoint
from gateway.ledger.proof.errors import FormatError, NoteError
from gateway.ledger.proof.tree import EMPTY_ROOT
from tests.ledger.sample_logs import ORIGIN, SampleKey

VECTORS = json.loads((Path(__file__).parents[2] / "ledger/vectors/signed-note.json").read_text("utf-8"))
HEAD = Checkpoint(origin=ORIGIN, size=7, root=b"\xff" * 32)
LOG, WITNESS = SampleKey(), SampleKey("witness.example", 8)


def test_the_example_of_the_specification() -> None:
    text = VECTORS["specification"]["checkpoint"]
    found = read_checkpoint(text)
    assert (found.origin, found.size, found.text) == ("example.com/behind-the-sofa", 20_852_163, text)


def test_the_empty_log() -> None:
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
    assert read_checkpoint(empty.text) == empty


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n-7\n"),
        ("\n7\n", "\n7 \n"),
        ("\n7\n", "\n1_0\n"),
        ("\n7\n", "\n٧\n"),
        ("\n7\n", "\n\n"),
        ("\n7\n", "\n0\n"),
        ("\n7\n", "\n9223372036854775808\n"),
        ("\n7\n", f"\n{'9' * 5000}\n"),
        ("//8=", "//9="),
        ("//8=", "//8"),
        ("//8=", "AAAA//8="),
        ("//8=", "//8=\nextension"),
        ("//8=\n", "//8="),
        ("//8=\n", "//8=\n\n"),
        ("\n7", "\r\n7"),
        (ORIGIN, ""),
    ],
    ids=range(18),
)
def test_another_spelling(old: str, new: str) -> None:
    assert HEAD.text.count(old) == 1
    with pytest.raises(FormatError):
        read_checkpoint(HEAD.text.replace(old, new))


def test_opening() -> None:
    assert opened(LOG.sign(HEAD.text), ORIGIN, [LOG.key]) == HEAD


def test_a_checkpoint_that_another_log_signed_or_that_is_of_another_log() -> None:
    other = SampleKey("credit.370199/audit/2026")
    with pytest.raises(FormatError, match="of another log"):
        opened(LOG.sign(HEAD.text), other.name, [LOG.key])
    with pytest.raises(NoteError, match="no key asked for"):
        opened(other.sign(HEAD.text), ORIGIN, [LOG.key])


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    with pytest.raises(FormatError, match="the log has not signed"):
        opened(WITNESS.sign(HEAD.text), ORIGIN, [LOG.key, WITNESS.key])
