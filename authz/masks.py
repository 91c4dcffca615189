"""A clear value -> its masked form, by the customary formats of mainland practice (GB/T 35273, JR/T 0171).

Every mask is total, pure and idempotent: whatever it is given, masked values included, it answers, and it never answers
with more than its format allows. A value that has not the expected shape is hidden whole. Where a format does not state
how many characters are hidden, their number is fixed, so that length does not leak. Masks of free text are in
``authz.redaction.redact``; nothing here decides which mask applies.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from authz.redaction.names import HAN, compact, mask_name_doc, mask_name_surname, until_it_holds
from schema.identifiers import is_resident_id, is_uscc

Mask: TypeAlias = Callable[[str], str | None]
"""None withholds the value: it has no form that may be shown."""

_RESIDENT = re.compile(r"[\d*]{17}[\d*X]", re.ASCII)
_DOCUMENT = re.compile(r"[0-9A-Z*]{6,17}")
_MOBILE = re.compile(r"(?:\+?86)?(1[\d*]{10})", re.ASCII)
_FIXED_LINE = re.compile(r"(?:(?:\+?860?|\(?0)(10|2\d|[3-9]\d\d)\)?)?([\d*]{7,8})(?:[转,;/].*)?", re.ASCII)
_EMAIL = re.compile(r"([^@\s]*)@([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+)")
_CARD = re.compile(r"\d{6}[\d*]{2,14}\d{4}", re.ASCII)
_PLATE = re.compile(f"([{HAN}][A-Z])[0-9A-Z*]{{2,5}}([0-9A-Z{HAN}]{{2}})")
_YEAR = re.compile(r"((?:18|19|20)\d\d)(?:\D.*|\d{4})?", re.ASCII | re.DOTALL)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))


def mask_id_full(_: str) -> str:
    """Any number: eighteen stars."""
    return "*" * 18


def mask_id_1_1(number: str) -> str:
    """First and last character; numbers under six characters hidden whole."""
    whole = _number(number)
    return whole[0] + "*" * 16 + whole[-1] if len(whole) > 5 else mask_id_full(whole)


def mask_id_birth8(number: str) -> str:
    """420199198503120015 -> 420199********0015: without birth date. Passports and permits by their own mask."""
    return _resident(number, 6, 8)


def mask_id_court(number: str) -> str:
    """4201991985****0015: without month and day, as courts print it. BASIS: 法释〔2017〕7号-6, defaulters only."""
    return _resident(number, 10, 4)


def mask_passport(number: str) -> str:
    """E12345678 -> E1*****78."""
    whole = _number(number)
    return f"{whole[:2]}*****{whole[-2:]}" if _DOCUMENT.fullmatch(whole) else "*********"


def mask_phone(number: str) -> str:
    """13800138000 -> 138****8000; a fixed line by its own mask."""
    mobile = _MOBILE.fullmatch(_number(number))
    return f"{mobile[1][:3]}****{mobile[1][-4:]}" if mobile else mask_landline(number)


def mask_landline(number: str) -> str:
    """027-12345678 -> 027-****5678; a mobile number as such."""
    whole = _number(number)
    if mobile := _MOBILE.fullmatch(whole):
        return f"{mobile[1][:3]}****{mobile[1][-4:]}"
    line = _FIXED_LINE.fullmatch(whole)
    if line is None:
        return "****"
    area = f"0{line[1]}-" if line[1] else ""
    return f"{area}****{line[2][-4:]}"


def mask_email(address: str) -> str:
    """test@example.org -> t***@example.org."""
    found = _EMAIL.fullmatch(compact(address))
    return f"{found[1].replace('*', '')[:1]}***@{found[2]}" if found else "***"


def mask_addr_county(address: str) -> str:
    """湖北省武汉市洪山区测试路1号 -> 湖北省武汉市洪山区***; nothing is kept of an address without province or city."""
    found = _COUNTY.match(compact(address))
    kept = found[0] if found and (found["province"] or found["city"]) else ""
    return f"{kept}***"


def mask_tax_no(number: str) -> str | None:
    """The number where it has at most 15 characters or is a unified social credit code; otherwise None.

    Old numbers of sole proprietors are the owner's identity number with a suffix.
    """
    whole = _number(number)
    shown = len(whole) <= 15 or (is_uscc(whole) and not is_resident_id(whole))
    return whole if shown else None


def mask_bank_6_4(number: str) -> str:
    """6222020000000000000 -> 622202*********0000."""
    whole = _number(number)
    return f"{whole[:6]}*********{whole[-4:]}" if _CARD.fullmatch(whole) else "*" * 19


def mask_bank_last4(number: str) -> str:
    """6222020000000000000 -> ****0000."""
    whole = _number(number)
    known = _CARD.fullmatch(whole) or re.fullmatch(r"\*{4}\d{4}", whole, re.ASCII)
    return f"****{whole[-4:]}" if known else "*" * 8


def mask_plate(plate: str) -> str:
    """鄂A12345 -> 鄂A***45."""
    found = _PLATE.fullmatch(_number(plate).replace("·", ""))
    return f"{found[1]}***{found[2]}" if found else "*" * 7


def mask_year(day: str) -> str:
    """1985-03-12 -> 1985."""
    found = _YEAR.fullmatch(compact(day))
    return found[1] if found else "****"


_BANDS: tuple[tuple[int, str], ...] = (
    (1, "1万元以下"),
    (5, "1–5万元"),
    (10, "5–10万元"),
    (50, "10–50万元"),
    (100, "50–100万元"),
    (500, "100–500万元"),
)
"""Upper limit in ten thousand yuan (not included), and the band."""

_TOP_BAND = "500万元以上"
_AMOUNT = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?(万|亿)?元?", re.ASCII)
_FEN: Mapping[str | None, int] = {None: 100, "万": 1_000_000, "亿": 10_000_000_000}


def amount_band(fen: int) -> str:
    """1_200_000 fen (1.2万元) -> 1–5万元; the lower limit belongs to the band."""
    return next((band for limit, band in _BANDS if fen < limit * _FEN["万"]), _TOP_BAND)


def mask_amount_band(amount: str) -> str:
    """1.2万元, 12000元 or 12,000 -> 1–5万元."""
    whole = compact(amount).replace(",", "")
    if whole in {_TOP_BAND, *(band for _, band in _BANDS)}:
        return whole
    found = _AMOUNT.fullmatch(whole)
    if found is None:
        return "***"
    # Only whole fen decide: a fraction of one never moves an amount into another band.
    fen = int(found[1]) * _FEN[found[3]] + int((found[2] or "").ljust(6, "0")) * _FEN[found[3]] // 1_000_000
    return amount_band(fen)


MASKS: Mapping[str, Mask] = MappingProxyType(
    {
        "MASK_NAME_SURNAME": mask_name_surname,
        "MASK_NAME_DOC": mask_name_doc,
        "MASK_ID_FULL": mask_id_full,
        "MASK_ID_1_1": mask_id_1_1,
        "MASK_ID_BIRTH8": mask_id_birth8,
        "MASK_ID_COURT": mask_id_court,
        "MASK_PASSPORT": mask_passport,
        "MASK_PHONE": mask_phone,
        "MASK_LANDLINE": mask_landline,
        "MASK_EMAIL": mask_email,
        "MASK_ADDR_COUNTY": mask_addr_county,
        "MASK_TAX_NO": mask_tax_no,
        "MASK_BANK_6_4": mask_bank_6_4,
        "MASK_BANK_LAST4": mask_bank_last4,
        "MASK_PLATE": mask_plate,
        "MASK_YEAR": mask_year,
        "MASK_AMOUNT_BAND": mask_amount_band,
    }
)
"""By mask id. REDACT_TEXT needs to know whom a text is about: ``authz.redaction.redact``."""


def mask_suffix(mask: str) -> str:
    """``MASK_ID_BIRTH8`` -> ``id_birth8``."""
    return mask.removeprefix("MASK_").lower()


def _number(text: str) -> str:
    """As numbers are compared: capital letters, no separators."""
    return until_it_holds(_number_once, text)


def _number_once(text: str) -> str:
    return compact(text).translate(_DASHES).replace("-", "").upper()


def _resident(number: str, before: int, hidden: int) -> str:
    whole = _number(number)
    if _RESIDENT.fullmatch(whole):
        return whole[:before] + "*" * hidden + whole[before + hidden :]
    return mask_passport(whole) if _DOCUMENT.fullmatch(whole) and not whole.isdigit() else mask_id_full(whole)


_PROVINCE_NAMES = (
    "河北省|山西省|辽宁省|吉林省|黑龙江省|江苏省|浙江省|安徽省|福建省|江西省|山东省|河南省|湖北省|湖南省|广东省|海南省|四川省|贵州省"
    "|云南省|陕西省|甘肃省|青海省|台湾省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区"
    "|香港特别行政区|澳门特别行政区"
)
# A county begins where the city ends, is short, and is no housing estate (小区, 社区, 东区, 二区).
_COUNTY = re.compile(
    f"(?P<province>{_PROVINCE_NAMES})?"
    f"(?P<city>[{HAN}]{{2,4}}?市|[{HAN}]{{2,12}}?(?:自治州|地区|盟))?"
    f"(?:(?![{HAN}]{{0,2}}[小社校厂园期一二三四五六七八九十]区|[{HAN}]{{2}}[东西南北中]区)[{HAN}]{{1,3}}?[区县市]"
    f"|[{HAN}]{{2,10}}?(?:自治县|自治旗|林区|特区|旗))?"
)
