"""CLIENT/NUMBER -> the officer who is named so: registered, active, with agreement and training (WH-二(六)1).

An officer is of the city's own credit office (信用办), or a security officer; whoever administers the system or its
audit is none (三员分立). It proves nobody's identity: whoever runs the command answers for the names that it was given.
"""

from dataclasses import dataclass
from datetime import date

from authz.principal import CREDIT_OFFICE_ROLE
from gateway.identity.clients import AUDIT_ORGANISATION, Client, ClientRole, Clients, Duty
from gateway.identity.operators import admitted
from schema.errors import CallerError


class NotAnOfficer(Exception):  # noqa: N818  # it says what became of the act
    """Nothing has been done."""

    def __init__(self) -> None:
        super().__init__(
            "an officer is named CLIENT/NUMBER: an operator registered for the city's own credit office or for the "
            "security officers, whose agreement and training hold today, and who administers neither system nor audit"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A registered person. ``organisation`` and ``number`` are who it is; ``client`` is by whose register."""

    client: str
    number: str
    organisation: str

    def __str__(self) -> str:
        return f"{self.client}/{self.number}"

    @property
    def person(self) -> tuple[str, str]:
        """The same for one person, whatever client the name was given with."""
        return (self.organisation, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officers:
    """The register of officers of the city of this ``jurisdiction``, on the day ``today``."""

    clients: Clients
    jurisdiction: str
    today: date

    async def of_office(self, named: str) -> Officer:
        """Of the credit office alone. Errors: ``NotAnOfficer``."""
        return await self._found(named, security=False)

    async def named(self, named: str) -> Officer:
        """Of the credit office, or a security officer. Errors: ``NotAnOfficer``."""
        return await self._found(named, security=True)

    async def _found(self, named: str, *, security: bool) -> Officer:
        client_id, _, number = named.partition("/")
        client = await self.clients.client(client_id)
        if client is None or not client.usable or not (self._office(client) or (security and _security(client))):
            raise NotAnOfficer
        staff = await self.clients.staff(client_id, number)
        try:
            admitted(staff, client.agency, self.today)
        except CallerError:
            raise NotAnOfficer from None
        if staff is not None and staff.duty not in (None, Duty.SECURITY):
            raise NotAnOfficer
        organisation = client.agency.uscc if client.agency is not None else AUDIT_ORGANISATION
        return Officer(client=client_id, number=number, organisation=organisation)

    def _office(self, client: Client) -> bool:
        agency = client.agency
        return agency is not None and (agency.department, agency.jurisdiction) == (
            CREDIT_OFFICE_ROLE,
            self.jurisdiction,
        )


def _security(client: Client) -> bool:
    return client.role is ClientRole.AUDIT
