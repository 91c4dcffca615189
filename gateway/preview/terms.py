"""A licence or penalty -> until when it has to be published, where the jurisdiction says so.

BASIS: EZ-4. Working days are the State Council's; a year that no calendar has is refused, never guessed.
"""

from dataclasses import dataclass
from datetime import date

from schema.regulations.regulation import Regulation

DUAL_PUBLICITY = frozenset({"licences", "penalties"})


class NoCalendarError(Exception):
    """The days fall into a year whose working days nobody has announced, or nobody has written down here."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the working days left to publish cannot be counted: {why} (policies/calendar)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """``left``: working days after today and up to ``last``; negative once it has passed."""

    last: date
    left: int


def term_of(regulation: Regulation, layout: str, jurisdiction: str, decided_on: date, today: date) -> Term | None:
    """None where nothing is said. Errors: ``NoCalendarError``."""
    if layout not in DUAL_PUBLICITY or jurisdiction not in regulation.jurisdictions:
        return None
    days = regulation.profile(jurisdiction, today).dual_publicity_working_days
    if days is None:
        return None
    try:
        last = regulation.calendar.after(decided_on, days)
        return Term(last=last, left=regulation.calendar.between(today, last))
    except LookupError as error:
        raise NoCalendarError(str(error.args[0])) from error
