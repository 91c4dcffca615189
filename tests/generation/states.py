"""The states that a record, and the dates that a measure, can be in: each on both sides of every date that decides.

Only what differs from an ordinary published record (or a pushed measure) is named. The business date is ``TODAY``.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 5, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LONG_AGO, SOON = date(2025, 10, 15), date(2027, 1, 1)

State = Mapping[str, Any]

_REPAIRS: tuple[State, ...] = tuple(
    {"repaired_on": day, "repair_stops_publication": publication, "repair_stops_sharing": sharing}
    for day in (LONG_AGO, date(2026, 3, 31), date(2026, 4, 1), TODAY, TOMORROW)
    for publication, sharing in ((True, True), (True, False), (False, False))
)
_OBJECTIONS: tuple[State, ...] = tuple(
    {"jurisdiction": place, "objection_from": LONG_AGO, "objection_doubtful_from": doubtful, "objection_until": until}
    for place in ("420700", "370115", "420100")
    for doubtful, until in ((None, None), (YESTERDAY, None), (TODAY, TOMORROW), (YESTERDAY, TODAY), (TOMORROW, None))
)

LIST_STATES: tuple[State, ...] = (
    {"removed_on": YESTERDAY, "removal_reason": "整改完毕"},
    {"removed_on": TODAY},
    {"removed_on": TOMORROW},
)
"""Of list entries and of entries for abnormal operation; terms of list entries alone."""

TERM_STATES: tuple[State, ...] = ({"term_end": YESTERDAY}, {"term_end": TODAY}, {"term_end": TOMORROW})

RECORD_STATES: tuple[State, ...] = (
    {},
    {"published_from": TODAY, "publication_until": TOMORROW},
    {"published_from": TOMORROW},
    {"publication_until": TODAY},
    {"publication_until": YESTERDAY},
    {"published_from": None, "publication_until": None},
    {"published_from": None},
    {"publication_until": None},
    {"severity": "MINOR"},
    {"severity": None, "polarity": None, "document_number": None},
    {"state": "CORRECTED", "corrected_on": LONG_AGO},
    {"corrected_on": TOMORROW},
    {"state": "REVOKED", "revoked_on": YESTERDAY},
    {"revoked_on": TODAY},
    {"revoked_on": TOMORROW},
    {"state": "QUARANTINED", "quarantine_reasons": ["NO_DOCUMENT"]},
    {"state": "DRAFT"},
    {"state": "DELETED"},
    {"sealed": True},
    {"minor_at_event": True, "leniency": ["MINOR_AGE"]},
    {"subject_died_on": YESTERDAY},
    {"subject_died_on": TOMORROW},
    {"publication_basis": None},
    {"decided_on": TODAY},
    {"decided_on": TOMORROW},
    {"decided_on": date(2023, 5, 19)},
    {"decided_on": date(2023, 5, 20)},
    {"decided_on": date(2023, 5, 21)},
    {"document_number": "", "leniency": [], "attachments": [], "attachments__redact_text": []},
    *_REPAIRS,
    *_OBJECTIONS,
)

MEASURE_STATES: tuple[State, ...] = (
    {},
    {"in_force_on": TODAY, "starts_on": TODAY, "ends_on": TODAY},
    {"in_force_on": None},
    {"in_force_on": TOMORROW, "starts_on": TOMORROW},
    {"pushed_on": None, "in_force_on": None, "starts_on": None},
    {"pushed_on": TOMORROW, "in_force_on": None},
    {"ends_on": YESTERDAY},
    {"ends_on": None},
    {"ends_on": None, "starts_on": None},
    {"lifted_on": YESTERDAY, "lift_reason": "REPAIRED"},
    {"lifted_on": TOMORROW, "lift_reason": ""},
    {"rejected_on": TODAY},
    {"rejected_on": TOMORROW},
    *({**state, "market_subject": market} for state in _OBJECTIONS for market in (True, False)),
)
