"""Quarters by their text."""

from datetime import date

import pytest

from gateway.usage.quarter import quarter_of
from schema.errors import Code, DocumentError


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2028Q1", date(2028, 1, 1), date(2028, 3, 31)),
    ],
)
def test_a_quarter_has_its_days(text: str, first: date, last: date) -> None:
    found = quarter_of(text)
    assert (found.first, found.last, str(found)) == (first, last, text)
    days = found.days(last)
    assert (days[0], days[-1], len(days)) == (first, last, (last - first).days + 1)


def test_only_days_that_have_passed_are_of_interest() -> None:
    quarter = quarter_of("2026Q2")
    assert quarter.days(date(2026, 4, 2)) == (date(2026, 4, 1), date(2026, 4, 2))
    assert quarter.days(date(2026, 3, 31)) == ()


@pytest.mark.parametrize(
    "text", ["", "2026", "2026Q0", "2026Q5", "2026q2", "26Q2", " 2026Q2", "2026Q2\n", "２０２６Q2", "1999Q4"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(DocumentError) as refused:
        quarter_of(text)
    assert refused.value.code is Code.DOCUMENT_INVALID
