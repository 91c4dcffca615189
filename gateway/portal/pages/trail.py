"""The access log as its subject reads it -> rows of "who looked at me", and the proof of one of them.

Asked of the line in self scope, so that looking is itself an entry: whose, of what and how much is decided there, and
officers' names and networks are in no answer. BASIS: PIPL-44, PIPL-45.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from authz.principal import Subject
from gateway.portal.pages.asking import OwnData
from gateway.portal.pages.naming import Names
from gateway.portal.rendering import CHINA

PAGE = 50
RELEASE, LOOKS = ("RELEASE",), ("RELEASE", "DENY")
"""Kinds of entry: something was given out; somebody looked, and was given something or nothing."""
_SECOND = timedelta(seconds=1)
LATEST = 7_258_118_400_000
"""The year 2200, in ms since the epoch: no entry is so late."""

DOCUMENT = """query Trail($filter: AccessFilter, $first: Int!, $after: String, $lang: Language!) {
    accessLog(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { node {
            id at kind kindLabel(lang: $lang) agency { name uscc } system purpose purposeName matterNumber
            basis { citation title } categories level levelLabel(lang: $lang) records consent
        } }
    }
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One entry. ``records``: how many were shown, None where it is not known of one subject alone; ``agency`` is None
    where the platform itself acted; ``level`` in words; ``released``: something was given out, if only a
    verdict."""

    id: str
    at: datetime
    kind: str
    agency: str | None
    code: str | None
    system: str
    purpose: str | None
    basis: tuple[str, ...]
    matter: str | None
    categories: tuple[str, ...]
    level: str | None
    records: int | None
    consent: str | None
    released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """``after``: what the next page is asked with."""

    looks: tuple[Look, ...]
    total: int | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Days in China, both included; None: no bound. ``agency``: a client id; ``kinds``: of entry, None: all."""

    first: date | None = None
    last: date | None = None
    after: str | None = None
    agency: str | None = None
    kinds: tuple[str, ...] | None = LOOKS


async def trail(data: OwnData, subject: Subject, address: str | None, names: Names, sought: Sought) -> Trail:
    """A page, newest first. Errors: ``NotAnswered``, also where the cursor is not one of this question."""
    given = {
        "from": None if sought.first is None else _midnight(sought.first),
        "to": None if sought.last is None else _midnight(sought.last + timedelta(days=1)),
        "agency": sought.agency,
        "kind": sought.kinds,
    }
    return await _read(data, subject, address, names, given, sought.after)


async def is_own(data: OwnData, subject: Subject, address: str | None, names: Names, entry: UUID) -> bool:
    """Whether the entry stands in the trail of the subject. An id holds its moment (RFC 9562 5.7), which is asked."""
    milliseconds = entry.int >> 80
    if milliseconds > LATEST:
        return False
    moment = datetime.fromtimestamp(milliseconds / 1000, CHINA)
    given = {"from": moment.isoformat(), "to": (moment + _SECOND).isoformat()}
    after = None
    while True:
        page = await _read(data, subject, address, names, given, after)
        if str(entry) in {look.id for look in page.looks}:
            return True
        if page.after is None:
            return False
        after = page.after


async def _read(
    data: OwnData,
    subject: Subject,
    address: str | None,
    names: Names,
    given: Mapping[str, object],
    after: str | None,
) -> Trail:
    variables = {
        "filter": {name: value for name, value in given.items() if value is not None},
        "first": PAGE,
        "after": after,
        "lang": names.language.value.upper(),
    }
    found, _ = await data.ask(subject, address, DOCUMENT, variables)
    log = found["accessLog"]
    return Trail(
        looks=tuple(_look(edge["node"], names) for edge in log["edges"]),
        total=log["totalCount"],
        after=log["pageInfo"]["endCursor"] if log["pageInfo"]["hasNextPage"] else None,
    )


def _look(node: Mapping[str, Any], names: Names) -> Look:
    agency = node["agency"] or {}
    return Look(
        id=node["id"],
        at=datetime.fromisoformat(node["at"]),
        kind=node["kindLabel"],
        agency=agency.get("name"),
        code=agency.get("uscc"),
        system=node["system"],
        purpose=None if node["purpose"] is None else names.purpose(node["purpose"]),
        basis=tuple(each["title"] or each["citation"] for each in node["basis"] or ()),
        matter=node["matterNumber"],
        categories=tuple(names.category(each) for each in node["categories"] or ()),
        level=node["levelLabel"],
        records=node["records"],
        consent=node["consent"],
        released=node["kind"] in RELEASE,
    )


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), CHINA).isoformat()
