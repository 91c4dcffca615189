"""A directory of tiles verifies whole; whoever changes anything in it, or brings an older one back, is found."""

from dataclasses import replace

import pytest

from gateway.ledger.proof.directory import check_directory
from gateway.ledger.proof.errors import ChainError, NoteError, ProofError
from tests.ledger.sample_logs import ORIGIN, SampleKey, SampleLog, grown, sample_log, tampered

SIZE = 600
LOG = sample_log(SIZE)
TAMPERED = tampered(LOG)


def verify(log: SampleLog, *old: bytes) -> int:
    return check_directory(log.read, ORIGIN, [log.by.key], old).writers


def found(log: SampleLog, *old: bytes) -> str:
    with pytest.raises(ProofError) as caught:
        verify(log, *old)
    return str(caught.value)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513])
def test_a_good_log(size: int) -> None:
    assert verify(sample_log(size)) == min(size, 3)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 599, 600])
def test_a_log_goes_on_from_what_it_was(size: int) -> None:
    assert verify(LOG, sample_log(size).checkpoint) == 3


@pytest.mark.parametrize("way", TAMPERED)
def test_a_tampered_log(way: str) -> None:
    reason = found(TAMPERED[way])
    assert "credit" not in reason
    assert "deny" not in reason


def test_a_log_of_which_every_file_was_made_anew() -> None:
    assert found(TAMPERED["edited leaf and all tiles"]).startswith("the leaf does not belong at its place")


def test_a_last_leaf_edited_with_all_tiles() -> None:
    edited = grown((*LOG.leaves[:-1], LOG.leaves[-1].replace(b"release", b"deny")))
    assert found(replace(LOG, files=edited.files)) == "the leaves do not lead to the root of the checkpoint"


@pytest.mark.parametrize("name", sorted(name for name in LOG.files if "entries" not in name))
def test_any_tile_that_the_leaves_do_not_lead_to(name: str) -> None:
    other = bytes([LOG.files[name][0] ^ 1]) + LOG.files[name][1:]
    assert found(replace(LOG, files={**LOG.files, name: other})) == f"the leaves do not lead to the tile {name}"


@pytest.mark.parametrize("name", ["checkpoint", *sorted(LOG.files)])
def test_any_file_that_is_not_there(name: str) -> None:
    def read(wanted: str) -> bytes:
        if wanted == name:
            raise FileNotFoundError(name)
        return LOG.read(wanted)

    with pytest.raises(ProofError, match="cannot be read"):
        check_directory(read, ORIGIN, [LOG.by.key])


def test_an_older_log_brought_back() -> None:
    assert found(sample_log(300), LOG.checkpoint) == "the log is shorter than the older checkpoint"


def test_a_log_that_forked() -> None:
    """The log itself signs another history: only who kept an older checkpoint sees it."""
    forked = grown((*LOG.leaves[:-1], LOG.leaves[-1].replace(b"release", b"deny")))
    assert verify(forked) == 3
    for kept in (LOG, sample_log(SIZE - 1)):
        if kept is LOG:
            assert found(forked, kept.checkpoint) == "the log is not a continuation of the older checkpoint"
        else:
            assert verify(forked, kept.checkpoint) == 3


def test_a_leaf_lost_before_it_was_sequenced() -> None:
    with pytest.raises(ChainError, match="a leaf is missing"):
        verify(grown([*LOG.leaves[:5], *LOG.leaves[6:8], *LOG.leaves[9:]]))


def test_a_log_of_which_early_bundles_are_no_longer_kept() -> None:
    kept = replace(LOG, files={name: data for name, data in LOG.files.items() if name != "tile/entries/000"})
    keys = [LOG.by.key]
    for first in (256, 300, 511):
        assert check_directory(kept.read, ORIGIN, keys, [sample_log(100).checkpoint], first).writers == 3
    for first in (0, 255):
        with pytest.raises(ProofError, match="tile/entries/000 cannot be read"):
            check_directory(kept.read, ORIGIN, keys, first=first)
    spoiled = replace(kept, files={**kept.files, "tile/0/000": bytes(8192)})
    with pytest.raises(ProofError, match="do not lead to the tile"):
        check_directory(spoiled.read, ORIGIN, keys, first=256)


def test_a_head_that_somebody_else_signed() -> None:
    forged = replace(LOG, by=SampleKey(seed=8))
    with pytest.raises(NoteError):
        check_directory(forged.read, ORIGIN, [LOG.by.key])
    with pytest.raises(NoteError):
        verify(LOG, forged.checkpoint)
