"""Every attribute of every allow, set to its widest -> what becomes of the policy: refused, unchanged, or wider.

The measure of the checks themselves: a change that opens something must be refused, or stand in the diff that whoever
approves it reads. Each mutant is one rule exchanged; only the places that it touches are decided again.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from authz.cells import Reach, reach_of
from authz.conflicts import check_against
from authz.grant import Level, RuleId, Scope
from authz.matrix.breach import Breach, Limits, breaches
from authz.matrix.ceilings import ARTICLES, CEILING, Ceilings
from authz.matrix.comparison import Comparison, Difference, comparison
from authz.matrix.gates import publication_bases
from authz.matrix.invariants import BOUNDS
from authz.matrix.lens import Lens, Place
from authz.matrix.limits import Limit
from authz.matrix.one_mask import one_mask
from authz.matrix.world import World, world_of
from authz.policy import Policy
from authz.rows import RowName
from authz.rules import COLUMNS, FILES, Rule, load_rules
from authz.trees import ROOT
from schema.policy_file import PolicyFileError


class Outcome(StrEnum):
    TYPING = "refused by typing"
    INVARIANT = "refused by an invariant"
    CEILING = "refused by a ceiling"
    ABSORBED = "absorbed: no cell is wider"
    WIDENED = "wider, and shown in the diff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One rule with other values in some of its columns; the first of them is the one that is tried."""

    rule: RuleId
    columns: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.rule}: " + ", ".join(f"{column}={value or 'nothing'}" for column, value in self.columns.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """``cells``: how many became wider; ``why``: the sentence or the cell of whatever refused it."""

    mutant: Mutant
    outcome: Outcome
    cells: int
    why: str


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Every attribute of every allow at its widest; several where none is widest."""
    for rule in policy.rules:
        if rule.allows:
            for columns in _widest(rule, policy):
                if any(_written(rule)[column] != value for column, value in columns.items()):
                    yield Mutant(rule=rule.id, columns=columns)


def score(tried: Iterable[Tried]) -> Mapping[Outcome, int]:
    """How many mutants came to which end."""
    counted = Counter(each.outcome for each in tried)
    return {outcome: counted[outcome] for outcome in Outcome}


