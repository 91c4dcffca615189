"""A written personal name -> the forms in which it may be shown: family name and stars, or 某 as in documents.

Total, pure and idempotent, like all masks. It cuts names; finding them in a text is ``authz.redaction.redact``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from authz.redaction.characters import Characters
from authz.redaction.surnames import COMPOUND_SURNAMES, WORDLIKE_COMPOUND_SURNAMES

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
"""Chinese characters, as the inside of a character class."""

_TWO_CHARACTERS = COMPOUND_SURNAMES | WORDLIKE_COMPOUND_SURNAMES
_HAN_NAME = re.compile(f"[{HAN}*]*")


def surname(name: str) -> str:
    """The family name at the start of a name: a compound one whole, otherwise the first character; "" for "".

    A name that is nothing but a compound family name is cut after its first character, or it would be shown whole.
    """
    return name[:2] if len(name) > 2 and name[:2] in _TWO_CHARACTERS else name[:1]


def mask_name_surname(name: str) -> str:
    """张三 -> 张*; 欧阳测试 -> 欧阳**; over four characters, with a middle dot or in Latin letters: first + ``***``."""
    whole = compact(name)
    if not whole:
        return "*" if name else ""
    family = surname(whole)
    if len(whole) > 4 or not _HAN_NAME.fullmatch(whole):
        return whole[0] + "***"
    return family + "*" * (len(whole) - len(family)) if len(whole) > 1 else "*"


def mask_name_doc(names: str) -> str:
    """王测试 -> 王某, as in published documents; of several with one family name 王某甲, 王某乙.

    Takes one name or a list of parties ("原告：王测试；被告：测试建设有限公司"); organisations keep their names.
    """
    parts = _SEPARATOR.split(names)
    shown = [_party(part) for part in parts[::2]]
    several = {name for name, count in Counter(party.name for party in shown if party.person).items() if count > 1}
    seen: Counter[str] = Counter()
    for place, party in enumerate(shown):
        told_apart = ordinal(seen[party.name]) if party.person and party.name in several else ""
        seen[party.name] += 1
        parts[2 * place] = party.lead + party.name + told_apart
    return "".join(parts)


def ordinal(place: int) -> str:
    """What tells bearers of one masked name apart: 甲, 乙, … 癸, then 11, 12."""
    return "甲乙丙丁戊己庚辛壬癸"[place] if place < 10 else str(place + 1)


def compact(text: str) -> str:
    """NFKC, without spaces and invisible characters."""
    return until_it_holds(_compact_once, text)


def until_it_holds(step: Callable[[str], str], text: str) -> str:
    """The step repeated until it changes nothing: taking characters out may let their neighbours compose."""
    found = step(text)
    while (again := step(found)) != found:
        found = again
    return found


def _compact_once(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_COMPACT)


def _seen(character: str) -> str | None:
    return None if character.isspace() or unicodedata.category(character) in ("Cf", "Cc") else character


_COMPACT = Characters(_seen)


_SEPARATOR = re.compile(r"([、,;；，\n])")
_CAPACITY = re.compile(
    r"(\s*(?:(?:上诉|被上诉|再审申请|申请执行|被执行|申请|被申请|第三|法定代表|负责)人|原告|被告|经营者)\s*[:：]?\s*)?(.*)",
    re.DOTALL,
)
_ORGANISATION = re.compile(
    r".{2,}(?:公司|集团|厂|店|商行|中心|合作社|事务所|银行|医院|学校|大学|学院|协会|商会|委员会|局|厅|院|政府|办公室|部|社|站|所)"
)


@dataclass(frozen=True, slots=True)
class _Party:
    lead: str  # the capacity, as written
    name: str
    person: bool


def _party(text: str) -> _Party:
    found = _CAPACITY.fullmatch(text)
    lead, name = (found[1] or "", compact(found[2])) if found else ("", compact(text))
    if len(name) > 4 and _ORGANISATION.fullmatch(name):
        return _Party(lead, name, person=False)
    return _Party(lead, surname(name) + "某" if name else "", person=bool(name))
