"""A lens -> the whole matrix: for every place the boxes of askers and what is shown to them.

Exact and complete: what is in no block is shown to nobody. Holds nothing that depends on a day or on a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from authz.grant import Level
from authz.matrix.axes import Axes, Box
from authz.matrix.decision import NOTHING_SHOWN, Decision
from authz.matrix.lens import Lens, Place, askers, lens_of
from authz.policy import Policy
from schema.demands.demand import Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Askers to whom the same is shown under the same rules."""

    askers: Box
    rules: int
    decision: Decision

    @property
    def cells(self) -> int:
        """How many cells of the space it opens: askers times fields."""
        return self.askers.size * self.decision.shown.bit_count()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """Blocks of one place have no asker in common."""

    lens: Lens
    blocks: Mapping[Place, tuple[Block, ...]]

    @property
    def axes(self) -> Axes:
        return self.lens.axes

    @property
    def open_cells(self) -> int:
        return sum(block.cells for blocks in self.blocks.values() for block in blocks)

    @property
    def all_cells(self) -> int:
        """The size of the space that was decided: askers times fields of every place."""
        return self.axes.everyone.size * sum(self.lens.fields_at(place).bit_count() for place in self.lens.places())

    def decision(self, place: Place, asker: Box) -> Decision:
        """What is shown there to the askers of a box that lies within one block."""
        found = (block.decision for block in self.blocks.get(place, ()) if block.askers.common(asker))
        return next(found, NOTHING_SHOWN)

    def level(self, place: Place, asker: Box, coordinate: Coordinate) -> Level:
        number = self.lens.space.coordinates.index(coordinate)
        return self.decision(place, asker).level(1 << number)

    def with_places(self, lens: Lens, places: frozenset[Place]) -> "Matrix":
        """The matrix of another lens that differs from this one at these places alone."""
        changed = {place: tuple(_blocks(lens, place)) for place in places}
        return replace(self, lens=lens, blocks=MappingProxyType({**self.blocks, **changed}))


def evaluate(policy: Policy, axes: Axes | None = None, *, whole: bool = False) -> Matrix:
    """The matrix of a policy; ``whole``: as Casbin answers, without the gates that stand before it."""
    lens = lens_of(policy, axes, whole=whole)
    found = {place: tuple(_blocks(lens, place)) for place in lens.places()}
    return Matrix(lens=lens, blocks=MappingProxyType({place: blocks for place, blocks in found.items() if blocks}))


def _blocks(lens: Lens, place: Place) -> Iterator[Block]:
    if not any(reach.rule.allows for reach in lens.matching(lens.rules_at(place))):
        return
    for box, (rules,) in askers(place, (lens,)):
        decision = lens.decide(rules, place)
        if decision.shown:
            yield Block(askers=box, rules=rules, decision=decision)
