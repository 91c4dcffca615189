"""The tree of asks is what GraphQL would collect, named by coordinates whatever the writing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from schema.build import graphql_schema
from schema.coordinates import coordinate_of, types_of
from schema.demands.collect import demand_of
from schema.demands.demand import (
    Ask,
    Branch,
    Demand,
    Leaf,
    Lookup,
    Page,
    Selection,
    Slot,
    TypeName,
    Typename,
    value_of,
)
from schema.demands.variables import coerce
from schema.documents.document import prepare
from schema.documents.limits import LIMITS, SENTENCES
from schema.documents.survey import Tally
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


WRITINGS = [
    '{node(id:"1"){... on Penalty{facts}}}',
    '{node(id:"1"){... on Record{facts}}}',
    '{node(id:"1"){... on Node{... on Record{... on Penalty{facts}}}}}',
    '{node(id:"1"){...A}} fragment A on Node{...B} fragment B on Record{...C} fragment C on Penalty{facts}',
    '{node(id:"1"){... on Record{x:facts}}}',
    '{node(id:"1"){... on Record{name:facts id:facts}}}',
    '{node(id:"1"){... on Record{id:facts __typename}} __typename}',
    '{node(id:"1"){__typename ... on Record{__typename facts}}}',
    'query Q($v:Boolean=true){node(id:"1"){... on Record{facts @include(if:$v)}}}',
    'query Q($v:Boolean=false){node(id:"1"){... on Record @skip(if:$v){facts}}}',
    'query Q{node(id:"1"){... on Record{facts facts}}} query Decoy{viewer{kind}}',
]


@pytest.mark.parametrize("text", WRITINGS)
def test_a_field_has_its_coordinate_through_alias_fragment_and_interface(text: str) -> None:
    found = demand(text)
    facts = [ask for name, ask in asks_of(found) if name == "Penalty" and isinstance(ask, Leaf)]
    assert {(ask.field, ask.coordinate) for ask in facts} == {("facts", "Record.facts")}


def test_an_operation_is_judged_by_itself_and_not_by_its_decoy() -> None:
    text = "query Decoy{viewer{kind}} query Real{...A} fragment A on Query{...B} fragment B on Query{...C}"
    document = prepare(text + ' fragment C on Query{node(id:"1"){... on Record{handler}}}', SCHEMA)
    real = demand_of(document, document.operation("Real"), {}, SCHEMA)
    assert coordinates(real) == {"Record.handler"}
    assert coordinates(demand_of(document, document.operation("Decoy"), {}, SCHEMA)) == set()


CONDITIONAL = 'query($v:Boolean=true){node(id:"1"){id ... on Record{handler @include(if:$v)}}}'


def test_a_field_that_is_skipped_is_not_asked() -> None:
    assert "Record.handler" in coordinates(demand(CONDITIONAL))
    assert "Record.handler" in coordinates(demand(CONDITIONAL, v=True))
    assert "Record.handler" not in coordinates(demand(CONDITIONAL, v=False))


def test_a_condition_without_a_value_is_refused_and_not_guessed() -> None:
    assert refused(CONDITIONAL, v=None).code is Code.DOCUMENT_INVALID


def test_every_ask_of_every_type_has_the_coordinate_of_its_own_type() -> None:
    found = demand(
        '{node(id:"1"){id __typename ... on Record{id status subject{name}} ... on Subject{name kindLabel}}}'
    )
    seen = asks_of(found)
    assert len({name for name, _ in seen}) == len(types_of("Node"))
    for name, ask in seen:
        if not isinstance(ask, Typename):
            assert ask.coordinate == coordinate_of(name, ask.field)
            assert ask.coordinate is not None
    assert {"Organisation.name", "NaturalPerson.name", "Organisation.kind", "Measure.id"} <= coordinates(found)


def test_labels_are_asked_as_what_they_label() -> None:
    found = demand(
        'query($l:Language!){node(id:"1"){... on Penalty{a:severityLabel b:severityLabel(lang:$l)}}}', l="EN"
    )
    first, second = (ask for name, ask in asks_of(found) if name == "Penalty")
    assert isinstance(first, Leaf)
    assert isinstance(second, Leaf)
    assert (first.coordinate, first.label) == ("Record.severity", Slot(literal="ZH"))
    assert (second.coordinate, second.label) == ("Record.severity", Slot(name="l"))


def test_reference_data_is_in_the_tree_without_coordinates() -> None:
    found = demand("{catalogue{code legalBasis{title}}}")
    [root] = found.roots
    assert isinstance(root.ask, Branch)
    assert (root.ask.many, root.ask.type, root.ask.coordinate) == (True, "CatalogueItem", None)
    assert coordinates(found) == set()


def test_equal_levels_are_one_object() -> None:
    [edges] = page_of("{records{edges{node{id subject{id name}}}}}").selection.types[TypeName("RecordConnection")]
    assert isinstance(edges, Branch)
    [node] = edges.selection.types[TypeName("RecordEdge")]
    assert isinstance(node, Branch)
    families = node.selection.types
    assert families[TypeName("Penalty")][1] is families[TypeName("Licence")][1]


# ---------------------------------------------------------------------------------------------------------------- roots

LOOKUPS = [
    ('{subject(by:{uscc:"1"}){id}}', {}, Lookup(by="uscc", value=Slot(literal="1")), "1"),
    (
        "query($u:String!){standing(by:{uscc:$u}){subject{id}}}",
        {"u": "1"},
        Lookup(by="uscc", value=Slot(name="u")),
        "1",
    ),
    (
        "query($b:SubjectLookup!){subject(by:$b){id}}",
        {"b": {"id": "1"}},
        Lookup(by="id", value=Slot(name="b", path=("id",))),
        "1",
    ),
    (
        "query($b:SubjectLookup!){subject(by:$b){id}}",
        {"b": {"person": {"idNumber": "1", "name": "2"}}},
        Lookup(by="person", value=Slot(name="b", path=("person",))),
        {"idType": "RESIDENT_ID", "idNumber": "1", "name": "2"},
    ),
    (
        "query($p:PersonLookup!){subject(by:{person:$p}){id}}",
        {"p": {"idType": "PASSPORT", "idNumber": "1", "name": "2"}},
        Lookup(by="person", value=Slot(name="p")),
        {"idType": "PASSPORT", "idNumber": "1", "name": "2"},
    ),
    (
        'query($n:String!){subject(by:{person:{idNumber:$n,name:"2"}}){id}}',
        {"n": "1"},
        Lookup(
            by="person",
            value=Slot(
                parts={
                    "idType": Slot(literal="RESIDENT_ID"),
                    "idNumber": Slot(name="n"),
                    "name": Slot(literal="2"),
                }
            ),
        ),
        {"idType": "RESIDENT_ID", "idNumber": "1", "name": "2"},
    ),
]


@pytest.mark.parametrize(("text", "values", "lookup", "value"), LOOKUPS)
def test_a_subject_is_looked_up_by_the_one_key_given(
    text: str, values: dict[str, object], lookup: Lookup, value: object
) -> None:
    [root] = demand(text, **values).roots
    assert root.lookup == lookup
    found = coerce(prepare(text, SCHEMA).operation().variables, values)
    assert value_of(root.lookup.value, found) == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("query($u:String,$i:ID){subject(by:{uscc:$u,id:$i}){id}}", {"u": "1", "i": "1"}),
        ("query($u:String,$i:ID){subject(by:{uscc:$u,id:$i}){id}}", {"u": "1", "i": None}),
        ("query($u:String){subject(by:{uscc:$u}){id}}", {"u": None}),
        ("query($u:String){subject(by:{uscc:$u}){id}}", {}),
        ('{subject(by:{uscc:"1",id:"1"}){id}}', {}),
        ("{subject(by:{uscc:null}){id}}", {}),
        ("{subject(by:{}){id}}", {}),
    ],
)
def test_a_look_up_by_no_key_or_by_two_is_refused(text: str, values: dict[str, object]) -> None:
    assert refused(text, **values).code is Code.DOCUMENT_INVALID


BATCHES = [
    ('{standings(by:[{uscc:"1"},{id:"2"}]){subject{id}}}', {}),
    ("query($b:[SubjectLookup!]!){standings(by:$b){subject{id}}}", {"b": [{"uscc": "1"}, {"id": "2"}]}),
    ("query($a:SubjectLookup!,$i:ID!){standings(by:[$a,{id:$i}]){subject{id}}}", {"a": {"uscc": "1"}, "i": 2}),
]


@pytest.mark.parametrize(("text", "values"), BATCHES)
def test_a_batch_keeps_the_order_of_its_look_ups(text: str, values: dict[str, object]) -> None:
    [root] = demand(text, **values).roots
    assert root.lookup is None
    assert root.lookups is not None
    found = coerce(prepare(text, SCHEMA).operation().variables, values)
    assert value_of(root.lookups, found) == [{"uscc": "1"}, {"id": "2"}]


def test_arguments_of_roots_are_slots_with_their_defaults() -> None:
    found = demand("query($d:String!,$v:JSON){explain(document:$d,variables:$v){scope}}", d="{}", v={"a": [1]})
    assert found.roots[0].arguments == {"document": Slot(name="d"), "variables": Slot(name="v")}
    [records, typename] = demand("{records{totalCount} __typename}").roots
    assert records.arguments == {"first": Slot(literal=20)}
    assert (typename.field, typename.ask) == ("__typename", Typename(key="__typename"))


def test_inputs_of_mutations_are_read_where_they_stand() -> None:
    text = """mutation($n:String!,$u:String!){openMatter(input:{number:$n,purpose:"PM-301",operators:["1001"],
              parties:[{by:{uscc:$u},role:bidder}]}){number}}"""
    text = text.replace("role:bidder", f"role:{next(iter(SCHEMA.type_map['Role'].values))}")  # type: ignore[attr-defined]
    [root] = demand(text, n="1", u="2").roots
    value = value_of(root.arguments["input"], {"n": "1", "u": "2"})
    assert isinstance(value, dict)
    assert value["number"] == "1"
    assert value["parties"][0]["by"] == {"uscc": "2"}


PARTY = 'mutation($u:String,$p:PersonLookup){addMatterParties(number:"1",parties:[{by:{%s},role:%s}]){number}}'


@pytest.mark.parametrize("by", ["uscc:$u,person:$p", "uscc:$u person:null", "uscc:$u"])
def test_a_party_of_a_matter_is_named_by_exactly_one_key(by: str) -> None:
    role = next(iter(SCHEMA.type_map["Role"].values))  # type: ignore[attr-defined]
    text = (PARTY % (by, role)).replace(",$p:PersonLookup", ",$p:PersonLookup" if "$p" in by else "")
    for values in ({"u": None, "p": {"idNumber": "1", "name": "2"}}, {}):
        assert refused(text, **values).code is Code.DOCUMENT_INVALID


# ----------------------------------------------------------------------------------------------------------------- size


def test_a_tree_of_possible_types_is_counted_while_it_is_built() -> None:
    families = types_of("Record")
    below = "{edges{node{id " + " ".join(f"...on {name}{{status subject{{id}}}}" for name in families) + "}}}"
    document = prepare("{records" + below + "}", SCHEMA)
    limits = replace(LIMITS, asks=300)
    tally = Tally()
    with pytest.raises(DocumentError) as caught:
        demand_of(document, document.operation(), {}, SCHEMA, limits, tally)
    assert caught.value.detail == SENTENCES["asks"].format(300)
    assert 300 < tally.steps < 400  # the level at hand is finished


def test_shared_levels_count_as_often_as_they_stand_in_the_tree() -> None:
    text = "{records{edges{node{id subject{id records{edges{node{id}}}}}}}}"
    [root] = demand(text).roots
    assert isinstance(root.ask, Page)
    size = sum(1 for _ in selected(root.ask.selection))
    document = prepare(text, SCHEMA)
    demand_of(document, document.operation(), {}, SCHEMA, replace(LIMITS, asks=size))
    with pytest.raises(DocumentError) as caught:
        demand_of(document, document.operation(), {}, SCHEMA, replace(LIMITS, asks=size - 1))
    assert caught.value.detail == SENTENCES["asks"].format(size - 1)


def test_levels_below_levels_add_work_and_do_not_multiply_it() -> None:
    def steps(levels: int) -> int:
        below = "id"
        for _ in range(levels):
            below = f"id status subject{{id ... on Organisation{{name}} records(first:1){{edges{{node{{{below}}}}}}}}}"
        limits = replace(LIMITS, depth=40, cost=10**12, asks=10**12)
        document = prepare(f"{{records(first:1){{edges{{node{{{below}}}}}}}}}", SCHEMA, limits)
        tally = Tally()
        demand_of(document, document.operation(), {}, SCHEMA, limits, tally)
        return tally.steps

    assert steps(6) - steps(5) == steps(3) - steps(2)
