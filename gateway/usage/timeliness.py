"""Acts that must be published within some working days -> how many were, and how many too late, by department.

BASIS: EZ-4 (licences and penalties), EZ-13 (the serious list). Only where the instruments of a department's territory
say so. The day of the decision is not counted, and a year that no calendar has is refused, never guessed. When the
platform pushed something to the province is not known here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from gateway.usage.departments import Connection, Departments
from gateway.usage.quarter import Quarter
from schema.errors import Code, DataError
from schema.regulations.profile import Profile
from schema.regulations.regulation import Regulation
from schema.regulations.working_days import WorkingCalendar
from schema.vocabulary.usage import PublicityDuty

_ACTS: Mapping[PublicityDuty, str] = {
    PublicityDuty.DUAL_PUBLICITY: "family IN ('Licence', 'Penalty')",
    PublicityDuty.SERIOUS_LIST: "family = 'ListEntry' AND list_type = 'SERIOUS'",
}
_PUBLISHED = """
    SELECT authority_id AS agency_id, count(*) AS published, count(*) FILTER (WHERE late) AS late,
        count(*) FILTER (WHERE "natural") AS persons, count(*) FILTER (WHERE "natural" AND late) AS persons_late
    FROM record JOIN unnest($1::date[], $2::date[]) AS term (day, last) ON decided_on = term.day,
        LATERAL (SELECT published_from > term.last AS late) AS held
    WHERE authority_id = ANY($3::bigint[]) AND published_from IS NOT NULL
        AND state IN ('ACTIVE', 'CORRECTED', 'REVOKED') AND {acts}
    GROUP BY 1
"""


class Publishing(NamedTuple):
    """Acts of one department: how many, how many too late, and how many of each concern natural persons."""

    duty: PublicityDuty
    working_days: int
    agency: int
    published: int
    late: int
    persons: int
    persons_late: int


async def publishing(
    connection: Connection, quarter: Quarter, who: Departments, regulation: Regulation, today: date
) -> Sequence[Publishing]:
    """Of those departments that are shown. Errors: DOCUMENT_INVALID where the calendar lacks a year."""
    found = []
    for duty, working_days, agencies in _bound(who, regulation, today):
        days = quarter.days(today)
        terms = [_last(regulation.calendar, day, working_days) for day in days]
        statement = _PUBLISHED.format(acts=_ACTS[duty])
        rows = await connection.fetch(statement, days, terms, agencies)
        found += [Publishing(duty, working_days, *row.values()) for row in rows]
    return found


def _bound(who: Departments, regulation: Regulation, today: date) -> Iterator[tuple[PublicityDuty, int, Sequence[int]]]:
    """The departments by what they must publish and within how many working days."""
    found: dict[tuple[PublicityDuty, int], list[int]] = {}
    for agency in sorted(who.shown):
        *_, territory, _itself = who.places[agency]
        for duty, days in _terms(regulation.profile(territory, today)):
            found.setdefault((duty, days), []).append(agency)
    yield from ((duty, days, agencies) for (duty, days), agencies in found.items())


def _terms(profile: Profile) -> Iterator[tuple[PublicityDuty, int]]:
    if profile.dual_publicity_working_days is not None:
        yield PublicityDuty.DUAL_PUBLICITY, profile.dual_publicity_working_days
    if profile.serious_push_working_days is not None:
        yield PublicityDuty.SERIOUS_LIST, profile.serious_push_working_days


def _last(calendar: WorkingCalendar, day: date, count: int) -> date:
    try:
        return calendar.after(day, count)
    except LookupError as missing:
        raise DataError(
            Code.DOCUMENT_INVALID,
            "the calendar of working days lacks a year that timeliness needs: have it added, or ask without timeliness",
        ) from missing
