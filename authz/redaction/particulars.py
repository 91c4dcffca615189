"""A text -> the places in it that hold a person's particulars: numbers, addresses, birth dates, health.

Numbers are hidden unless they are proved to be something else (a date, an amount, a credit code): seven digits in a
row, however written, are hidden on suspicion. It looks at a shadow of the text in which every way of writing a digit
or a Latin letter is one character, so that the places are the same in both. Names are ``authz.redaction.persons``.
"""

import re
import unicodedata
from collections.abc import Iterator

from authz.redaction.characters import Characters
from authz.redaction.names import HAN
from schema.identifiers import is_resident_id, is_uscc

HIDDEN = "[已隐去]"

Span = tuple[int, int]

_CHINESE_DIGITS = dict(zip("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "0001234567891234567891", strict=True))

_GAP = r"[\s\-‐-―−_.·・,，/\\*()（）~～|｜【】\[\]+\u200b-\u200f\u2060\ufeff]{0,6}"
# Each begins where a word begins, so that no text takes longer than its length asks for.
_RUN = re.compile(rf"(?<![0-9A-Za-z])[A-Za-z]*[0-9A-Za-z]*?[0-9](?:{_GAP}[0-9]){{6,}}[0-9A-Za-z]*")
_STARRED = re.compile(r"(?<![0-9A-Za-z])(?P<hide>(?:[0-9A-Za-z]{2,}[*×＊]{2,}|[0-9]{3,}[xX]{2,})[0-9A-Za-z]*)")
_DISGUISED = re.compile(r"(?<![0-9A-Za-z])(?P<hide>(?=(?:[OoIl]*[0-9]){6})[0-9OoIl]{9,})(?![0-9A-Za-z])")
"""Letters among the digits: 138OO1380OO."""
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{18}(?![0-9A-Za-z])")


def _day(gap: str) -> str:
    """2026-02-10, 2026.2.10, 20260210; ``gap`` names the group of the sign between."""
    month, day = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
    return (
        rf"(?:19|20)[0-9]{{2}}(?:(?P<{gap}>[-./ ]){month}(?P={gap}){day}|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
    )


_DATES = re.compile(rf"{_day('one')}(?:[\s\-‐-―]{{1,3}}(?:{_day('two')}|[0-9]{{1,2}}))?")
_AMOUNT = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,6})?|[0-9]{1,3}(?:[,，][0-9]{3}){1,3}(?:\.[0-9]{1,6})?")
_UNIT = re.compile(
    r"\s*(?:余)?(?:元|万|亿|美元|港元|欧元|吨|公斤|千克|克|kg|g|公里|km|件|个|瓶|袋|盒|箱|包|台|套|米|平方|㎡|立方|升|毫升|ml|次|人|户|份"
    r"|条|只|辆|%|天|小时|字|亩|股|度|枚|张|双|支|桶|罐|块|株|头|家)"
)
_DOCUMENT = re.compile(r".*[〔（(\[](?:19|20)[0-9]{2}[〕）)\]]\s?[第测]?\s?[0-9]{1,10}", re.DOTALL)
"""The number of a document behind its year. A telephone number has a digit more."""

_CURRENCY = re.compile(r"(?:[¥￥$]|人民币|RMB)\s*$")
_STANDARD = re.compile(r"[A-Z]{2,4}(?:/T)?\s*$")
_STANDARD_NUMBER = re.compile(r"[A-Z]{0,4}[0-9]{3,6}(?:\.[0-9]{1,3})?[-—](?:19|20)[0-9]{2}")

