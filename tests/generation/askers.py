"""The kinds of caller for which documents are generated, and whom each of them looks up.

Look-ups find the parties of the caller's matter mostly, and besides them others of the city and nobody at all. Banks
ask on the consent of one party of their matter; subjects, signed in, about themselves.
"""

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from authz.grant import Scope
from authz.principal import (
    CREDIT_SERVICE_ROLE,
    NATION,
    SUBJECT_ROLE,
    Caller,
    Consent,
    ConsentId,
    Principal,
    Rights,
    Subject,
)
from authz.purpose import PUBLIC_ENQUIRY, SECURITY_AUDIT, SUBJECT_ACCESS, Admission
from authz.scopes import ALWAYS
from gateway.keys.sealing import KeyedSealer
from schema.demands.demand import Coordinate
from tests.generation.agencies import AUDITOR, MATTERS, Matter
from tests.generation.identities import ORGANISATIONS, PERSONS, person, uscc
from tests.generation.rows import Rows
from tests.generation.subjects import organisation_id, person_id

KEY = "0" * 43
"""The thumbprint of the key of whoever holds a consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """``client`` is None for the public and for subjects. ``matter`` names purpose, role and parties; ``own`` the one
    that asks about itself, a person or an organisation; ``rights`` and ``period`` are those of a consent, ``service``
    says that a credit service holds it, as no registered client yet does, and not a bank."""

    name: str
    client: str | None = None
    matter: Matter | None = None
    persons: bool = False
    organisations: bool = True
    own: int | None = None
    rights: Rights | None = None
    period: tuple[date, date] = ALWAYS
    service: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether it can ask about one subject alone."""
        return self.own is not None or self.rights is not None

    def admission(self, *, stated: bool = True) -> Admission:
        """As what it is answered when it states its purpose, or does not."""
        if self.own is not None:
            return Admission(scope=Scope.SELF, purpose=SUBJECT_ACCESS)
        if self.client == AUDITOR:
            return Admission(scope=Scope.AUDIT, purpose=SECURITY_AUDIT)
        if self.matter is None or not stated:
            return Admission(scope=Scope.PUBLICATION, purpose=PUBLIC_ENQUIRY)
        scope = Scope.SHARING if self.rights is None else Scope.CONSENT
        return Admission(scope=scope, purpose=self.matter.purpose, role=self.matter.role or None, rights=self.rights)

    def standing_for(self, caller: Caller, sealer: KeyedSealer) -> Caller:
        """The caller of its client, or of the public, with the consent or the subject for which it asks."""
        if self.own is not None:
            who = Principal(client="portal", organisation=f"portal-{self.own}", role=SUBJECT_ROLE, jurisdiction=NATION)
            return Caller(principal=who, subject=self._subject(self.own, sealer))
        if self.rights is None or self.matter is None:
            return caller
        consent = Consent(
            id=ConsentId(str(uuid5(NAMESPACE_OID, f"{self.matter.number} {self.rights.digest}"))),
            client=caller.principal.client,
            purpose=self.matter.purpose,
            matter=self.matter.number,
            subject=self._subject((*self.matter.persons, *self.matter.organisations)[0], sealer),
            rights=self.rights,
            period=self.period,
        )
        who = replace(caller.principal, role=CREDIT_SERVICE_ROLE) if self.service else caller.principal
        return replace(caller, principal=who, consent=consent.id, thumbprint=KEY, consented=consent)

    def _subject(self, number: int, sealer: KeyedSealer) -> Subject:
        if not self.persons:
            digest = sealer.organisation_digest(uscc(number))
            return Subject(id=organisation_id(number, sealer), digest=digest, natural=False)
        who = person(number)
        digest = sealer.person_digest("RESIDENT_ID", who.number, who.name)
        return Subject(id=person_id(number, sealer), digest=digest, natural=True)

    def organisation(self, random: Random) -> str:
        """A unified social credit code."""
        return uscc(self._drawn(random, tuple(range(10)), ORGANISATIONS))

    def person(self, random: Random) -> dict[str, Any]:
        """A ``PersonLookup``; one in twenty has the right number and another name."""
        who = person(self._drawn(random, tuple(range(9)), PERSONS))
        return {"idNumber": who.number, "name": who.name if random.random() < 0.95 else f"{who.name}某"}

    def _drawn(self, random: Random, otherwise: tuple[int, ...], all_of_them: int) -> int:
        """A party of the matter or oneself, mostly."""
        own = () if self.own is None else (self.own,)
        parties = own or self._parties(all_of_them) or otherwise
        chance, (mostly, nearly) = random.random(), (0.95, 0.98) if self.is_narrow else (0.7, 0.88)
        if chance < mostly:
            return random.choice(parties)
        return random.randrange(all_of_them) if chance < nearly else all_of_them + random.randrange(5)

    def _parties(self, all_of_them: int) -> tuple[int, ...]:
        if self.matter is None:
            return ()
        return self.matter.persons if all_of_them == PERSONS else self.matter.organisations


