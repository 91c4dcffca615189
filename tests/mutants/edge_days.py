"""The day of the edge city, and the numbers of those whom it knows."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 5, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
UNTIL = date(2027, 12, 31)

Differences = Mapping[str, Mapping[str, Any]]

MAIN, SEEN, FIELD, MEASURED, TARGET, FINED, FINED_MUCH, CLOSED, PRAISED, REWARDED, LINKED, EMPTY, TOLD = range(1, 14)
PARTY, STRANGER, NAMED_ELSEWHERE, OTHER_ROLE, DEAD, DIED_TODAY = range(22, 28)
NOBODY = 40
"""Organisations below 20; natural persons above. The last is named in a matter, and known to no register."""
