"""Who is told beforehand or by the writing itself: spans of a text that are names for certain, and spans that stay.

Certain are known names, names after a colon, names of foreign form and what stands before a person's particulars. What
stays are registered persons in their role, organisations, numbers of documents, and names that are masked already.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from authz.redaction.names import HAN
from authz.redaction.ordinary_words import begins_word, in_word
from authz.redaction.person_words import FOLLOWING_WORDS, PERSON_ROLES, PLACES, TITLES
from authz.redaction.surnames import COMPOUND_SURNAMES, SURNAMES, WORDLIKE_COMPOUND_SURNAMES, WORDLIKE_SURNAMES

Span = tuple[int, int]


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


# What stays -----------------------------------------------------------------------------------------------------------

_SAYS = r"(?:姓名)?[:：为是系即\s]{0,2}"
_LEGAL_ROLE = re.compile(f"(?:法定代表人|法人代表|企业法人|法人){_SAYS}$")
_OPERATOR_ROLE = re.compile(f"(?:经营者|经营人|业主){_SAYS}$")
_TWO_CHARACTERS = COMPOUND_SURNAMES | WORDLIKE_COMPOUND_SURNAMES
_KINDS = (
    "餐饮|食品|商贸|贸易|建材|建筑|装饰|装修|服装|百货|烟酒|水果|蔬菜|早餐|早点|小吃|麻辣烫|火锅|烧烤|面馆|粉馆|五金"
    "|电器|通讯|数码|美容|美发|理发|养生|足浴|药房|口腔|眼镜|汽车|汽修|修理|物流|运输|快递|广告|图文|印刷|培训|教育"
    "|房产|家具|家电|日用|日杂|便利|生鲜|粮油|副食|茶叶|酒业|劳务|工程|机电|机械|科技|网络|信息|文化|旅游|养殖|种植"
    "|果蔬|农资|畜牧|水产|环保|再生|物业|家政|保洁|咨询|牛肉面|热干面|包子|奶茶|蛋糕|鲜花|母婴|童装|宠物|卤味"
)
_FORMS = (
    "公司|合作社|事务所|商行|经营部|服务部|门市部|批发部|工作室|中心|超市|酒店|宾馆|旅馆|旅社|饭店|酒楼|餐厅|餐馆"
    "|诊所|药房|农场|门诊部|店|厂|馆|坊|行|铺|屋"
)
_OFFICES = "公司|合作社|事务所|银行|医院|学校|大学|学院|委员会|局|厅|法院|检察院|厂|商行|酒店|超市|店"
_NO_PART = "[在与和及对向将把被系从于是未的为由]|经营|开办|开设|销售|购买|承包|驾驶"
_MASKED = re.compile("某{1,2}[甲乙丙丁戊己庚辛壬癸]?[0-9]{0,2}|[×xX*＊]{1,2}")
_STAYS = tuple(
    re.compile(pattern)
    for pattern in (
        "(?<=[0-9０-９〇零一二三四五六七八九十百千万亿几数两壹贰叁肆伍陆柒捌玖拾佰仟])余?(?:[张万龙钟段石方元户米项栋支封位单年时度种车]|(?<=余))",
        f"[{HAN}]{{1,12}}[罚处决许准字函发令监办执民刑行初终破裁告认公][〔（(\\[][0-9]{{4}}[〕）)\\]]",
        f"[{''.join(sorted(SURNAMES))}]家[{HAN}]{{0,2}}(?:村|庄|镇|乡|屯|湾|寨|桥|路|街|巷|口|港|坡)",
        "《[^《》]{1,60}(?:法|条例|规定|办法|决定|标准|规则|细则|解释|规范|许可证|执照|意见)》",
    )
)
_ORGANISATIONS = tuple(
    (re.compile(sign), re.compile(pattern))
    for sign, pattern in (
        (
            _OFFICES,
            f"(?:{'|'.join(sorted(PLACES))}|[{HAN}]{{2,3}}[省市县区州镇乡])"
            f"(?:(?!{_NO_PART})[{HAN}0-9A-Za-z（）()]){{0,24}}?(?:{_OFFICES})",
        ),
        (
            _KINDS,
            f"(?:^|(?<=[^{HAN}])|(?<=[从向与由在至对经和及给将到]))"
            f"(?:(?!{_NO_PART})[{HAN}A-Za-z0-9]){{2,8}}?(?:{_KINDS})[{HAN}]{{0,4}}?(?:{_FORMS})",
        ),
    )
)
"""What an organisation is called, and what the text must hold for it to be looked for."""


def staying(text: str, known: Known) -> Iterator[Span]:
    """Registered persons in their role, organisations, numbers of documents."""
    for role, names in ((_LEGAL_ROLE, known.legal_representatives), (_OPERATOR_ROLE, known.operators)):
        for name in names:
            yield from (span for span in _places(text, name) if role.search(text, max(0, span[0] - 12), span[0]))
    for name in known.organisations:
        yield from _places(text, name)
    organisations = (pattern for sign, pattern in _ORGANISATIONS if sign.search(text))
    for pattern in (*_STAYS, *organisations):
        yield from (found.span() for found in pattern.finditer(text))


def masked(text: str) -> Iterator[Span]:
    """Names that stand in the text as documents name persons."""
    for found in _MASKED.finditer(text):
        start = found.start()
        yield (start - 2 if text[start - 2 : start] in _TWO_CHARACTERS else max(0, start - 1)), found.end()


# What is a name for certain -------------------------------------------------------------------------------------------

_ANNOUNCED = re.compile(
    f"(?:{'|'.join(sorted(PERSON_ROLES, key=len, reverse=True))})\\s*[:：]\\s*([{HAN}]{{2,4}})(?![{HAN}])"
)
_NO_PERSON = re.compile(r".*(?:店|厂|部|行|社|局|院|所|公司|中心|馆|吧|屋|场|会|站|队|班|无|缺)")
_BEFORE_PARTICULARS = re.compile(
    f"(?:^|(?<=[^{HAN}]))([{HAN}]{{2,4}})(?=([（(，,])\\s*(?:男|女|公民|居民|身份证|\\[已隐去\\]))"
)
_TITLED = re.compile(f"[{''.join(sorted(SURNAMES | WORDLIKE_SURNAMES))}][{HAN}]{{1,2}}(?={'|'.join(TITLES[:4])})")
_LATIN = re.compile(
    r"(?<![A-Za-z])[A-Z][a-z]+(?:[\s·][A-Z][a-z]+)+(?![A-Za-z]|[”\"》]?\s?(?:牌|商标|品牌|注册|字样|标识))"
)
_DOT = re.compile("[·•・‧]")
_BEFORE_FOREIGN = frozenset("给与和及由将向对把被让叫从跟、的")
_AFTER_FOREIGN = frozenset("的在与和及将把被向对从由系未已并因等")


def certain(text: str, known: Known) -> Iterator[Span]:
    """Known names, longest first; names announced with a colon; names of foreign form; names before particulars."""
    for name in sorted(known.persons, key=len, reverse=True):
        yield from _places(text, name)
    if ":" in text or "：" in text:
        yield from (found.span(1) for found in _ANNOUNCED.finditer(text) if not _NO_PERSON.fullmatch(found[1]))
    yield from (found.span() for found in _LATIN.finditer(text))
    yield from (found.span() for found in _TITLED.finditer(text) if begins_word(text, found.start()) < len(found[0]))
    yield from filter(None, (_foreign(text, found.start()) for found in _DOT.finditer(text)))
    for found in _BEFORE_PARTICULARS.finditer(text):
        if _is_person(text, *found.span(1), bracket=found[2] in "（("):
            yield found.span(1)


def _is_person(text: str, start: int, end: int, *, bracket: bool) -> bool:
    """Whether what stands before particulars is a person: by the family name, or in no word at all before a bracket."""
    if text[start] in SURNAMES and begins_word(text, start) < end - start:
        return True
    return (
        bracket
        and not any(in_word(text, place) for place in range(start, end))
        and not _NO_PERSON.fullmatch(text[start:end])
    )


def _foreign(text: str, dot: int) -> Span | None:
    """阿卜杜拉·买买提: from the dot to the words on both sides."""
    start, end = dot, dot + 1
    while start > max(0, dot - 8) and _in_foreign(text, start - 1) and text[start - 1] not in _BEFORE_FOREIGN:
        if any(text[start - size : start] in _ENDING for size in (2, 3, 4)):
            break
        start -= 1
    while end < min(len(text), dot + 10) and _in_foreign(text, end) and text[end] not in _AFTER_FOREIGN:
        if begins_word(text, end):
            break
        end += 1
    return (start, end) if start < dot and end > dot + 1 else None


_ENDING = PERSON_ROLES | FOLLOWING_WORDS
_HAN = re.compile(f"[{HAN}·•・‧]")
_SPACE = re.compile(r"\s")


def _in_foreign(text: str, place: int) -> bool:
    return _HAN.match(text[place]) is not None


def _places(text: str, name: str) -> Iterator[Span]:
    """Where the name stands, also where somebody wrote spaces into it."""
    bare = "".join(name.split())
    if not bare or bare[0] not in text:
        return
    if _SPACE.search(text):
        yield from (found.span() for found in re.finditer(r"\s*".join(map(re.escape, bare)), text))
        return
    # A pattern for a name that is met once costs a hundred times what looking for it does.
    start = text.find(bare)
    while start >= 0:
        yield start, start + len(bare)
        start = text.find(bare, start + len(bare))
