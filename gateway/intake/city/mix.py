"""Shares -> a draw, and weights -> whole numbers of a fixed sum: how an invented city becomes uneven as real ones are.

Every draw is made with the dice that are handed in.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Mix(Generic[Thing]):
    """Things, each with its share of all draws; shares need not add up to anything."""

    def __init__(self, shares: Mapping[Thing, float]) -> None:
        self._things = tuple(shares)
        self._bounds = tuple(accumulate(shares.values()))

    def draw(self, chance: Random) -> Thing:
        return chance.choices(self._things, cum_weights=self._bounds)[0]


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights, in order, that add up to ``total`` exactly."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    bounds = [round(total * part / whole) for part in accumulate(weights, initial=0.0)]
    return [after - before for before, after in pairwise(bounds)]
