"""A value as customarily written -> the value: dates and open terms, whole numbers, yes and no.

Every reader answers None where the text is no such value, or may be more than one; ``check`` says so in the words of
the column. It knows columns as little as tables. Amounts are ``gateway.intake.amounts``.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone

OPEN_END = date(2099, 12, 31)
"""How the dual-publicity standard writes "without end"."""

_OPEN = frozenset(
    {
        *(
            "长期",
            "长期有效",
            "永久",
            "永久有效",
            "无固定期限",
            "无固定期",
            "无限期",
            "不限期",
            "无期限",
            "至今",
            "在任",
        ),
        *("9999", "99999999"),
    }
)
_BLANK = frozenset({"", "/", "\\", "-", "--", "—", "——", "null", "NULL", "None", "N/A", "#N/A"})
_NOTHING = _BLANK | {"无", "空", "暂无", "不适用", "n/a", "NA", "未知"}

_TIME = (
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_SPOKEN_TIME = r"(?:\s*\d{1,2}[时点](?:\d{1,2}分?)?(?:\d{1,2}秒)?)?"
_WRITTEN = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}",
        rf"(?P<year>\d{{4}})\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]?(?:{_TIME}|{_SPOKEN_TIME})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<hour>\d{2})?(?P<minute>\d{2})?(?P<second>\d{2})?",
    )
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d{1,12})?", re.ASCII)
_SERIALS = range(10_000, 73_416)
"""1927-05-18 to 2100-12-31 as spreadsheets count days; no customary writing of a date is a number between."""

_DAY_ZERO = date(1899, 12, 30)
_YEARS = range(1900, 2101)
_FAR_YEARS = frozenset({2999, 3000, 9999})
_HERE = timezone(timedelta(hours=8))

_SPOKEN = re.compile(
    "([〇零○Oo一二三四五六七八九]{4})年(元|[一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})[日号]?"
)
_DIGITS = {character: digit for digit, each in enumerate(("〇零○Oo", *"一二三四五六七八九")) for character in each}


_LONGEST_NOTHING = max(map(len, _NOTHING))


def blank(text: str) -> bool:
    """Nothing, or one of the signs that stand for nothing."""
    return _short(text) in _BLANK


def nothing(text: str) -> bool:
    """Also a word for nothing, where no such word can be a value: in columns of numbers and dates."""
    return _short(text) in _NOTHING


def _short(text: str) -> str:
    """As written plainly; a long text, which is no such word, as it is."""
    stripped = text.strip()
    return plain(stripped) if len(stripped) <= _LONGEST_NOTHING else stripped


def plain(text: str) -> str:
    """NFKC, no spaces around."""
    return unicodedata.normalize("NFKC", text).strip()


def day(text: str) -> date | None:
    """2026-02-10, 2026/2/10, 2026.2.10, 20260210, 2026年2月10日, 二〇二六年二月十日, also with a time; 46063 as
    spreadsheets count days. A time of another zone is the day that it is here."""
    found = _any_day(text)
    return found if found is not None and found.year in _YEARS else None


def term(text: str) -> date | None:
    """A day, or the open end where the text says that there is none: 长期, 9999-12-31."""
    if re.sub(r"\s", "", plain(text)) in _OPEN:
        return OPEN_END
    found = _any_day(text)
    if found is not None and found.year in _FAR_YEARS:
        return OPEN_END
    return min(found, OPEN_END) if found is not None and found.year in _YEARS else None


def serial_day(days: float) -> date | None:
    """A day as spreadsheets count it; None for a number that may be something else."""
    return _DAY_ZERO + timedelta(days=int(days)) if int(days) in _SERIALS else None


def number(text: str) -> int | None:
    """A whole number; a trailing ``.0``, as spreadsheets write it, is dropped."""
    found = re.fullmatch(r"(-?\d{1,18})(?:\.0+)?", plain(text), re.ASCII)
    return int(found[1]) if found else None


_YES = frozenset({"是", "有", "1", "true", "yes", "y", "t", "√"})
_NO = frozenset({"否", "无", "0", "false", "no", "n", "f", "×"})


def flag(text: str) -> bool | None:
    word = plain(text).casefold()
    return True if word in _YES else False if word in _NO else None


def _any_day(text: str) -> date | None:
    written = plain(text)
    try:
        if _ISO.fullmatch(written):
            return date.fromisoformat(written)
        for pattern in _WRITTEN:
            if found := pattern.fullmatch(written):
                return _moment(found)
        if found := _SPOKEN.fullmatch(re.sub(r"\s", "", written)):
            year = int("".join(str(_DIGITS[character]) for character in found[1]))
            return date(year, 1 if found[2] == "元" else _small(found[2]), _small(found[3]))
    except ValueError:
        return None
    serial = _SERIAL.fullmatch(written)
    return serial_day(int(serial[1])) if serial else None


def _moment(found: re.Match[str]) -> date:
    """ValueError where no calendar or clock has it."""
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    moment = datetime.combine(day, time(hour, minute, second))
    zone = parts.get("zone")
    if zone is None:
        return moment.date()
    return datetime.fromisoformat(f"{moment.isoformat()}{zone}").astimezone(_HERE).date()


def _small(text: str) -> int:
    """一 to 三十一. ValueError for anything else."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.rpartition("十")
    value = (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    if len(tens) > 1 or len(ones) > 1 or (ones and ones not in _DIGITS):
        raise ValueError("no number of a day or month")
    return value + (_DIGITS[ones] if ones else 0)