_ETHNIC = (
    "汉蒙回藏苗彝壮满侗瑶白傣黎畲土羌怒京水|维吾尔|布依|朝鲜|土家|哈尼|哈萨克|傈僳|佤|高山|拉祜|东乡|纳西|景颇"
    "|柯尔克孜|达斡尔|仫佬|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔"
    "|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_ETHNIC_NAMES = "|".join((f"[{_ETHNIC.partition('|')[0]}]", *_ETHNIC.split("|")[1:]))
_YMD = r"(?:19|20)[0-9]{2}\s*[年.\-/]\s*[0-9]{1,2}(?:\s*[月.\-/]\s*(?:[0-9]{1,2}\s*日?)?)?"

_PLACE = f"[{HAN}0-9](?<![在位至从到往住址为是由自向和与及的系对赴抵])"
_HOUSE = r"[0-9]{1,5}[-0-9]*(?:号楼|号|栋|幢|座|楼|层|单元|室|组|户)"
_ADDRESS_WORDS = "省市区县镇乡村路街巷道弄号栋幢楼室苑园庄屯里寨组"

_RESIDENCE = (
    "家庭住址|经常居住地|住址|住所地|住所|现住|家住|户籍所在地|户籍地|居住于|居住在|居住地|暂住地|暂住|住在|住于|地址"
    "|收货地|家在"
)
_ACCOUNTS = (
    "电话|手机|联系方式|传真|微信|QQ|qq|邮箱|账户|账号|帐号|卡号|身份证|护照|通行证|证件|驾驶证|车牌|支付宝|尾号|工号"
    "|学号|病历号|住院号|社保号|执业证书?编?号|资格证书?编?号"
)
_GROUNDS = "大道|路|街|巷|弄|胡同|村|社区|小区|花园|苑|湾|镇|乡|屯|大队|广场|大厦|公寓|宿舍|家园|国际|公馆|名邸"
_HOTLINE = "(?!(?:1[12][0-9]{3}|95[0-9]{3}|110|119|120|122)(?![0-9]))"
"""Numbers of the public service are nobody's."""


def _patterns(*written: str) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, written))


_NUMBERED = _patterns(
    # e-mail, plates, accounts and short numbers that are announced as such
    r"(?<![0-9A-Za-z._%+\-*])(?P<hide>[0-9A-Za-z._%+\-*]+@[0-9A-Za-z.\-]+\.[A-Za-z]{2,})",
    r"(?P<hide>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Z][\s·・.\-]?(?=[A-Z0-9]*[0-9])[A-Z0-9]{4,6}[挂学警港澳]?)",
    rf"(?:{_ACCOUNTS})(?:号码|号|为|是|[:：\s])*{_HOTLINE}(?P<hide>(?=[A-Za-z_.\-*]*[0-9])[0-9A-Za-z_][0-9A-Za-z_.\-*]{{3,}})",
    r"(?P<hide>[(（]0[0-9]{2,3}[)）]\s?[0-9]{7,8})",
    r"(?P<hide>(?<![0-9A-Za-z])[0-9A-Za-z]{1,4}(?:栋|幢|号楼|座)(?:[0-9]{1,3}单元)?[0-9]{1,5}(?:室|号|户|楼))",
    # birth and age
    rf"(?:出生日期|出生年月日?|生日|生于|出生于)[:：为是\s]*(?P<hide>{_YMD})",
    rf"(?P<hide>{_YMD})(?:出生|生(?=[，,。；;）)]))",
    r"(?<=[，,（(、\s])(?P<hide>[0-9]{1,3}周?岁)(?=[，,）)、。；\s])",
    r"(?:现年|时年|年仅|殁年|年龄)[:：为是\s]*(?P<hide>[0-9]{1,3}周?岁?)",
)
_ADDRESSES = _patterns(
    rf"(?P<hide>(?:{_PLACE}){{1,24}}(?:{_GROUNDS})(?:{_PLACE}|[A-Za-z\-]){{0,12}}?"
    rf"{_HOUSE}(?:(?:{_PLACE}|[A-Za-z\-]){{0,6}}?{_HOUSE})*)",
)
_LETTERED = _patterns(
    r"(?:微信|QQ|qq|抖音|微博|快手|小红书|支付宝)(?:号码|号|账号|为|是|[:：\s])+(?P<hide>[0-9A-Za-z_.\-]{4,})",
    r"(?:微信|抖音|薇信|威信|[Vv]信|[Ww][Xx]|[Vv][Xx]|加[Vv])[:：号为是\s]{0,3}(?P<hide>[A-Za-z][0-9A-Za-z_\-]{4,})",
)
_WORDED = _patterns(
    rf"(?:{_RESIDENCE})(?:[:：为在于是\s])*(?P<hide>(?!\[已|[为在于是无不未变登与及和的进系])[^，。；,;:：！？!?\n（）()、\s]+)",
    rf"(?<!常)住(?!房|建|宿|宅|院|户|所|址|人口|\[已)(?:[:：在于\s])*"
    rf"(?P<hide>(?=[^，。；,;！？!?\n（）()、]{{0,60}}[{_ADDRESS_WORDS}])[^，。；,;！？!?\n（）()、]+)",
    r"(?<=[，,（(、])(?P<hide>[男女]性?)(?=[，,）)、])",
    rf"(?<=[，,（(、])(?P<hide>(?:{_ETHNIC_NAMES})族)(?=[，,）)、])",
    rf"(?P<hide>(?:身患|患有|确诊|诊断为|罹患|(?<![隐后医祸忧])患(?=[{HAN}]{{1,10}}?[病症炎癌瘤]))[^，。；,;！？!?\n（）()]{{1,24}})",
    r"(?P<hide>艾滋病?|乙肝|HIV|精神障碍|精神病)",
)
_GROUPS = (
    (re.compile("[0-9@]"), _NUMBERED),
    (re.compile(f"(?:{_GROUNDS})[^，。；;,\n]{{0,12}}?[0-9]"), _ADDRESSES),
    (re.compile("[A-Za-z]"), _LETTERED),
    (re.compile("[住址籍在男女族患诊罹艾肝神]|HIV"), _WORDED),
    (re.compile("[*×＊xXOoIl]"), (_STARRED, _DISGUISED)),
)
"""Patterns, and what a text must have for any of them to be looked for."""


