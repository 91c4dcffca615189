"""Turns bytes from outside into one JSON value, or nothing: the reader for request bodies, tokens and key sets.

RFC 8259 leaves duplicate keys, depth, and the size of numbers to the reader, and that is where two readers disagree.
Here: UTF-8 only, no duplicate key, no NaN or infinity, no lone surrogate, no NUL, and a bounded depth that is counted
before parsing. It never repeats a part of what it read.
"""

import json
import math
import re
from typing import Never

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


class NotStrictError(ValueError):
    """Not JSON as this reader takes it."""

    def __init__(self) -> None:
        super().__init__("Not strict JSON.")


def read(raw: bytes, *, depth: int) -> object:
    """The value in ``raw``, nested at most ``depth`` arrays and objects deep. Numbers may have fractions."""
    return _read(raw, depth, _NUMBERS)


def read_integers(raw: bytes, *, depth: int) -> object:
    """As ``read``, for texts in which every number is an integer (claims, key sets)."""
    return _read(raw, depth, _INTEGERS)


def _read(raw: bytes, depth: int, decoder: json.JSONDecoder) -> object:
    if _deeper(raw, depth):
        raise NotStrictError
    try:
        value: object = decoder.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotStrictError from None
    if b"\\u" in raw and not _storable(value):
        raise NotStrictError
    return value


def _deeper(raw: bytes, depth: int) -> bool:
    """Whether brackets outside strings nest deeper: counted, never recursed into."""
    if raw.count(b"[") + raw.count(b"{") <= depth:
        return False
    level = 0
    for token in _TOKENS.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            level += 1
            if level > depth:
                return True
        elif first in b"]}":
            level -= 1
    return False


def _storable(value: object) -> bool:
    """Only escapes can bring in what UTF-8 (lone surrogates) or PostgreSQL (NUL) cannot hold."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not re.search(r"(?<!\\)(?:\\\\)*\\u0000", text)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictError
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotStrictError
    return number


def _refuse(text: str) -> Never:
    raise NotStrictError


_NUMBERS = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_refuse)
_INTEGERS = json.JSONDecoder(object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse)


def canonical(value: object) -> bytes:
    """Sorted, compact, ASCII: one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
