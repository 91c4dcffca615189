"""A text -> the same text with natural persons named as documents name them (王某), or None where nothing proves it.

A name is recognised as known, after a word that announces a person, or as a family name that stands in no ordinary
word. Whatever looks like a name and cannot be cut with certainty withholds the whole text: a text is shown because it
was proved clean, never because nothing was found in it. The registered legal representative or operator keeps the name
where the text speaks of that person in that role.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from authz.redaction.names import HAN, compact, ordinal, surname
from authz.redaction.ordinary_words import ordinary_places
from authz.redaction.person_words import FOLLOWING, PERSON_ROLES, PLACES
from authz.redaction.surnames import COMPOUND_SURNAMES, SURNAMES, WORDLIKE_COMPOUND_SURNAMES, WORDLIKE_SURNAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who a text may speak of, all names as registered.

    ``legal_representatives`` and ``operators``: registered, now or earlier; ``others``: further natural persons
    concerned; ``informants``: whoever reported, if intake was told; ``organisations``: names that stay, though they may
    hold a person's name (赵小麦早餐店).
    """

    legal_representatives: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    informants: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()

    @property
    def persons(self) -> frozenset[str]:
        return self.legal_representatives | self.operators | self.others


_SAYS = r"(?:姓名)?[:：为是系即\s]{0,2}"
_ROLES = "|".join(sorted(PERSON_ROLES, key=lambda role: (-len(role), role)))
_LEGAL_ROLE = r"(?:法定代表人|法人代表|企业法人|法人)"
_OPERATOR_ROLE = r"(?:经营者|经营人|业主)"
_ANY_FAMILY = f"(?:{'|'.join(sorted(COMPOUND_SURNAMES | WORDLIKE_COMPOUND_SURNAMES))}|[{HAN}])"
_FAMILY = "".join(sorted(SURNAMES))

_STAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\[已隐去\]",
        f"{_ANY_FAMILY}(?:某{{1,2}}[甲乙丙丁戊己庚辛壬癸]?[0-9]{{0,2}}|[×xX*＊]{{1,2}})",
        "(?<=[0-9０-９一二三四五六七八九十百千几数两余])(?:张|万|龙|钟|段)",
        f"[{HAN}]{{1,12}}[罚处决许准字函发令监办执民刑行初终破裁告认公][〔（(\\[][0-9]{{4}}[〕）)\\]]",
        f"[{_FAMILY}]家[{HAN}]{{0,2}}(?:村|庄|镇|乡|屯|湾|寨|桥|路|街|巷|口|港|坡)",
        "《[^《》]{1,60}(?:法|条例|规定|办法|决定|通知|标准|规则|细则|解释|意见|规范|许可证|执照|笔录|书|证|表|单|令)》",
        f"(?:{'|'.join(PLACES)}|[{HAN}]{{2,3}}[省市县区州镇乡])(?:(?![在与和及对向将把被系销售])[{HAN}0-9A-Za-z（）()]){{0,24}}?"
        "(?:公司|合作社|事务所|银行|医院|学校|大学|学院|委员会|局|厅|法院|检察院|厂|商行|酒店|超市|店)",
    )
)
_ROLE_BEFORE = re.compile(f"(?:{_ROLES}){_SAYS}$")
_ANNOUNCED = re.compile(f"(?:{_ROLES}|姓名)\\s*[:：]\\s*([{HAN}]{{2,4}})(?![{HAN}])")
_NO_PERSON = re.compile(r".*(?:店|厂|部|行|社|局|院|所|公司|中心|馆|吧|屋|场|会|站|队|班|无|缺)")
_FOREIGN = re.compile(f"[{HAN}]{{1,6}}(?:[·•・‧][{HAN}]{{1,8}})+|[A-Z][a-z]+(?:[\\s·][A-Z][a-z]+)+")
_CLAUSE_STARTS = re.compile(r"(?:^|[，。；：、！？,;:!?\s（(“\"…])$")
_FOLLOWS = re.compile("|".join(sorted(FOLLOWING, key=lambda word: (-len(word), word))))
_NEVER_LAST = frozenset("的在与和及将被把向对从由系等于是")
_IS_HAN = re.compile(f"[{HAN}]")


class _Found(Enum):
    NOTHING = auto()
    UNPROVED = auto()


