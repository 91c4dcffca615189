"""One spelling for each value, and no other is read."""

from types import MappingProxyType

import pytest

from gateway.ledger.proof.canonical import CanonicalError, canonical, read


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        (None, "null"),
        (True, "true"),
        (-7, "-7"),
        (2**53 - 1, "9007199254740991"),
        ("", '""'),
        ("法\u20ac", '"法€"'),
        ('\b\t\n\f\r"\\/\u0001\u007f', '"\\b\\t\\n\\f\\r\\"\\\\/\\u0001\x7f"'),
        ((1, "a", []), '[1,"a",[]]'),
        ({"b": 1, "a": {"d": 2, "c": ()}, "B": 3}, '{"B":3,"a":{"c":[],"d":2},"b":1}'),
        (MappingProxyType({"k": MappingProxyType({})}), '{"k":{}}'),
    ],
)
def test_spelling(value: object, spelling: str) -> None:
    assert canonical(value) == spelling.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        {1: "a"},
        {"键": 1},
        {"a": {1: 2}},
        ["e\u0301"],
        "\ud800",
        {1, 2},
        pytest.param(object(), id="object"),
    ],
    ids=repr,
)
def test_what_has_no_spelling(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical(value)


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical({"n": 420199198503120015})
    assert "420199198503120015" not in str(caught.value)


@pytest.mark.parametrize("data", [b'{"a":[1,null,"x"],"b":{}}', b"[]", b'"\\u0000"'])
def test_reading_gives_the_value_of_its_spelling(data: bytes) -> None:
    assert canonical(read(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b"1.0",
        b"1e999",
        b"-0",
        b"NaN",
        b'"\\u0061"',
        b'"\\ud800"',
        b"\xff",
        b"",
        b"[" * 100_000,
        b"9" * 5_000,
    ],
    ids=range(13),
)
def test_another_spelling_is_not_read(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        read(data)
