"""policies/calendar -> the working days of the State Council's yearly notices, and counting by them.

The day of receipt is not counted (Civil Code article 201). A year without data is refused: nothing here ever falls
back to Monday to Friday.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from schema.policy_file import Row, toml_rows, unique

FOLDER = "calendar/"
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingYear:
    """One year: the weekdays that are holidays and the weekend days that are worked; ``source`` names the notice."""

    year: int
    source: str
    holidays: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    years: Mapping[int, WorkingYear]

    def is_working_day(self, day: date) -> bool:
        """Raises LookupError where the calendar has no data for the year."""
        if day.year not in self.years:
            raise LookupError(f"no working-day calendar for {day.year}")
        year = self.years[day.year]
        return day in year.worked or (day.weekday() < SATURDAY and day not in year.holidays)

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; ``day`` itself is not counted. Raises LookupError."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def between(self, day: date, last: date) -> int:
        """Working days after ``day`` and up to ``last``; as many below zero as lie between them, where ``last`` has
        passed. Raises LookupError."""
        first, end = min(day, last), max(day, last)
        days = (first + timedelta(days=count) for count in range(1, (end - first).days + 1))
        passed = sum(map(self.is_working_day, days))
        return passed if last >= day else -passed


def load_calendar(files: Mapping[str, bytes]) -> WorkingCalendar:
    """Every year on file. Raises PolicyFileError."""
    names = sorted(name for name in files if name.startswith(FOLDER) and name.endswith(".toml"))
    rows = [row for name in names for row in toml_rows(files, name, ("year",))["year"]]
    unique((str(row.number("year")), row) for row in rows)
    return WorkingCalendar(years=MappingProxyType({found.year: found for found in map(_year, rows)}))


def _year(row: Row) -> WorkingYear:
    row.only("year", "source", "holidays", "worked")
    year = WorkingYear(
        year=row.number("year"),
        source=row.text("source"),
        holidays=frozenset(row.days("holidays")),
        worked=frozenset(row.days("worked")),
    )
    if any(day.year != year.year for day in year.holidays | year.worked):
        row.refuse("a day of another year")
    if any(day.weekday() >= SATURDAY for day in year.holidays):
        row.refuse("a weekend day needs no holiday", "holidays")
    if any(day.weekday() < SATURDAY for day in year.worked):
        row.refuse("a weekday is worked anyway", "worked")
    return year
