"""A consent of an open installation -> its signed receipt, for whoever it was given to, or for its subject."""

from gateway.consents.receipts import Around, Party, Profile, issued, of_giving, receipt
from gateway.consents.records import ConsentRecord
from gateway.installation import Installation
from gateway.keys.material import Use

PLATFORM = "公共信用信息平台"
_RECIPIENT = """
    SELECT agency.uscc AS id, agency.name, agency.contact
    FROM client JOIN agency ON agency.id = client.agency_id WHERE client_id = $1
"""


async def receipt_of(
    installation: Installation, record: ConsentRecord, *, viewer: str, profile: Profile, own: bool = False
) -> str:
    """``viewer``: the organisation by whose opaque id the subject stands in it; ``own``: for that subject.
    Errors: ``LookupError`` for a client that is registered no more."""
    settings, policy = installation.settings, (await installation.state.current()).policy
    row = await installation.registry.fetchrow(_RECIPIENT, record.request.client)
    if row is None:
        raise LookupError("the client of this consent is not registered")
    purpose = policy.regulation.purposes[record.request.terms.purpose]
    portal = f"{settings.public_url}/portal"
    around = Around(
        issuer=settings.public_url,
        provider=Party(id=settings.jurisdiction, name=PLATFORM, contact=settings.office_contact or portal),
        recipient=Party(id=row["id"], name=row["name"], contact=row["contact"] or portal),
        principal=installation.sealer.seal_id(viewer, "subject", record.request.subject.id),
        purpose=purpose.zh,
        basis=purpose.basis,
        catalogue=policy.catalogue,
    )
    events = await installation.consents.events(record.id)
    told = events if own else of_giving(events)
    return issued(receipt(record, told, around, profile), installation.keys.signer(Use.RECEIPT))
