"""Real consents for tests: asked for by a client and granted by its subject, through the register."""

import secrets
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

import asyncpg

from authz.principal import Caller, ConsentId, Rights, Subject
from gateway.consents.records import By, ConsentRecord, Decision, NewRequest, Terms
from gateway.consents.register import ConsentRegister
from gateway.keys.sealing import KeyedSealer
from schema.demands.demand import Coordinate
from tests.generation.askers import KEY
from tests.rows import insert

PERIOD = (date(2000, 1, 1), date(2030, 12, 31))
"""As good as always: of the data, not of the consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a bank asks for, and is granted as it asked."""

    subject: Subject
    rights: Rights
    client: str = "B1"
    thumbprint: str = KEY
    purpose: str = "PM-901"
    matter: str = "LN20260519-88"
    period: tuple[date, date] = PERIOD
    uses: int = 3
    days: int = 30
    relation: UUID | None = None  # by which somebody decides for a firm

    def request(self) -> NewRequest:
        return NewRequest(
            client=self.client,
            operator="1001",
            thumbprint=self.thumbprint,
            key=secrets.token_bytes(32),
            body=secrets.token_bytes(32),
            subject=self.subject,
            terms=Terms(
                purpose=self.purpose,
                matter=self.matter,
                rights=self.rights,
                period=self.period,
                uses=self.uses,
                days=self.days,
                retention_days=30,
            ),
            necessity="审核贷款申请",
            service_depends=True,
        )

    def decision(self) -> Decision:
        return Decision(
            by=By.SUBJECT if self.subject.natural else By.REPRESENTATIVE,
            rights=self.rights,
            period=self.period,
            uses=self.uses,
            days=self.days,
            notice="notice",
            notice_version="1",
            language="zh",
            assurance="real-name",
            relation=None if self.subject.natural else self.relation or uuid4(),
        )


async def granted(register: ConsentRegister, wanted: Wanted) -> ConsentRecord:
    request = await register.open(wanted.request())
    await register.show(request.id)
    return await register.grant(request.id, wanted.decision())


def holder(caller: Caller, consent: ConsentRecord) -> Caller:
    """The caller with a token of this consent and of the key that it was granted to."""
    return replace(caller, consent=ConsentId(str(consent.id)), thumbprint=consent.thumbprint)


async def signatory(owner: asyncpg.Connection, subject: Subject) -> UUID:
    """Registers somebody who signs for this organisation; the id of the relation."""
    first, relation = date(2026, 1, 1), uuid4()
    row = {
        "id": relation,
        "kind": "REPRESENTATIVE",
        "subject": subject.id,
        "subject_digest": subject.digest,
        "natural": False,
        "actor": subject.id ^ 1,
        "purposes": ["PM-901", "PM-906"],
        "first": first,
        "ended": date(first.year + 10, 1, 1),
        "clients": [],
        "protected": False,
        "evidence": "deed 99",
        "registered_by": "A3/1001",
        "entry": uuid4(),
    }
    await insert(owner, "relation", row)
    return relation


def rights(items: str, fields: str) -> Rights:
    return Rights(items=frozenset(items.split()), fields=frozenset(map(Coordinate, fields.split())))


def person(sealer: KeyedSealer, number: str, name: str) -> Subject:
    digest = sealer.person_digest("RESIDENT_ID", number, name)
    return Subject(id=sealer.internal_id("person", f"RESIDENT_ID:{number}"), digest=digest, natural=True)


def firm(sealer: KeyedSealer, uscc: str) -> Subject:
    return Subject(id=sealer.internal_id("organisation", uscc), digest=sealer.organisation_digest(uscc), natural=False)
