"""Entries of the log -> the connection that was asked for: edges, cursors, what comes next, and how many in all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from authz.access_log import ENTRY
from resolvers.cursors import binding_of
from resolvers.labels import Labels
from resolvers.log.statement import Wants
from resolvers.mappings import mapping_shaper
from resolvers.plan import Paging
from resolvers.readings import Reading
from resolvers.statements import COUNT_LIMIT
from schema.coordinates import labelled_by
from schema.demands.demand import Branch, Page, Selection, Typename, value_of
from schema.errors import Code, DataError

_ACTOR = frozenset({"operator", "matterNumber"})
_TOLD = frozenset({"released", "categories", "level", "records", "fieldsClear", "fieldsMasked", "fieldsWithheld"})


def paging_of(page: Page) -> Paging:
    """What a cursor of the log is bound to."""
    return Paging(
        path=page.key,
        conditions=page.conditions,
        sorts=(),
        first=page.first,
        after=page.after,
        counted=page.counted,
        bound=tuple(condition.value for condition in page.conditions),
    )


def after_of(page: Page, reading: Reading) -> UUID | None:
    """The entry after which the page begins. Errors: CURSOR_INVALID."""
    text = value_of(page.after, reading.variables) if page.after is not None else None
    if text is None:
        return None
    try:
        position = reading.sealer.open_cursor(binding_of(paging_of(page), reading.asking, reading.variables), str(text))
        return UUID(bytes=position)
    except ValueError as error:
        raise DataError(Code.CURSOR_INVALID, "the cursor is not one of this connection") from error


def wants_of(page: Page, shown: frozenset[str]) -> Wants:
    """What has to be read of each entry: nothing that is not asked, or not shown."""
    wanted = set(_asked(page.selection)) & shown
    return Wants(
        place="index" in wanted,
        actor=bool(wanted & _ACTOR),
        told=bool(wanted & _TOLD),
        alerts="alerts" in wanted,
        total=page.counted,
    )


def connection_of(
    page: Page, entries: Sequence[Mapping[str, Any]], total: int | None, shown: frozenset[str], reading: Reading
) -> dict[str, Any]:
    """The answer; ``entries``: one more than asked where there is a next page."""
    first = value_of(page.first, reading.variables)
    rows = entries[: first if isinstance(first, int) else 0]
    binding = binding_of(paging_of(page), reading.asking, reading.variables)

    def cursor(row: Mapping[str, Any]) -> str:
        return reading.sealer.seal_cursor(binding, UUID(row["id"]).bytes)

    # INVARIANT: what this scope is not shown is not even there when the answer is shaped
    nodes = [{name: value for name, value in row.items() if name in shown} for row in rows]
    found = {
        "edges": [{"node": node, "cursor": cursor(row)} for node, row in zip(nodes, rows, strict=True)],
        "totalCount": None if total is None or total > COUNT_LIMIT else total,
        "pageInfo": {
            "hasNextPage": len(entries) > len(rows),
            "hasPreviousPage": page.after is not None,
            "startCursor": cursor(rows[0]) if rows else None,
            "endCursor": cursor(rows[-1]) if rows else None,
        },
    }
    shape: Callable[[Any, Reading], dict[str, Any]] = mapping_shaper(page.selection, Labels())
    return shape(found, reading)


def _asked(selection: Selection) -> set[str]:
    """The fields asked of the entries, wherever in the page."""
    found: set[str] = set()
    for name, asks in selection.types.items():
        for ask in asks:
            if isinstance(ask, Typename):
                continue
            if name == ENTRY:
                found.add(labelled_by(name, ask.field) or ask.field)
            elif isinstance(ask, Branch):
                found |= _asked(ask.selection)
    return found
