"""What is written down of one operation, in the words of whoever writes it: the ``Entry``.

An entry may hold what identifies people: the operator, the matter, the rows released. ``leaf.draft`` turns it into a
leaf that does not, and into side rows that are sealed. Nothing here is ever logged: no ``repr`` shows a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias
from uuid import UUID


def _nothing() -> Mapping[str, int]:
    return MappingProxyType({})


class Kind(StrEnum):
    RELEASE = "release"
    DENY = "deny"
    ERROR = "error"
    ADMIN = "admin"
    CONSENT = "consent"  # a request for consent, or a consent, came into another state
    KEY = "key"  # a key of side rows was held, retired or destroyed
    READ_LOG = "read-log"
    ALERT = "alert"  # a rule fired, or the log itself is not as it should be


class Decision(StrEnum):
    ALLOW = "allow"
    PARTIAL = "partial"  # some asked fields were masked or withheld
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Operator:
    """The natural person who acts. ``number``: staff number, unique within the principal; ``role`` and ``method`` (of
    authentication) are codes."""

    number: str
    role: str | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Query:
    """What was asked. ``document``: SHA-256 of the exact document bytes; ``demand``: digest of the demand, None when
    the document did not become one; ``operation``: its name, as the caller chose it."""

    document: bytes
    demand: bytes | None
    operation: str | None
    depth: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Shown:
    """A variable whose value stands in the leaf: an enumeration, a boolean, an integer, or a date as ``YYYY-MM-DD``."""

    name: str
    type: str
    value: str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Hidden:
    """Any other variable: the leaf has a commitment to ``value`` (its text; of an object or list, JSON text) and its
    length."""

    name: str
    type: str
    value: str


Variable: TypeAlias = Shown | Hidden


class RowRef(NamedTuple):
    """One row given out. ``type``: its GraphQL type; ``ref``: what identifies it for ever, e.g. its id as 8 bytes.

    A plain tuple, like ``Released``: a large answer has hundreds of each.
    """

    type: str
    item: str | None  # code of the catalogue item
    ref: bytes

    def __repr__(self) -> str:
        return "RowRef()"


class Released(NamedTuple):
    """What was given out about one subject at one disclosure.

    ``clear`` names the fields given in clear of *these* rows: rows of one subject that differ in it make a ``Released``
    each, so that "who was given this field of this record" has an exact answer.
    """

    subject: bytes  # what identifies the subject for ever
    natural: bool
    rows: tuple[RowRef, ...]
    levels: Mapping[str, int]  # level name -> number of fields asked of a row
    clear: tuple[str, ...]  # coordinates: "Record.facts"
    basis: tuple[str, ...] = ()  # articles

    def __repr__(self) -> str:
        return "Released()"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Response:
    """``digest``: SHA-256 of the exact body; ``size``: its bytes; ``errors``: entries of its ``errors``."""

    digest: bytes
    size: int
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """One operation, allowed or refused; or one act on the installation (``action``), or one reading of the log.

    ``principal`` is an organisation's client id, or "public". ``purpose`` and ``role`` may be the caller's words: what
    does not look like a code goes into the leaf as a commitment. ``reasons`` are permanent codes. ``fields`` counts the
    asked fields by level, ``verdicts`` the verdicts given by their answer. ``performance`` is in milliseconds.
    ``consent`` makes a release subject to the release guard; ``use``: which use of it this was.
    ``times`` is how many refusals before authentication this one entry stands for.
    """

    kind: Kind
    principal: str
    decision: Decision
    action: str = "query"
    operator: Operator | None = None
    purpose: str | None = None
    role: str | None = None
    basis: tuple[str, ...] = ()
    matter: str | None = None
    consent: UUID | None = None
    use: int | None = None
    scope: str | None = None
    policy_version: str | None = None
    catalogue_version: str | None = None
    query: Query | None = None
    variables: tuple[Variable, ...] = ()
    reasons: tuple[str, ...] = ()
    fields: Mapping[str, int] = field(default_factory=_nothing)
    released: tuple[Released, ...] = ()
    verdicts: Mapping[str, int] = field(default_factory=_nothing)
    response: Response | None = None
    performance: Mapping[str, int] = field(default_factory=_nothing)
    address: str | None = None  # of the client
    times: int = 1
