"""A text -> the places where a name may begin: family names that stand in no ordinary word, or where one is expected.

Whether a name does begin there, and where it ends, is decided in ``authz.redaction.persons``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from authz.redaction.names import HAN
from authz.redaction.ordinary_words import begins_word, ends_word, goes_on
from authz.redaction.person_words import EXPECTING, FOLLOWING_CHARACTERS, PERSON_ROLES
from authz.redaction.surnames import (
    COMPOUND_SURNAMES,
    MINORITY_BEGINNINGS,
    SURNAMES,
    WORDLIKE_COMPOUND_SURNAMES,
    WORDLIKE_SURNAMES,
)

CERTAIN_FAMILIES = SURNAMES | COMPOUND_SURNAMES | MINORITY_BEGINNINGS
"""What begins a name more often than a word."""

_TWO = COMPOUND_SURNAMES | WORDLIKE_COMPOUND_SURNAMES | MINORITY_BEGINNINGS
_SINGLE = SURNAMES | WORDLIKE_SURNAMES
_FIRST = re.compile(f"[{''.join(sorted(_SINGLE | {family[0] for family in _TWO}))}]")
_LAST_OF_ROLES = frozenset(role[-1] for role in PERSON_ROLES)
_IS_HAN = re.compile(f"[{HAN}]")


class Context(IntEnum):
    """What stands before a family name says of a person to come."""

    NOTHING = 0
    BOUNDED = 1  # a word has ended there
    EXPECTED = 2  # a clause begins, or a word that often stands before persons
    ANNOUNCED = 3  # a word for a person


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family name from ``place`` to ``start``. ``covered``: it begins an ordinary word."""

    place: int
    start: int
    context: Context
    covered: bool


def candidates(text: str) -> Iterator[Candidate]:
    """What may begin a name: no part of an ordinary word, or where a person is expected."""
    for found in _FIRST.finditer(text):
        place = found.start()
        announced = _announced(text, place)
        if not announced and goes_on(text, place):
            continue
        covered = begins_word(text, place) > 0
        context = Context.ANNOUNCED if announced else _context(text, place)
        if covered and context < Context.EXPECTED:
            continue
        family = text[place : place + 2] if text[place : place + 2] in _TWO else found[0]
        if len(family) == 2 or family in _SINGLE:
            yield Candidate(place, place + len(family), context, covered)


def _announced(text: str, place: int) -> bool:
    """Whether a word for a person ends right before this place."""
    if text[place - 1 : place] not in _LAST_OF_ROLES:
        return False
    return any(text[place - size : place] in PERSON_ROLES for size in range(2, min(place, 6) + 1))


def _context(text: str, place: int) -> Context:
    before = text[place - 1 : place]
    if before in EXPECTING or not _IS_HAN.match(before):
        return Context.EXPECTED
    return Context.BOUNDED if before in FOLLOWING_CHARACTERS or ends_word(text, place) else Context.NOTHING
