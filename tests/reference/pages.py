"""Visible rows and the arguments of a connection -> one page of it: keyset order, cursors, what comes next, a count.

Cursors here are plain text of the reference's own; only following them means anything.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from authz.grant import Grant, Scope
from tests.reference.world import Row

END_OF_TIME = date(9999, 12, 30)
COUNTED = 10_000
SMALL_GROUP = 5

Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One date column and its direction. Rows without a date stand at the end of time."""

    column: str
    descending: bool


def page(
    rows: Sequence[Row],
    orders: Sequence[Order],
    arguments: Mapping[str, Any],
    grant: Grant,
    node: Callable[[Row], Any],
) -> dict[str, Any]:
    """``rows`` are all that the connection can show, unordered."""
    ordered = sorted(rows, key=lambda row: _key(row, orders))
    after = arguments.get("after")
    beyond = [row for row in ordered if after is None or _key(row, orders) > tuple(json.loads(after))]
    shown = beyond[: arguments["first"]]
    edges = [{"node": node(row), "cursor": json.dumps(_key(row, orders))} for row in shown]
    return {
        "edges": edges,
        "pageInfo": {
            "hasNextPage": len(beyond) > len(shown),
            "hasPreviousPage": after is not None,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
        "totalCount": _total(rows, grant),
    }


def _key(row: Row, orders: Sequence[Order]) -> Key:
    """Ascending keys: dates as ordinals, then the id in the direction of the last date."""
    dates = [(order, (row[order.column] or END_OF_TIME).toordinal()) for order in orders]
    signed = [-day if order.descending else day for order, day in dates]
    return (*signed, -row["id"] if orders and orders[-1].descending else row["id"])


def _total(rows: Sequence[Row], grant: Grant) -> int | None:
    """Null above the limit, and in public where one to four natural persons could be counted."""
    persons = {row.get("subject_id", row["id"]) for row in rows if row["natural"]}
    small = grant.scope is Scope.PUBLICATION and 0 < len(persons) < SMALL_GROUP
    return None if small or len(rows) > COUNTED else len(rows)
