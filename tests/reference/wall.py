"""A world -> what is left of it behind the second wall, where the wall is stricter than the grants.

The database hides whole rows from a scope whoever asks: quarantined, sealed, deleted records and those of minors from
every agency, but for a source that reads its own archive; records of items that are not public from the public; what is
revoked from banks; sealed records from their subject, who sees those of its minority; and a measure with its trigger,
but from a source that initiated it. Where the grants say the same or less, nothing is repeated here.
"""

from collections.abc import Mapping
from dataclasses import replace

from authz.grant import Scope
from schema.catalogue import Catalogue
from tests.reference.world import Row, Rows, World


def behind(world: World, scope: Scope, catalogue: Catalogue, keeper: int | None = None) -> World:
    """The rows that the database role of the scope could read at all. ``keeper``: the agency that reads its archive."""
    records = tuple(row for row in world.tables["record"] if _stands(row, scope, catalogue, keeper))
    left = {row["id"]: row for row in records}
    measures = tuple(row for row in world.tables["measure"] if measure_stands(row, left.get(row["record_id"]), keeper))
    tables: Mapping[str, Rows] = {**world.tables, "record": records, "measure": measures}
    return replace(world, tables=tables)


def measure_stands(measure: Row, trigger: Row | None, keeper: int | None) -> bool:
    """Whether a measure is left. ``trigger``: its record, if that is left."""
    if measure["record_id"] is None or (keeper is not None and measure["initiated_by_id"] == keeper):
        return True
    return trigger is not None and (keeper is None or _is_shared(trigger))


def _stands(row: Row, scope: Scope, catalogue: Catalogue, keeper: int | None) -> bool:
    if scope is Scope.PUBLICATION:
        return catalogue.items[row["item"]].publish_attribute == "PUBLIC"
    if scope is Scope.SHARING:
        return _is_shared(row) or (keeper is not None and _is_kept(row, keeper))
    states = {"ACTIVE", "CORRECTED"} if scope is Scope.CONSENT else {"ACTIVE", "CORRECTED", "REVOKED"}
    grown = scope is Scope.SELF or not row["minor_at_event"]
    return row["state"] in states and not row["sealed"] and grown


def _is_shared(row: Row) -> bool:
    return row["state"] in {"ACTIVE", "CORRECTED", "REVOKED"} and not row["sealed"] and not row["minor_at_event"]


def _is_kept(row: Row, keeper: int) -> bool:
    return row["state"] not in {"DRAFT", "DELETED"} and keeper in (row["source_unit_id"], row["authority_id"])
