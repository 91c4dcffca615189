"""How much of what must be hidden is hidden, and of what may be read can be read: counted over generated texts.

``python -m tests.redaction.figures`` prints the table of docs/benchmarks.md.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial

from authz.redaction.redact import HIDDEN, Known, redact
from tests.redaction import prose
from tests.redaction import secrets_of_people as secret
from tests.redaction.people import given, person

SEED = 20261121
KNOWN = Known(organisations=frozenset(prose.REGISTERED))
_GAP = re.compile(r"\{(\w)\}")
_NUMBERS: Mapping[str, Callable[[random.Random], str]] = {
    "I": secret.resident_id,
    "T": secret.phone,
    "K": secret.card,
}
_WORDS: Mapping[str, Callable[[random.Random], str]] = {
    "A": secret.address,
    "V": secret.village,
    "L": secret.plate,
    "E": secret.email,
    "W": secret.wechat,
    "B": secret.birth,
}
_KEPT: Mapping[str, Sequence[str]] = {
    "D": prose.DOCUMENTS,
    "S": prose.STATUTES,
    "M": prose.AMOUNTS,
    "Y": prose.DAYS,
    "O": (*prose.ORGANISATIONS, *prose.REGISTERED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``names`` and ``particulars`` must not be read in what is shown, ``kept`` should; ``plain``: the other words."""

    written: str
    names: tuple[str, ...]
    particulars: tuple[tuple[str, str], ...]  # kind, as it is without its writing
    kept: tuple[tuple[str, str], ...]  # kind, text
    plain: tuple[str, ...]
    about_informants: bool


@dataclass(slots=True)
class Figures:
    texts: int = 0
    withheld: int = 0
    particulars: int = 0
    names: int = 0
    kept: dict[str, list[int]] = field(default_factory=dict)  # kind -> kept, of
    characters: list[int] = field(default_factory=lambda: [0, 0])
    untouched: list[int] = field(default_factory=lambda: [0, 0])  # of texts about nobody
    leaked_particulars: list[tuple[Text, str, str]] = field(default_factory=list)
    leaked_names: list[tuple[Text, str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return 1 - len(self.leaked_names) / self.names

    @property
    def readable(self) -> float:
        return self.characters[0] / self.characters[1]


EARLIER = (*prose.ABOUT_PEOPLE, *prose.ABOUT_INFORMANTS, *prose.ABOUT_NOBODY)
LAST = (*prose.LAST_ABOUT_PEOPLE, *prose.LAST_ABOUT_NOBODY)


def texts(sentences: Sequence[str], rounds: int, seed: int = SEED) -> Iterator[Text]:
    """Every sentence so many times, each time about others."""
    chance = random.Random(seed)
    for _ in range(rounds):
        for sentence in sentences:
            yield _filled(sentence, chance, about_informants=sentence in prose.ABOUT_INFORMANTS)


def measured(found: Iterator[Text], redacted: Callable[[str, Known], str | None] = redact) -> Figures:
    figures = Figures()
    for text in found:
        _count(figures, text, redacted(text.written, KNOWN))
    return figures


def _filled(sentence: str, chance: random.Random, *, about_informants: bool) -> Text:
    names: list[str] = []
    particulars: list[tuple[str, str]] = []
    kept: list[tuple[str, str]] = []

    def fill(found: re.Match[str]) -> str:
        kind = found[1]
        if kind == "P":
            names.append(person(chance))
            return names[-1]
        if kind in _KEPT:
            kept.append((kind, chance.choice(_KEPT[kind])))
            return kept[-1][1]
        number = (_NUMBERS.get(kind) or _WORDS[kind])(chance)
        particulars.append((kind, number))
        return secret.written(number, chance) if kind in _NUMBERS else number

    written = _GAP.sub(fill, sentence)
    plain = tuple(filter(None, _GAP.sub("\n", sentence).split("\n")))
    return Text(
        written=written,
        names=tuple(names),
        particulars=tuple(particulars),
        kept=tuple(kept),
        plain=plain,
        about_informants=about_informants,
    )


def _count(figures: Figures, text: Text, shown: str | None) -> None:
    figures.texts += 1
    figures.withheld += shown is None
    figures.names += len(text.names)
    figures.particulars += len(text.particulars)
    figures.leaked_names += ((text, name, shown or "") for name in text.names if _named(name, text, shown or ""))
    figures.leaked_particulars += (
        (text, number, shown or "") for kind, number in text.particulars if _told(kind, number, shown or "")
    )
    if text.about_informants:
        return  # what is removed with an informant is no loss
    for kind, each in text.kept:
        counted = figures.kept.setdefault(kind, [0, 0])
        counted[0] += each in (shown or "")
        counted[1] += 1
    words = "".join(text.plain)
    figures.characters[0] += _common(words, shown or "")
    figures.characters[1] += len(words)
    if not text.names and not text.particulars:
        figures.untouched[0] += shown == text.written
        figures.untouched[1] += 1


def _named(name: str, text: Text, shown: str) -> bool:
    """The whole name, or a given name of two characters that no other words of the text hold."""
    rest = given(name)
    return name in shown or (len(rest) > 1 and rest in shown and rest not in "".join(text.plain))


def _told(kind: str, secret_: str, shown: str) -> bool:
    """Six characters of a number in a row, however written; of an address the house."""
    seen = "".join(map(_digit, unicodedata.normalize("NFKC", shown)))
    if kind in ("A", "V"):
        house = "".join(map(_digit, secret_))[-5:]
        return house in seen
    if kind == "B":
        return "".join(map(_digit, secret_)) in seen
    bare = secret_.replace("-", "")
    joined = re.sub(r"[^0-9A-Za-z@_]", "", seen.upper())
    return any(bare[start : start + 6].upper() in joined for start in range(len(bare) - 5))


def _digit(character: str) -> str:
    for numerals in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"):
        if character in numerals:
            return str(numerals.index(character))
    return character


def _common(words: str, shown: str) -> int:
    """How many characters of the words are still there, in their order."""
    matcher = SequenceMatcher(None, words, shown.replace(HIDDEN, "\n"), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


_LABELS = {
    "D": "document numbers",
    "S": "articles of statutes",
    "M": "amounts",
    "Y": "dates",
    "O": "organisations' names",
}


def table(*columns: Figures) -> list[str]:
    """Rows of a table with one column for each."""
    rows: list[tuple[str, Callable[[Figures], str]]] = [
        ("texts", lambda each: f"{each.texts:,}"),
        ("withheld whole", lambda each: f"{each.withheld}"),
        ("numbers, addresses, plates, e-mail, WeChat, birth dates", lambda each: f"{each.particulars:,}"),
        ("of these leaked", lambda each: f"{len(each.leaked_particulars)}"),
        ("names", lambda each: f"{each.names:,}"),
        ("of these hidden", lambda each: f"{each.recall:.2%}"),
        ("texts about nobody left as they were", lambda each: f"{each.untouched[0] / each.untouched[1]:.1%}"),
        ("characters of innocent words kept", lambda each: f"{each.readable:.2%}"),
        *((f"{label} kept", partial(_share, kind)) for kind, label in _LABELS.items()),
    ]
    return ["| " + " | ".join((label, *map(cell, columns))) + " |" for label, cell in rows]


def _share(kind: str, figures: Figures) -> str:
    kept, of = figures.kept[kind]
    return f"{kept / of:.1%}"


if __name__ == "__main__":
    print("\n".join(table(measured(texts(EARLIER, 40)), measured(texts(LAST, 40)))))
