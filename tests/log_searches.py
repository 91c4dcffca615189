"""A search of the log as its filter gives it: the demand's page, and the search that it becomes."""

from collections.abc import Mapping

from resolvers.log.search import Digests, Search, Whom, search_of
from schema.demands.demand import Condition, Coordinate, Operator, Page, Selection, Slot


def searched(
    given: Mapping[str, object],
    digests: Digests,
    *,
    own: Whom | None = None,
    sought: Whom | None = None,
    counted: bool = False,
) -> Search:
    """``given``: values by the keys of ``AccessFilter``."""
    conditions = tuple(
        Condition(coordinate=Coordinate("x"), key=key, operator=Operator.EQ, value=Slot(literal=value))
        for key, value in given.items()
    )
    page = Page(
        key="accessLog",
        field="accessLog",
        coordinate=None,
        type="AccessEntry",
        conditions=conditions,
        sorts=(),
        first=Slot(literal=20),
        after=None,
        counted=counted,
        selection=Selection(types={}),
    )
    return search_of(page, {}, digests, own=own, sought=sought)
