"""``2026Q2`` <-> the days of a quarter."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from schema.errors import Code, DocumentError

_TEXT = re.compile(r"(20[0-9]{2})Q([1-4])", re.ASCII)
_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, _MONTHS * self.number - 2, 1)

    @property
    def last(self) -> date:
        following = date(self.year + self.number // 4, _MONTHS * (self.number % 4) + 1, 1)
        return following - timedelta(days=1)

    def days(self, until: date) -> tuple[date, ...]:
        """Its days up to and including ``until``."""
        passed = (min(self.last, until) - self.first).days + 1
        return tuple(self.first + timedelta(days=number) for number in range(max(passed, 0)))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def quarter_of(text: str) -> Quarter:
    """Errors: DOCUMENT_INVALID."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise DocumentError(Code.DOCUMENT_INVALID, "a quarter is written as 2026Q2")
    return Quarter(year=int(found[1]), number=int(found[2]))
