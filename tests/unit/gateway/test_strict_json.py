"""The strict reader: what JSON allows and this reader does not, and that nothing read is repeated."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.strict_json import NotStrictError, canonical, read, read_integers

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_it_reads_what_json_writes(value: object, ascii_only: bool) -> None:
    assert read(json.dumps(value, ensure_ascii=ascii_only).encode(), depth=64) == value


@given(VALUES)
def test_canonical_text_is_read_back(value: object) -> None:
    assert read(canonical(value), depth=64) == value
    assert canonical(read(canonical(value), depth=64)) == canonical(value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"]",
        b"]]]][[[[",
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":1,"a":1}',
        b'[{"b":{"a":1,"a":2}}]',
        b'{"a":1,"\\u0061":2}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e999",
        b"-1e999",
        b"9" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        rb'"\ud800"',
        rb'"\udc00\ud800"',
        rb'{"\ud800":1}',
        rb'"\u0000"',
        rb'{"a\u0000":1}',
        rb'"\\\u0000"',
        b'"\x00"',
        b'"\n"',
        b"\xef\xbb\xbf1",
        "1".encode("utf-16"),
        b"1 1",
        b"/* */ 1",
        b"01",
        b"+1",
    ],
)
def test_what_is_not_strict_is_refused_without_a_word_of_it(raw: bytes) -> None:
    with pytest.raises(NotStrictError) as refused:
        read(raw, depth=32)
    assert str(refused.value) == "Not strict JSON."
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("text", ["😀", "\\u0000", "a\\", '"', "\x7f", "ud800"])
def test_text_that_only_looks_dangerous_is_read(text: str) -> None:
    assert read(json.dumps(text).encode(), depth=1) == text


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_depth_is_counted_and_not_walked(opening: bytes) -> None:
    with pytest.raises(NotStrictError):
        read(opening * 100_000, depth=32)


def test_depth_is_what_is_nested_and_not_what_there_is() -> None:
    assert read(b"[" + b",".join([b"[[]]"] * 50) + b"]", depth=3) == [[[]]] * 50
    with pytest.raises(NotStrictError):
        read(b"[[[[]]]]", depth=3)


def test_brackets_in_text_are_text() -> None:
    assert read(json.dumps({"query": '{ a(b: "[\\") { c } } }' * 50}).encode(), depth=1)
    with pytest.raises(NotStrictError):
        read(rb'["\"",["\\",[["[]"]]]]', depth=3)


@pytest.mark.parametrize("raw", [b"1.0", b"1e2", b'{"exp":1e308}', b"[0.5]", b"NaN"])
def test_claims_hold_integers_only(raw: bytes) -> None:
    with pytest.raises(NotStrictError):
        read_integers(raw, depth=8)
    assert read_integers(b"[1,-2]", depth=8) == [1, -2]
