"""A text -> the same text with natural persons named as documents name them (王某), or None where it cannot be read.

A name is recognised as known, after what announces a person, or as a family name that stands in no ordinary word.
What may be a name and cannot be cut is hidden, long enough for any name; a text in which that happens often withholds
itself: it is shown because it was proved clean, never because nothing was found in it. The registered legal
representative or operator keeps the name where the text speaks of that person in that role.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from authz.redaction.candidates import CERTAIN_FAMILIES, Candidate, Context, candidates
from authz.redaction.names import HAN, compact, ordinal, surname
from authz.redaction.ordinary_words import begins_word, in_word
from authz.redaction.particulars import HIDDEN
from authz.redaction.person_words import (
    FOLLOWING_CHARACTERS,
    FOLLOWING_WORDS,
    NEVER_GIVEN,
    NEVER_LAST,
    NUMERALS,
    PERSON_ROLES,
    PLACED_LAST,
    TITLES,
)
from authz.redaction.surnames import FUNCTION_SURNAMES, GIVEN_CHARACTERS, MINORITY_BEGINNINGS
from authz.redaction.told import Known, Span, certain, masked, staying

_LONGEST = 4
"""Characters of a Chinese name: two for the family, two given."""

_LONGEST_UNDIVIDED = 7
"""Characters of a name without a family name (扎西次仁)."""

_SETTLED, _PERSON = 1, 2
"""What a place of a text has been found to be; none of it yet: 0."""

_UNREADABLE = 4
"""So many places that may be names and cannot be cut are too many."""

_IS_HAN = re.compile(f"[{HAN}]")


@dataclass(slots=True)
class _Reading:
    """A text and what is settled of it: ``names`` become 王某, ``doubtful`` places are hidden."""

    text: str
    settled: bytearray
    names: list[Span] = field(default_factory=list)
    doubtful: list[Span] = field(default_factory=list)

    def settle(self, start: int, end: int, what: int = _SETTLED) -> None:
        self.settled[start:end] = bytes((what,)) * (end - start)

    def name(self, start: int, end: int) -> None:
        self.names.append((start, end))
        self.settle(start, end, _PERSON)

    def listed(self, place: int) -> bool:
        """Whether this place follows a name in a list of names."""
        return place > 1 and self.text[place - 1] in "、和与及" and any(end == place - 1 for _, end in self.names)

    def doubt(self, place: int, start: int, until: int) -> None:
        """Hide what may be a name, to the next known word or as long as names are, and never part of the next name."""
        longest = max(start, min(until, place + _LONGEST))
        end = next((each for each in range(start + 1, longest) if self.ends(each)), longest)
        self.doubtful.append((place, end))
        self.settle(place, end)

    def given(self, start: int, end: int) -> bool:
        """Whether a given name may stand here: Chinese characters that nothing else accounts for."""
        text = self.text
        return end <= len(text) and not any(self.settled[start:end]) and all(map(_IS_HAN.match, text[start:end]))

    def ends(self, place: int) -> bool:
        """Whether a name may have ended before this place. No name follows another without anything between."""
        text = self.text
        if place >= len(text) or self.settled[place] == _SETTLED or not _IS_HAN.match(text[place]):
            return True
        if self.settled[place]:
            return False
        return text[place] in FOLLOWING_CHARACTERS or begins_word(text, place) > 0


def as_in_documents(text: str, known: Known) -> str | None:
    """The text with persons named as in published documents; None where too much of it may be names."""
    reading = _Reading(text, bytearray(len(text)))
    told = tuple(certain(text, known))
    places = tuple(candidates(text))
    if not told and not places:
        return text
    for start, end in staying(text, known):
        reading.settle(start, end)
    for start, end in masked(text):
        reading.settle(start, end, _PERSON)
    for start, end in told:
        if not any(reading.settled[start:end]):
            reading.name(start, end)
    families = tuple(each.place for each in places if text[each.place : each.start] in CERTAIN_FAMILIES)
    for candidate in places:
        if not reading.settled[candidate.place]:
            _settle(reading, candidate, next((each for each in families if each > candidate.place), len(text)))
    return None if len(reading.doubtful) >= _UNREADABLE else _renamed(reading)


def _settle(reading: _Reading, candidate: Candidate, until: int) -> None:
    """A name, something that may be one and is hidden, or nothing. ``until``: where the next may begin."""
    text, place, start = reading.text, candidate.place, candidate.start
    if text[start : start + 1] in NEVER_GIVEN or text[start : start + 2] in FOLLOWING_WORDS:
        return  # a family name alone names nobody
    if reading.listed(place):
        candidate = replace(candidate, context=Context.ANNOUNCED)
    certain_family = text[place:start] in CERTAIN_FAMILIES
    ends = tuple(_ends_of_name(reading, place, start))
    found = next(filter(partial(_is_certain if certain_family else _is_likely, text, candidate), ends), None)
    if found is None and _is_like_a_name(reading, candidate):
        found = start + 2
    if found is not None:
        reading.name(place, found)
    elif not ends and not candidate.covered and _may_go_on(reading, candidate, until):
        reading.doubt(place, start, until)


def _is_like_a_name(reading: _Reading, candidate: Candidate) -> bool:
    """Whether two characters follow of which given names are made, and nothing of it lies in a word."""
    text, place, start = reading.text, candidate.place, candidate.start
    given = text[start : start + 2]
    if len(given) < 2 or not GIVEN_CHARACTERS.issuperset(given) or not reading.given(start, start + 2):
        return False
    return not candidate.covered and not any(in_word(text, each, place) for each in (start, start + 1))


def _may_go_on(reading: _Reading, candidate: Candidate, until: int) -> bool:
    """Whether a given name may begin here that ends nobody knows where."""
    text, place, start = reading.text, candidate.place, candidate.start
    if begins_word(text, start) or not reading.given(start, start + 1):
        return False
    if text[place:start] in CERTAIN_FAMILIES:
        return True
    least = Context.ANNOUNCED if text[place] in FUNCTION_SURNAMES else Context.EXPECTED
    free = not any(in_word(text, each, place) for each in range(start, start + 2))
    free = free and text[start] not in NUMERALS and reading.given(start, start + 2) and until >= start + 2
    return free and candidate.context >= least


def _is_certain(text: str, candidate: Candidate, end: int) -> bool:
    """Of a family name that is seldom a word: outside words, after a word that announces a person, or where the given
    name goes on after the word (程序 in 程序明)."""
    start, last = candidate.start, end - 1
    if candidate.context is Context.ANNOUNCED:
        return True
    if not candidate.covered:
        return candidate.context is Context.EXPECTED or begins_word(text, start) < end - start
    beyond = end - start == 2 and begins_word(text, candidate.place) <= last - candidate.place
    return beyond and not begins_word(text, last) and text[last] not in PLACED_LAST


def _is_likely(text: str, candidate: Candidate, end: int) -> bool:
    """Of a family name that is mostly a word: nothing of it lies in a word, and where less tells of a person, the given
    name is of two characters."""
    place, start, context = candidate.place, candidate.start, candidate.context
    if (start - place == 1 and candidate.covered) or text[start] in NUMERALS:
        return False
    short = end - start == 1
    least = Context.EXPECTED if short and not _speaks_of_person(text, end) else Context.BOUNDED
    if text[place] in FUNCTION_SURNAMES:
        least = Context.ANNOUNCED if short and not text.startswith(TITLES, end) else Context.EXPECTED
    return context >= least and not any(in_word(text, each, place) for each in range(start, end))


def _speaks_of_person(text: str, place: int) -> bool:
    return any(text[place : place + size] in FOLLOWING_WORDS for size in (2, 3, 4))


def _ends_of_name(reading: _Reading, place: int, start: int) -> Iterator[int]:
    """Where a given name may end: of two characters or one, or as long as names without a family name are."""
    text = reading.text
    undivided = text[place:start] in MINORITY_BEGINNINGS
    for length in range(_LONGEST_UNDIVIDED - 1) if undivided else (2, 1):
        end = start + length
        if not reading.given(start, end) or not reading.ends(end):
            continue
        never = text[end - 1] in NEVER_LAST or text[start:end] in FOLLOWING_WORDS or text[start:end] in PERSON_ROLES
        if undivided or length == 1 or not never:
            yield end


def _renamed(reading: _Reading) -> str:
    """Each person by family name and 某, told apart where several share it."""
    text = reading.text
    persons = dict.fromkeys(compact(text[start:end]) for start, end in sorted(reading.names))
    sharing = Counter(surname(person) for person in persons)
    seen: Counter[str] = Counter()
    called: dict[str, str] = {}
    for person in persons:
        family = surname(person)
        called[person] = f"{family}某" + (ordinal(seen[family]) if sharing[family] > 1 else "")
        seen[family] += 1
    parts: list[str] = []
    done = 0
    for start, end in sorted((*reading.names, *reading.doubtful)):
        parts += (text[done:start], called.get(compact(text[start:end]), HIDDEN))
        done = end
    return "".join((*parts, text[done:]))
