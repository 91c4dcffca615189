"""Probes of what is sealed: ids for one viewer, cursors for one page, values for whoever has the key, and digests."""

import random
from collections.abc import Callable
from functools import partial

from gateway.keys.material import Keys, Purpose, ring
from gateway.keys.sealing import KeyedSealer
from tests.mutants.probing import pure


def sealer(root: int = 1) -> KeyedSealer:
    rings = {purpose: ring(purpose, 1, {1: bytes([root]) * 32}) for purpose in Purpose}
    return KeyedSealer(Keys(rings=rings, signing={}), entropy=random.Random(1).randbytes)


def opens(call: Callable[[], object]) -> bool:
    try:
        call()
    except ValueError:
        return False
    return True


@pure
def ids_are_sealed_for_their_viewer() -> None:
    ours, theirs = (sealer().seal_id(viewer, "record", 7) for viewer in ("A1", "A2"))
    assert ours != theirs
    assert sealer().open_id("A1", ours) == ("record", 7)
    assert not opens(lambda: sealer().open_id("A2", ours))
    assert not opens(lambda: sealer(2).open_id("A1", ours))
    assert sealer().seal_id("A1", "measure", 7) != ours


@pure
def ids_are_written_in_one_way() -> None:
    """Nobody makes a second text of an id, by which it would be met again."""
    sealed = sealer().seal_id("A1", "record", 7)
    for text in (sealed[:-1], sealed + "A", sealed + "=", " " + sealed[1:], "é" * 48):
        assert not opens(partial(sealer().open_id, "A1", text))
    many = [sealer().seal_id("A1", "record", number) for number in range(200)]
    foreign = next(each for each in many if "-" in each or "_" in each)
    assert not opens(lambda: sealer().open_id("A1", foreign.replace("-", "+").replace("_", "/")))


@pure
def cursors_are_sealed_for_their_page() -> None:
    cursor = sealer().seal_cursor(b"page", b"position")
    assert len(sealer().seal_cursor(b"page", b"")) == len(cursor)
    assert sealer().open_cursor(b"page", cursor) == b"position"
    assert not opens(lambda: sealer().open_cursor(b"other", cursor))


@pure
def values_are_sealed() -> None:
    """Equal values do not show in the tables, and nobody changes one."""
    keeper = sealer()
    first, second = keeper.seal_value("13800138000"), keeper.seal_value("13800138000")
    assert first != second
    assert b"138" not in first
    assert keeper.open_value(first) == "13800138000"
    assert not opens(lambda: keeper.open_value(first[:-1] + bytes([first[-1] ^ 1])))
    assert not opens(lambda: keeper.open_value(b"\x09" + first[1:]))


@pure
def persons_are_found_by_number_and_name() -> None:
    """Both must match, whatever the case of the check character; and a digest without the key is none."""
    digest = sealer().person_digest("RESIDENT_ID", "42019919850312001X", "王测试")
    assert digest == sealer().person_digest("RESIDENT_ID", " 42019919850312001x", "王测试 ")
    others = (
        sealer().person_digest("RESIDENT_ID", "42019919850312001X", "王测"),
        sealer().person_digest("PASSPORT", "42019919850312001X", "王测试"),
        sealer().person_digest("RESIDENT_ID", "42019919850312002X", "王测试"),
        sealer(2).person_digest("RESIDENT_ID", "42019919850312001X", "王测试"),
        sealer().number_digest("RESIDENT_ID", "42019919850312001X"),
    )
    assert digest not in others
    assert len(set(others)) == len(others)
    joined = (sealer().person_digest("A", "B1", "2"), sealer().person_digest("A", "B", "12"))
    assert joined[0] != joined[1]


@pure
def digests_serve_one_purpose() -> None:
    """A person's number alone never makes the digest by which a person is looked up."""
    keeper = sealer()
    assert keeper.number_digest("RESIDENT_ID", "1") not in {
        keeper.person_digest("RESIDENT_ID", "1", ""),
        keeper.organisation_digest("1"),
    }
    assert len({keeper.number_digest("A", "1"), keeper._digest("person", "A", "1")}) == 2


@pure
def internal_ids_belong_to_their_installation() -> None:
    assert sealer().internal_id("record", "1") != sealer().internal_id("measure", "1")
    assert sealer().internal_id("record", "1") != sealer(2).internal_id("record", "1")
