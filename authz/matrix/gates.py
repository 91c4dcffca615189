"""What statute fixes outside the cells: who may be compelled, on what persons are public, and that a consent ends.

Each is looked up in the policy itself, on every day on which it could be otherwise.
"""

from collections.abc import Iterator

from authz.grant import Kind, Scope
from authz.matrix.breach import Breach, Broken, Fault
from authz.matrix.days import first_day
from authz.matrix.statute import NOT_STATE, NOT_STATE_PREFIXES
from authz.matrix.world import World
from authz.rules import Rule
from schema.regulations.profile import Profile
from schema.vocabulary.administration import BasisRank
from schema.vocabulary.measures import MeasureForce

LONGEST_CONSENT, MOST_USES = 365, 100
"""Days, and uses. What is longer than a year is no longer a consent for one use (WH-二(六)2 forbids one for life)."""

SUFFICIENT = frozenset(
    {
        BasisRank.LAW,
        BasisRank.ADMIN_REGULATION,
        BasisRank.LOCAL_REGULATION,
        BasisRank.STATE_COUNCIL_DECISION,
        BasisRank.CENTRAL_POLICY,  # documents of the State Council stand under this rank (U-11)
    }
)


def compulsion(world: World) -> Broken:
    """S15. No bank, credit service, association or medium is under a mandatory measure."""
    for entry in world.policy.regulation.measures.values():
        private = entry.id in NOT_STATE or entry.id.startswith(NOT_STATE_PREFIXES)
        if private and entry.force is MeasureForce.COMPULSORY:
            yield Fault(f"{entry.id} is compulsory")
    for code, day in first_day(world.policy, lambda profile: profile.compel_non_state):
        yield Fault(f"{code} compels others than public bodies on {day}")


def consents(world: World) -> Broken:
    """S20. A consent ends, is free, and is for one institution: no jurisdiction lets it be otherwise on any day."""
    for code, day in first_day(world.policy, _unbounded):
        yield Fault(f"{code} sets no end to a consent on {day}")
    for code, day in first_day(
        world.policy, lambda each: each.consent_perpetual_allowed or each.consent_forced_allowed
    ):
        yield Fault(f"{code} lets a consent be for ever or forced on {day}")
    for manner in (each for words in world.policy.regulation.manners.values() for each in words.values()):
        if manner.days > LONGEST_CONSENT or manner.uses > MOST_USES:
            yield Fault(f"{manner.word} for {manner.purpose} sets no end to a consent")


def _unbounded(profile: Profile) -> bool:
    return profile.consent_maximum_days is None or profile.consent_maximum_days > LONGEST_CONSENT


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
