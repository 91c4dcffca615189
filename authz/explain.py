"""Demand, grant and policy -> why each asked field is shown as it is: the rules for and against it, and their articles.

It explains the very grant that would answer. Where nothing opens a field it names the rule that comes nearest and the
conditions that it fails. Casbin explains neither an allow beside denies nor a default deny, so this is ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from authz.asked import Occurrence, Walk
from authz.cells import Asker, Reach
from authz.compile import asker_of
from authz.grant import Grant, Level, Part, Reason, RuleId
from authz.policy import Policy
from authz.principal import Principal
from authz.purpose import Admission
from authz.rules import Rule
from authz.scopes import RowScope
from authz.space import ItemFacts
from authz.trees import ROOT
from schema.demands.demand import Coordinate, Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One rule that speaks of the field. ``failed`` names its conditions that do not hold: none for one that counts."""

    rule: RuleId
    allows: bool
    level: Level
    basis: tuple[str, ...]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The field in the rows of one part."""

    item: str
    kind: str
    relation: str
    published: bool
    rows: RowScope
    level: Level
    mask: str | None
    reason: Reason | None
    reasons: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One asked field. ``nearest`` is set where no row can stand at its place, or where nothing opens it there."""

    path: str
    coordinate: Coordinate
    decided: tuple[Decided, ...]
    nearest: Ground | None


def explain(
    demand: Demand, grant: Grant, policy: Policy, who: Principal, admission: Admission
) -> tuple[Explained, ...]:
    """Every asked field, in the order of the document."""
    explainer = _Explainer(
        policy=policy, asker=asker_of(who, admission), rules={rule.id: rule for rule in policy.rules}
    )
    walk = Walk(demand=demand, grant=grant, catalogue=policy.catalogue)
    return tuple(explainer.explained(found) for found in walk.occurrences())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explainer:
    policy: Policy
    asker: Asker
    rules: Mapping[RuleId, Rule]

    def explained(self, found: Occurrence) -> Explained:
        decided = tuple(self._decided(found.coordinate, part) for part in found.parts)
        opened = any(each.level > Level.NONE for each in decided)
        return Explained(
            path=found.path,
            coordinate=found.coordinate,
            decided=decided,
            nearest=None if opened else self._nearest(found),
        )

    def _decided(self, coordinate: Coordinate, part: Part) -> Decided:
        disclosure = part.of(coordinate)
        return Decided(
            item=part.item,
            kind=part.kind,
            relation=part.relation,
            published=part.published,
            rows=part.rows,
            level=disclosure.level,
            mask=disclosure.mask,
            reason=disclosure.reason,
            reasons=tuple(_ground(self.rules[each]) for each in disclosure.rules),
        )

    def _nearest(self, found: Occurrence) -> Ground | None:
        """The allow of this scope that fails the fewest conditions."""
        space = self.policy.space
        bit = space.bits_of(found.coordinate)
        tried = [
            (self._failed(reach, facts, found.parts), reach)
            for reach in self.policy.cells.speaking_of(found.coordinate, self.asker.scope)
            for facts in (space.facts[code] for code in sorted(reach.items))
            if any(facts.fields[kind] & bit for kind in facts.kinds if reach.rule.kind in (None, kind))
        ]
        if not tried:
            return None
        failed, reach = min(tried, key=lambda each: (len(each[0]), each[1].rule.id))
        return _ground(reach.rule, failed)

    def _failed(self, reach: Reach, facts: ItemFacts, parts: tuple[Part, ...]) -> tuple[str, ...]:
        return tuple(name for name, holds in self._conditions(reach, facts, parts) if not holds)

    def _conditions(self, reach: Reach, facts: ItemFacts, parts: tuple[Part, ...]) -> Iterator[tuple[str, bool]]:
        asker, rule = self.asker, reach.rule
        yield "purpose", asker.purpose in reach.purposes
        yield "department", asker.department in reach.departments
        yield "role", rule.role in (ROOT, asker.role)
        yield "jurisdiction", reach.jurisdictions is None or asker.jurisdiction in reach.jurisdictions
        yield "entitlement", rule.entitlement.holds(facts, asker.department, consent=asker.consent)
        yield "item", not parts or any(part.item == facts.code for part in parts)
        yield "kind", not parts or any(rule.kind in (None, part.kind) for part in parts)
        yield "relation", not parts or any(rule.relation in (None, part.relation) for part in parts)


def _ground(rule: Rule, failed: tuple[str, ...] = ()) -> Ground:
    return Ground(rule=rule.id, allows=rule.allows, level=rule.level, basis=rule.basis, failed=failed)
