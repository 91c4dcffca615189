"""Pages: conditions and sorts by coordinate, where they begin, and the rows they ask for."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from schema.build import graphql_schema
from schema.coordinates import coordinate_of
from schema.demands.collect import demand_of
from schema.demands.demand import (
    Ask,
    Branch,
    Condition,
    Demand,
    Operator,
    Page,
    Selection,
    Slot,
    Sort,
    TypeName,
    Typename,
    value_of,
)
from schema.demands.filters import CONDITIONS, SORTS
from schema.demands.variables import coerce
from schema.documents.document import prepare
from schema.errors import Code, DocumentError, Refusal

SCHEMA = graphql_schema()


def demand(text: str, **values: object) -> Demand:
    document = prepare(text, SCHEMA)
    operation = document.operations[0]
    return demand_of(document, operation, coerce(operation.variables, values), SCHEMA)


def refused(text: str, **values: object) -> Refusal:
    with pytest.raises(DocumentError) as caught:
        demand(text, **values)
    return caught.value


def selected(selection: Selection) -> Iterator[tuple[TypeName, Ask]]:
    """Every ask of a tree with its type, shared levels as often as they stand in it."""
    for name, asks in selection.types.items():
        for ask in asks:
            yield name, ask
            if isinstance(ask, Branch | Page):
                yield from selected(ask.selection)


def asks_of(found: Demand) -> list[tuple[TypeName, Ask]]:
    roots = (root.ask for root in found.roots)
    return [each for ask in roots if isinstance(ask, Branch | Page) for each in selected(ask.selection)]


def coordinates(found: Demand) -> set[str]:
    return {str(ask.coordinate) for _, ask in asks_of(found) if not isinstance(ask, Typename) and ask.coordinate}


def page_of(text: str, **values: object) -> Page:
    ask = demand(text, **values).roots[0].ask
    assert isinstance(ask, Page)
    return ask


def test_every_key_of_every_filter_tests_a_known_coordinate() -> None:
    used = {
        get_named_type(field.args["filter"].type)
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for field in kind.fields.values()
        if "filter" in field.args
    }
    assert {kind.name for kind in used} == set(CONDITIONS)
    for kind in used:
        assert isinstance(kind, GraphQLInputObjectType)
        assert set(kind.fields) == set(CONDITIONS[kind.name])
        for coordinate, _ in CONDITIONS[kind.name].values():
            if not coordinate.startswith("AccessEntry."):
                assert coordinate in known_coordinates()


def known_coordinates() -> set[str]:
    return {
        str(coordinate_of(kind.name, name))
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name in kind.fields
    }


def test_filters_of_data_are_flat_so_no_path_can_be_filtered_on() -> None:
    for name in CONDITIONS.keys() - {"AccessFilter"}:
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLInputObjectType)
        assert all(is_leaf_type(get_named_type(field.type)) for field in kind.fields.values())


@pytest.mark.parametrize(
    "argument",
    [
        'filter:{subject:{idNumber:"1"}}',
        'filter:{idNumber:"1"}',
        'filter:{documentNumber:{like:"1"}}',
        'filter:{AND:[{documentNumber:"1"}]}',
        "orderBy:[{by:ID_NUMBER}]",
        'orderBy:[{by:"subject.idNumber"}]',
        "orderBy:{subject:{idNumber:DESC}}",
        'where:{idNumber:"1"}',
    ],
)
def test_filters_and_orders_by_anything_else_are_refused_alike(argument: str) -> None:
    assert refused(f"{{records({argument}){{totalCount}}}}").code is Code.DOCUMENT_INVALID


def test_every_order_goes_by_a_known_coordinate() -> None:
    for name, fields in SORTS.items():
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLInputObjectType)
        assert set(get_named_type(kind.fields["by"].type).values) == set(fields)
        assert {str(coordinate) for coordinate in fields.values()} <= known_coordinates()


EXPECTED_CONDITIONS = [
    ("Record.catalogueItem", "category", Operator.IN, ["PENALTY"]),
    ("Record.decidedOn", "decidedFrom", Operator.GE, "2024-01-01"),
    ("Record.decidedOn", "decidedTo", Operator.LE, "2024-12-31"),
    ("Record.underObjection", "underObjection", Operator.EQ, False),
]
FILTER = {
    "category": ["PENALTY"],
    "decidedFrom": "2024-01-01",
    "decidedTo": "2024-12-31",
    "underObjection": False,
    "polarity": None,
}
FILTERED = [
    ("query($f:RecordFilter){records(filter:$f){totalCount}}", {"f": FILTER}),
    (
        '{records(filter:{category:PENALTY,decidedFrom:"2024-01-01",decidedTo:"2024-12-31",underObjection:false,'
        "polarity:null}){totalCount}}",
        {},
    ),
    (
        "query($c:CatalogueCategory!,$d:Date,$p:Polarity,$s:[Severity!],$u:Boolean){records(filter:{category:[$c],"
        'decidedFrom:$d,decidedTo:"2024-12-31",polarity:$p,severity:$s,underObjection:$u}){totalCount}}',
        {"c": "PENALTY", "d": "2024-01-01", "p": None, "u": False},
    ),
]


@pytest.mark.parametrize(("text", "values"), FILTERED)
def test_each_key_with_a_value_is_one_condition(text: str, values: dict[str, object]) -> None:
    found = coerce(prepare(text, SCHEMA).operation().variables, values)

    def read(condition: Condition) -> object:
        value = value_of(condition.value, found)
        return value.isoformat() if hasattr(value, "isoformat") else value

    conditions = page_of(text, **values).conditions
    assert [(c.coordinate, c.key, c.operator, read(c)) for c in conditions] == EXPECTED_CONDITIONS


def test_an_empty_list_is_a_condition_that_nothing_meets() -> None:
    [condition] = page_of("{records(filter:{severity:[]}){totalCount}}").conditions
    assert condition.value == Slot(literal=[])


def test_without_a_filter_there_is_no_condition() -> None:
    text = "query($f:RecordFilter){records(filter:$f){totalCount}}"
    absent: list[dict[str, object]] = [{}, {"f": None}, {"f": {}}, {"f": {"polarity": None}}]
    for values in absent:
        assert page_of(text, **values).conditions == ()
    assert page_of("{records(filter:null){totalCount}}").conditions == ()


def test_filters_of_measures_and_subjects_test_their_own_fields() -> None:
    measures = page_of(MEASURES)
    assert [c.coordinate for c in measures.conditions] == ["Measure.force", "Measure.startsOn", "Measure.startsOn"]
    assert [c.operator for c in measures.conditions] == [Operator.EQ, Operator.GE, Operator.LE]
    subjects = page_of('{subjects(filter:{name:"ab",jurisdiction:"420100"}){totalCount}}')
    assert [(c.coordinate, c.operator) for c in subjects.conditions] == [
        ("Organisation.jurisdiction", Operator.EQ),
        ("Organisation.name", Operator.CONTAINS),
    ]


MEASURES = (
    '{measures(filter:{force:VOLUNTARY,startsFrom:"2024-01-01",startsTo:"2024-02-01"},'
    "orderBy:[{by:ENDS_ON,direction:ASC},{by:STARTS_ON}]){totalCount}}"
)


def test_orders_become_sorts_in_their_order() -> None:
    sorts = page_of(MEASURES).sorts
    assert [(sort.coordinate, sort.descending) for sort in sorts] == [
        ("Measure.endsOn", False),
        ("Measure.startsOn", True),
    ]


ORDERED = [
    ("{records(orderBy:{by:PUBLICATION_UNTIL}){totalCount}}", {}),
    ("query($o:[RecordOrder!]){records(orderBy:$o){totalCount}}", {"o": [{"by": "PUBLICATION_UNTIL"}]}),
    (
        "query($b:RecordOrderField!,$d:Direction!){records(orderBy:{by:$b,direction:$d}){totalCount}}",
        {"b": "PUBLICATION_UNTIL", "d": "DESC"},
    ),
    ("query($o:RecordOrder!){records(orderBy:[$o]){totalCount}}", {"o": {"by": "PUBLICATION_UNTIL"}}),
]


@pytest.mark.parametrize(("text", "values"), ORDERED)
def test_an_order_means_the_same_however_it_is_given(text: str, values: dict[str, object]) -> None:
    [sort] = page_of(text, **values).sorts
    assert (sort.coordinate, sort.descending) == ("Record.publication", True)


def test_without_an_order_there_is_no_sort() -> None:
    text = "query($o:[RecordOrder!]){records(orderBy:$o){totalCount}}"
    absent: list[dict[str, object]] = [{}, {"o": None}, {"o": []}]
    for values in absent:
        assert page_of(text, **values).sorts == tuple[Sort]()


def test_a_page_knows_its_rows_its_count_and_where_it_begins() -> None:
    page = page_of("query($a:String){records(after:$a,first:3){edges{cursor node{id}} edges{node{status}}}}", a="x")
    assert (page.type, page.counted, page.coordinate) == ("Record", False, None)
    assert (page.first, page.after) == (Slot(literal=3), Slot(name="a"))
    [edges] = page.selection.types[TypeName("RecordConnection")]
    assert isinstance(edges, Branch)
    cursor, node = edges.selection.types[TypeName("RecordEdge")]
    assert (cursor.key, node.key) == ("cursor", "node")
    assert isinstance(node, Branch)
    assert [ask.key for ask in node.selection.types[TypeName("Penalty")]] == ["id", "status"]


def test_a_page_of_which_only_the_count_is_asked_has_no_rows() -> None:
    page = page_of("{records{n:totalCount}}")
    assert page.counted
    assert [ask.key for ask in page.selection.types[TypeName("RecordConnection")]] == ["n"]


def test_a_cursor_that_is_null_is_no_cursor() -> None:
    assert page_of("{records(after:null){totalCount}}").after is None
    assert page_of("query($a:String){records(after:$a){totalCount}}", a=None).after is None


def test_the_rows_of_a_page_may_stand_in_several_places_of_the_answer() -> None:
    [a, b] = page_of("{records{a:edges{node{id}} b:edges{x:node{id} y:node{status}}}}").selection.types[
        TypeName("RecordConnection")
    ]
    assert isinstance(b, Branch)
    assert (a.key, b.key) == ("a", "b")
    assert [ask.key for ask in b.selection.types[TypeName("RecordEdge")]] == ["x", "y"]


def test_a_nested_page_has_the_coordinate_of_the_kind_it_hangs_on() -> None:
    found = demand('{subject(by:{uscc:"1"}){records{totalCount} measures{totalCount}}}')
    assert {"Organisation.records", "NaturalPerson.records", "NaturalPerson.measures"} <= coordinates(found)
