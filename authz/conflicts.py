"""Two rules that meet in one cell and cannot both be meant -> a refusal of the policy, with the line of the second.

Within one item, kind of subject and relation, all rules that show rows must name one row scope, and so must all rules
that give verdicts; otherwise the level of a field would depend on which rule a row happens to satisfy. Rules that show
rows and rules that give verdicts may differ: rows then count for the verdict without being shown, in parts of their own
(``authz.parts``). No field may have two masks in one cell. Rules of different channels never meet.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from authz.cells import Reach, reach_of
from authz.grant import Kind, Level, Scope
from authz.rules import Rule
from authz.space import ItemFacts, Space
from authz.trees import ROOT


def check_conflicts(rules: Iterable[Rule], space: Space) -> None:
    """Refuse the first pair of rules that cannot both hold. Raises PolicyFileError."""
    by_channel: dict[Scope, list[Reach]] = {}
    for rule in rules:
        if rule.allows:
            by_channel.setdefault(rule.channel, []).append(reach_of(rule, space))
    for reaches in by_channel.values():
        for first, second in combinations(reaches, 2):
            for sentence in _conflicts(first, second, space):
                raise second.rule.refuse(sentence)


def check_against(changed: Reach, others: Iterable[Reach], space: Space) -> None:
    """Refuse this rule where it cannot hold beside one of the others, all of its channel. Raises PolicyFileError."""
    for each in others:
        for sentence in _conflicts(each, changed, space):
            raise changed.rule.refuse(sentence)


def _conflicts(first: Reach, second: Reach, space: Space) -> Iterator[str]:
    one, other = first.rule, second.rule
    masks = {one.mask, other.mask}
    differing_masks = one.level is other.level is Level.MASKED and len(masks) == 2
    if (one.row is other.row and not differing_masks) or not _meet(first, second):
        return
    for facts, kind in _cells(first, second, space):
        fields = facts.fields[kind]
        if differing_masks and first.bits & second.bits & fields:
            yield f"mask: {other.mask} meets {one.mask} of rule {one.id} in a field of {facts.code}"
        if one.row is not other.row and _same_share(first, second, fields, space):
            yield f"row: {other.row} meets {one.row} of rule {one.id} in {facts.code}"


def _same_share(first: Reach, second: Reach, fields: int, space: Space) -> bool:
    """Whether both show rows, or both give verdicts."""
    shown = fields & ~space.verdicts
    both_show = all(each.bits & shown and each.rule.level >= Level.SUMMARY for each in (first, second))
    return both_show or all(each.bits & fields & space.verdicts for each in (first, second))


def _meet(first: Reach, second: Reach) -> bool:
    """Whether anyone could be under both rules."""
    one, other = first.rule, second.rule
    return (
        bool(first.purposes & second.purposes)
        and bool(first.items & second.items)
        and bool(first.departments & second.departments)
        and (ROOT in (one.role, other.role) or one.role == other.role)
        and (None in (one.kind, other.kind) or one.kind is other.kind)
        and (None in (one.relation, other.relation) or one.relation is other.relation)
        and (first.jurisdictions is None or second.jurisdictions is None or _nested(first, second))
    )


def _nested(first: Reach, second: Reach) -> bool:
    return bool((first.jurisdictions or frozenset()) & (second.jurisdictions or frozenset()))


def _cells(first: Reach, second: Reach, space: Space) -> Iterator[tuple[ItemFacts, Kind]]:
    """The items and kinds where both hold for some department, with a consent or without."""
    departments = first.departments & second.departments
    for code in sorted(first.items & second.items):
        facts = space.facts[code]
        if any(_entitled(first, second, facts, each, consent) for each in departments for consent in (False, True)):
            for kind in sorted(facts.kinds):
                if first.rule.kind in (None, kind) and second.rule.kind in (None, kind):
                    yield facts, kind


def _entitled(first: Reach, second: Reach, facts: ItemFacts, department: str, consent: bool) -> bool:
    return all(each.rule.entitlement.holds(facts, department, consent=consent) for each in (first, second))
