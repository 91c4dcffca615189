"""Rules that open nothing: dead ones, which match no cell, and shadowed ones, without which nothing would change.

Denies are left out: they state statute, and are meant to hold against allows that are not there yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from authz.matrix.decision import sole
from authz.matrix.world import World
from authz.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """``dead``: no asker, item, field or relation is left for the rule; otherwise other rules open all that it does."""

    rule: Rule
    dead: bool


def unused(world: World) -> Iterator[Unused]:
    """Every allow that could be taken out of the policy without changing a cell."""
    matched, needed = 0, set[str]()
    seen: set[tuple[int, int]] = set()
    for place, blocks in world.matrix.blocks.items():
        fields = world.matrix.lens.fields_at(place)
        for block in blocks:
            matched |= block.rules
            if (block.rules, fields) not in seen:
                seen.add((block.rules, fields))
                matching = world.matrix.lens.matching(block.rules)
                needed |= {reach.rule.id for reach in sole(matching, block.decision)}
    for number, rule in enumerate(world.policy.rules):
        if rule.allows and rule.id not in needed:
            yield Unused(rule=rule, dead=not matched >> number & 1)
