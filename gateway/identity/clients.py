"""Turns a client id into what the register says of it now: its agency, keys, purposes, staff.

A token proves who asks; the register says what that is worth today. Plain values only: reading them is
``gateway.identity.register``, and whether staff may ask is ``gateway.identity.operators``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from authz.principal import AUDITOR_ROLE, BANK_ROLE, BY_CONSENT, CREDIT_SERVICE_ROLE, NATION, Operator, Principal
from gateway.identity import jose


class ClientRole(StrEnum):
    AGENCY = "AGENCY"
    BANK = "BANK"
    CREDIT_SERVICE = "CREDIT_SERVICE"
    AUDIT = "AUDIT"


DEPARTMENT = "dept."
"""How the roles of agencies begin: a file of agencies makes nobody a bank, an auditor or a subject."""

AUDIT_ORGANISATION = "audit"
"""The organisation of the security officers' client, which belongs to no agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """The organisation of a client. ``department`` is a leaf of the roles tree; no ``agreement_until``: none needed."""

    id: int
    uscc: str
    department: str | None
    supervision_field: str | None
    jurisdiction: str
    agreement_until: date | None
    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered client. ``keys`` are its public keys by ``kid``."""

    client_id: str
    role: ClientRole
    agency: Agency | None
    keys: Mapping[str, jose.VerifyingKey] = field(repr=False)
    purposes: frozenset[str]
    dpop_thumbprint: str | None
    suspended: bool

    @property
    def key_bound(self) -> bool:
        """Whether its tokens must be bound to a key: always where it reads by consent, as banks do."""
        return self.role in KEY_BOUND or self.dpop_thumbprint is not None

    @property
    def usable(self) -> bool:
        """Not suspended, and with all that its role needs."""
        if self.suspended or (self.agency is not None and self.agency.suspended):
            return False
        if self.role is ClientRole.AGENCY:
            return self.agency is not None and (self.agency.department or "").startswith(DEPARTMENT)
        return self.role is ClientRole.AUDIT or self.agency is not None


class Duty(StrEnum):
    """What an administrator looks after; nobody has two of them (三员分立)."""

    SYSTEM = "SYSTEM"
    SECURITY = "SECURITY"
    AUDIT = "AUDIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A row of the register of operators. ``active`` is false for those who have left."""

    operator: Operator
    active: bool
    duty: Duty | None = None


class Clients(Protocol):
    """The register of clients, as identity reads it."""

    async def client(self, client_id: str) -> Client | None:
        """Null where there is none of that id, or its keys cannot be read."""
        ...

    async def staff(self, client_id: str, staff_number: str) -> Staff | None: ...


def principal_of(client: Client) -> Principal:
    """The organisation that a client speaks for; ``ValueError`` for one that is not usable."""
    if not client.usable:
        raise ValueError("The client may not be used.")
    agency = client.agency
    return Principal(
        client=client.client_id,
        organisation=agency.uscc if agency else AUDIT_ORGANISATION,
        role=_role(client),
        jurisdiction=agency.jurisdiction if agency else NATION,
        purposes=client.purposes,
        supervision_field=agency.supervision_field if agency else None,
        agency_id=agency.id if agency else None,
    )


_ROLES: Mapping[ClientRole, str] = {
    ClientRole.BANK: BANK_ROLE,
    ClientRole.CREDIT_SERVICE: CREDIT_SERVICE_ROLE,
    ClientRole.AUDIT: AUDITOR_ROLE,
}
"""Roles that follow from the register alone; an agency's is its department."""

KEY_BOUND = frozenset(role for role, name in _ROLES.items() if name in BY_CONSENT)
"""Whose tokens are always bound to a key: whoever reads by consent."""


def _role(client: Client) -> str:
    if client.role in _ROLES:
        return _ROLES[client.role]
    if client.agency is None or client.agency.department is None:
        raise ValueError("An agency's client needs an agency with a department.")
    return client.agency.department
