"""A value as customarily written -> the value: dates, amounts, whole numbers, yes and no.

Every reader answers None where the text is no such value; ``check`` says so in the words of the column. It knows
columns as little as tables.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

_DATE = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]0?0:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
_YES = frozenset({"是", "有", "1", "true", "yes", "y", "t", "√"})
_NO = frozenset({"否", "无", "0", "false", "no", "n", "f", "×"})
_UNITS = re.compile(r"(?:人民币|[¥￥]|万?元|,|\s)")
FEN_OF_YUAN = Decimal(100)
FEN_OF_WAN = Decimal(1_000_000)


def blank(text: str) -> bool:
    """Nothing, or one of the signs that stand for nothing."""
    return plain(text) in {"", "/", "-", "--", "—", "null", "NULL", "None"}


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def day(text: str) -> date | None:
    """2026-02-10, 2026/2/10, 2026.2.10, 2026年2月10日, 20260210; a time of midnight is dropped."""
    found = _DATE.fullmatch(plain(text))
    if found is None:
        return None
    year, *rest = (part for part in found.groups() if part is not None)
    try:
        return date(int(year), int(rest[0]), int(rest[1]))
    except ValueError:
        return None


def fen(text: str, unit: Decimal) -> int | None:
    """An amount in 元 or 万元 as whole fen; None for a negative amount and for a fraction of a fen."""
    try:
        amount = Decimal(_UNITS.sub("", plain(text))) * unit
    except InvalidOperation:
        return None
    whole = amount.is_finite() and amount == amount.to_integral_value() and 0 <= amount < 2**63
    return int(amount) if whole else None


def number(text: str) -> int | None:
    """A whole number; a trailing ``.0``, as spreadsheets write it, is dropped."""
    found = re.fullmatch(r"(-?\d{1,18})(?:\.0+)?", plain(text), re.ASCII)
    return int(found[1]) if found else None


def flag(text: str) -> bool | None:
    word = plain(text).casefold()
    return True if word in _YES else False if word in _NO else None
