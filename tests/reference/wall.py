"""A world -> what is left of it behind the second wall, where the wall is stricter than the grants.

The database hides whole rows from a scope whoever asks: quarantined, sealed, deleted records and those of minors from
every agency, the source included; records of items that are not public from the public; what is revoked from banks;
sealed records from their subject, who sees those of its minority; and a measure with its trigger.
Where the grants say the same or less, nothing is repeated here.
"""

from collections.abc import Mapping
from dataclasses import replace

from authz.grant import Scope
from schema.catalogue import Catalogue
from tests.reference.world import Row, Rows, World


def behind(world: World, scope: Scope, catalogue: Catalogue) -> World:
    """The rows that the database role of the scope could read at all."""
    records = tuple(row for row in world.tables["record"] if _stands(row, scope, catalogue))
    left = {row["id"] for row in records}
    measures = tuple(row for row in world.tables["measure"] if row["record_id"] is None or row["record_id"] in left)
    tables: Mapping[str, Rows] = {**world.tables, "record": records, "measure": measures}
    return replace(world, tables=tables)


def _stands(row: Row, scope: Scope, catalogue: Catalogue) -> bool:
    if scope is Scope.PUBLICATION:
        return catalogue.items[row["item"]].publish_attribute == "PUBLIC"
    states = {"ACTIVE", "CORRECTED"} if scope is Scope.CONSENT else {"ACTIVE", "CORRECTED", "REVOKED"}
    grown = scope is Scope.SELF or not row["minor_at_event"]
    return row["state"] in states and not row["sealed"] and grown
