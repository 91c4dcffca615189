"""A policy -> the boxes of askers who are under the same rules at one place, and what those rules show there.

Values that the same rules match are one class, so a matrix of hundreds of millions of cells is decided in some ten
thousand steps, exactly. Several policies can be looked through at once, where they are compared. Never asks Casbin; a
property test holds this equal to ``enforce``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import NamedTuple

from authz.cells import Reach, reach_of
from authz.compile import RELATIONS
from authz.grant import Kind, Relation, Scope
from authz.matrix.axes import WITH_CONSENT, WITHOUT_CONSENT, Axes, Box, axes_of, covering, every_pair
from authz.matrix.decision import Decision, decide
from authz.matrix.tables import Tables, numbers, tables_of
from authz.policy import Policy
from authz.rows import relation_of
from authz.rules import Entitlement
from authz.scopes import NOTHING
from authz.space import ItemFacts, Space

_SOMEWHERE = "any field of supervision", date.min, frozenset({"any jurisdiction"})


class Place(NamedTuple):
    """What is asked about, but for its fields."""

    channel: Scope
    item: str
    kind: Kind
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lens:
    """One policy over given axes. ``whole``: without the gates that stand before the rules (a purpose's scope and
    roles, what an item is decided for, the relations that a row can have), as Casbin itself answers."""

    space: Space
    tables: Tables
    whole: bool
    gates: Mapping[Kind, int]  # the errands that may concern the kind
    decided: dict[tuple[int, int], Decision]

    @property
    def axes(self) -> Axes:
        return self.tables.axes

    def places(self) -> Iterator[Place]:
        """Every place of the space."""
        for channel, facts in product(Scope, self.space.facts.values()):
            for kind in Kind if self.whole else sorted(facts.kinds):
                yield from (Place(channel, facts.code, kind, each) for each in self._relations(channel, facts))

    def fields_at(self, place: Place) -> int:
        """The fields that are decided there; none where the policy does not know the item, or not for this kind."""
        facts = self.space.facts.get(place.item)
        if facts is None or (place.kind not in facts.kinds and not self.whole):
            return 0
        return (1 << len(self.space.coordinates)) - 1 if self.whole else facts.fields[place.kind]

    def rules_at(self, place: Place) -> int:
        """The rules that speak of any field there."""
        return self.tables.speaking(self.tables.at(*place), self.fields_at(place))

    def by_errand(self, place: Place, rules: int) -> list[int]:
        """For each errand those of the rules that match it; none where the purpose does not cover the kind."""
        gate = self._gate(place)
        return [own & rules if gate >> number & 1 else 0 for number, own in enumerate(self.tables.columns.errands)]

    def by_jurisdiction(self, rules: int) -> list[int]:
        return [own & rules for own in self.tables.columns.jurisdictions]

    def by_department(self, place: Place, rules: int, consent: bool) -> list[int]:
        """For each department those of the rules that match it and whose condition holds."""
        facts = self.space.facts.get(place.item)
        conditions = [(each, self.tables.under(each) & rules) for each in Entitlement if facts is not None]
        spoken = [(each, bits) for each, bits in conditions if bits]
        return [
            own & sum(bits for each, bits in spoken if facts is not None and each.holds(facts, name, consent=consent))
            for name, own in zip(self.axes.departments, self.tables.columns.departments, strict=True)
        ]

    def matching(self, rules: int) -> tuple[Reach, ...]:
        return tuple(self.tables.reaches[number] for number in numbers(rules))

    def decide(self, rules: int, place: Place) -> Decision:
        """What these rules show there."""
        fields = self.fields_at(place)
        found = self.decided.get((rules, fields))
        if found is None:
            found = self.decided[rules, fields] = decide(self.matching(rules), fields, self.space.verdicts)
        return found

    def exchanged(self, number: int, reach: Reach) -> "Lens":
        """The same policy with another rule in the place of this one."""
        return replace(self, tables=self.tables.exchanged(number, reach), decided={})

    def _gate(self, place: Place) -> int:
        """The errands that may concern the kind; for rows that hang on others, the kinds of those."""
        if self.whole:
            return self.gates[place.kind]
        kinds = {kind for carrier in self._carriers(place.item) for kind in carrier.kinds}
        gate = self.gates[place.kind]
        for kind in kinds:
            gate |= self.gates[kind]
        return gate

    def _relations(self, channel: Scope, facts: ItemFacts) -> Iterator[Relation]:
        """Those that rows of the item can have, or the rows that they hang on."""
        sources = {facts.source, *(carrier.source for carrier in self._carriers(facts.code))}
        for each in Relation if self.whole else RELATIONS[channel]:
            possible = any(relation_of(each, source, *_SOMEWHERE) != NOTHING for source in sources)
            if self.whole or each is Relation.SELF or possible:
                yield each

    def _carriers(self, item: str) -> tuple[ItemFacts, ...]:
        """The items on whose rows rows of this item hang, decided with the relation of the row that carries them."""
        return tuple(facts for facts in self.space.facts.values() if facts.links == item)


def lens_of(policy: Policy, axes: Axes | None = None, *, whole: bool = False) -> Lens:
    """The lens of a policy over its own axes, or over these."""
    axes = axes or (every_pair(policy) if whole else axes_of(policy))
    reaches = tuple(reach_of(rule, policy.space) for rule in policy.rules)
    everything = (1 << len(axes.errands)) - 1
    return Lens(
        space=policy.space,
        tables=tables_of(reaches, axes, tuple(policy.space.facts)),
        whole=whole,
        gates=dict.fromkeys(Kind, everything) if whole else covering(policy, axes),
        decided={},
    )


def askers(place: Place, lenses: tuple[Lens, ...], only: int = 0) -> Iterator[tuple[Box, tuple[int, ...]]]:
    """Boxes of askers who are under the same rules, with those rules under each lens; nobody who is under none.

    With ``only``, a set of rules, just those who are under one of them under some lens.
    """
    spoken = [(lens, lens.rules_at(place)) for lens in lenses]
    errands = _classes([lens.by_errand(place, rules) for lens, rules in spoken], only)
    jurisdictions = _classes([lens.by_jurisdiction(rules) for lens, rules in spoken], only)
    if not errands or not jurisdictions:
        return
    for consents, departments in _departments(place, spoken, only):
        for (who, by_who), (where, by_where), (why, by_why) in product(departments, jurisdictions, errands):
            rules = tuple(one & other & third for one, other, third in zip(by_who, by_where, by_why, strict=True))
            if any(each & only for each in rules) if only else any(rules):
                yield Box(who, where, why, consents), rules


Class = tuple[int, tuple[int, ...]]
"""Values of a dimension, and the rules that match them under each lens."""


def _classes(columns: list[list[int]], only: int) -> list[Class]:
    """The values by the rules that match them; ``columns`` holds one list of rules by value for each lens."""
    found: dict[tuple[int, ...], int] = {}
    for number, rules in enumerate(zip(*columns, strict=True)):
        if any(each & only for each in rules) if only else any(rules):
            found[rules] = found.get(rules, 0) | 1 << number
    return [(values, rules) for rules, values in found.items()]


def _departments(place: Place, spoken: list[tuple[Lens, int]], only: int) -> Iterator[tuple[int, list[Class]]]:
    """The departments without and with a consent; once, where a consent makes no difference."""
    without = [lens.by_department(place, rules, consent=False) for lens, rules in spoken]
    consented = [lens.by_department(place, rules, consent=True) for lens, rules in spoken]
    if without == consented:
        yield WITHOUT_CONSENT | WITH_CONSENT, _classes(without, only)
    else:
        yield WITHOUT_CONSENT, _classes(without, only)
        yield WITH_CONSENT, _classes(consented, only)
