"""Every stored field of the catalogue, in every form that a grant may name, stands in a column of the right type."""

from datetime import date

import pytest
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Boolean, Date, LargeBinary, Text

import policies
from resolvers.asks import AS_NAMED, STORED_BRANCHES
from resolvers.bindings import CLEAR, TABLES, Decode, Source, column_of, columns_of_type, party_column, snake, source_of
from resolvers.derived import DERIVED
from schema.catalogue import CatalogueField, load_catalogue
from schema.coordinates import types_of
from schema.demands.demand import Coordinate

CATALOGUE = load_catalogue(policies.contents())
ROW_FORMS = {AS_NAMED, "MASK_PER_RECORD"}
"""Masks of whole rows and of ids: no column holds them."""
STORED = tuple(field for field in CATALOGUE.fields.values() if field.store in {"plain", "sealed"})
FORMS = tuple((field, form) for field in STORED for form in (CLEAR, *field.masks) if form not in ROW_FORMS)
NAMED = (
    ("NaturalPerson.name", CLEAR, "party_name_ct"),
    ("NaturalPerson.name", "MASK_NAME_SURNAME", "party_name__name_surname"),
    ("NaturalPerson.idNumber", "MASK_ID_COURT", "party_id_number__id_court"),
    ("NaturalPerson.sex", CLEAR, "party_sex"),
    ("NaturalPerson.age", CLEAR, "party_age"),
    ("NaturalPerson.homeAddress", "MASK_ADDR_COUNTY", "party_home_address__addr_county"),
)


@pytest.mark.parametrize(("field", "form"), FORMS, ids=lambda each: getattr(each, "coordinate", each))
def test_every_form_has_a_column(field: CatalogueField, form: str) -> None:
    column = column_of(field, form)
    assert column.name in TABLES[column.source].c
    stored = TABLES[column.source].c[column.name].type
    sealed_clear = field.store == "sealed" and form == CLEAR
    assert isinstance(stored, LargeBinary) == sealed_clear == (column.decode is Decode.SEALED)
    if form != CLEAR:
        assert isinstance(stored, Text | ARRAY)
        assert column.name.endswith("__" + form.removeprefix("MASK_").lower())


def test_no_two_fields_of_one_type_share_a_column() -> None:
    for name in {field.type for field in STORED}:
        found = [column_of(field, form).name for field, form in FORMS if field.type == name]
        assert len(found) == len(set(found))


def test_forms_of_one_field_never_share_a_column() -> None:
    """Families share columns of equal names; the forms of a value are apart in every family."""
    for field in STORED:
        names = [column_of(each, form).name for each, form in FORMS if each is field]
        assert len(set(names)) == len(names)


def test_dates_money_codes_and_json_are_read_back_as_such() -> None:
    decodes = {field.coordinate: column_of(field, CLEAR).decode for field in STORED}
    assert decodes[Coordinate("Record.decidedOn")] is Decode.DATE
    assert decodes[Coordinate("Penalty.fineAmount")] is Decode.MONEY
    assert decodes[Coordinate("Organisation.otherCodes")] is Decode.CODES
    assert decodes[Coordinate("Organisation.financials")] is Decode.JSON
    assert decodes[Coordinate("Record.facts")] is Decode.SEALED
    assert decodes[Coordinate("NaturalPerson.birthYear")] is Decode.PLAIN


@pytest.mark.parametrize("field", STORED, ids=lambda field: field.coordinate)
def test_the_way_back_fits_the_type_of_the_column(field: CatalogueField) -> None:
    column = column_of(field, CLEAR)
    stored = TABLES[column.source].c[column.name].type
    fits = {
        Decode.DATE: Date,
        Decode.MONEY: BigInteger,
        Decode.SEALED: LargeBinary,
        Decode.CODES: ARRAY,
        Decode.JSON: Text,
    }
    assert isinstance(stored, fits.get(column.decode, Text | ARRAY | BigInteger | Boolean))
    assert column.decode is Decode.DATE or getattr(stored, "python_type", None) is not date


def test_what_is_not_stored_has_no_column() -> None:
    for field in CATALOGUE.fields.values():
        if field not in STORED:
            with pytest.raises(KeyError):
                column_of(field, CLEAR)


def test_a_form_that_the_catalogue_does_not_name_has_no_column() -> None:
    with pytest.raises(KeyError):
        column_of(CATALOGUE.fields[Coordinate("NaturalPerson.name")], "MASK_ID_BIRTH8")


def test_every_field_that_is_not_stored_is_computed_an_edge_or_never_given() -> None:
    """Derived fields are computed in SQL, are ids or verdicts, or lead to rows; else nothing could ever show them."""
    unknown = [
        field.coordinate
        for field in CATALOGUE.fields.values()
        if field.store == "derived"
        and field.coordinate not in DERIVED
        and not field.coordinate.startswith("Standing.")
        and field.name != "id"
        and "edge" not in field.sets
        and field.coordinate != "Measure.suspendedByObjection"
    ]
    assert unknown == []


@pytest.mark.parametrize(("coordinate", "form", "name"), NAMED)
def test_a_record_holds_the_person_as_named_in_it(coordinate: str, form: str, name: str) -> None:
    column = party_column(CATALOGUE.fields[Coordinate(coordinate)], form)
    assert (column.source, column.name) == (Source.RECORD, name)


def test_a_form_in_which_no_record_names_a_person_has_no_column() -> None:
    with pytest.raises(KeyError):
        party_column(CATALOGUE.fields[Coordinate("NaturalPerson.phone")], CLEAR)


@pytest.mark.parametrize(
    ("coordinate", "source"),
    [
        ("Organisation.name", Source.SUBJECT),
        ("NaturalPerson.name", Source.SUBJECT),
        ("Record.facts", Source.RECORD),
        ("Penalty.fineAmount", Source.RECORD),
        ("Measure.force", Source.MEASURE),
        ("MeasureFeedback.action", Source.FEEDBACK),
        ("Link.name", Source.LINK),
    ],
)
def test_rows_of_a_field(coordinate: str, source: Source) -> None:
    assert source_of(Coordinate(coordinate)) is source


@pytest.mark.parametrize("family", types_of("Record"))
def test_columns_of_a_family_are_columns_of_records(family: str) -> None:
    names = columns_of_type(family, STORED)
    assert names <= set(TABLES[Source.RECORD].c.keys())
    own = [field for field in STORED if field.type == family]
    assert {column_of(field, CLEAR).name for field in own} <= names


@pytest.mark.parametrize(("name", "expected"), [("fineAmount", "fine_amount"), ("id", "id"), ("idNumber", "id_number")])
def test_names_of_columns(name: str, expected: str) -> None:
    assert snake(name) == expected


def test_branches_that_a_text_stands_for_are_stored_in_clear() -> None:
    assert "Agency" not in STORED_BRANCHES  # an agency is a row of its own
