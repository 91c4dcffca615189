"""Demand, grant and policy -> why each asked field is shown as it is: the rules for and against it, and their articles.

It explains the very grant that would answer, and names the articles that hold a field where it is; what would show more
of it is ``authz.ways``. Casbin explains neither an allow beside denies nor a default deny, so this is ours.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from authz.asked import Occurrence, Walk
from authz.grant import Grant, Kind, Level, Part, Reason, RuleId, Scope
from authz.policy import Policy
from authz.rules import Rule
from authz.scopes import RowScope
from schema.demands.demand import Coordinate, Demand
from schema.regulations.ceilings import ITEMS

_BY_DEFAULT: Mapping[Scope, tuple[str, ...]] = {Scope.PUBLICATION: ("WH-二(二)2",)}
_NECESSARY = ("PIPL-6", "WH-二(六)2")
"""What no rule opens is closed: to the public without a basis for publishing it, to others beyond what is necessary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One rule that speaks of the field and counts."""

    rule: RuleId
    allows: bool
    level: Level
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The field in the rows of one part."""

    item: str
    kind: Kind
    relation: str
    published: bool
    rows: RowScope
    level: Level
    mask: str | None
    reason: Reason | None
    reasons: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One asked field; nothing is decided where no row can stand at its place."""

    path: str
    coordinate: Coordinate
    decided: tuple[Decided, ...]


def explain(demand: Demand, grant: Grant, policy: Policy) -> tuple[Explained, ...]:
    """Every asked field, in the order of the document."""
    rules = {rule.id: rule for rule in policy.rules}
    walk = Walk(demand=demand, grant=grant, catalogue=policy.catalogue)
    return tuple(_explained(found, rules) for found in walk.occurrences())


def held_by(grant: Grant, policy: Policy, kind: Kind | None, items: Collection[str], grounds: Iterable[Ground]) -> str:
    """The articles for which a field is shown no further to anybody for this purpose: of the rules that cut it, else of
    the row of ceilings, else of the default."""
    cited = [each.basis for each in grounds if not each.allows]
    purpose = policy.regulation.purposes[grant.purpose]
    if not cited and grant.scope is Scope.SHARING:
        cited = [
            ceiling.basis
            for ceiling in policy.regulation.ceilings
            if ceiling.group == purpose.group and (kind is None or ceiling.kind.value == kind.value)
            if not items or not set(items).isdisjoint(ITEMS[ceiling.column])
        ]
    articles = [article for basis in cited for article in basis] or _BY_DEFAULT.get(grant.scope, _NECESSARY)
    return " ".join(dict.fromkeys(articles))


def _explained(found: Occurrence, rules: Mapping[RuleId, Rule]) -> Explained:
    decided = tuple(_decided(found.coordinate, part, rules) for part in found.parts)
    return Explained(path=found.path, coordinate=found.coordinate, decided=decided)


def _decided(coordinate: Coordinate, part: Part, rules: Mapping[RuleId, Rule]) -> Decided:
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
        reasons=tuple(_ground(rules[each]) for each in disclosure.rules),
    )


def _ground(rule: Rule) -> Ground:
    return Ground(rule=rule.id, allows=rule.allows, level=rule.level, basis=rule.basis)
