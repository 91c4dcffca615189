"""A catalogue field and the form in which it is disclosed -> the value in the row, as the wire shows it.

A rule of its own for the names of columns, from policies/catalogue/fields.csv alone: the base column, ``_ct`` where the
clear value is sealed, ``__mask`` for a masked form.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from authz.grant import Disclosure, Level
from schema.catalogue import CatalogueField

Row = Mapping[str, Any]
Open = Callable[[bytes], str]

_OTHERWISE = {
    "Record.catalogueItem": "item",
    "Record.authority": "authority_id",
    "Record.sourceUnit": "source_unit_id",
    "Licence.state": "licence_state",
    "ListEntry.recognisingDepartment": "recognising_department_id",
    "Measure.initiatedBy": "initiated_by_id",
    "Measure.executedBy": "executed_by_id",
    "MeasureFeedback.executedBy": "executed_by_id",
    "Link.from": "from_date",
    "Link.to": "to_date",
}
_OF_EVERY_SUBJECT = {"kind", "status", "jurisdiction"}


def stored(field: CatalogueField, disclosure: Disclosure, row: Row, open_: Open, *, named: bool = False) -> Any:
    """The stored value at the level of the disclosure; None where it shows none. ``named``: of the person as named in a
    record."""
    base = "party_" + _words(field.name) if named else _base(field)
    if disclosure.level is Level.MASKED and disclosure.mask is not None:
        return row[f"{base}__{disclosure.mask.removeprefix('MASK_').lower()}"]
    if disclosure.level is not Level.CLEAR:
        return None
    if field.store != "sealed":
        return row[base]
    sealed = row[f"{base}_ct"]
    return None if sealed is None else open_(sealed)


def on_the_wire(value: Any, type_name: str) -> Any:
    """A stored value under its GraphQL type."""
    if value is None:
        return None
    match type_name:
        case "Decimal":
            sign, fen = ("-" if value < 0 else ""), abs(value)
            return f"{sign}{fen // 100}.{fen % 100:02}"
        case "JSON":
            return json.loads(value)
        case "OtherCode":
            return [dict(zip(("kind", "value"), text.split(" ", 1), strict=True)) for text in value]
    return value.isoformat() if isinstance(value, date) else value


def _base(field: CatalogueField) -> str:
    if field.coordinate in _OTHERWISE:
        return _OTHERWISE[field.coordinate]
    name = _words(field.name)
    return f"person_{name}" if field.type == "NaturalPerson" and name not in _OF_EVERY_SUBJECT else name


def _words(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: "_" + capital.group().lower(), name)
