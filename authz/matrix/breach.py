"""Limits over a matrix -> breaches: for each rule that goes beyond, how many cells it opens and one of them.

Counts every cell, so that nothing hides behind the first. Knows no article by heart: the limits bring them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from authz.grant import RuleId
from authz.matrix.lens import Place
from authz.matrix.limits import Limit
from authz.matrix.world import Point, World

Limits = Callable[[World, Place], Iterable[Limit]]

Written = tuple[str, int]
"""File and line."""


class Fault(NamedTuple):
    """What is wrong in a policy where no cell is. ``written``: where it says so, None where no one row does."""

    says: str
    written: Written | None = None


Broken = Iterator[Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One thing that may not be. ``cell``: a cell of the space, or what in the policy is wrong where no cell is;
    ``count``: how many cells the rule opens so; ``rule`` None: no rule is to blame, but what is ``written`` there."""

    invariant: str
    article: tuple[str, ...]
    cell: Point | str
    count: int
    rule: RuleId | None = None
    written: Written | None = None


@dataclass(slots=True)
class _Tally:
    cell: Point
    count: int = 0


def breaches(
    name: str, article: tuple[str, ...], limits: Limits, world: World, places: Iterable[Place] | None = None
) -> Iterator[Breach]:
    """What goes beyond these limits, by rule; at these places only, or everywhere."""
    found: dict[RuleId, _Tally] = {}
    for place in world.matrix.blocks if places is None else places:
        for limit in limits(world, place):
            _tally(world, place, limit, found)
    for rule, tally in found.items():
        yield Breach(invariant=name, article=article, cell=tally.cell, count=tally.count, rule=rule)


def _tally(world: World, place: Place, limit: Limit, found: dict[RuleId, _Tally]) -> None:
    for block in world.matrix.blocks.get(place, ()):
        askers = block.askers.common(limit.askers)
        if askers is None:
            continue
        for level, fields in limit.most.beyond(block.decision, world.policy.space.verdicts):
            for rule, opened in world.openers(block, level, fields):
                tally = found.get(rule.id)
                if tally is None:
                    tally = found[rule.id] = _Tally(world.point(place, askers, block, level, opened))
                tally.count += askers.size * opened.bit_count()