@dataclass(slots=True)
class _Reading:
    """A text and what is settled of it: places that need no further look, and the spans that are names."""

    text: str
    ordinary: list[bool]
    settled: list[bool]
    names: list[tuple[int, int]] = field(default_factory=list)

    def settle(self, start: int, end: int) -> None:
        self.settled[start:end] = [True] * (end - start)

    def name(self, start: int, end: int) -> None:
        self.names.append((start, end))
        self.settle(start, end)

    def given(self, start: int, length: int) -> bool:
        """Whether a given name of that length may stand here: Chinese characters that nothing else accounts for."""
        end = start + length
        return end <= len(self.text) and all(
            _IS_HAN.match(self.text[place]) and not self.settled[place] for place in range(start, end)
        )

    def ends(self, place: int) -> bool:
        """Whether a name may have ended before this place."""
        if place >= len(self.text) or self.settled[place] or not _IS_HAN.match(self.text[place]):
            return True
        return _FOLLOWS.match(self.text, place) is not None


def as_in_documents(text: str, known: Known) -> str | None:
    """The text with persons named as in published documents; None where a possible name cannot be cut."""
    reading = _Reading(text, ordinary_places(text), [False] * len(text))
    for start, end in _staying(text, known):
        reading.settle(start, end)
    for start, end in _certain(text, known):
        if not any(reading.settled[start:end]):
            reading.name(start, end)
    place = 0
    while place < len(text):
        found = _look(reading, place)
        if found is _Found.UNPROVED:
            return None
        if isinstance(found, int):
            reading.name(place, found)
            place = found
        else:
            place += 1
    return _renamed(reading)


def _staying(text: str, known: Known) -> Iterator[tuple[int, int]]:
    """What stays as it is: registered persons in their role, organisations, what is masked already."""
    for role, names in ((_LEGAL_ROLE, known.legal_representatives), (_OPERATOR_ROLE, known.operators)):
        for name in names:
            yield from (found.span(1) for found in re.finditer(f"{role}{_SAYS}({_spaced(name)})", text))
    for name in known.organisations:
        yield from (found.span() for found in re.finditer(_spaced(name), text))
    for pattern in _STAYS:
        yield from (found.span() for found in pattern.finditer(text))


def _certain(text: str, known: Known) -> Iterator[tuple[int, int]]:
    """Known names, longest first; names announced with a colon; names of foreign form."""
    for name in sorted(known.persons, key=len, reverse=True):
        yield from (found.span() for found in re.finditer(_spaced(name), text))
    yield from (found.span(1) for found in _ANNOUNCED.finditer(text) if not _NO_PERSON.fullmatch(found[1]))
    yield from (found.span() for found in _FOREIGN.finditer(text))


def _spaced(name: str) -> str:
    """The name, also where somebody wrote spaces into it."""
    return r"\s*".join(map(re.escape, "".join(name.split())))


def _look(reading: _Reading, place: int) -> int | _Found:
    """What begins at this place: a name (its end), nothing, or what may be a name and cannot be cut."""
    text = reading.text
    family = surname(text[place : place + 3])
    plain = family in SURNAMES or family in COMPOUND_SURNAMES
    start = place + len(family)
    if reading.settled[place] or not (plain or family in WORDLIKE_SURNAMES or family in WORDLIKE_COMPOUND_SURNAMES):
        return _Found.NOTHING
    if start >= len(text) or not _IS_HAN.match(text[start]):
        return _Found.NOTHING
    before = text[max(0, place - 16) : place]
    announced = _ROLE_BEFORE.search(before) is not None
    end = _end_of_name(reading, start)
    if reading.ordinary[place]:
        # A word that may as well be a name (许可, 韩国) is one where a person is announced and a name would end.
        return end if end and plain and announced and not reading.ordinary[place - 1] else _Found.NOTHING
    if plain:
        return end or _guess(reading, start, announced=announced)
    certain = not any(reading.ordinary[start : end or start])
    return end if end and certain and (announced or _CLAUSE_STARTS.search(before)) else _Found.NOTHING


def _end_of_name(reading: _Reading, start: int) -> int | None:
    """Where a given name of two characters or one ends; None where neither is followed by something that may follow."""
    for length in (2, 1):
        end = start + length
        name = reading.text[start:end]
        fits = reading.given(start, length) and reading.ends(end)
        if fits and not (length == 2 and (name[-1] in _NEVER_LAST or name in FOLLOWING)):
            return end
    return None


def _guess(reading: _Reading, start: int, *, announced: bool) -> int | _Found:
    """After a word that announces a person, two characters: one too many hides a word, never shows a name."""
    return start + 2 if announced and reading.given(start, 2) else _Found.UNPROVED


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
    for start, end in sorted(reading.names):
        parts += (text[done:start], called[compact(text[start:end])])
        done = end
    return "".join((*parts, text[done:]))
