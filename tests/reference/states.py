"""A row and a day -> its state: what no column says, written down once more from the state machines (reference 3.10).

A date of an event means "from the start of that day"; the last day of a term is one of the term.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

Row = Mapping[str, Any]


def begun(day: date | None, today: date) -> bool:
    return day is not None and day <= today


def past(last_day: date | None, today: date) -> bool:
    return last_day is not None and last_day < today


def record_status(row: Row, today: date) -> str:
    """What stops a record from being one comes first, then what ends its effects, then what merely marks it."""
    if row["state"] in {"DRAFT", "QUARANTINED", "DELETED"}:
        return str(row["state"])
    if row["state"] == "REVOKED" or begun(row["revoked_on"], today):
        return "REVOKED"
    if row["sealed"]:
        return "SEALED"
    if begun(row["repaired_on"], today):
        return "REPAIRED"
    if past(row["publication_until"], today):
        return "PUBLICATION_EXPIRED"
    if past(row["term_end"], today):
        return "TERM_EXPIRED"
    if row["state"] == "CORRECTED" or begun(row["corrected_on"], today):
        return "CORRECTED"
    return "ACTIVE"


def pending(start: date | None, end: date | None, today: date) -> bool:
    """Begun and not over."""
    return begun(start, today) and not begun(end, today)


def current(start: date | None, end: date | None, today: date) -> bool:
    """Begun, and the last day has not passed."""
    return begun(start, today) and (end is None or today <= end)


def under_objection(row: Row, today: date) -> bool:
    return pending(row["objection_from"], row["objection_until"], today)


def repair_state(row: Row, today: date) -> str:
    return "REPAIRED" if begun(row["repaired_on"], today) else "NONE"


def publication(row: Row, today: date) -> dict[str, Any] | None:
    """The term; none where the record was never to be published."""
    start, until = row["published_from"], row["publication_until"]
    if start is None and until is None:
        return None
    expired = None if until is None else until < today
    return {"from": start and start.isoformat(), "until": until and until.isoformat(), "expired": expired}


def suspended(row: Row, today: date, suspending: frozenset[str]) -> bool:
    """BASIS: EZ-19. While a doubt is being verified, the measure of a market subject is not executed."""
    doubted = pending(row["objection_doubtful_from"], row["objection_until"], today)
    return bool(row["market_subject"]) and row["jurisdiction"] in suspending and doubted


def measure_status(row: Row, today: date, suspending: frozenset[str]) -> str:
    if begun(row["rejected_on"], today):
        return "REJECTED"
    if begun(row["lifted_on"], today):
        return "LIFTED"
    if row["ends_on"] is not None and row["ends_on"] < today:  # its last day is still one of the term
        return "EXPIRED"
    if suspended(row, today, suspending):
        return "SUSPENDED"
    if begun(row["in_force_on"], today):
        return "IN_FORCE"
    return "PUSHED" if begun(row["pushed_on"], today) else "PROPOSED"


def legality_review(row: Row, feedback: Iterable[Row], today: date) -> bool:
    """Whoever should execute it refused last, for want of a basis; and it has not ended."""
    told = [each for each in feedback if begun(each["reported_on"], today)]
    last = max(told, key=lambda each: (each["reported_on"], each["id"]), default=None)
    ended = begun(row["lifted_on"], today) or begun(row["rejected_on"], today)
    return last is not None and last["action"] == "REFUSED_NO_BASIS" and not ended


def late(feedback: Row, measure: Row) -> bool | None:
    """Told in a later quarter than that of the execution, or of the push where nothing was executed."""
    due, told = feedback["applied_on"] or measure["pushed_on"], feedback["reported_on"]
    return None if due is None or told is None else _quarter(told) > _quarter(due)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def minor(row: Row, today: date) -> bool | None:
    adult = row["person_adult_on"]
    return None if adult is None else bool(adult > today)


def age(row: Row, today: date) -> int | None:
    """Completed years, from the 18th birthday."""
    adult = row["person_adult_on"]
    if adult is None:
        return None
    return 18 + today.year - int(adult.year) - ((today.month, today.day) < (adult.month, adult.day))


def years_ago(today: date, years: int) -> date:
    """The same day of that year; 29 February becomes the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
