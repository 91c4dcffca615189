"""What fields of the contract hold, whatever a catalogue says of them: personal, secret and internal fields stay so.

Invariants and ceilings speak of classes, levels and sets, and read them in the policy itself. So a catalogue may
make a field narrower than it stands here, and never wider: that is S29. BASIS: PIPL-28, PIPL-34, WH-二(二)2, HS-17(一).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from authz.matrix.breach import Broken, Fault
from authz.matrix.statute import groups
from authz.matrix.world import World
from schema.catalogue import FIELDS_FILE, CatalogueField
from schema.classification import ElementLevel, FieldSet
from schema.vocabulary.catalogue import FieldClass

_FIELDS = """
    BUSINESS_SECRET L2 amount: Contract.amount
    BUSINESS_SECRET L3 -: Organisation.financials
    CONTACT L4 -: Organisation.contactPerson Organisation.contactPhone NaturalPerson.phone NaturalPerson.email
        NaturalPerson.homeAddress
    DERIVED L0 edge navigation: Organisation.records Organisation.measures
    DERIVED L1 edge navigation: Organisation.standing NaturalPerson.standing Standing.subject
    DERIVED L1 verdict: Standing.identityMatch Standing.judgmentDefaulter Standing.seriousList Standing.redList
        Standing.sanctioned Standing.cleanRecord Standing.majorPenalty Standing.fieldPenalty
    DERIVED L2 edge reported: Measure.feedback
    DERIVED L2 edge extract: Measure.subject Measure.record
    DERIVED L2 edge navigation: NaturalPerson.records NaturalPerson.measures
    DERIVED L3 -: Evaluation.score
    DERIVED item edge extract: Record.subject Record.measures
    DIRECT_ID L2 -: Adjudication.parties Arbitration.parties Judgment.parties
    DIRECT_ID L2 edge: Organisation.executives Organisation.practitioners ListEntry.personTargets
    DIRECT_ID L2 identity: NaturalPerson.name
    DIRECT_ID L3 -: Profession.certificateNumber
    DIRECT_ID L3 edge: Link.person
    DIRECT_ID L3 identity: NaturalPerson.idNumber
    ENTITY_CONTACT L0 -: Organisation.registeredAddress
    ENTITY_CONTACT L2 -: Organisation.officePhone
    FREE_TEXT L0 -: Defaulter.obligation Commitment.text
    FREE_TEXT L1 -: Commitment.evidence LegalCompliance.statement
    FREE_TEXT L2 -: Record.facts Record.content Record.attachments Adjudication.holding Arbitration.holding
        Judgment.holding AssociationReference.statement
    FREE_TEXT L3 -: SelfProvided.statement
    FREE_TEXT L4 -: MeasureFeedback.result
    INFORMANT L5 -: Record.informant
    INTERNAL L0 core: Organisation.id
    INTERNAL L1 core extract: Measure.id
    INTERNAL L2 -: Record.leniency
    INTERNAL L2 core: NaturalPerson.id
    INTERNAL L2 identity: NaturalPerson.idType
    INTERNAL L2 reported: MeasureFeedback.matterNumber MeasureFeedback.late Measure.legalityReview
    INTERNAL L3 -: SelfProvided.authorisation
    INTERNAL L4 -: Record.remark Record.handler Record.sealed Record.quarantineReasons
        ListEntry.noticeDocumentNumber ListEntry.noticeDate ListEntry.partyObjection Measure.humanDecision
    INTERNAL item core extract: Record.id
    PUBLIC_ID_PERSON L0 core: Link.name
    PUBLIC_ID_PERSON L0 edge: Organisation.legalRepresentative Organisation.principals Organisation.shareholders
        Organisation.operator
    QUASI_ID L2 -: NaturalPerson.status NaturalPerson.jurisdiction NaturalPerson.profession
    QUASI_ID L3 -: NaturalPerson.birthDate NaturalPerson.birthYear NaturalPerson.nationality
    QUASI_ID L3 demographic: NaturalPerson.sex NaturalPerson.age
    QUASI_ID L4 -: NaturalPerson.deathDate
    SENSITIVE_PI L3 -: Payment.paymentKind
    SENSITIVE_PI L3 amount: Payment.amount
    SENSITIVE_PI L4 -: NaturalPerson.minor
    SENSITIVE_PI L4 edge: NaturalPerson.guardian
    SENSITIVE_PI L5 -: NaturalPerson.ethnicity
"""
"""Class, level, sets: and the fields of which that holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a field is at least."""

    field_class: FieldClass
    level: ElementLevel
    sets: frozenset[FieldSet]


def _read() -> Iterator[tuple[str, Kept]]:
    for (found, level, *sets), names in groups(_FIELDS):
        kept = Kept(
            field_class=FieldClass(found),
            level=ElementLevel(level),
            sets=frozenset(FieldSet(each) for each in sets if each != "-"),
        )
        yield from ((name, kept) for name in names)


KEPT: Mapping[str, Kept] = MappingProxyType(dict(_read()))


def fields(world: World) -> Broken:
    """S29. A field is of no lighter class, of no lower level and in no more sets than statute leaves it."""
    for coordinate, field in world.policy.catalogue.fields.items():
        kept = KEPT.get(coordinate)
        for says in _wider(field, kept) if kept is not None else ():
            yield Fault(f"{coordinate} {says}", (FIELDS_FILE, field.line))


def _wider(field: CatalogueField, kept: Kept) -> Iterator[str]:
    if field.field_class is not kept.field_class:
        yield f"is {kept.field_class}, and not {field.field_class}"
    unlike = ElementLevel.ITEM in (field.level, kept.level) and field.level is not kept.level
    if unlike or field.level < kept.level:
        yield f"is of level {kept.level}, and not {field.level}"
    for more in sorted(field.sets - kept.sets):
        yield f"does not belong to the set {more}"
