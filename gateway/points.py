"""A demand and its variables -> the points that it takes from its caller's rate.

As many as the same questions asked one by one would take, so that aliases and batches save nothing, and more where the
answer may be large. Points speak of the question alone, never of what is found.
"""

from collections.abc import Mapping

from schema.demands.demand import Demand, Root, value_of

COST_OF_A_POINT = 1000
"""Cost of an operation (fields of the answer times the rows around them) that a request may have for one point."""

POINTS: Mapping[str, int] = {"explain": 50, "usageReport": 50}
"""An explanation of a large document takes half a second and may be a megabyte long; a report may take as long."""


def points_of(demand: Demand, variables: Mapping[str, object], cost: int) -> int:
    """At least 1: one for each root field and each subject of a batch, or one for every 1 000 of cost."""
    return max(1, sum(_asked(root, variables) for root in demand.roots), -(-cost // COST_OF_A_POINT))


def _asked(root: Root, variables: Mapping[str, object]) -> int:
    if root.field in POINTS:
        return POINTS[root.field]
    batch = value_of(root.lookups, variables) if root.lookups is not None else None
    return max(1, len(batch)) if isinstance(batch, list | tuple) else 1
