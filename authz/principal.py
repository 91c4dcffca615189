"""Who asks, and the registered matter in which they ask: plain values, as identity and the registers hand them over.

A ``Principal`` is the organisation behind the credential, an ``Operator`` the member of staff who uses it; the public
has neither. Nothing here verifies a credential, and nothing holds a name or a number of a natural person.
"""

from dataclasses import dataclass
from datetime import date
from typing import NewType

ConsentId = NewType("ConsentId", str)

PUBLIC_ROLE = "public"
BANK_ROLE = "bank"
AUDITOR_ROLE = "auditor"
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
class Caller:
    """Who stands behind one request. ``consent`` is the handle of the consent that the token is bound to."""

    principal: Principal
    operator: Operator | None = None
    consent: ConsentId | None = None


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
    staff numbers assigned to it."""

    number: str
    client: str
    purpose: str
    opened_on: date
    closed_on: date | None
    operators: frozenset[str]
    parties: tuple[Party, ...]

    def is_open(self, today: date) -> bool:
        return self.opened_on <= today and (self.closed_on is None or today < self.closed_on)
