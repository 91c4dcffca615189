"""A text -> the same text without the clauses that speak of informants or witnesses.

BASIS: HS-17(一), JY-三(二)17, EZ-15: whoever reports dishonesty is kept strictly secret, from the source and the
subject as well, so these clauses are removed before anything is stored. A clause goes whole, with those that lean on
it; where the text cannot be cut with certainty there is no text. Names and numbers elsewhere are not its concern.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from authz.redaction.names import HAN
from authz.redaction.ordinary_words import in_word
from authz.redaction.surnames import SURNAMES

_WORDS = """
举报 投诉 检举 告发 揭发 控告 爆料 信访 上访 来访人 知情人 知情者 知情群众 线人 线索人 线索提供 提供线索 线索来源 目击
匿名 来电反映 反映人 报警人 报案人 报警称 报案称 打假人 职业打假 职业索赔 吹哨
"""
_TELLING = (
    r"(?<![保公])\s*证\s*人",
    r"来\s*信(?!息|号|用)",
    "接[^，。；\n]{0,10}报(?:警|案)",
    "(?:业主|消费者|顾客|客户|患者|居民|村民|住户|商户|家长|学生|网友|读者|乘客|游客|租客|家属|他人|有人|员工|职工|群众|市民"
    r"|人员|某|×)[^，。；\n]{0,12}?反\s*映",
)
_TRIGGER = re.compile("|".join((*(r"\s*".join(word) for word in _WORDS.split()), *_TELLING)))
_DUTY = re.compile(
    "(?:未|没有)[^，。；\n]{0,6}(?:公示|公布|设置|设立|建立|张贴|公开|明示|标明|配备)[^，。；\n]{0,8}"
    "(?:举报|投诉)(?:举报|投诉)?(?:电话|渠道|制度|方式|机制|信箱|箱|热线|途径|处理制度|处理机制)"
)
"""What a business must have, and has not, speaks of no informant."""


def speaks_of_informants(text: str) -> bool:
    return _TRIGGER.search(text) is not None and _TRIGGER.search(_DUTY.sub("", text)) is not None


_ENDS = "。；;！!？?…\n"
_DELIMITERS = "，," + _ENDS
_OPEN, _CLOSE = "（(【[", "）)】]"

# A clause that lacks its own subject leans on those before it: "周某，女，向我局举报".
_LEANS_BACK = re.compile(
    r"\s*(?:向|到|至|去|来|致电|拨打|通过|以|书面|实名|匿名|多次|随后|遂|便|并|后|再|又|于|在|电话|举报|投诉|检举|控告|揭发)"
)
_RECEIVED = re.compile(r"接到?|收到|受理|根据|依据|经")
_LEANS_ON = re.compile(r"\s*(?:其|该|举报人|投诉人|证人|称|声称|并称|反映|说|表示|并|要求|认为|提供|附)")
_SIGNED = re.compile(r"留\s*名|留存|留下|署\s*名|落款|联系人|联系方式|联系电话|来电号码|自称")
"""What tells, later in the same sentence, who it was."""

_NEXT_LEANS_ON = re.compile(r"\s*(?:该?举报人|该?投诉人|该?证人|其称|其反映|其表示|其说|其提供)")
_NAMED = re.compile(f"[{''.join(sorted(SURNAMES))}](?:某{{1,2}}[甲乙丙丁戊己庚辛壬癸]?|[×xX*＊]{{1,2}})")
_NAMING = re.compile(
    f"([{''.join(sorted(SURNAMES))}][{HAN}]{{1,2}}?)"
    r"(?=向|举报|投诉|检举|揭发|控告|反映|到|通过|拨打|来|的|实名|电话|等|证言|[（(，,：:])"
)


@dataclass(frozen=True, slots=True)
class Clause:
    words: str
    delimiter: str

    @property
    def ends(self) -> bool:
        return self.delimiter == "" or self.delimiter in _ENDS


def without_informant_clauses(text: str, names: frozenset[str] = frozenset()) -> str | None:
    """The text without clauses about informants or witnesses; ``names`` are informants known from elsewhere.

    None where brackets do not match, so that clauses cannot be told apart, or where nothing is left.
    """
    if not speaks_of_informants(text) and not any(name in text for name in names):
        return text
    clauses = _clauses(text)
    if clauses is None:
        return None
    told = names | _named(clauses)
    removed = {place for place, clause in enumerate(clauses) if _speaks(clause, told)}
    removed |= _leaning(clauses, removed)
    kept = _joined(clauses, removed)
    return kept if kept.strip(_DELIMITERS + " \t") else None


def _clauses(text: str) -> tuple[Clause, ...] | None:
    """Cut at commas and ends that stand outside brackets; None where brackets do not match."""
    found: list[Clause] = []
    depth, start = 0, 0
    for place, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth < 0:
            return None
        if depth == 0 and character in _DELIMITERS:
            found.append(Clause(text[start:place], character))
            start = place + 1
    return (*found, Clause(text[start:], "")) if depth == 0 else None


def _speaks(clause: Clause, names: frozenset[str]) -> bool:
    return speaks_of_informants(clause.words) or any(name in clause.words for name in names)


def _named(clauses: Sequence[Clause]) -> frozenset[str]:
    """Who is named where an informant is spoken of: other clauses about the same person go too."""
    words = [clause.words for clause in clauses if speaks_of_informants(clause.words)]
    masked = {found for each in words for found in _NAMED.findall(each)}
    return frozenset(masked | {found for each in words for found in _called(each)})


def _called(words: str) -> Iterator[str]:
    return (found[1] for found in _NAMING.finditer(words) if not in_word(words, found.start()))


def _leaning(clauses: Sequence[Clause], removed: set[int]) -> set[int]:
    leaning: set[int] = set()
    for place in removed:
        words = clauses[place].words
        if _LEANS_BACK.match(words) and not _RECEIVED.search(words):
            leaning |= _sentence_before(clauses, place)
        leaning |= _clauses_after(clauses, place) | _signatures_after(clauses, place)
    return leaning


def _sentence_before(clauses: Sequence[Clause], place: int) -> set[int]:
    found: set[int] = set()
    while place > 0 and not clauses[place - 1].ends:
        place -= 1
        found.add(place)
    return found


def _clauses_after(clauses: Sequence[Clause], place: int) -> set[int]:
    found: set[int] = set()
    for later in range(place + 1, len(clauses)):
        leans = _NEXT_LEANS_ON if clauses[later - 1].ends else _LEANS_ON
        if not leans.match(clauses[later].words):
            break
        found.add(later)
    return found


def _signatures_after(clauses: Sequence[Clause], place: int) -> set[int]:
    found: set[int] = set()
    while place + 1 < len(clauses) and not clauses[place].ends:
        place += 1
        if _SIGNED.search(clauses[place].words):
            found.add(place)
    return found


def _joined(clauses: Sequence[Clause], removed: set[int]) -> str:
    kept: list[Clause] = []
    for place, clause in enumerate(clauses):
        if place not in removed:
            kept.append(clause)
        elif clause.ends and kept and not kept[-1].ends:
            # The sentence still ends where it ended.
            kept[-1] = Clause(kept[-1].words, clause.delimiter)
    return "".join(clause.words + clause.delimiter for clause in kept)
