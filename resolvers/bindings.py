"""Catalogue field and form -> the column that holds it, and how its value is read back.

Masking is choosing a column: ``column_of`` is total over every stored field and each of its forms, and a test holds it
so. It never combines forms, and it knows nothing of who asks.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Boolean, Date, LargeBinary

from resolvers.tables.measures import feedback, measure
from resolvers.tables.records import record
from resolvers.tables.registry import agency
from resolvers.tables.subjects import link, subject
from schema.catalogue import CatalogueField
from schema.demands.demand import Coordinate

CLEAR = "CLEAR"
"""The form of a value at level CLEAR; every other form is the id of a mask."""


class Source(StrEnum):
    """A kind of row."""

    SUBJECT = "subject"
    RECORD = "record"
    MEASURE = "measure"
    LINK = "link"
    FEEDBACK = "feedback"
    AGENCY = "agency"


TABLES: Mapping[Source, Table] = {
    Source.SUBJECT: subject,
    Source.RECORD: record,
    Source.MEASURE: measure,
    Source.LINK: link,
    Source.FEEDBACK: feedback,
    Source.AGENCY: agency,
}


class Decode(StrEnum):
    """How a stored value becomes its JSON form."""

    PLAIN = "plain"
    DATE = "date"
    MONEY = "money"  # fen -> yuan with two places, a string
    SEALED = "sealed"  # ciphertext -> text
    CODES = "codes"  # "KIND value" -> {kind, value}
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row source; ``decode`` follows from its type."""

    source: Source
    name: str
    decode: Decode


_SUBJECT_OWN = {"kind", "status", "jurisdiction"}  # of the row, whatever its kind
_RENAMED: Mapping[str, str] = {
    "Record.catalogueItem": "item",
    "Record.authority": "authority_id",
    "Record.sourceUnit": "source_unit_id",
    "Record.publication": "publication_until",
    "Licence.state": "licence_state",
    "ListEntry.recognisingDepartment": "recognising_department_id",
    "Measure.initiatedBy": "initiated_by_id",
    "Measure.executedBy": "executed_by_id",
    "MeasureFeedback.executedBy": "executed_by_id",
    "Link.from": "from_date",
    "Link.to": "to_date",
}
_MONEY = {"fine_amount", "confiscated_amount", "amount", "registered_capital"}
_SOURCES = {
    "Organisation": Source.SUBJECT,
    "NaturalPerson": Source.SUBJECT,
    "Link": Source.LINK,
    "Measure": Source.MEASURE,
    "MeasureFeedback": Source.FEEDBACK,
}
_NOT_STORED = {"derived", "absent"}


def snake(name: str) -> str:
    """``fineAmount`` -> ``fine_amount``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def source_of(coordinate: Coordinate) -> Source:
    """The row source of a catalogue field: records unless the type says otherwise."""
    return _SOURCES.get(coordinate.partition(".")[0], Source.RECORD)


def column_of(field: CatalogueField, form: str) -> Column:
    """The column that holds this form of a stored field. ``KeyError`` where the catalogue names no such form."""
    if field.store in _NOT_STORED or (form != CLEAR and form not in field.masks):
        raise KeyError(f"{field.coordinate} has no stored form {form}")
    name = _base_name(field.coordinate)
    if form != CLEAR:
        name += "__" + mask_suffix(form)
    elif field.store == "sealed":
        name += "_ct"
    return _typed(source_of(field.coordinate), name)


def party_column(field: CatalogueField, form: str) -> Column:
    """The column of a record that holds a person's field *as named in that record* (``Record.subject`` AS_NAMED)."""
    name = "party_" + snake(field.coordinate.partition(".")[2])
    if form != CLEAR:
        name += "__" + mask_suffix(form)
    elif field.store == "sealed":
        name += "_ct"
    return _typed(Source.RECORD, name)


def mask_suffix(mask: str) -> str:
    """``MASK_ID_BIRTH8`` -> ``id_birth8``."""
    return mask.removeprefix("MASK_").lower()


def columns_of_type(type_name: str, fields: Iterable[CatalogueField]) -> frozenset[str]:
    """Every column that a family of records can fill through its own fields, in any form."""
    return frozenset(
        column_of(field, form).name
        for field in fields
        if field.coordinate.startswith(type_name + ".") and field.store not in _NOT_STORED
        for form in (CLEAR, *field.masks)
    )


def _base_name(coordinate: Coordinate) -> str:
    if coordinate in _RENAMED:
        return _RENAMED[coordinate]
    type_name, _, field = coordinate.partition(".")
    name = snake(field)
    return f"person_{name}" if type_name == "NaturalPerson" and name not in _SUBJECT_OWN else name


def _typed(source: Source, name: str) -> Column:
    kind = TABLES[source].c[name].type
    if name in _MONEY:
        return Column(source, name, Decode.MONEY)
    if name == "other_codes":
        return Column(source, name, Decode.CODES)
    if name == "financials":
        return Column(source, name, Decode.JSON)
    if isinstance(kind, Date):
        return Column(source, name, Decode.DATE)
    if isinstance(kind, LargeBinary):
        return Column(source, name, Decode.SEALED)
    if not isinstance(kind, ARRAY | BigInteger | Boolean) and kind.python_type is not str:
        raise KeyError(f"{source}.{name} has no way to be read back")
    return Column(source, name, Decode.PLAIN)
