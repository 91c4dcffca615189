"""Fields of the schema and coordinates of the catalogue file are the same set, both ways."""

import csv

import pytest
from graphql import GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType

from policies import file
from schema.build import graphql_schema
from schema.coordinates import coordinate_of, declaring, labelled_by, types_of, vocabulary_of
from schema.vocabulary.lists import ListCategory
from schema.vocabulary.records import PenaltyKind, Severity


def catalogue_rows() -> dict[str, dict[str, str]]:
    text = file("catalogue/fields.csv").read_text(encoding="utf-8")
    return {row["coordinate"]: row for row in csv.DictReader(text.splitlines())}


def test_every_coordinate_but_the_absent_is_a_field_and_every_bound_field_a_coordinate() -> None:
    present = {coordinate for coordinate, row in catalogue_rows().items() if row["store"] != "absent"}
    assert set(declaring().values()) == present


def test_absent_coordinates_have_no_field_at_all() -> None:
    absent = {coordinate for coordinate, row in catalogue_rows().items() if row["store"] == "absent"}
    assert absent == {"Record.informant"}
    assert coordinate_of("Penalty", "informant") is None


def test_every_field_of_a_bound_type_is_decided_by_the_catalogue() -> None:
    bound = {name for name, _ in declaring()}
    assert len(bound) == 2 + 24 + 4
    for name in bound:
        kind = graphql_schema().type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        assert all(coordinate_of(name, field) is not None for field in kind.fields)


CORE = {"id", "kind", "catalogueItem", "listEntry", "role"}
"""Shown wherever the row is shown: tests/unit/authz/test_core_fields.py holds the policies to it."""


def test_everything_bound_to_the_catalogue_may_be_null_but_the_core() -> None:
    for name in (*{name for name, _ in declaring()}, "Subject", "Record"):
        kind = graphql_schema().type_map[name]
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        assert {field for field, each in kind.fields.items() if isinstance(each.type, GraphQLNonNull)} <= CORE


def test_the_chinese_term_of_the_catalogue_stands_in_the_description() -> None:
    rows = catalogue_rows()
    for (name, field), coordinate in declaring().items():
        kind = graphql_schema().type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        # Ids are described once for every node; the period of a verdict is data, so its description names no years.
        if field != "id" and name != "Standing":
            assert rows[coordinate]["zh"] in (kind.fields[field].description or ""), coordinate


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("Penalty", "facts", "Record.facts"),
        ("Licence", "id", "Record.id"),
        ("Penalty", "fineAmount", "Penalty.fineAmount"),
        ("Penalty", "penaltyKindsLabel", "Penalty.penaltyKinds"),
        ("Penalty", "severityLabel", "Record.severity"),
        ("ListEntry", "listCategoryLabel", "ListEntry.listCategory"),
        ("ListEntry", "localLabel", "ListEntry.localLabel"),
        ("Organisation", "name", "Organisation.name"),
        ("NaturalPerson", "name", "NaturalPerson.name"),
        ("Link", "from", "Link.from"),
        ("Standing", "cleanRecord", "Standing.cleanRecord"),
        ("Measure", "feedback", "Measure.feedback"),
        ("MeasureFeedback", "result", "MeasureFeedback.result"),
        ("Agency", "name", None),
        ("AccessEntry", "level", None),
        ("RecordConnection", "totalCount", None),
        ("PublicationTerm", "until", None),
        ("Verdict", "answer", None),
        ("Subject", "name", None),
        ("Penalty", "__typename", None),
        ("Penalty", "nameLabel", None),
        ("Nothing", "name", None),
    ],
)
def test_the_coordinate_of_a_field(name: str, field: str, expected: str | None) -> None:
    assert coordinate_of(name, field) == expected


def test_a_label_knows_its_field_and_both_know_their_list() -> None:
    assert labelled_by("Penalty", "severityLabel") == "severity"
    assert labelled_by("Penalty", "severity") is None
    assert labelled_by("ListEntry", "localLabel") is None
    assert vocabulary_of("Penalty", "severity") is Severity
    assert vocabulary_of("Record", "severityLabel") is Severity
    assert vocabulary_of("Penalty", "penaltyKinds") is PenaltyKind
    assert vocabulary_of("ListEntry", "listCategory") is ListCategory
    assert vocabulary_of("Penalty", "facts") is None


def test_the_types_of_an_interface() -> None:
    assert types_of("Subject") == ("Organisation", "NaturalPerson")
    assert len(types_of("Record")) == 24
    assert types_of("Penalty") == ()
    assert types_of("Nothing") == ()
