"""The reference objects of the shipped policies: whole, told by their articles, and fitting the schema."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type, is_leaf_type, is_non_null_type

from resolvers.reference import References
from schema.build import graphql_schema
from tests.reference.regulations import Regulations
from tests.unit.resolvers.planning import policy

TODAY = date(2026, 5, 20)
CATALOGUE, REGULATION = policy().catalogue, policy().regulation
FOUND = References(CATALOGUE, REGULATION, TODAY)
EXPECTED = Regulations(catalogue=CATALOGUE, regulation=REGULATION, today=TODAY)
PLACES = (None, "000000", "420100", "420106", "420111", "420700", "370115", "999999", "")


def plain(value: Any) -> Any:
    """Without what is null; days as texts."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("place", PLACES)
def test_lists_of_every_place_are_those_of_the_regulation(place: str | None) -> None:
    assert plain(FOUND.offered(place)) == plain(EXPECTED.purposes(place))
    assert plain(FOUND.measure_list(place)) == plain(EXPECTED.measures(place))
    assert plain(FOUND.list_types(place)) == plain(EXPECTED.list_types(place))
    for category in (None, "PENALTY", "ADMIN", "HONOUR"):
        assert plain(FOUND.catalogue(place, category)) == plain(EXPECTED.items(place, category))


def test_single_objects_are_those_of_the_lists() -> None:
    assert {code: plain(each) for code, each in FOUND.items.items()} == {
        code: plain(EXPECTED.item(code)) for code in CATALOGUE.items if EXPECTED.item(code)
    }
    assert plain(FOUND.jurisdictions) == {code: plain(EXPECTED.place(code)) for code in REGULATION.jurisdictions}
    assert plain(FOUND.bases) == plain(EXPECTED.bases)


@pytest.mark.parametrize("name", ["CatalogueItem", "Jurisdiction", "MeasureListEntry", "LegalBasis"])
def test_an_unknown_text_stands_for_nothing(name: str) -> None:
    assert FOUND.finder(name)("unknown") is None
    assert FOUND.finder(name)(None) is None


def test_items_that_are_not_in_the_published_catalogue_are_not_told() -> None:
    assert {"LINK", "MEASURE", "CLEAN_RECORD"}.isdisjoint(FOUND.items)


def test_codes_are_read_without_the_regulation() -> None:
    assert FOUND.finder("OtherCode")(["ORG_CODE X"]) == [{"kind": "ORG_CODE", "value": "X"}]


def test_an_article_is_found_by_its_citation() -> None:
    found = FOUND.basis("WH-二(二)2")
    assert found is not None
    assert found["article"] == "二(二)2"
    assert FOUND.basis("nowhere-1") is None


@pytest.mark.parametrize(
    ("type_name", "objects"),
    [
        ("CatalogueItem", list(FOUND.items.values())),
        ("Jurisdiction", list(FOUND.jurisdictions.values())),
        ("MeasureListEntry", FOUND.measure_list("420111")),
        ("LegalBasis", list(FOUND.bases.values())),
        ("PurposeDefinition", FOUND.offered("420100")),
        ("ListType", FOUND.list_types("420700")),
    ],
)
def test_objects_fit_the_schema(type_name: str, objects: list[Mapping[str, Any]]) -> None:
    """Every field has a value where it may not be null, and a word of its closed list where it has one."""
    kind = graphql_schema().type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    assert objects
    for found in objects:
        for name, field in kind.fields.items():
            if name.endswith("Label"):
                continue
            value, named = found.get(name), get_named_type(field.type)
            assert value is not None or not is_non_null_type(field.type), (type_name, name)
            if isinstance(named, GraphQLEnumType) and value is not None:
                assert set(value if isinstance(value, list) else [value]) <= named.values.keys()
            assert is_leaf_type(named) or not isinstance(value, str)
