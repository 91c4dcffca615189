"""A number -> an invented organisation or person of the generated city, always the same, whatever the seed.

The documents that are asked of a city know whom to look up from here; rows are made in ``rows``. All identifiers are
valid and bear the unassigned county suffix 99, so nobody has them.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from schema.identifiers import organisation_check, resident_check, uscc_check

_REGIONS = ("420199", "420799", "370199")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SURNAMES = "李王张陈赵孙钱周吴郑冯褚卫蒋沈韩杨朱秦尤许何吕施孔"
_NAMES = ("武汉测试{}有限公司", "鄂州_测试%{}商贸行", "Ｔｅｓｔ\\测试{}'s 店", "测试 {}  合作社", "测%测{}")
"""Some hold what a pattern or a quoting could trip over."""

ORGANISATIONS = 40
PERSONS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    number: str
    name: str
    born: date


def uscc(index: int, region: str | None = None, kind: str = "91") -> str:
    """The unified social credit code of organisation ``index``, counted from 0."""
    high, low = divmod(index, len(_LETTERS))
    code = f"MA9G{_LETTERS[high]}{_LETTERS[low]}7Q"
    body = f"{kind}{region or _REGIONS[index % 3]}{code}{organisation_check(code)}"
    return body + uscc_check(body)


def organisation_name(index: int) -> str:
    return _NAMES[index % len(_NAMES)].format(f"第{index}号")


def person(index: int) -> Person:
    """Persons 20 and 21 are minors on 2026-05-20; above ``PERSONS`` they are nobody of the city."""
    born = date(2010, 5, 21) + timedelta(days=index) if index in {20, 21} else date(1950 + 2 * (index % 25), 3, 12)
    body = f"{_REGIONS[index % 3]}{born:%Y%m%d}{100 + index:03}"
    name = f"{_SURNAMES[index % len(_SURNAMES)]}测{'试' * (index % 3)}{'%' if index == 7 else ''}"
    return Person(number=body + resident_check(body), name=name, born=born)
