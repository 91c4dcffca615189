"""Keys of filter and order inputs -> the catalogue coordinate that each one tests or goes by.

A filter on a field is a way to read it, so it is decided as the field is (grants, ``FIELD_NOT_FILTERABLE``). Inputs are
closed: no path, no nesting, no text of the caller ever becomes a coordinate.
"""

from collections.abc import Mapping
from types import MappingProxyType

from schema.demands.demand import Coordinate, Operator, Sort

Test = tuple[Coordinate, Operator]


def _tests(**keys: tuple[str, Operator]) -> Mapping[str, Test]:
    return MappingProxyType({key: (Coordinate(name), operator) for key, (name, operator) in keys.items()})


CONDITIONS: Mapping[str, Mapping[str, Test]] = MappingProxyType(
    {
        "RecordFilter": _tests(
            category=("Record.catalogueItem", Operator.IN),
            item=("Record.catalogueItem", Operator.IN),
            severity=("Record.severity", Operator.IN),
            polarity=("Record.polarity", Operator.EQ),
            status=("Record.status", Operator.IN),
            decidedFrom=("Record.decidedOn", Operator.GE),
            decidedTo=("Record.decidedOn", Operator.LE),
            documentNumber=("Record.documentNumber", Operator.EQ),
            authority=("Record.authority", Operator.EQ),
            underObjection=("Record.underObjection", Operator.EQ),
        ),
        "MeasureFilter": _tests(
            category=("Measure.listEntry", Operator.IN),
            status=("Measure.status", Operator.IN),
            force=("Measure.force", Operator.EQ),
            startsFrom=("Measure.startsOn", Operator.GE),
            startsTo=("Measure.startsOn", Operator.LE),
            legalityReview=("Measure.legalityReview", Operator.EQ),
        ),
        # organisations only: no list of persons is offered to anyone
        "SubjectFilter": _tests(
            name=("Organisation.name", Operator.CONTAINS),
            kind=("Organisation.kind", Operator.IN),
            jurisdiction=("Organisation.jurisdiction", Operator.EQ),
        ),
        # entries of the log are not in the catalogue; who may search them by what is decided by the log's own rules
        "AccessFilter": _tests(
            **{
                "from": ("AccessEntry.at", Operator.GE),
                "to": ("AccessEntry.at", Operator.LE),
                "kind": ("AccessEntry.kind", Operator.IN),
                "agency": ("AccessEntry.agency", Operator.EQ),
                "operator": ("AccessEntry.operator", Operator.EQ),
                "purpose": ("AccessEntry.purpose", Operator.EQ),
                "matter": ("AccessEntry.matterNumber", Operator.EQ),
                "decision": ("AccessEntry.decision", Operator.EQ),
                "subject": ("AccessEntry.released", Operator.EQ),
                "record": ("AccessEntry.released", Operator.EQ),
                "coordinate": ("AccessEntry.released", Operator.EQ),
                "level": ("AccessEntry.level", Operator.EQ),
                "consent": ("AccessEntry.consent", Operator.EQ),
                "documentDigest": ("AccessEntry.documentDigest", Operator.EQ),
                "alert": ("AccessEntry.alerts", Operator.EQ),
            }
        ),
    }
)

SORTS: Mapping[str, Mapping[str, Coordinate]] = MappingProxyType(
    {
        "RecordOrder": MappingProxyType(
            {
                "DECIDED_ON": Coordinate("Record.decidedOn"),
                "VALID_UNTIL": Coordinate("Record.validUntil"),
                "PUBLICATION_UNTIL": Coordinate("Record.publication"),
            }
        ),
        "MeasureOrder": MappingProxyType(
            {"STARTS_ON": Coordinate("Measure.startsOn"), "ENDS_ON": Coordinate("Measure.endsOn")}
        ),
    }
)


def sort_of(kind: str, order: Mapping[str, object]) -> Sort:
    """One element of ``orderBy``: a value of the input type ``kind``."""
    return Sort(coordinate=SORTS[kind][str(order["by"])], descending=order["direction"] == "DESC")
