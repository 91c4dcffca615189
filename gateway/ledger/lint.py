"""Finds what must never stand in a leaf: identifiers, telephone numbers, e-mail addresses, names and places in Chinese.

Used by every build of a leaf as a last guard, and by tests and verifiers on stored leaves. It never says what it found.
What it cannot see (a name in Latin letters) is kept out where leaves are drafted, by writing a commitment instead of
what the caller chose.
"""

import re
from functools import lru_cache

from gateway.ledger.errors import LeafRefused

# Citations of articles ("WH-二(六)1") are the only Chinese of a leaf.
_CITATION = frozenset("一二三四五六七八九十附（）")
_ASCII = bytes(range(128))
# Digests, ids and the hexadecimal words of versions look random to the reader; their digits mean nothing.
_OPAQUE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OPAQUE_LENGTHS = frozenset((36, 64))
_HEX_WORD = re.compile(r"(?<![0-9A-Za-z])(?=\d*[a-f]\d*[a-f])[0-9a-f]{12,64}(?![0-9A-Za-z])")
# The shortest identifier is a telephone number of 11 digits; separators between digits do not hide one.
_LONG_NUMBER = re.compile(r"\d(?:[\s./_-]*\d){10}")
_MOMENT = re.compile(r":\d{13},")  # the time in milliseconds is the one number of ours as long as an identifier


def lint_leaf(leaf: bytes) -> None:
    """Refuse the canonical bytes of a leaf that holds anything personal.

    Raises:
        LeafRefused: with a fixed sentence.
    """
    if not _CITATION.issuperset(leaf.translate(None, _ASCII).decode()):
        raise LeafRefused("text outside the vocabulary of leaves")
    key = ""
    for word in leaf.decode().split('"'):
        opaque = len(word) in _OPAQUE_LENGTHS and _OPAQUE.fullmatch(word)
        if not opaque and not (key == "t" and _MOMENT.fullmatch(word)) and not _harmless(word):
            raise LeafRefused("something looks like personal data")
        key = word


@lru_cache(maxsize=4096)  # keys and codes come again and again
def _harmless(word: str) -> bool:
    return "@" not in word and not _LONG_NUMBER.search(_HEX_WORD.sub("", word))
