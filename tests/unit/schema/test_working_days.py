"""Counting working days by the State Council's calendars of 2025 and 2026."""

from datetime import date

import pytest

import policies
from schema.regulations.regulation import load_regulation

CALENDAR = load_regulation(policies.contents()).calendar


@pytest.mark.parametrize(
    ("received", "three", "seven", "twenty", "worst"),
    [
        ("2025-09-26", "2025-09-30", "2025-10-13", "2025-10-30", "2025-11-07"),
        ("2026-02-10", "2026-02-13", "2026-02-26", "2026-03-16", "2026-03-24"),
        ("2026-03-02", "2026-03-05", "2026-03-11", "2026-03-30", "2026-04-08"),
        ("2026-04-28", "2026-05-06", "2026-05-11", "2026-05-28", "2026-06-05"),
        ("2026-09-18", "2026-09-22", "2026-09-29", "2026-10-22", "2026-10-30"),
    ],
)
def test_deadlines_of_the_objection_procedure(received: str, three: str, seven: str, twenty: str, worst: str) -> None:
    """BASIS: HS-18 (3, 20 and 3 working days), EZ-4 (7)."""
    day = date.fromisoformat(received)
    counted = [CALENDAR.after(day, count) for count in (3, 7, 20)]
    assert [each.isoformat() for each in counted] == [three, seven, twenty]
    forwarded = CALENDAR.after(day, 3)
    assert CALENDAR.after(CALENDAR.after(forwarded, 20), 3).isoformat() == worst


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    days = {day: CALENDAR.is_working_day(date.fromisoformat(day)) for day in ("2026-02-14", "2026-02-16", "2026-05-20")}
    assert days == {"2026-02-14": True, "2026-02-16": False, "2026-05-20": True}


def test_a_year_without_data_fails_loudly() -> None:
    with pytest.raises(LookupError, match="no working-day calendar for 2027"):
        CALENDAR.after(date(2026, 12, 31), 1)
    with pytest.raises(LookupError):
        CALENDAR.is_working_day(date(2024, 1, 2))
