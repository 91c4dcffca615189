"""The types: strict scalars and inputs, a label beside every closed list, a description on everything."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    Undefined,
    coerce_input_value,
    get_named_type,
    parse_value,
)
from graphql import print_type as text_of
from graphql.utilities import coerce_input_literal

from schema.build import graphql_schema
from schema.types.scalars import date_from, json_from, moment_from, money_from

SECRET = "420199198503120015"  # N1 of the fixture

ILL_FORMED_DATES = [
    SECRET, "2026-02-30", "20260530", "2026-W20-3", "2026-05-20T10:00:00Z", " 2026-05-20", "２０２６-05-20", 20260520,
    None, True, "0000-01-01",
]  # fmt: skip
ILL_FORMED_MOMENTS = [
    SECRET, "2026-05-20", "2026-05-20T10:00:00", "2026-05-20 10:00:00Z", "2026-05-20T25:00:00Z",
    "2026-05-20T10:00:00+99:00", 1779242400, None,
]  # fmt: skip
ILL_FORMED_AMOUNTS = [SECRET, "1e3", "NaN", "Infinity", "1.234", "1,000.00", ".5", "", 12.5, 12, True, None, "１２"]
ILL_FORMED_JSON = [float("nan"), float("inf"), {1: "x"}, {SECRET}, object(), b"x", {"a": [SECRET, ()]}]


def nested(depth: int) -> object:
    value: object = SECRET
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", ILL_FORMED_DATES, ids=repr)
def test_an_ill_formed_date_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(GraphQLError) as caught:
        date_from(value)
    assert str(caught.value) == "A Date is a calendar date written YYYY-MM-DD."


@pytest.mark.parametrize("value", ILL_FORMED_MOMENTS, ids=repr)
def test_an_ill_formed_moment_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(GraphQLError) as caught:
        moment_from(value)
    assert str(caught.value) == "A DateTime is a moment with its offset, such as 2026-05-20T10:00:00+08:00."


@pytest.mark.parametrize("value", ILL_FORMED_AMOUNTS, ids=repr)
def test_an_ill_formed_amount_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(GraphQLError) as caught:
        money_from(value)
    assert str(caught.value) == "A Decimal is a string of digits with at most two places."


@pytest.mark.parametrize("value", [*ILL_FORMED_JSON, nested(21)], ids=lambda each: type(each).__name__)
def test_what_is_not_json_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(GraphQLError) as caught:
        json_from(value)
    assert SECRET not in str(caught.value)


def test_well_formed_values_are_read() -> None:
    assert date_from("2026-05-20") == date(2026, 5, 20)
    assert moment_from("2026-05-20T10:00:00.5+08:00") == datetime(2026, 5, 20, 2, 0, 0, 500_000, tzinfo=UTC)
    assert moment_from("2026-05-20T02:00:00Z").utcoffset() is not None
    assert money_from("-125000.50") == Decimal("-125000.50")
    assert json_from({"uscc": ["x", 1, 1.5, True, None]}) == {"uscc": ["x", 1, 1.5, True, None]}
    assert json_from(nested(20)) == nested(20)


def scalar(name: str) -> GraphQLScalarType:
    found = graphql_schema().type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


def test_values_are_written_as_callers_expect() -> None:
    assert scalar("Date").coerce_output_value(date(2026, 5, 20)) == "2026-05-20"
    assert scalar("DateTime").coerce_output_value(datetime(2026, 5, 20, tzinfo=UTC)) == "2026-05-20T00:00:00+00:00"
    assert scalar("Decimal").coerce_output_value(Decimal(125000)) == "125000.00"
    assert scalar("JSON").coerce_output_value({"a": 1}) == {"a": 1}


def test_the_schema_reads_literals_as_strictly_as_variables() -> None:
    assert coerce_input_literal(parse_value('"2026-05-20"'), scalar("Date")) == date(2026, 5, 20)
    assert coerce_input_literal(parse_value("{a: [1]}"), scalar("JSON")) == {"a": [1]}
    with pytest.raises(GraphQLError):
        scalar("Date").coerce_input_value("2026-5-20")


PERSON = {"idNumber": SECRET, "name": "李测试"}


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("SubjectLookup", {"uscc": "91420199MA9TERT123"}, True),
        ("SubjectLookup", {"person": PERSON}, True),
        ("SubjectLookup", {}, False),
        ("SubjectLookup", {"uscc": None}, False),
        ("SubjectLookup", {"uscc": "91420199MA9TERT123", "id": "x"}, False),
        ("SubjectLookup", {"name": "李测试"}, False),
        ("PartyLookup", {"person": PERSON}, True),
        ("PartyLookup", {"person": PERSON, "uscc": "91420199MA9TERT123"}, False),
        ("PartyLookup", {"id": "x"}, False),
        ("PersonLookup", PERSON, True),
        ("PersonLookup", {"idNumber": SECRET}, False),
        ("PersonLookup", {**PERSON, "idType": "LIBRARY_CARD"}, False),
    ],
)
def test_a_lookup_is_exactly_one_of_its_ways(name: str, value: object, accepted: bool) -> None:
    assert (coerce_input_value(value, input_type(name)) is not Undefined) is accepted


def input_type(name: str) -> GraphQLInputObjectType:
    found = graphql_schema().type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def test_a_lookup_without_a_type_of_document_means_the_identity_card() -> None:
    assert coerce_input_value(PERSON, input_type("PersonLookup")) == {**PERSON, "idType": "RESIDENT_ID"}


def test_keys_left_out_of_a_filter_stay_absent() -> None:
    assert coerce_input_value({"item": ["PEN"]}, input_type("RecordFilter")) == {"item": ["PEN"]}


def own_types() -> list[GraphQLNamedType]:
    return [
        kind
        for name, kind in graphql_schema().type_map.items()
        if not name.startswith("__") and name not in {"ID", "Int", "String", "Boolean", "Float"}
    ]


def output_fields() -> Iterator[tuple[str, dict[str, GraphQLField]]]:
    for kind in own_types():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield kind.name, kind.fields


def labelled_fields() -> Iterator[tuple[str, str, GraphQLField]]:
    for name, fields in output_fields():
        for field, definition in fields.items():
            if isinstance(get_named_type(definition.type), GraphQLEnumType):
                yield name, field, definition


def test_every_field_of_a_closed_list_is_followed_by_its_label() -> None:
    fields_of = dict(output_fields())
    found = list(labelled_fields())
    assert len(found) > 200
    for name, field, definition in found:
        names = list(fields_of[name])
        sibling = fields_of[name][f"{field}Label"]
        assert names[names.index(field) + 1] == f"{field}Label"
        assert str(sibling.type) == ("[String!]" if "[" in str(definition.type) else "String")
        assert [(key, str(each.type)) for key, each in sibling.args.items()] == [("lang", "Language!")]


def test_a_label_stands_beside_a_closed_list_only() -> None:
    coded = {
        ("ListEntry", "listCategory"), ("ListType", "categories"), ("MeasureListEntry", "applicableCategories"),
    }  # fmt: skip
    expected = {(name, field) for name, field, _ in labelled_fields()} | coded
    found = {
        (name, field.removesuffix("Label"))
        for name, fields in output_fields()
        for field, definition in fields.items()
        if field.endswith("Label") and "lang" in definition.args
    }
    assert found == expected


def test_enumerations_are_written_as_they_are_stored() -> None:
    for kind in own_types():
        if isinstance(kind, GraphQLEnumType):
            assert all(value.value == name for name, value in kind.values.items()), kind.name


def descriptions() -> Iterator[tuple[str, str | None]]:
    for kind in own_types():
        yield kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            yield from ((f"{kind.name}.{name}", field.description) for name, field in kind.fields.items())


def test_everything_is_described_in_one_line_of_english() -> None:
    for where, text in descriptions():
        assert text, where
        assert "\n" not in text, where
        assert len(text) <= 120, where
        assert re.match(r"[A-Z0-9]", text), where


def test_what_may_never_be_collected_of_a_person_has_no_field() -> None:
    forbidden = re.compile(
        r"religio|biometric|fingerprint|gene(?!r)|blood|disease|medical|bank_?account|informant", re.I
    )
    for name, fields in output_fields():
        for field in fields:
            assert not forbidden.search(field), f"{name}.{field}"


def test_lists_never_hold_null_but_the_verdicts_asked_in_bulk() -> None:
    holding_null = {
        f"{name}.{field}"
        for name, fields in output_fields()
        for field, definition in fields.items()
        if isinstance(inner := getattr(definition.type, "of_type", definition.type), GraphQLList)
        and not str(inner).endswith("!]")
    }
    assert holding_null == {"Query.standings"}


def test_lookups_are_declared_one_of() -> None:
    assert "input SubjectLookup @oneOf" in text_of(input_type("SubjectLookup"))
    assert input_type("PartyLookup").is_one_of
