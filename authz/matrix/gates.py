"""What statute fixes outside the cells: whom a purpose may concern, who may be compelled, on what persons are public,
and that a consent ends. Each is looked up in the policy itself.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from authz.grant import Kind, Scope
from authz.matrix.breach import Breach
from authz.matrix.statute import (
    NO_SUBJECT,
    NOT_STATE,
    NOT_STATE_PREFIXES,
    ORGANISATIONS_ONLY,
    OWN_LIST,
    PERSONS_ONLY,
    ROLES,
)
from authz.matrix.world import World
from authz.principal import NATION
from authz.rules import Rule
from schema.regulations.regulation import Purpose, Regulation
from schema.vocabulary.administration import BasisRank
from schema.vocabulary.measures import MeasureForce

LONGEST_CONSENT = 366
"""Days. What is longer than a year is no longer a consent for one use (WH-二(六)2 forbids one for life)."""

SOME_DAY = date(2026, 4, 1)
"""Where no instrument has a date, one day is as good as another."""

SUFFICIENT = frozenset(
    {
        BasisRank.LAW,
        BasisRank.ADMIN_REGULATION,
        BasisRank.LOCAL_REGULATION,
        BasisRank.STATE_COUNCIL_DECISION,
        BasisRank.CENTRAL_POLICY,  # documents of the State Council stand under this rank (U-11)
    }
)

Broken = Iterator[tuple[str, int]]
"""What is wrong, and how often."""


def purposes(world: World) -> Broken:
    """S14. A purpose concerns no kind of subject and no part in a matter beyond what its article names."""
    for purpose in world.policy.regulation.purposes.values():
        if purpose.persons and purpose.code in ORGANISATIONS_ONLY | NO_SUBJECT:
            yield f"{purpose.code} covers natural persons", 1
        if purpose.organisations and purpose.code in PERSONS_ONLY | NO_SUBJECT:
            yield f"{purpose.code} covers organisations", 1
        yield from _parts(purpose)


def _parts(purpose: Purpose) -> Broken:
    allowed = ROLES.get(purpose.code)
    beyond = frozenset(purpose.roles) - (allowed if allowed is not None else frozenset(purpose.roles))
    if beyond or (purpose.any_role and allowed is not None):
        yield f"{purpose.code} admits the part {min(beyond, default='of anybody')}", max(1, len(beyond))
    if allowed is not None and not purpose.roles and not purpose.any_role:
        yield f"{purpose.code} asks for no part", 1
    if purpose.code in OWN_LIST and not purpose.own_list:
        yield f"{purpose.code} asks for no row of the department's own list", 1
    if allowed is not None and purpose.persons and not purpose.matter_required:
        yield f"{purpose.code} reaches persons without a matter", 1


def compulsion(world: World) -> Broken:
    """S15. No bank, credit service, association or medium is under a mandatory measure."""
    regulation = world.policy.regulation
    for entry in regulation.measures.values():
        private = entry.id in NOT_STATE or entry.id.startswith(NOT_STATE_PREFIXES)
        if private and entry.force is MeasureForce.COMPULSORY:
            yield f"{entry.id} is compulsory", 1
    for day in sample_days(regulation):
        for code in regulation.jurisdictions:
            if regulation.profile(code, day).compel_non_state:
                yield f"{code} compels others than public bodies on {day}", 1


def consents(world: World) -> Broken:
    """S20. A consent ends, is free, and is for one institution: no jurisdiction lets it be otherwise on any day."""
    regulation = world.policy.regulation
    for day in sample_days(regulation):
        for code in regulation.jurisdictions:
            profile = regulation.profile(code, day)
            if profile.consent_perpetual_allowed or profile.consent_forced_allowed:
                yield f"{code} lets a consent be for ever or forced on {day}", 1
            if profile.consent_maximum_days is None or profile.consent_maximum_days > LONGEST_CONSENT:
                yield f"{code} sets no end to a consent on {day}", 1


def publication_bases(world: World) -> Iterator[Breach]:
    """S19. A rule that publishes of natural persons cites a law, a regulation or the State Council, or the article that
    asks for their consent."""
    for rule in world.policy.rules:
        if rule.channel is Scope.PUBLICATION and rule.allows and _of_persons(rule, world):
            ranks = {world.policy.regulation.sources[each].instrument.rank for each in rule.basis}
            if not ranks & SUFFICIENT:
                says = f"rule {rule.id} publishes of natural persons on {' '.join(rule.basis)} alone"
                yield Breach(invariant="S19", article=("WH-二(二)2", "PIPL-25"), cell=says, count=1, rule=rule.id)


def _of_persons(rule: Rule, world: World) -> bool:
    space = world.policy.space
    codes = space.items.leaves_of(rule.item)
    return rule.kind in (None, Kind.PERSON) and any(Kind.PERSON in space.facts[code].kinds for code in codes)


def sample_days(regulation: Regulation) -> tuple[date, ...]:
    """The days on which what the instruments say can change, from the first on which the nation's say anything."""
    versions = [version for each in regulation.jurisdictions.values() for version in each.versions]
    starts = {each.effective_from for each in versions if each.effective_from is not None}
    ends = {each.effective_to + timedelta(days=1) for each in versions if each.effective_to is not None}
    national = (each.effective_from for each in regulation.jurisdictions[NATION].versions)
    floor = min((day for day in national if day is not None), default=date.min)
    return tuple(sorted(day for day in starts | ends if day >= floor)) or (SOME_DAY,)
