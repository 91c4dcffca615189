"""Turns a value into the one sequence of bytes that stands for it: JSON after RFC 8785, less what tempts.

Sorted ASCII keys, integers that every reader keeps, strings in normal form C, UTF-8 without spaces. It never writes a
float, and never repairs a value: what has two spellings is refused.
"""

import json
from collections.abc import Mapping
from unicodedata import is_normalized

INTEGER_LIMIT = 2**53 - 1  # what a double holds exactly (RFC 8785 3.2.2.3)

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False, default=dict
)


class CanonicalError(ValueError):
    """A value without a canonical spelling, or bytes that are not it. The sentence never repeats them."""


def canonical(value: object) -> bytes:
    """The bytes of ``value``: null, booleans, integers, strings, lists, and mappings with ASCII keys.

    Raises:
        CanonicalError: anything else.
    """
    _check(value)
    return _ENCODER.encode(value).encode()


def read(data: bytes) -> object:
    """The value of canonical bytes.

    Raises:
        CanonicalError: not JSON, or another spelling of it: duplicate keys, spaces, another order.
    """
    try:
        value = json.loads(data)
        same = canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise CanonicalError("not canonical JSON")
    return value


def _check(value: object) -> None:
    """Refuse whatever has no canonical spelling, at any depth. The most common kinds are asked for first."""
    parts = [value]
    for part in parts:  # grows while it is walked
        if isinstance(part, str):
            if not part.isascii():
                _check_text(part)
        elif isinstance(part, int):  # booleans among them
            if not -INTEGER_LIMIT <= part <= INTEGER_LIMIT:
                raise CanonicalError("an integer is too large")
        elif isinstance(part, (list, tuple)):
            parts += part
        elif isinstance(part, (dict, Mapping)):  # dict by name: a look at its type is quicker than asking the ABC
            _check_keys(part)
            parts += part.values()
        elif part is not None:
            raise CanonicalError("neither null, boolean, integer, string, list nor mapping")


def _check_keys(mapping: Mapping[object, object]) -> None:
    for key in mapping:
        if not isinstance(key, str) or not key.isascii():
            raise CanonicalError("a key is not ASCII")


def _check_text(text: str) -> None:
    if not is_normalized("NFC", text):
        raise CanonicalError("a string is not in normal form C")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CanonicalError("a string holds half a character")