def _asker(number: str, *, persons: bool, organisations: bool) -> Asker:
    matter = next(each for each in MATTERS if each.number == number)
    return Asker(
        name=f"{matter.client}-{matter.purpose}",
        client=matter.client,
        matter=matter,
        persons=persons,
        organisations=organisations,
    )


PUBLIC = Asker(name="public")
ASKERS = (
    PUBLIC,
    _asker("HSZB-2026-0117", persons=False, organisations=True),
    _asker("HSZB-2026-0117-P", persons=True, organisations=False),
    _asker("WHSJ-2026-0031", persons=False, organisations=True),
    _asker("WHGWY-2026-00321", persons=True, organisations=False),
    _asker("WHHJ-2026-0009", persons=True, organisations=True),
    _asker("EZJY-2026-077", persons=True, organisations=True),
)


def _fields(text: str) -> frozenset[Coordinate]:
    return frozenset(map(Coordinate, text.split()))


_RECORDS = "DEFAULTER SERIOUS_LIST LICENCE PENALTY HONOUR COMMITMENT ABNORMAL_OPERATION MEASURE"
_TICKED = """
    Standing.judgmentDefaulter Standing.seriousList NaturalPerson.profession Organisation.financials
    Organisation.industry Organisation.legalRepresentative Record.decidedOn Record.authority Record.status
    Record.underObjection Record.documentNumber Defaulter.caseNumber Defaulter.performance ListEntry.listType
    ListEntry.listedOn ListEntry.recognisingDepartment Licence.licenceKind Licence.state Penalty.penaltyKinds
    Penalty.fineBand Honour.title Commitment.text AbnormalOperation.reason Penalty.fineAmount Record.facts
"""
"""What is ticked: some fields of some items, and among them two that no consent opens."""

_RIGHTS = Rights(items=frozenset(_RECORDS.split()), fields=_fields(_TICKED))


def _bank(number: str, *, persons: bool, name: str, period: tuple[date, date] = ALWAYS) -> Asker:
    asker = _asker(number, persons=persons, organisations=not persons)
    return replace(asker, name=name, rights=_RIGHTS, period=period)


NARROW = (
    _bank("LN20260519-88", persons=True, name="B1-of-a-person", period=(date(2023, 6, 1), date(2026, 5, 19))),
    _bank("LN20260519-89", persons=False, name="B1-of-a-firm"),
    Asker(name="a-person-itself", persons=True, organisations=False, own=1),
    Asker(name="a-firm-itself", own=1),
)
"""Banks on a consent, and subjects: each can be shown one subject alone."""

SERVICE = replace(_bank("ZX20260519-01", persons=False, name="S1-of-a-firm"), service=True)
OFFICE = _asker("EZDB-2026-0831", persons=False, organisations=True)
"""The credit office that is told of the measures of its city: none of them is about anyone it names, or its own."""

AUDIT = Asker(name="audit", client=AUDITOR, persons=True)
EVERY_GROUP = (
    *ASKERS,
    *NARROW,
    SERVICE,
    OFFICE,
    AUDIT,
    _asker("WHDJ-2026-0101", persons=False, organisations=True),
    _asker("WCZJ-2026-0201", persons=True, organisations=True),
    _asker("WCCG-2026-0202", persons=False, organisations=True),
    _asker("WHTD-2026-0303", persons=True, organisations=True),
    _asker("WHLD-2026-0505", persons=True, organisations=True),
    _asker("WHZG-2026-0604", persons=True, organisations=False),
    _asker("WHPY-2026-0606", persons=True, organisations=False),
    _asker("WHQT-2026-0701", persons=True, organisations=True),
    _asker("EZCG-2026-0805", persons=True, organisations=True),
    _asker("EZGB-2026-0809", persons=True, organisations=False),
    _asker("EZPX-2026-0812", persons=True, organisations=True),
    _asker("EZHC-2026-0813", persons=True, organisations=True),
    _asker("WCFJ-2026-0822", persons=False, organisations=True),
    _asker("HSYY-2026-0832", persons=True, organisations=True),
)
"""Besides those above somebody for every group of purposes of the shipped policy: credit services, the auditors, whom
no data root answers, and agencies for every group of matters."""


def viewer_ids(rows: Rows, sealer: KeyedSealer, viewer: str) -> tuple[str, ...]:
    """The id that each row has for this viewer, shown to it or not, and two that are none."""
    found = [
        sealer.seal_id(viewer, table, row["id"]) for table in ("subject", "record", "measure") for row in rows[table]
    ]
    return (*found, sealer.seal_id("somebody else", "subject", rows["subject"][0]["id"]), "none")
