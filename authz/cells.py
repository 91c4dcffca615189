"""Rules -> the decision on the fields of one cell: an item, a kind of subject and a relation, for one who asks.

The meaning is that of the Casbin model, and a property test holds the two equal: a field is shown at a level if some
matching allow covers the level and no matching deny does. Everything is bitwise over fields; Casbin is never asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from authz.grant import WITHHELD, Disclosure, Kind, Level, Reason, Relation, RuleId, Scope
from authz.rules import Rule
from authz.space import ItemFacts, Space
from authz.trees import ROOT
from schema.demands.demand import Coordinate

LEVELS = (Level.CLEAR, Level.MASKED, Level.SUMMARY, Level.VERDICT)
"""From the most that can be shown to the least."""

Fields = Mapping[Coordinate, Disclosure]

REMEMBERED = 16_384
"""Decisions kept: far more than there are groups of rules that match together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """All that a decision depends on besides the row: one point of the space. ``role`` is ``none`` where none is
    stated."""

    scope: Scope
    department: str
    jurisdiction: str
    purpose: str
    role: str
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """A rule with its names spelled out into leaves; ``doms`` None: everywhere."""

    rule: Rule
    departments: frozenset[str]
    jurisdictions: frozenset[str] | None
    purposes: frozenset[str]
    items: frozenset[str]
    bits: int

    def meets(self, asker: Asker) -> bool:
        return (
            asker.purpose in self.purposes
            and asker.department in self.departments
            and self.rule.role in (ROOT, asker.role)
            and (self.jurisdictions is None or asker.jurisdiction in self.jurisdictions)
        )

    def covers(self, facts: ItemFacts, kind: Kind, relation: Relation, asker: Asker) -> bool:
        rule = self.rule
        return (
            facts.code in self.items
            and rule.kind in (None, kind)
            and rule.relation in (None, relation)
            and bool(self.bits & facts.fields[kind])
            and rule.entitlement.holds(facts, asker.department, consent=asker.consent)
        )


def reach_of(rule: Rule, space: Space) -> Reach:
    below = frozenset(code for code, line in space.lineages.items() if rule.dom in line)
    return Reach(
        rule=rule,
        departments=space.roles.leaves_of(rule.sub),
        jurisdictions=None if rule.dom == ROOT else below,
        purposes=space.purposes.leaves_of(rule.purpose),
        items=space.items.leaves_of(rule.item),
        bits=space.bits_of(rule.field),
    )


Speaking = tuple[tuple[tuple[Reach, ...], int], ...]
"""Rules that match, each group with the fields that it is asked for: one group for a row, one more for its links."""


class Cells:
    """The rules of a policy over its space, and a memory of decisions: they depend on the matching rules alone."""

    def __init__(self, rules: Iterable[Rule], space: Space) -> None:
        self._space = space
        self._reaches: dict[Scope, list[Reach]] = {scope: [] for scope in Scope}
        for rule in rules:
            self._reaches[rule.channel].append(reach_of(rule, space))
        self._decided = lru_cache(maxsize=REMEMBERED)(self._decide)
        self._merged = lru_cache(maxsize=REMEMBERED)(self._merge)

    def alive(self, asker: Asker) -> tuple[Reach, ...]:
        """The rules that speak to this asker at all; none where any of its names is not a leaf of the space."""
        known = asker.department in self._space.roles.leaves and asker.purpose in self._space.purposes.leaves
        if not known or asker.jurisdiction not in self._space.lineages:
            return ()
        return tuple(reach for reach in self._reaches[asker.scope] if reach.meets(asker))

    def fields(self, speaking: Speaking) -> Fields:
        """Every field that any of the matching rules speaks of. Fields that are absent are withheld."""
        return self._decided(speaking)

    def merged(self, own: Speaking, public: Speaking) -> Fields:
        """The higher of two decisions on each field; the caller's own where they are equal, so that nobody is shown two
        masks of one value."""
        return self._merged(own, public)

    def _decide(self, speaking: Speaking) -> Fields:
        found: dict[Coordinate, Disclosure] = {}
        for matching, bits in speaking:
            found |= _decide(matching, bits, self._space)
        return MappingProxyType(found)

    def _merge(self, own: Speaking, public: Speaking) -> Fields:
        merged = dict(self._decided(own))
        for coordinate, disclosure in self._decided(public).items():
            if disclosure.level > merged.get(coordinate, WITHHELD).level:
                merged[coordinate] = disclosure
        return MappingProxyType(merged)


def opened(matching: Iterable[Reach], bits: int) -> tuple[int, ...]:
    """Which of these fields are shown at each level, in the order of ``LEVELS``; no field is in two of them."""
    found = []
    for level in LEVELS:
        shown = _allowed(matching, level) & ~_denied(matching, level) & bits
        found.append(shown)
        bits &= ~shown
    return tuple(found)


def _decide(matching: tuple[Reach, ...], bits: int, space: Space) -> dict[Coordinate, Disclosure]:
    found: dict[Coordinate, Disclosure] = {}
    for level, shown in zip(LEVELS, opened(matching, bits), strict=True):
        for coordinate, bit in space.named(shown):
            found[coordinate] = _shown(matching, bit, level)
        bits &= ~shown
    for coordinate, bit in space.named(_denied(matching, Level.CLEAR) & bits):
        found[coordinate] = _withheld(matching, bit)
    return found


def _allowed(matching: Iterable[Reach], level: Level) -> int:
    """Fields that an allow opens at the level. A masked form is shown only where a rule names the mask."""
    bits = 0
    for reach in matching:
        opens = reach.rule.level is level if level is Level.MASKED else reach.rule.level >= level
        if reach.rule.allows and opens:
            bits |= reach.bits
    return bits


def _denied(matching: Iterable[Reach], level: Level) -> int:
    bits = 0
    for reach in matching:
        if not reach.rule.allows and reach.rule.level <= level:
            bits |= reach.bits
    return bits


def _shown(matching: tuple[Reach, ...], bit: int, level: Level) -> Disclosure:
    allows = [each.rule for each in _of(matching, bit) if each.rule.allows and each.rule.level >= level]
    if level is Level.CLEAR:
        return _disclosure(level, None, allows)
    cuts = [each.rule for each in _of(matching, bit) if not each.rule.allows]
    mask = next((rule.mask for rule in allows if rule.level is level), None)
    return _disclosure(level, mask, allows + cuts)


def _withheld(matching: tuple[Reach, ...], bit: int) -> Disclosure:
    """Withheld, with the denies that speak of it; a field of which no rule speaks is absent."""
    return _disclosure(Level.NONE, None, [each.rule for each in _of(matching, bit) if not each.rule.allows])


def _of(matching: Iterable[Reach], bit: int) -> Iterator[Reach]:
    return (reach for reach in matching if reach.bits & bit)


def _disclosure(level: Level, mask: str | None, rules: list[Rule]) -> Disclosure:
    return _made(
        level,
        mask,
        tuple(rule.id for rule in rules),
        tuple(dict.fromkeys(article for rule in rules for article in rule.basis)),
    )


@lru_cache(maxsize=REMEMBERED)
def _made(level: Level, mask: str | None, rules: tuple[RuleId, ...], basis: tuple[str, ...]) -> Disclosure:
    """Equal disclosures are one object: a grant holds thousands."""
    reason = None if level is Level.CLEAR else Reason.POLICY
    return Disclosure(level=level, mask=mask, reason=reason, rules=rules, basis=basis)
