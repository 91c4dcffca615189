"""thresholds.toml -> ``Thresholds``: every number that an alert rule compares with."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
"""In milliseconds, as the log tells time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    per_hour: int
    per_day: int
    times: int
    stop_per_day: int
    mass_matter: int
    habit_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    window: int
    looked_up: int
    missed_percent: int
    per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    subjects: int
    unknown_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dormant:
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraping:
    per_hour: int
    per_party: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Denials:
    window: int
    refused: int
    by_agency: int
    per_day: int
    aliases: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    window: int
    refused: int
    stop_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    seal: int
    clock_step_seconds: int
    looks_at_one: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Purposes:
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    bulk: Bulk
    enumeration: Enumeration
    matters: Matters
    dormant: Dormant
    scraping: Scraping
    denials: Denials
    consents: Consents
    log: Log
    purposes: Purposes


def read_thresholds(text: str) -> Thresholds:
    """Errors: ``ValueError`` for a table or number that is missing, unknown, or no positive whole number."""
    found = tomllib.loads(text)
    if any(type(value) is not int or value <= 0 for table in found.values() for value in table.values()):
        raise ValueError("thresholds are positive whole numbers")
    try:
        return Thresholds(
            bulk=Bulk(**found.pop("bulk")),
            enumeration=Enumeration(**found.pop("enumeration")),
            matters=Matters(**found.pop("matters")),
            dormant=Dormant(**found.pop("dormant")),
            scraping=Scraping(**found.pop("scraping")),
            denials=Denials(**found.pop("denials")),
            consents=Consents(**found.pop("consents")),
            log=Log(**found.pop("log")),
            purposes=Purposes(**found.pop("purposes")),
            **found,
        )
    except (KeyError, TypeError):
        raise ValueError("a threshold is missing, or is none that is known") from None


@cache
def shipped() -> Thresholds:
    return read_thresholds(resources.files("gateway.watch").joinpath("thresholds.toml").read_text("utf-8"))
