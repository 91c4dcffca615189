"""A connection field with its arguments -> the rows that it can show, and the order in which it shows them.

A filter or an order by a field that is not in clear in every row that the connection could list may never be answered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from authz.grant import Kind, Level, Part
from schema.demands.demand import Coordinate
from schema.names import fold
from tests.reference.pages import Order
from tests.reference.sight import Sight
from tests.reference.states import measure_status, record_status, under_objection
from tests.reference.world import Row

RECORD_ORDERS = {
    "DECIDED_ON": ("Record.decidedOn", "decided_on"),
    "VALID_UNTIL": ("Record.validUntil", "valid_until"),
    "PUBLICATION_UNTIL": ("Record.publication", "publication_until"),
}
MEASURE_ORDERS = {"STARTS_ON": ("Measure.startsOn", "starts_on"), "ENDS_ON": ("Measure.endsOn", "ends_on")}
TESTED = {
    "Record": {
        "category": "Record.catalogueItem",
        "item": "Record.catalogueItem",
        "severity": "Record.severity",
        "polarity": "Record.polarity",
        "status": "Record.status",
        "decidedFrom": "Record.decidedOn",
        "decidedTo": "Record.decidedOn",
        "documentNumber": "Record.documentNumber",
        "authority": "Record.authority",
        "underObjection": "Record.underObjection",
    },
    "Measure": {
        "category": "Measure.listEntry",
        "status": "Measure.status",
        "force": "Measure.force",
        "startsFrom": "Measure.startsOn",
        "startsTo": "Measure.startsOn",
        "legalityReview": "Measure.legalityReview",
    },
    "Subject": {"name": "Organisation.name", "kind": "Organisation.kind", "jurisdiction": "Organisation.jurisdiction"},
}


class NotFilterable(Exception):  # noqa: N818  # an outcome that the gateway must have refused
    """The connection was narrowed or ordered by what is not shown in clear."""


Given = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Connections:
    sight: Sight

    def matching(self, type_name: str, rows: Iterable[Row], arguments: Given, parts: tuple[Part, ...]) -> list[Row]:
        """The rows that pass the filter. ``parts``: all whose rows the connection can list."""
        tests = {key: value for key, value in (arguments.get("filter") or {}).items() if value is not None}
        self._check((TESTED[type_name][key] for key in tests), parts)
        passes = {"Record": self._record, "Measure": self._measure, "Subject": self._subject}[type_name]
        return [row for row in rows if all(passes(row, key, value) for key, value in tests.items())]

    def order(self, type_name: str, arguments: Given, parts: tuple[Part, ...]) -> list[Order]:
        """As asked; else latest first, where the date is in clear in every row, and by id where it is not."""
        if type_name == "Subject":
            return []
        known = RECORD_ORDERS if type_name == "Record" else MEASURE_ORDERS
        asked = arguments.get("orderBy")
        if asked:
            self._check((known[each["by"]][0] for each in asked), parts)
            return [Order(known[each["by"]][1], each["direction"] == "DESC") for each in asked]
        coordinate, column = known["DECIDED_ON" if type_name == "Record" else "STARTS_ON"]
        return [Order(column, True)] if _clear(coordinate, parts) else []

    def _check(self, used: Iterable[str], parts: tuple[Part, ...]) -> None:
        if not all(_clear(coordinate, parts) for coordinate in used):
            raise NotFilterable

    def _record(self, row: Row, key: str, value: Any) -> bool:
        today = self.sight.grant.today
        tests: Mapping[str, Callable[[], bool]] = {
            "category": lambda: row["category"] in value or row["subcategory"] in value,
            "item": lambda: row["item"] in value,
            "severity": lambda: row["severity"] in value,
            "polarity": lambda: row["polarity"] == value,
            "status": lambda: record_status(row, today) in value,
            "decidedFrom": lambda: row["decided_on"].isoformat() >= value,
            "decidedTo": lambda: row["decided_on"].isoformat() <= value,
            "documentNumber": lambda: row["document_number"] == value,
            "authority": lambda: self.sight.opened(value) == ("agency", row["authority_id"]),
            "underObjection": lambda: under_objection(row, today) is value,
        }
        return tests[key]()

    def _measure(self, row: Row, key: str, value: Any) -> bool:
        grant, starts = self.sight.grant, row["starts_on"]
        tests: Mapping[str, Callable[[], bool]] = {
            "category": lambda: row["category"] in value,
            "status": lambda: measure_status(row, grant.today, grant.suspending) in value,
            "force": lambda: row["force"] == value,
            "startsFrom": lambda: starts is not None and starts.isoformat() >= value,
            "startsTo": lambda: starts is not None and starts.isoformat() <= value,
            "legalityReview": lambda: self.sight.legality_review(row) is value,
        }
        return tests[key]()

    def _subject(self, row: Row, key: str, value: Any) -> bool:
        if key == "name":
            return fold(value) in fold(row["name"])
        return row["kind"] in value if key == "kind" else bool(row["jurisdiction"] == value)


def kinds_of(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds) or frozenset(Kind)


def _clear(coordinate: str, parts: tuple[Part, ...]) -> bool:
    return all(part.of(Coordinate(coordinate)).level is Level.CLEAR for part in parts)
