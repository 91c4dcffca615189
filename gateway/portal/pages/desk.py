"""What the pages are joined to, and for whom who is signed in acts: itself, or another by a registered relation.

Whoever may act for nobody in question is told that there is nothing there: a subject learns nothing of another's
requests and consents, not even whether they are. BASIS: PIPL-31, PIPL-44.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from starlette.responses import Response

from authz.capacity import Relation
from authz.principal import Principal, Subject
from gateway.consents.records import By, ConsentRecord, Request
from gateway.consents.register import ConsentRegister
from gateway.consents.relations import BY, Decider, Representation
from gateway.in_force import InForce
from gateway.portal.pages.asking import OwnData
from gateway.portal.pages.naming import Names
from gateway.portal.pages.notice import Giver, Recipient
from gateway.portal.sessions import Sessions
from gateway.portal.visit import Visit, not_there

ACTING = "as"
"""The parameter that names the relation by which somebody acts for another."""
SUBJECT_ACCESS = "PM-902"
"""What a relation must be registered for, where it is to open the other's own data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for a consent: as the register has it, and as a grant depends on it."""

    recipient: Recipient
    principal: Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """``anew`` has who is signed in authenticate again for one act and come back to the same page, None where that was
    just done; ``asker`` finds a client in the register; ``proof`` gives the file that proves an entry of the log, None
    while no signed head holds it; ``receipt`` the signed receipt of a consent; ``contact`` seals where notices go; of a
    quiet consent only the first use and the end are told."""

    sessions: Sessions
    anew: Callable[[Visit, str], Awaitable[Response | None]]
    register: ConsentRegister
    representation: Representation
    own: OwnData
    in_force: Callable[[], Awaitable[InForce]]
    asker: Callable[[str], Awaitable[Asker]]
    giver: Giver
    proof: Callable[[UUID], Awaitable[bytes | None]]
    receipt: Callable[[ConsentRecord], Awaitable[str]]
    contact: Callable[[str | None], bytes | None]
    is_quiet: Callable[[UUID], Awaitable[bool]]
    keep_quiet: Callable[[UUID, bool], Awaitable[None]]

    async def askers(self, clients: Iterable[str]) -> Mapping[str, Asker]:
        """Each once."""
        return {client: await self.asker(client) for client in dict.fromkeys(clients)}

    async def names(self, visit: Visit) -> Names:
        policy = (await self.in_force()).policy
        return Names(catalogue=policy.catalogue, regulation=policy.regulation, language=visit.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """For ``subject``; ``relation``: by which, None where it is who is signed in."""

    subject: Subject = field(repr=False)
    relation: Relation | None = None

    @property
    def by(self) -> By:
        return By.SUBJECT if self.relation is None else BY[self.relation.kind]

    def decides(self, request: Request) -> bool:
        """Whether it is one of those that are this person's to see: a relation opens what it is registered for."""
        return self.relation is None or request.terms.purpose in self.relation.purposes

    @property
    def query(self) -> str:
        """What every link of the page carries, so that one goes on acting for the same."""
        return "" if self.relation is None else f"?{ACTING}={self.relation.id}"


async def chosen(visit: Visit, desk: Desk) -> Acting:
    """Whom the address names; who is signed in unless it names another. Errors: 404 for nobody it may act for."""
    return await _acting(visit, desk, visit.query.one(ACTING))


async def others(visit: Visit, desk: Desk) -> tuple[Relation, ...]:
    """For whom else who is signed in may act."""
    found = await desk.representation.subjects_of(visit.who.person.id)
    return tuple(each for each in found if each.subject.id != visit.who.subject.id)


async def acting_for(visit: Visit, desk: Desk, request: Request) -> Acting:
    """How who is signed in acts for the subject of this request. Errors: 404 where it may not."""
    for relation in await desk.representation.subjects_of(visit.who.person.id):
        acting = Acting(subject=relation.subject, relation=relation)
        if relation.subject.id == request.subject.id and acting.decides(request):
            return acting
    if request.subject.id != visit.who.subject.id:
        raise not_there()
    return Acting(subject=visit.who.subject)


def decider_of(visit: Visit, acting: Acting) -> Decider:
    relation = None if acting.relation is None else acting.relation.id
    return Decider(person=visit.who.person.id, born=visit.who.born, relation=relation)


async def request_of(visit: Visit, desk: Desk) -> tuple[Request, Acting]:
    """The request that the path names, to whoever it may be shown. Errors: 404, the same for all others."""
    named = id_in(visit)
    request = await desk.register.request(named) if named is not None else None
    if request is None:
        raise not_there()
    return request, await acting_for(visit, desk, request)


async def consent_of(visit: Visit, desk: Desk) -> tuple[ConsentRecord, Acting]:
    """The same of a consent."""
    named = id_in(visit)
    record = await desk.register.consent(named) if named is not None else None
    if record is None:
        raise not_there()
    return record, await acting_for(visit, desk, record.request)


def id_in(visit: Visit) -> UUID | None:
    """The id in the path, in its one spelling."""
    text = visit.part("id")
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


async def _acting(visit: Visit, desk: Desk, named: str | None) -> Acting:
    if not named:
        return Acting(subject=visit.who.subject)
    for relation in await desk.representation.subjects_of(visit.who.person.id):
        if str(relation.id) == named:
            return Acting(subject=relation.subject, relation=relation)
    raise not_there()


def opens_data(acting: Acting) -> bool:
    """Whether the subject's own data may be looked at: one's own, or by a relation that is registered for it."""
    return acting.relation is None or SUBJECT_ACCESS in acting.relation.purposes
