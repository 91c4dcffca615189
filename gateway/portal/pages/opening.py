"""An open installation and its sign-in -> the desk of the pages: the one place where they are joined."""

from contextlib import suppress
from uuid import UUID

from starlette.responses import Response
from starlette.routing import BaseRoute

from authz.principal import BANK_ROLE, CREDIT_SERVICE_ROLE, Principal
from gateway.consents.contacts import Contact, NotAContact, sealed
from gateway.consents.notices import quiet
from gateway.consents.receipts import Profile
from gateway.consents.records import ConsentRecord
from gateway.database.scopes import DatabaseRole
from gateway.exchange import Execute
from gateway.identity.clients import ClientRole
from gateway.installation import Installation
from gateway.ledger.export.proving import NotYetProvable, proof_of
from gateway.outbox.messages import Channel
from gateway.portal.caller import caller_of
from gateway.portal.opening import Portal
from gateway.portal.pages.asking import OwnData
from gateway.portal.pages.desk import Asker, Desk
from gateway.portal.pages.notice import Giver, Recipient
from gateway.portal.pages.routes import page_routes
from gateway.portal.visit import Visit, not_there
from gateway.receipting import receipt_of

_ASKER = """
    SELECT client.role, agency.name, agency.uscc, agency.jurisdiction, agency.contact
    FROM client JOIN agency ON agency.id = client.agency_id WHERE client_id = $1
"""

_IS_QUIET = "SELECT EXISTS (SELECT FROM consent_quiet WHERE consent = $1)"


def portal_pages(installation: Installation, portal: Portal, execute: Execute) -> tuple[BaseRoute, ...]:
    """For ``Portal.routes``. ``execute`` is the pipeline."""
    settings = installation.settings
    desk = Desk(
        sessions=portal.site.sessions,
        anew=lambda visit, act: _anew(portal, visit, act),
        register=installation.consents,
        representation=installation.representation,
        own=OwnData(execute=execute, sealer=installation.sealer),
        in_force=installation.state.current,
        asker=lambda client: _asker(installation, client),
        giver=Giver(city=settings.jurisdiction, office=settings.office_contact),
        proof=lambda entry: _proof(installation, entry),
        receipt=lambda record: _receipt(installation, record),
        contact=lambda address: _contact(installation, address),
        is_quiet=lambda consent: _is_quiet(installation, consent),
        keep_quiet=lambda consent, wanted: _keep_quiet(installation, consent, wanted),
    )
    return tuple(page_routes(portal.site, desk))


async def _anew(portal: Portal, visit: Visit, act: str) -> Response | None:
    return await portal.sign_in.anew(visit, act, back=visit.back)


async def _asker(installation: Installation, client: str) -> Asker:
    row = await installation.registry.fetchrow(_ASKER, client)
    if row is None:
        raise not_there()
    return Asker(
        recipient=Recipient(name=row["name"], code=row["uscc"], contact=row["contact"]),
        principal=Principal(
            client=client,
            organisation=row["uscc"],
            role=BANK_ROLE if row["role"] == ClientRole.BANK else CREDIT_SERVICE_ROLE,
            jurisdiction=row["jurisdiction"],
        ),
    )


async def _proof(installation: Installation, entry: UUID) -> bytes | None:
    async with installation.databases.connection(DatabaseRole.LEDGER_READER) as connection:
        with suppress(NotYetProvable):
            return await proof_of(connection, entry)
    return None


async def _is_quiet(installation: Installation, consent: UUID) -> bool:
    async with installation.databases.connection(DatabaseRole.CONSENT_KEEPER) as connection:
        return bool(await connection.fetchval(_IS_QUIET, consent))


async def _keep_quiet(installation: Installation, consent: UUID, wanted: bool) -> None:
    async with installation.databases.connection(DatabaseRole.CONSENT_KEEPER) as connection:
        await quiet(connection, consent, wanted)


async def _receipt(installation: Installation, record: ConsentRecord) -> str:
    """The full receipt, for the subject to keep."""
    viewer = caller_of(record.request.subject).principal.organisation
    return await receipt_of(installation, record, viewer=viewer, profile=Profile.FULL, own=True)


def _contact(installation: Installation, address: str | None) -> bytes | None:
    """An e-mail address or a telephone number, as the provider has verified it."""
    if address is None:
        return None
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    with suppress(NotAContact):
        return sealed(Contact(channel=channel, address=address), installation.sealer)
    return None
