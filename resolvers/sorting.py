"""The order of a connection -> the date columns it goes by."""

from collections.abc import Mapping

from schema.demands.demand import Coordinate

_COLUMNS: Mapping[str, str] = {
    "Record.decidedOn": "decided_on",
    "Record.validUntil": "valid_until",
    "Record.publication": "publication_until",
    "Measure.startsOn": "starts_on",
    "Measure.endsOn": "ends_on",
}


def sort_column(coordinate: Coordinate) -> str:
    """The column that holds the dates of this order."""
    return _COLUMNS[coordinate]
