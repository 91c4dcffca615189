"""What may never be shared: the invariants of sharing and consent scope, and those of every scope, as limits.

BASIS: WH-二(二)1 (an item says whether and with whom it is shared), WH-二(六)2 (consent), HS-17(一) (informants).
"""

from collections.abc import Iterator

from authz.grant import Kind, Level, Relation, Scope
from authz.matrix.axes import WITHOUT_CONSENT
from authz.matrix.lens import Place
from authz.matrix.limits import NOTHING_AT_ALL, Limit, held_to, up_to
from authz.matrix.world import World
from authz.principal import AUDITOR_ROLE, BANK_ROLE, BY_CONSENT, CREDIT_SERVICE_ROLE, SUBJECT_ROLE
from authz.rows import RowName
from authz.space import Sharing

OUTSIDERS = (*BY_CONSENT, "association")
CONSENTED_PURPOSES = ((BANK_ROLE, "PM-901"), (CREDIT_SERVICE_ROLE, "PM-906"))
"""For what a consent can be given to whom (WH-二(六)2, EZ-5, CRR-18)."""
OWN = frozenset({Relation.SOURCE, Relation.SELF})
CONSENTED_ROWS = frozenset({RowName.CONSENTED})
OWN_ROWS = frozenset({RowName.OWN, RowName.OWN_STANDING})


def consent(world: World, place: Place) -> Iterator[Limit]:
    """S2. Nothing in consent scope without a valid consent, and with one nothing but the rows of who gave it."""
    if place.channel is Scope.CONSENT:
        yield Limit(askers=world.everyone()._replace(consents=WITHOUT_CONSENT), most=NOTHING_AT_ALL)
        yield Limit(askers=world.everyone(), most=up_to(Level.CLEAR, ~0, CONSENTED_ROWS))


def outsiders(world: World, place: Place) -> Iterator[Limit]:
    """S3. Banks and credit services see what is public, and what a consent opens for the purpose that is theirs;
    associations see what is public, and nobody else is in consent scope."""
    if place.channel is not Scope.CONSENT:
        yield Limit(askers=world.departments(OUTSIDERS), most=NOTHING_AT_ALL)
        return
    yield Limit(askers=world.others(role for role, _ in CONSENTED_PURPOSES), most=NOTHING_AT_ALL)
    for role, purpose in CONSENTED_PURPOSES:
        who, asked = world.departments({role}), world.errands({purpose})
        yield Limit(askers=who._replace(errands=who.errands & ~asked.errands), most=NOTHING_AT_ALL)


def informants(world: World, place: Place) -> Iterator[Limit]:
    """S4. Informants are shown to nobody: not to the source, not to the subject."""
    yield Limit(askers=world.everyone(), most=held_to(Level.NONE, world.fields("class:INFORMANT")))


def not_shared(world: World, place: Place) -> Iterator[Limit]:
    """S5. An item that is not shared is not shared; its source and its subject have it already."""
    shared = place.channel in (Scope.SHARING, Scope.CONSENT) and place.relation not in OWN
    if shared and world.facts(place).sharing is Sharing.NONE:
        yield Limit(askers=world.everyone(), most=NOTHING_AT_ALL)


def recipients(world: World, place: Place) -> Iterator[Limit]:
    """S6. An item shared on conditions goes to its listed recipients."""
    facts = world.facts(place)
    if place.channel is Scope.SHARING and place.relation not in OWN and facts.sharing is Sharing.CONDITIONAL:
        yield Limit(askers=world.others(facts.recipients), most=NOTHING_AT_ALL)


def sensitive(world: World, place: Place) -> Iterator[Limit]:
    """S8. Sensitive personal information at most as a verdict; the subject and the source apart."""
    if place.relation not in OWN:
        yield Limit(askers=world.everyone(), most=held_to(Level.VERDICT, world.fields("class:SENSITIVE_PI")))
    yield Limit(askers=world.everyone(), most=held_to(Level.NONE, world.fields("class:FINANCIAL")))


def no_guilt_by_link(world: World, place: Place) -> Iterator[Limit]:
    """S12. A person stands for what names that person: linked persons are reached in award checks alone, and persons
    reach no organisation."""
    linked = world.fields("Link.person")
    awards = world.errands({"PM-812"})
    everyone = world.everyone()
    yield Limit(askers=everyone._replace(errands=everyone.errands & ~awards.errands), most=held_to(Level.NONE, linked))
    if place.kind is Kind.PERSON:
        organisations = world.fields("Organisation.records", "Organisation.measures", "Organisation.standing")
        yield Limit(askers=everyone, most=held_to(Level.NONE, organisations | world.fields("Link.name")))


def no_score(world: World, place: Place) -> Iterator[Limit]:
    """S13. No score, grade or rank of a natural person, by consent neither."""
    if place.kind is Kind.PERSON:
        graded = world.fields("Evaluation.score", "Evaluation.grade", "Evaluation.model")
        yield Limit(askers=world.everyone(), most=held_to(Level.NONE, graded))


def log_only(world: World, place: Place) -> Iterator[Limit]:
    """S23. Whoever audits reads the log, and no credit data; audit scope holds none for anybody."""
    box = world.everyone() if place.channel is Scope.AUDIT else world.departments({AUDITOR_ROLE})
    yield Limit(askers=box, most=NOTHING_AT_ALL)


def own_data(world: World, place: Place) -> Iterator[Limit]:
    """S25. Subjects see their own data, in self scope and nowhere else; nobody else is in that scope."""
    if place.channel is Scope.SELF:
        yield Limit(askers=world.others({SUBJECT_ROLE}), most=NOTHING_AT_ALL)
        yield Limit(askers=world.everyone(), most=up_to(Level.CLEAR, ~0, OWN_ROWS))
    if place.channel is not Scope.SELF or place.relation is not Relation.SELF:
        yield Limit(askers=world.departments({SUBJECT_ROLE}), most=NOTHING_AT_ALL)


def verdicts(world: World, place: Place) -> Iterator[Limit]:
    """S26. A verdict is a verdict, and the clean record is one, for the purpose that asks for it."""
    answers = world.fields("set:verdict")
    yield Limit(askers=world.everyone(), most=held_to(Level.VERDICT, answers))
    if place.channel is not Scope.SELF:
        everyone, asked = world.everyone(), world.errands({"PM-821"})
        others = everyone._replace(errands=everyone.errands & ~asked.errands)
        yield Limit(askers=others, most=held_to(Level.NONE, world.fields("Standing.cleanRecord")))


def element_levels(world: World, place: Place) -> Iterator[Limit]:
    """S28. What the catalogue keeps to the source is in clear for the source, for the unit that executes the measure
    and for the subject alone; what it never lets out is shown to the subject at most."""
    if place.relation is Relation.SELF:
        return
    never, kept = _of_level(world, "L5"), _of_level(world, "L4")
    yield Limit(askers=world.everyone(), most=held_to(Level.NONE, never))
    if place.relation not in (Relation.SOURCE, Relation.TARGET):
        yield Limit(askers=world.everyone(), most=held_to(Level.MASKED, kept))


def _of_level(world: World, level: str) -> int:
    catalogue = world.policy.catalogue
    return world.fields(*(name for name, field in catalogue.fields.items() if field.level == level))


def in_the_catalogue(world: World, place: Place) -> Iterator[Limit]:
    """S21. What is outside the catalogue has no cell."""
    item = world.policy.catalogue.items.get(place.item)
    outside = item is None or place.kind.value not in {each.value for each in item.kinds}
    if outside:
        yield Limit(askers=world.everyone(), most=NOTHING_AT_ALL)
