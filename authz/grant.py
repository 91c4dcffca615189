"""The grant: what may be shown, as data. Made by ``authz.compile``; nothing widens it and nothing else decides.

A grant divides every catalogue item by kind of subject and relation to the caller, and in sharing scope by whether the
row is public anyway; each ``Part`` has one row scope and, for every field, a disclosure. Parts of one item and kind are
tried in order: the first whose ``rows`` holds is the part of the row; a row in no part does not exist for this caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import NewType

from authz.scopes import RowScope
from schema.demands.demand import Coordinate

ItemCode = NewType("ItemCode", str)
RuleId = NewType("RuleId", str)


class Level(IntEnum):
    """How much of a value is shown, ordered."""

    NONE = 0
    VERDICT = 1
    SUMMARY = 2
    MASKED = 3
    CLEAR = 4


class Scope(StrEnum):
    PUBLICATION = "PUBLICATION"
    SHARING = "SHARING"
    CONSENT = "CONSENT"
    SELF = "SELF"
    AUDIT = "AUDIT"


class Kind(StrEnum):
    ORGANISATION = "organisation"
    PERSON = "person"


class Relation(StrEnum):
    """Of a row to the caller; a row has the first that fits, in this order."""

    SELF = "SELF"
    SOURCE = "SOURCE"
    TARGET = "TARGET"
    OWN_FIELD = "OWN_FIELD"
    REPORTED = "REPORTED"
    OTHER = "OTHER"


class Reason(StrEnum):
    """Why a field is not in clear."""

    POLICY = "POLICY"
    CEILING = "CEILING"
    NOT_IN_CONSENT = "NOT_IN_CONSENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The decision on one field of one part. ``mask`` names the stored form at level MASKED ("MASK_ID_BIRTH8")."""

    level: Level
    mask: str | None = None
    reason: Reason | None = None
    rules: tuple[RuleId, ...] = ()
    basis: tuple[str, ...] = ()  # articles, as cited by the rules: "WH-二(二)2"


WITHHELD = Disclosure(level=Level.NONE, reason=Reason.POLICY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    item: ItemCode
    kind: Kind
    relation: Relation
    published: bool  # the part of rows that the public may see as well
    rows: RowScope
    fields: Mapping[Coordinate, Disclosure]  # absent = WITHHELD

    def of(self, coordinate: Coordinate) -> Disclosure:
        return self.fields.get(coordinate, WITHHELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """All that one caller may be shown for one purpose, on one date, under one policy version."""

    scope: Scope
    purpose: str
    role: str | None
    policy_version: str
    catalogue_version: str
    today: date
    persons: bool  # natural persons may be looked up
    organisations: bool  # organisations may be looked up
    years: int  # the period of verdicts that look back, from purpose and jurisdiction
    supervision_field: str | None  # of the caller: the field of Standing.fieldPenalty
    suspending: frozenset[str]  # jurisdictions in which a doubted objection suspends measures (Ezhou item 19)
    archive: bool  # to the source of a record its hidden records are shown too (reference 3.10)
    parts: tuple[Part, ...]
    digest: str
    beyond_consent: frozenset[Coordinate] = frozenset()
    """Fields of rows that the policy would show and the caller's consent leaves out."""

    def parts_of(self, kind: Kind | None = None, items: frozenset[ItemCode] | None = None) -> tuple[Part, ...]:
        return tuple(
            part for part in self.parts if (kind is None or part.kind is kind) and (items is None or part.item in items)
        )
