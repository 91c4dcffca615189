"""Sealing: what opens, what does not, what is equal and what is not, and how long everything is."""

import random
import string
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keys.material import Keys, Purpose, ring
from gateway.keys.sealing import CURSOR_CHARACTERS, ID_CHARACTERS, KeyedSealer
from resolvers.sealer import Sealer

ROOT, OTHER = bytes(range(32)), bytes(range(32, 64))
NUMBER = "420199198503120015"


def sealer(roots: dict[int, bytes] | None = None, current: int = 1, seed: int = 1) -> KeyedSealer:
    held = roots or {1: ROOT}
    rings = {purpose: ring(purpose, current, held) for purpose in Purpose}
    return KeyedSealer(Keys(rings=rings, signing={}), entropy=random.Random(seed).randbytes)


SEALER = sealer()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
INTERNAL = st.integers(min_value=1, max_value=2**63 - 1)
KINDS = st.text(string.ascii_lowercase + "_", min_size=1, max_size=12)


def test_it_is_the_sealer_that_reading_asks_for() -> None:
    asked: Sealer = SEALER

    assert asked.open_value(SEALER.seal_value("x")) == "x"


@given(TEXTS)
def test_a_value_opens_to_itself(text: str) -> None:
    assert SEALER.open_value(SEALER.seal_value(text)) == text


def test_equal_values_are_sealed_differently() -> None:
    assert SEALER.seal_value(NUMBER) != SEALER.seal_value(NUMBER)


def test_the_nonce_is_all_that_randomness_decides() -> None:
    assert sealer(seed=5).seal_value(NUMBER) == sealer(seed=5).seal_value(NUMBER)
    assert len(SEALER.seal_value(NUMBER)) == 1 + 12 + len(NUMBER) + 16


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_a_changed_bit_opens_nothing(place: int, bit: int) -> None:
    sealed = bytearray(SEALER.seal_value(NUMBER))
    sealed[place % len(sealed)] ^= 1 << bit

    with pytest.raises(ValueError, match=r"^Not sealed") as refused:
        SEALER.open_value(bytes(sealed))
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(28), b"\x02" + bytes(40)])
def test_what_was_never_sealed_opens_nothing(sealed: bytes) -> None:
    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_value(sealed)


def test_another_installation_opens_nothing() -> None:
    stranger = sealer({1: OTHER})
    with pytest.raises(ValueError, match=r"^Not sealed"):
        stranger.open_value(SEALER.seal_value(NUMBER))
    with pytest.raises(ValueError, match=r"^Not sealed"):
        stranger.open_id("A1", SEALER.seal_id("A1", "subject", 1))
    with pytest.raises(ValueError, match=r"^Not sealed"):
        stranger.open_cursor(b"b", SEALER.seal_cursor(b"b", b"p"))


def test_what_an_older_root_sealed_still_opens_and_new_things_get_the_new_one() -> None:
    rolled = sealer({1: ROOT, 2: OTHER}, current=2)

    assert rolled.open_value(SEALER.seal_value(NUMBER)) == NUMBER
    assert rolled.open_id("A1", SEALER.seal_id("A1", "subject", 7)) == ("subject", 7)
    assert rolled.open_cursor(b"b", SEALER.seal_cursor(b"b", b"p")) == b"p"
    assert rolled.seal_id("A1", "subject", 7) != SEALER.seal_id("A1", "subject", 7)
    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_value(rolled.seal_value(NUMBER))


@given(KINDS, INTERNAL)
def test_an_id_opens_for_its_viewer_alone(kind: str, internal: int) -> None:
    text = SEALER.seal_id("A1", kind, internal)

    assert len(text) == ID_CHARACTERS
    assert SEALER.open_id("A1", text) == (kind, internal)
    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_id("A2", text)


@given(INTERNAL, INTERNAL)
def test_an_id_is_stable_and_tells_rows_viewers_and_kinds_apart(one: int, two: int) -> None:
    text = SEALER.seal_id("A1", "subject", one)

    assert sealer(seed=9).seal_id("A1", "subject", one) == text
    assert (SEALER.seal_id("A1", "subject", two) == text) == (one == two)
    assert SEALER.seal_id("A2", "subject", one) != text
    assert SEALER.seal_id("A1", "record", one) != text