def _widest(rule: Rule, policy: Policy) -> Iterator[dict[str, str]]:
    for column in ("sub", "dom", "purpose", "role", "item", "field", "kind", "rel"):
        yield {column: ROOT}
    yield {"cond": "always"}
    yield {"level": Level.CLEAR.name, "mask": ""}
    yield {"basis": ""}
    for row in RowName:
        yield {"row": row}
    masks = policy.space.masks.get(rule.field, frozenset())  # type: ignore[call-overload]  # a node may be a field
    for mask in sorted(masks if rule.mask is not None else ()):
        yield {"mask": mask}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A policy against which mutants are tried. ``limits`` remembers bounds: they depend on no rule."""

    world: World
    compared: Comparison
    numbers: Mapping[RuleId, int]
    bounds: Mapping[str, Limits]

    def trial(self, mutant: Mutant) -> Tried:
        """What becomes of the policy with this mutant in it."""
        number = self.numbers[mutant.rule]
        try:
            reach = self._typed(mutant, number)
        except PolicyFileError as error:
            return Tried(mutant=mutant, outcome=Outcome.TYPING, cells=0, why=str(error))
        lens = self.world.matrix.lens.exchanged(number, reach)
        wider = tuple(each for each in self._differences(lens, number, reach) if each.change.wider)
        cells = sum(each.askers.size * each.fields.bit_count() for each in wider)
        if not wider:
            return Tried(mutant=mutant, outcome=Outcome.ABSORBED, cells=0, why="")
        return self._judged(mutant, self._changed(lens, number, reach, wider), cells, wider)

    def _typed(self, mutant: Mutant, number: int) -> Reach:
        """The rule as it would be loaded. Raises PolicyFileError."""
        policy, rule = self.world.policy, self.world.policy.rules[number]
        changed = _loaded(rule.channel, {**_written(rule), **mutant.columns}, policy)
        reaches = self.world.matrix.lens.tables.reaches
        others = (each for each in reaches if each.rule.allows and each.rule.channel is rule.channel)
        reach = reach_of(changed, policy.space)
        check_against(reach, (each for each in others if each.rule.id != rule.id), policy.space)
        return reach

    def _differences(self, lens: Lens, number: int, reach: Reach) -> Iterator[Difference]:
        compared = replace(self.compared, lenses=(self.world.matrix.lens, lens))
        for place in self._touched(number, reach):
            yield from compared.differences(place, 1 << number)

    def _touched(self, number: int, reach: Reach) -> Iterator[Place]:
        before = self.world.matrix.lens.tables.reaches[number]
        for place in self.world.matrix.lens.places():
            if place.channel is before.rule.channel and place.item in before.items | reach.items:
                yield place

    def _changed(self, lens: Lens, number: int, reach: Reach, wider: tuple[Difference, ...]) -> World:
        matrix = self.world.matrix.with_places(lens, frozenset(self._touched(number, reach)))
        rules = (*self.world.policy.rules[:number], reach.rule, *self.world.policy.rules[number + 1 :])
        return World(policy=replace(self.world.policy, rules=rules), matrix=matrix, known=self.world.known)

    def _judged(self, mutant: Mutant, world: World, cells: int, wider: tuple[Difference, ...]) -> Tried:
        places = dict.fromkeys(each.place for each in wider)
        for breach in self._breaches(world, tuple(places)):
            outcome = Outcome.CEILING if breach.invariant == CEILING else Outcome.INVARIANT
            return Tried(mutant=mutant, outcome=outcome, cells=cells, why=f"{breach.invariant}: {breach.cell}")
        return Tried(mutant=mutant, outcome=Outcome.WIDENED, cells=cells, why="")

    def _breaches(self, world: World, places: tuple[Place, ...]) -> Iterator[Breach]:
        """Statute first: what it forbids no table can allow."""
        for each in BOUNDS:
            yield from breaches(each.id, each.articles, self.bounds[each.id], world, places)
        yield from one_mask(world)
        yield from publication_bases(world)
        yield from breaches(CEILING, ARTICLES, self.bounds[CEILING], world, places)


def trial_of(policy: Policy, day: date) -> Trial:
    """A trial of mutants of this policy under the ceilings of that day."""
    world = world_of(policy)
    lens = world.matrix.lens
    limits = {each.id: each.limits for each in BOUNDS if each.limits is not None}
    return Trial(
        world=world,
        compared=comparison(policy, policy, (lens, lens)),
        numbers={rule.id: number for number, rule in enumerate(policy.rules)},
        bounds={name: _remembered(each) for name, each in (*limits.items(), (CEILING, Ceilings(day=day).limits))},
    )


def _remembered(limits: Limits) -> Limits:
    """The same limits, each place asked once: they follow from statute, table and catalogue, not from rules."""
    known: dict[Place, tuple[Limit, ...]] = {}

    def of_place(world: World, place: Place) -> tuple[Limit, ...]:
        if place not in known:
            known[place] = tuple(limits(world, place))
        return known[place]

    return of_place


def _written(rule: Rule) -> dict[str, str]:
    """The rule as the line of its file."""
    said = (
        rule.id, rule.sub, rule.dom, rule.purpose, rule.role, rule.item, rule.field, rule.level.name, rule.mask or "",
        rule.kind or ROOT, rule.relation or ROOT, rule.entitlement, rule.row or "", rule.effect, " ".join(rule.basis),
    )  # fmt: skip
    return dict(zip(COLUMNS, map(str, said), strict=True))


def _loaded(channel: Scope, columns: Mapping[str, str], policy: Policy) -> Rule:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerow(columns)
    return load_rules({FILES[channel]: text.getvalue().encode()}, policy.space, policy.regulation.sources)[0]
