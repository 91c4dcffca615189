"""The statutory invariants: what no policy may open, whatever its rules say; each with its articles.

They are code and not policy, so that a change of the policy cannot weaken what it is held against. S9, that levels are
downward closed, needs no check: an allow covers what is below it, a deny what is above; a property test asks Casbin.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from authz.matrix import gates, kept, kept_items, publication, purposes, row_states, sharing
from authz.matrix.breach import Breach, Broken, Limits, breaches
from authz.matrix.lens import Place
from authz.matrix.one_mask import ARTICLES, one_mask
from authz.matrix.world import World, world_of
from authz.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """``limits`` bounds cells, ``broken`` looks into the policy, ``found`` makes its own breaches: one of the three."""

    id: str
    says: str
    articles: tuple[str, ...]
    limits: Limits | None = None
    broken: Callable[[World], Broken] | None = None
    found: Callable[[World], Iterator[Breach]] | None = None

    def breaches(self, world: World, places: Iterable[Place] | None = None) -> Iterator[Breach]:
        """What breaks it; at these places only, where it bounds cells."""
        if self.limits is not None:
            yield from breaches(self.id, self.articles, self.limits, world, places)
        if self.broken is not None:
            for says, written in self.broken(world):
                yield Breach(invariant=self.id, article=self.articles, cell=says, count=1, written=written)
        if self.found is not None:
            yield from self.found(world)


def _cells(identifier: str, articles: str, limits: Limits, says: str) -> Invariant:
    return Invariant(id=identifier, says=says, articles=tuple(articles.split()), limits=limits)


def _facts(identifier: str, articles: str, broken: Callable[[World], Broken], says: str) -> Invariant:
    return Invariant(id=identifier, says=says, articles=tuple(articles.split()), broken=broken)


INVARIANTS: tuple[Invariant, ...] = (
    _cells("S1", "WH-二(二)2 PIPL-25 FS2017-7-6", publication.persons, "published persons are not identified"),
    _cells("S2", "WH-二(六)2 PIPL-13", sharing.consent, "nothing in consent scope without a consent"),
    _cells("S3", "WH-二(六)2 PIPL-13 EZ-5", sharing.outsiders, "banks, credit services, associations: by consent"),
    _cells("S4", "HS-17(一) EZ-15 JY-三(二)17", sharing.informants, "informants are shown to nobody"),
    _cells("S5", "WH-二(二)1 PSAPL-136", sharing.not_shared, "what is not shared is not shared"),
    _cells("S6", "WH-二(二)1", sharing.recipients, "conditional items go to their recipients"),
    _cells("S7", "WH-二(二)2 WH-二(二)3", publication.public_items, "public items alone are published"),
    _cells("S8", "PIPL-28 WH-二(六)2", sharing.sensitive, "sensitive information at most as a verdict"),
    _cells("S10", "WH-二(二)1", publication.only_what_is_public, "the public sees what is published"),
    _cells("S11", "WH-二(二)2", publication.the_public_alone, "in publication scope everybody is the public"),
    _cells("S12", "EZ-12 EZ-3 HS-14(五)", sharing.no_guilt_by_link, "persons stand for what names them"),
    _cells("S13", "PIPL-24 WH-二(六)2", sharing.no_score, "no score, grade or rank of a person"),
    _facts(
        "S14",
        "WC-二(二) WC-二(三)1 WC-二(三)6 EZ-5",
        purposes.concern,
        "purposes concern whom their articles name",
    ),
    _facts("S15", "WH-二(四)1", gates.compulsion, "nobody but public bodies is under a mandatory measure"),
    _facts("S16", "WH-二(三)3 WH-二(一)2", row_states.quarantined, "unproved entries are quarantined"),
    _facts("S17", "PSAPL-136 WH-二(七)2 WH-二(二)2", row_states.kept_to_the_source, "sealed: for the source alone"),
    Invariant(id="S18", says="one masked form of a number for a viewer", articles=ARTICLES, found=one_mask),
    Invariant(
        id="S19",
        says="rules that publish of persons name a basis",
        articles=("WH-二(二)2", "PIPL-25"),
        found=gates.publication_bases,
    ),
    _facts("S20", "WH-二(六)2 PIPL-15 PIPL-16", gates.consents, "a consent ends and is free"),
    _cells("S21", "WH-二(一)1 WH-三(二)", sharing.in_the_catalogue, "outside the catalogue there is no cell"),
    _facts("S22", "ORDER36-修复效力 WH-二(五)1 JY-四(四)", row_states.ended, "what has ended is used no longer"),
    _cells("S23", "WH-二(六)1 EZ-18", sharing.log_only, "auditors read the log, not the data"),
    _cells("S24", "WH-二(二)2 GIR-15 APL-50", publication.secrets, "no secret, contact or workflow is published"),
    _cells("S25", "PIPL-44 PIPL-45", sharing.own_data, "subjects see their own data"),
    _cells("S26", "HS-8 EZ-8 WC-二(四)2", sharing.verdicts, "a verdict is a verdict, clean records for PM-821"),
    _cells("S27", "PIPL-6 PIPL-34 HS-15(一)", publication.never_an_index, "no number or birth date in clear"),
    _cells("S28", "WH-二(六)2 PIPL-6", sharing.element_levels, "the catalogue's level of an element binds"),
    _facts("S29", "PIPL-28 PIPL-34 WH-二(二)2 HS-17(一)", kept.fields, "a field is what statute makes of it"),
    _facts(
        "S30",
        "WH-二(二)1 WH-二(二)2 PSAPL-136 PIPL-25 PIPL-28 PIPL-34 CATALOGUE-13 EZ-14 HS-8",
        kept_items.items,
        "an item is no more open than its article leaves it",
    ),
    _facts("S31", "WC-二(二) WC-二(三)7 EZ-5 EZ-17 PIPL-34", purposes.stand, "a purpose is what its article makes it"),
)

BOUNDS = tuple(each for each in INVARIANTS if each.limits is not None)
"""Those that bound cells: a change of a rule can break them where it changes cells, and nowhere else."""


def check_invariants(policy: Policy) -> tuple[Breach, ...]:
    """Every breach of every invariant by this policy; none for one that may be put in force."""
    return invariant_breaches(world_of(policy))


def invariant_breaches(world: World) -> tuple[Breach, ...]:
    return tuple(breach for each in INVARIANTS for breach in each.breaches(world))