GOOD_ID = SEALER.seal_id("A1", "subject", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "A" * 48,
        "=" * 48,
        "é" * 48,
        "\ud800" * 48,
        GOOD_ID[:-1],
        GOOD_ID + "A",
        GOOD_ID[:-1] + "=",
        "\n" + GOOD_ID[:-1],
        GOOD_ID.replace("-", "+").replace("_", "/")[:47] + "!",
        GOOD_ID.swapcase(),
        urlsafe_b64encode(b"subject:1".ljust(36)).decode(),
    ],
)
def test_what_is_no_id_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Not sealed by these keys for this use\.$"):
        SEALER.open_id("A1", text)


def test_an_id_has_one_spelling() -> None:
    """The decoder takes both base64 alphabets; two spellings of one id would be two cache keys."""
    spelt = next(text for number in range(1, 999) if {"-", "_"} & set(text := SEALER.seal_id("A1", "subject", number)))
    assert SEALER.open_id("A1", spelt)

    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_id("A1", spelt.replace("-", "+").replace("_", "/"))


@pytest.mark.parametrize("kind", ["", "thirteenwords"])
def test_a_kind_is_one_short_word(kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        SEALER.seal_id("A1", kind, 1)


@given(st.binary(max_size=200), st.binary(max_size=126))
def test_a_cursor_opens_with_its_binding_alone(binding: bytes, position: bytes) -> None:
    text = SEALER.seal_cursor(binding, position)

    assert len(text) == CURSOR_CHARACTERS
    assert SEALER.open_cursor(binding, text) == position
    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_cursor(binding + b"x", text)


@given(st.integers(min_value=0, max_value=CURSOR_CHARACTERS - 1))
def test_a_changed_character_of_a_cursor_opens_nothing(place: int) -> None:
    text = SEALER.seal_cursor(b"b", b"2026-05-20|17")
    other = "A" if text[place] != "A" else "B"

    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_cursor(b"b", text[:place] + other + text[place + 1 :])


def test_a_position_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="126"):
        SEALER.seal_cursor(b"b", bytes(127))


def test_an_id_is_no_cursor_and_a_value_no_id() -> None:
    cursor = SEALER.seal_cursor(b"A1", b"p")
    with pytest.raises(ValueError, match=r"^Not sealed"):
        SEALER.open_id("A1", cursor[:ID_CHARACTERS])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("RESIDENT_ID", "42019919900606007x", "赵小麦"), ("RESIDENT_ID", "42019919900606007X", "赵小麦")),
        (("RESIDENT_ID", " 420199198503120015 ", "李测试 "), ("RESIDENT_ID", NUMBER, "李测试")),
        (("RESIDENT_ID", "４２０１９９１９８５０３１２００１５", "李测试"), ("RESIDENT_ID", NUMBER, "李测试")),
        (("resident_id", NUMBER, "李测试"), ("RESIDENT_ID", NUMBER, "李测试")),
    ],
)
def test_spellings_of_one_person_meet(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert SEALER.person_digest(*one) == SEALER.person_digest(*other)
    assert SEALER.number_digest(*one[:2]) == SEALER.number_digest(*other[:2])


@pytest.mark.parametrize(
    "other", [("RESIDENT_ID", NUMBER, "李测"), ("PASSPORT", NUMBER, "李测试"), ("RESIDENT_ID", NUMBER[:-1], "李测试"),
              ("RESIDENT_ID", NUMBER, "Li Ceshi"), ("RESIDENT_ID", NUMBER + "李", "测试")]
)  # fmt: skip
def test_all_three_parts_of_a_person_must_match(other: tuple[str, str, str]) -> None:
    assert SEALER.person_digest("RESIDENT_ID", NUMBER, "李测试") != SEALER.person_digest(*other)


def test_digests_of_different_things_never_meet() -> None:
    digests = {
        SEALER.person_digest("A", "B", ""),
        SEALER.number_digest("A", "B"),
        SEALER.number_digest("AB", ""),
        SEALER.organisation_digest("AB"),
        SEALER.organisation_digest("A"),
    }
    assert len(digests) == 5
    assert {len(digest) for digest in digests} == {32}


def test_digests_need_the_key() -> None:
    assert sealer({1: OTHER}).organisation_digest("X") != SEALER.organisation_digest("X")


@given(TEXTS, TEXTS)
def test_internal_ids_are_positive_stable_and_fit_a_bigint(source: str, key: str) -> None:
    internal = SEALER.internal_id(source, key)

    assert 0 < internal < 2**63
    assert sealer(seed=2).internal_id(source, key) == internal
    assert SEALER.internal_id(source + "x", key) != internal


def test_internal_ids_keep_source_and_key_apart() -> None:
    assert SEALER.internal_id("a", "bc") != SEALER.internal_id("ab", "c")