def personal(text: str) -> tuple[Span, ...]:
    """The spans to hide, in order, none touching another."""
    shadow = _shadow(text)
    codes = [found.span() for found in _CODE.finditer(shadow) if is_uscc(found[0]) and not is_resident_id(found[0])]
    spans = [found.span("hide") for pattern in _applying(shadow) for found in pattern.finditer(shadow)]
    spans += _numbers(shadow, codes)
    return _merged(spans)


def _applying(shadow: str) -> Iterator[re.Pattern[str]]:
    return (pattern for sign, patterns in _GROUPS if sign.search(shadow) for pattern in patterns)


def hidden(text: str) -> str:
    """The text with every such span replaced by ``HIDDEN``."""
    parts: list[str] = []
    done = 0
    for start, end in personal(text):
        parts += (text[done:start], HIDDEN)
        done = end
    return "".join((*parts, text[done:]))


def _numbers(shadow: str, codes: list[Span]) -> Iterator[Span]:
    """Runs of seven digits or more that are not proved harmless."""
    start = 0
    for until, after in (*codes, (len(shadow), len(shadow))):
        for found in _RUN.finditer(shadow, start, until):
            if not _harmless(found[0], shadow[: found.start()], shadow[found.end() :]):
                yield found.span()
        start = after


def _harmless(run: str, before: str, after: str) -> bool:
    if all(_date_or_standard(part, before) for part in re.split(r"[,，]\s*", run)):
        return True
    if after[:1] == "号" and _DOCUMENT.fullmatch(before[-7:] + run):
        return True
    mobile = re.fullmatch(r"1[3-9][0-9]{9}", run) is not None
    return (
        not mobile and _AMOUNT.fullmatch(run) is not None and bool(_UNIT.match(after) or _CURRENCY.search(before[-6:]))
    )


def _date_or_standard(run: str, before: str) -> bool:
    if _DATES.fullmatch(run):
        return True
    return _STANDARD_NUMBER.fullmatch(run) is not None and bool(run[0].isalpha() or _STANDARD.search(before[-8:]))


def _shadow(text: str) -> str:
    return text.translate(_SHADOWS)


def _plain(character: str) -> str:
    if character in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[character]
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    composed = unicodedata.normalize("NFKC", character)
    # Full-width letters and signs only: a composed form of several characters would move every place after it.
    return composed if len(composed) == 1 and composed.isascii() and not character.isascii() else character


_SHADOWS = Characters(_plain)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
