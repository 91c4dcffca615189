"""What may never be public: the invariants of publication scope, as limits.

BASIS: WH-二(二)2. Publication needs an item that the catalogue makes public, no secret and no privacy, and of a natural
person an explicit basis and a form that does not identify.
"""

from collections.abc import Iterator

from authz.grant import Kind, Level, Scope
from authz.matrix.lens import Place
from authz.matrix.limits import NOTHING_AT_ALL, Limit, Most, held_to, up_to
from authz.matrix.statute import NAMED_IN_PUBLIC
from authz.matrix.world import World
from authz.principal import PUBLIC_ROLE
from authz.rows import RowName, RowSource

PUBLISHED = frozenset({RowName.PUBLISHED})
REGISTERED = frozenset({RowName.REGISTERED, RowName.PUBLISHED})


def persons(world: World, place: Place) -> Iterator[Limit]:
    """S1. A person is named in clear where a statute names the item, and identified nowhere."""
    if place.channel is Scope.PUBLICATION and place.kind is Kind.PERSON:
        yield Limit(askers=world.everyone(), most=_person(world, place.item))


def _person(world: World, item: str) -> Most:
    identifying = world.fields(
        "class:DIRECT_ID", "class:QUASI_ID", "class:CONTACT", "class:PUBLIC_ID_PERSON", "class:FREE_TEXT", "set:amount"
    )
    leading = world.fields("NaturalPerson.standing", "NaturalPerson.records", "NaturalPerson.measures", "set:verdict")
    named = world.fields("NaturalPerson.name", "Licence.licenceNumber", "NaturalPerson.id", "Record.subject")
    most = up_to(Level.CLEAR, ~(identifying | leading | named)).joined(up_to(Level.MASKED, named))
    for level, fields in NAMED_IN_PUBLIC.get(item, {}).items():
        most = most.joined(up_to(Level[level], world.fields(*fields)))
    return most


def public_items(world: World, place: Place) -> Iterator[Limit]:
    """S7. Only items that the catalogue makes public, and of them only the rows that are published."""
    if place.channel is not Scope.PUBLICATION:
        return
    facts = world.facts(place)
    rows = REGISTERED if facts.source is RowSource.SUBJECT else PUBLISHED
    hidden = not facts.public or (facts.source is RowSource.SUBJECT and place.kind is Kind.PERSON)
    most = NOTHING_AT_ALL if hidden else up_to(Level.CLEAR, ~0, rows)
    yield Limit(askers=world.everyone(), most=most)


def secrets(world: World, place: Place) -> Iterator[Limit]:
    """S24. No trade secret, contact, account or workflow; texts only redacted."""
    if place.channel is not Scope.PUBLICATION:
        return
    hidden = world.fields(
        "class:BUSINESS_SECRET", "class:FINANCIAL", "class:SENSITIVE_PI", "class:INTERNAL",
        "Organisation.officePhone", "Organisation.contactPerson", "Organisation.contactPhone",
        "Organisation.executives", "Organisation.practitioners", "Link.person", "ListEntry.personTargets",
        "ListEntry.noticeComplete", "Evaluation.score", "Measure.feedback", "MeasureFeedback.action",
        "MeasureFeedback.executedBy", "MeasureFeedback.appliedOn", "MeasureFeedback.result",
        "MeasureFeedback.reportedOn", "Measure.status", "Measure.startsOn", "Measure.endsOn", "Measure.liftedOn",
        "Measure.liftReason", "Measure.suspendedByObjection",
    )  # fmt: skip
    hidden &= ~world.fields("Organisation.id", "NaturalPerson.id", "Record.id", "Measure.id")
    redacted = world.fields("class:FREE_TEXT", "class:DIRECT_ID", "Organisation.taxRegistrationNumber")
    if place.kind is Kind.PERSON:  # what more of a person is shown in clear is for S1 to say
        redacted &= ~world.fields("NaturalPerson.name")
    most = up_to(Level.CLEAR, ~(hidden | redacted)).joined(up_to(Level.MASKED, redacted & ~hidden))
    yield Limit(askers=world.everyone(), most=most)


def the_public_alone(world: World, place: Place) -> Iterator[Limit]:
    """S11. In publication scope the principal is the public, whoever asks: rules open nothing to anybody else there."""
    if place.channel is Scope.PUBLICATION:
        yield Limit(askers=world.others({PUBLIC_ROLE}), most=NOTHING_AT_ALL)


def only_what_is_public(world: World, place: Place) -> Iterator[Limit]:
    """S10. The public sees nothing outside publication scope."""
    if place.channel is not Scope.PUBLICATION:
        yield Limit(askers=world.departments({PUBLIC_ROLE}), most=NOTHING_AT_ALL)


def never_an_index(world: World, place: Place) -> Iterator[Limit]:
    """S27. The number of a natural person is in clear for nobody, and a date of birth for the subject alone."""
    number = world.fields("NaturalPerson.idNumber")
    yield Limit(askers=world.everyone(), most=held_to(Level.MASKED, number))
    if place.channel is not Scope.SELF:
        yield Limit(askers=world.everyone(), most=held_to(Level.NONE, world.fields("NaturalPerson.birthDate")))
