"""Counting working days by the State Council's calendars of 2024 to 2026."""

from datetime import date, timedelta

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


@pytest.mark.parametrize(
    ("day", "last", "left"),
    [
        ("2026-02-10", "2026-02-26", 7),
        ("2026-02-26", "2026-02-26", 0),
        ("2026-02-27", "2026-02-26", -1),
        ("2026-05-22", "2026-05-26", 2),
        ("2024-12-31", "2025-01-02", 1),
    ],
)
def test_days_that_are_left(day: str, last: str, left: int) -> None:
    assert CALENDAR.between(date.fromisoformat(day), date.fromisoformat(last)) == left


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_every_year_has_the_working_days_of_its_notice(year: int, working: int) -> None:
    """Weekdays, less 11 days of festivals (13 since 2025), give or take those that fall on weekends."""
    days = (date(year, 1, 1) + timedelta(days=count) for count in range(365 + (year == 2024)))
    assert sum(map(CALENDAR.is_working_day, days)) == working


def test_a_year_without_data_fails_loudly() -> None:
    with pytest.raises(LookupError, match="no working-day calendar for 2027"):
        CALENDAR.after(date(2026, 12, 31), 1)
    with pytest.raises(LookupError):
        CALENDAR.is_working_day(date(2023, 1, 3))
    with pytest.raises(LookupError):
        CALENDAR.between(date(2026, 12, 30), date(2027, 1, 2))
