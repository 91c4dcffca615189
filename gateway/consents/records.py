"""The register of consents as plain values: what was asked, what was granted, how it was used, what happened to it.

A request is what a client asks of a subject; a consent exists only by the subject's decision, and has the same id. Both
are immutable but for their state, and every change of state is an event with its entry in the log. Times are those of
the database. Nothing here holds a name or a number of a person. BASIS: PIPL-14, PIPL-15, PIPL-17, PIPL-23, WH-二(六)2.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from authz.principal import Rights, Subject

LONGEST_DAYS = 365
MOST_USES = 100
LAPSES_DAYS = 7
"""Of a request that nobody decides."""
PAGES_PER_USE = 20
PAGING_MINUTES = 10


class RequestState(StrEnum):
    REQUESTED = "REQUESTED"
    SHOWN = "SHOWN"  # to the subject, signed in
    GRANTED = "GRANTED"
    DENIED = "DENIED"
    LAPSED = "LAPSED"


class State(StrEnum):
    """Of a consent. The last three are final; a consent whose term or uses are over is not usable even where nobody
    has written so yet (``ConsentRecord.usable``)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXHAUSTED = "EXHAUSTED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class Reason(StrEnum):
    """Why a consent was suspended, or revoked before its time."""

    SUBJECT = "SUBJECT"  # the subject, or who may act for it, takes it back (PIPL-15)
    CLIENT = "CLIENT"  # the client gives it up
    OFFICER = "OFFICER"
    DEATH = "DEATH"
    PURPOSE_CHANGED = "PURPOSE_CHANGED"  # purpose, method or kinds of data changed: a new consent is needed (PIPL-14)
    FORCED = "FORCED"
    RELATION_ENDED = "RELATION_ENDED"  # of the guardian, agent or representative who granted it
    CAPACITY = "CAPACITY"  # a birthday: the subject decides for itself from now on
    KEY_CHANGED = "KEY_CHANGED"  # the client's key is another one than when it was granted
    RESTORED = "RESTORED"  # the log tells of an end that the register had lost


class By(StrEnum):
    """Who brings an event about."""

    CLIENT = "CLIENT"
    SUBJECT = "SUBJECT"
    GUARDIAN = "GUARDIAN"  # of a minor, or appointed by a court
    AGENT = "AGENT"  # by power of attorney
    REPRESENTATIVE = "REPRESENTATIVE"  # of an organisation
    OFFICER = "OFFICER"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One purpose, one business reference (the matter), and how far it goes. ``rights``: items of the catalogue and
    fields by name; ``period``: the data it is about, by the day of the decision, ends included; ``uses``: 1-100;
    ``manner`` (方式): how the purpose is pursued, a word of policies/manners.toml ("check", "monitoring")."""

    purpose: str
    manner: str = "check"
    matter: str
    rights: Rights
    period: tuple[date, date]
    uses: int
    days: int  # from the decision, 1-365
    retention_days: int  # for which the client keeps what it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """``key`` and ``body``: digests of the client's Idempotency-Key and of what it sent under it; ``thumbprint``: of
    the client's key (RFC 7638); ``operator``: staff number; ``via``: the platform that stands between, by name."""

    client: str
    operator: str
    thumbprint: str
    key: bytes = field(repr=False)
    body: bytes = field(repr=False)
    subject: Subject
    terms: Terms
    necessity: str
    service_depends: bool
    via: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    id: UUID
    client: str
    thumbprint: str
    subject: Subject
    terms: Terms
    necessity: str
    service_depends: bool
    via: str | None
    state: RequestState
    asked_at: datetime
    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the subject granted, narrowed or as it was asked: never more. ``notice``: the exact text that was shown,
    of ``notice_version`` in ``language`` ("zh", "en"); ``assurance``: of the sign-in (acr); ``relation``: the
    registered relation by which somebody else decides; ``contact``: where notices go, sealed; ``first``: not before
    this moment, the decision itself unless given; the days run from whichever of the two is earlier."""

    by: By
    rights: Rights
    period: tuple[date, date]
    uses: int
    days: int
    notice: str
    notice_version: str
    language: str
    assurance: str
    relation: UUID | None = None
    contact: bytes | None = field(default=None, repr=False)
    first: datetime | None = None

    @property
    def notice_digest(self) -> bytes:
        """SHA-256 of the text, by which the consent names it."""
        return hashlib.sha256(self.notice.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """A consent as it stands: ``request`` is what was asked for it. ``usable`` is the database's word, at the moment it
    was read: active, begun, not ended, and with a use left."""

    request: Request
    by: By
    rights: Rights
    period: tuple[date, date]
    uses: int
    used: int
    granted_at: datetime
    first: datetime
    expires_at: datetime
    notice: bytes
    notice_version: str
    language: str
    assurance: str
    relation: UUID | None
    contact: bytes | None = field(repr=False)
    thumbprint: str
    state: State
    reason: Reason | None
    state_at: datetime
    usable: bool

    @property
    def id(self) -> UUID:
        return self.request.id

    @property
    def stands(self) -> bool:
        """Whether anything may be asked under it: also with the last use taken, since its pages may still follow, which
        the debit decides."""
        return self.usable or (self.state is State.ACTIVE and self.used >= self.uses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change, in its order. ``what`` is the state it led to; ``entry`` its entry in the log."""

    n: int
    what: str
    by: By
    reason: Reason | None
    at: datetime
    entry: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The ``n``-th use; ``pages``: how many answers were given under it."""

    n: int
    at: datetime
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Debited:
    """A use that was taken, or gone on with by the cursor of a page before."""

    consent: ConsentRecord
    use: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What has come to its end by itself, and has no event that says so: requests that nobody decided, and consents
    with the state that is true of them."""

    lapsed: tuple[UUID, ...]
    over: tuple[tuple[UUID, State], ...]
