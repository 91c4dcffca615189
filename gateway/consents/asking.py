"""A client's wish -> a request in the register of consents, held to what policy, purpose and matter allow of it.

Everything is decided by the client, its matter and the policy. INVARIANT: nobody is looked up: the subject is a keyed
digest of what was sent, so a request for somebody unknown takes the same steps as for anybody else. BASIS: PIPL-14,
PIPL-23, CRR-18, WH-二(六)2.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from authz.askable import Askable, admit_asking, askable, items_of
from authz.grant import Kind
from authz.principal import Caller, Matter, Rights, Subject
from gateway.consents.records import NewRequest, Request, Terms
from gateway.consents.register import ConsentRegister
from gateway.consents.wanted import Wanted, refused
from gateway.in_force import InForce, State
from gateway.recent_matters import Find
from resolvers.sealer import Sealer
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate
from schema.errors import CallerError, Code
from schema.regulations.regulation import Regulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """``day``: the civil day, by which consents go; ``clock``: ms since the epoch."""

    state: State
    sealer: Sealer
    find_matter: Find
    register: ConsentRegister
    day: Callable[[], date]
    clock: Callable[[], int]

    async def ask(self, caller: Caller, key: str, wanted: Wanted) -> Request:
        """The request that stands under this ``key`` (the client's Idempotency-Key), new or from before.

        Errors: BAD_REQUEST and those of ``admit_asking``, FROZEN, UNAUTHENTICATED; those of ``ConsentRegister.open``.
        """
        in_force = await self.state.current()
        in_force.frozen.refuse_caller(caller, self.clock())
        subject = subject_of(wanted, self.sealer)
        matter = await self.find_matter(caller.principal.client, wanted.matter)
        offered = offered_to(caller, wanted, subject, matter, in_force)
        check_limits(wanted, in_force.policy.regulation, caller.principal.jurisdiction, self.day())
        rights = rights_of(wanted, offered, in_force.policy.catalogue)
        if caller.operator is None or caller.thumbprint is None:
            raise CallerError(Code.UNAUTHENTICATED, "A consent is asked for by staff, with a key-bound token.")
        return await self.register.open(
            NewRequest(
                client=caller.principal.client,
                operator=caller.operator.staff_number,
                thumbprint=caller.thumbprint,
                key=hashlib.sha256(key.encode()).digest(),
                body=self.sealer.question_digest(f"{subject.digest.hex()} {wanted.body.decode()}"),
                subject=subject,
                terms=_terms(wanted, rights),
                necessity=wanted.necessity,
                service_depends=wanted.service_depends,
                via=wanted.via,
            )
        )


def subject_of(wanted: Wanted, sealer: Sealer) -> Subject:
    """As intake would know the subject, whether or not it does."""
    if wanted.person is not None:
        kind, number, name = wanted.person
        digest = sealer.person_digest(kind, number, name)
        return Subject(id=sealer.internal_id("person", f"{kind}:{number}"), digest=digest, natural=True)
    code = str(wanted.uscc)
    digest = sealer.organisation_digest(code)
    return Subject(id=sealer.internal_id("organisation", code), digest=digest, natural=False)


def offered_to(caller: Caller, wanted: Wanted, subject: Subject, matter: Matter | None, in_force: InForce) -> Askable:
    """What the client may ask of such a subject. Errors: those of ``admit_asking``."""
    regulation, today = in_force.policy.regulation, in_force.today
    admission = admit_asking(caller, wanted.purpose, wanted.matter, subject, matter, regulation, today)
    grant = in_force.grants.grant(caller.principal, admission, today)
    return askable(grant, Kind.PERSON if subject.natural else Kind.ORGANISATION, in_force.policy.space)


def rights_of(wanted: Wanted, offered: Askable, catalogue: Catalogue) -> Rights:
    """The items and fields that are asked for: every field is open under one of the items, and no item is asked for
    without a field of it, unless its rows alone say it. Errors: BAD_REQUEST."""
    if not offered.keys() >= set(wanted.items):
        raise refused("items: One of them cannot be asked for under this purpose.")
    fields = frozenset(map(Coordinate, wanted.fields))
    named = {category: items_of(category, offered, catalogue) for category in wanted.categories}
    reached = frozenset(wanted.items).union(*named.values())
    if not fields <= frozenset[Coordinate]().union(*(offered[code] for code in reached)):
        raise refused("fields: One of them is not open under these items, or goes with them without being asked for.")
    idle = {code for code in reached if not offered[code] & fields}
    if any(offered[code] for code in idle.intersection(wanted.items)):
        raise refused("items: No field of one of them is asked for.")
    if any(items <= idle for items in named.values()):
        raise refused("categories: Nothing of one of them is asked for, or can be under this purpose.")
    return Rights(items=reached - idle | frozenset(wanted.items), fields=fields)


def _terms(wanted: Wanted, rights: Rights) -> Terms:
    return Terms(
        purpose=wanted.purpose,
        manner=wanted.manner,
        matter=wanted.matter,
        rights=rights,
        period=wanted.period,
        uses=wanted.uses,
        days=wanted.days,
        retention_days=wanted.retention_days,
    )


def check_limits(wanted: Wanted, regulation: Regulation, jurisdiction: str, day: date) -> None:
    """What policies/manners.toml and the jurisdiction of the client set. Errors: BAD_REQUEST. BASIS: WH-二(六)2."""
    manner = regulation.manners_of(wanted.purpose).get(wanted.manner)
    if manner is None:
        raise refused("manner: It is none of this purpose.")
    longest = regulation.profile(jurisdiction, day).consent_maximum_days
    days = min(manner.days, longest or manner.days)
    if wanted.days > days:
        raise refused(f"expires_in: At most {days} days for this purpose and manner.")
    if wanted.uses > manner.uses:
        raise refused(f"uses: At most {manner.uses} for this purpose and manner.")
    if wanted.period[1] > day + timedelta(days=wanted.days):
        raise refused("period.until: It is after the end of the consent.")
