"""Names of the shards of a log: one for each civil year in China, and another where a year needs a second one.

The name of a shard is the last step of its origin, so two shards never share a key's name. No clock is read here.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_CHINA = timedelta(hours=8)
_LABEL = re.compile(r"([0-9]{4})(?:-([1-9][0-9]{0,3}))?")


def year_of(t: int) -> int:
    """The civil year in China at ``t`` ms since the epoch."""
    return (datetime.fromtimestamp(t / 1000, UTC) + _CHINA).year


def is_label(text: str) -> bool:
    return _LABEL.fullmatch(text) is not None


def year_in(label: str) -> int:
    """The year of a shard: 2026 of "2026" and of "2026-2"."""
    return int(label[:4])


def new_label(year: int, taken: Iterable[str]) -> str:
    """A name that no shard bears: "2026", then "2026-2", "2026-3"."""
    numbers = [int(found[2] or 1) for found in map(_LABEL.fullmatch, taken) if found and int(found[1]) == year]
    return f"{year}-{max(numbers) + 1}" if numbers else f"{year}"


def origin(log: str, label: str) -> str:
    """What a shard is called in its checkpoints: "credit.420100/audit/2026". ``log``: all of it but the label."""
    return f"{log}/{label}"
