"""Relations for tests, registered as the credit office does, and consents that were given by them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from authz.capacity import RelationKind
from authz.principal import Subject
from gateway.approvals.officers import Officer
from gateway.consents.records import By, ConsentRecord
from gateway.consents.registering import NewRelation, RelationDesk
from gateway.consents.relations import BY
from gateway.installation import today_in_china
from tests.city import City
from tests.consents.registers import PERSON, WANTED

ACTOR = 420_777
FIRM = Subject(id=914_201, digest=b"f" * 32, natural=False)
OFFICER = Officer(client="A3", number="1001", organisation="1142019900TERT0105")
PURPOSES = frozenset({"PM-901"})


def years_ago(years: int, *, days: int = 0) -> date:
    """The birth date of somebody who is so old today, or was ``days`` ago."""
    today = today_in_china() - timedelta(days=days)
    return date(today.year - years, today.month, min(today.day, 28) if today.month == 2 else today.day)


def new(kind: RelationKind, **changes: Any) -> NewRelation:
    firm = kind is RelationKind.REPRESENTATIVE
    today = today_in_china()
    given: dict[str, Any] = {
        "kind": kind,
        "subject": FIRM if firm else PERSON,
        "actor": ACTOR,
        "purposes": PURPOSES,
        "first": today - timedelta(days=100),
        "ended": today + timedelta(days=200),
        "born": {RelationKind.GUARDIAN: years_ago(10), RelationKind.REPRESENTATIVE: None}.get(kind, years_ago(40)),
        "evidence": "deed 99",
    }
    return NewRelation(**(given | changes))


async def registered(town: City, relation: NewRelation) -> UUID:
    async with town.database.owner() as owner:
        return await desk(town, owner).register(relation, OFFICER)


async def ended(town: City, relation: UUID) -> None:
    async with town.database.owner() as owner:
        await desk(town, owner).end(relation, "the court has ended it", OFFICER)


def desk(town: City, owner: Any) -> RelationDesk:
    return RelationDesk(connection=owner, append=town.installation.ledger.append, new_id=uuid4)


async def granted_by(town: City, relation: UUID, kind: RelationKind, **decision: Any) -> ConsentRecord:
    """Without asking whether it may: what was allowed once may be so no longer."""
    register = town.installation.consents
    subject = FIRM if kind is RelationKind.REPRESENTATIVE else PERSON
    request = await register.open(replace(WANTED, subject=subject).request())
    await register.show(request.id)
    said = replace(WANTED.decision(), by=BY[kind], relation=relation, **decision)
    return await register.grant(request.id, said)


async def granted_alone(town: City, **decision: Any) -> ConsentRecord:
    register = town.installation.consents
    request = await register.open(WANTED.request())
    await register.show(request.id)
    return await register.grant(request.id, replace(WANTED.decision(), by=By.SUBJECT, relation=None, **decision))
