"""Who asks, in which registered matter, on whose consent: plain values, as identity and the registers hand them over.

A ``Principal`` is the organisation behind the credential, an ``Operator`` the member of staff who uses it; the public
has neither, and a subject who asks about itself has no operator. Nothing here verifies a credential, and nothing holds
a name or a number of a natural person.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import NewType

from authz.scopes import ALWAYS
from schema.demands.demand import Coordinate

ConsentId = NewType("ConsentId", str)

PUBLIC_ROLE = "public"
BANK_ROLE = "bank"
CREDIT_SERVICE_ROLE = "credit_service"
AUDITOR_ROLE = "auditor"
SUBJECT_ROLE = "data_subject"
BY_CONSENT = frozenset({BANK_ROLE, CREDIT_SERVICE_ROLE})
"""Who reads what somebody has consented to, and otherwise as the public does (EZ-5, WH-二(六)2)."""
CREDIT_OFFICE_ROLE = "dept.credit_office"
NATION = "000000"
"""The jurisdiction of whoever belongs to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An organisation that asks. ``role`` is a leaf of the roles tree ("dept.housing"), ``jurisdiction`` a region code
    (GB/T 2260), ``purposes`` the agency's own list of matters (WC-二(二)), ``supervision_field`` the field it
    supervises, ``agency_id`` its row in the register."""

    client: str
    organisation: str
    role: str
    jurisdiction: str
    purposes: frozenset[str] = frozenset()
    supervision_field: str | None = None
    agency_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A member of staff. Agreement and training are good up to and including their dates; null: never (WH-二(六)1)."""

    staff_number: str
    agreement_until: date | None
    trained_until: date | None

    def may_ask(self, today: date) -> bool:
        """Whether both the confidentiality agreement and the training still hold. Identity refuses whoever may not."""
        return all(until is not None and today <= until for until in (self.agreement_until, self.trained_until))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject of the register: internal id, the keyed digest by which look-ups of it are known, natural or not."""

    id: int
    digest: bytes
    natural: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a consent lets its holder see: items of the catalogue and fields by name, each ticked by the subject.
    Nothing is implied but what a shown row bears in any case (``authz.consented``). BASIS: PIPL-14, PIPL-23."""

    items: frozenset[str]
    fields: frozenset[Coordinate]

    @property
    def digest(self) -> str:
        """The same for equal rights, in every process."""
        said = "\0".join((*sorted(self.items), "", *sorted(self.fields)))
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent that is in force: of one subject, to one ``client``, for one ``purpose`` and ``matter`` (its business
    reference). ``period``: the data it is about, by the day of the decision. Whether it is in force is for the register
    to say, by the clock of the database; one that is not is none.
    """

    id: ConsentId
    client: str
    purpose: str
    matter: str
    subject: Subject
    rights: Rights
    period: tuple[date, date] = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who stands behind one request. ``consent`` is the handle of the consent that the token is bound to,
    ``thumbprint`` that of the key it is bound to (RFC 7638); ``consented`` is the consent itself, as the register gave
    it out for this operation, and None where it is not in force; ``subject`` is the caller itself, signed in to see its
    own data."""

    principal: Principal
    operator: Operator | None = None
    consent: ConsentId | None = None
    thumbprint: str | None = None
    consented: Consent | None = None
    subject: Subject | None = None

    @property
    def about(self) -> Subject | None:
        """The one subject about whom this caller can be shown anything; None for everyone else."""
        return self.consented.subject if self.consented is not None else self.subject

    @property
    def period(self) -> tuple[date, date]:
        """The period of data that a consent is about."""
        return self.consented.period if self.consented is not None else ALWAYS


PUBLIC = Principal(client="public", organisation="public", role=PUBLIC_ROLE, jurisdiction=NATION)
"""Everyone without a credential, and everyone who states no purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A subject named in a matter: a keyed digest, never the identifier, and the part it plays ("review_expert")."""

    digest: bytes
    role: str
    natural: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A registered matter (事项办件), open from ``opened_on`` and no longer from ``closed_on``; ``operators`` are the
    staff numbers assigned to it. ``revision`` names this state of it in the register, and
    is no part of what it is."""

    number: str
    client: str
    purpose: str
    opened_on: date
    closed_on: date | None
    operators: frozenset[str]
    parties: tuple[Party, ...]
    revision: int = field(default=0, compare=False)

    def is_open(self, today: date) -> bool:
        return self.opened_on <= today and (self.closed_on is None or today < self.closed_on)
