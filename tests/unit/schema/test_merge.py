"""The tree of asks is, for every type, what graphql-core would collect: compared on documents written at random."""

import re
from collections.abc import Mapping

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
)
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities.type_comparators import do_types_overlap
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schema.build import graphql_schema
from schema.demands.collect import demand_of
from schema.demands.demand import (
    Ask,
    Branch,
    Page,
    Typename,
)
from schema.demands.variables import coerce
from schema.documents.document import Document, prepare
from schema.errors import DocumentError

SCHEMA = graphql_schema()


Tree = list[tuple[str, str, object]]


def ours(ask: Ask) -> object:
    if not isinstance(ask, Branch | Page):
        return None
    return {name: [(a.key, _name(a), ours(a)) for a in asks] for name, asks in ask.selection.types.items()}


def _name(ask: Ask) -> str:
    return "__typename" if isinstance(ask, Typename) else ask.field


class Reference:
    """What graphql-core collects for every possible type."""

    def __init__(self, document: Document, values: Mapping[str, object]) -> None:
        self.operation = document.operations[0].node
        found = get_variable_values(SCHEMA, self.operation.variable_definitions or (), dict(values))
        assert isinstance(found, VariableValues)
        self.values = found
        self.fragments = {name: FragmentDetails(node) for name, node in document.fragments.items()}

    def roots(self) -> Tree:
        root = SCHEMA.query_type
        assert root is not None
        grouped = collect_fields(SCHEMA, self.fragments, self.values, root, self.operation).grouped_field_set
        return self.tree(root, grouped)

    def tree(self, kind: GraphQLObjectType, grouped: Mapping[str, FieldDetailsList]) -> Tree:
        return [
            (key, details[0].node.name.value, self.below(kind, details[0].node.name.value, details))
            for key, details in grouped.items()
        ]

    def below(self, kind: GraphQLObjectType, name: str, details: FieldDetailsList) -> object:
        if name == "__typename" or is_leaf_type(get_named_type(kind.fields[name].type)):
            return None
        return {
            possible.name: self.tree(
                possible,
                collect_subfields(
                    SCHEMA, self.fragments, self.values, self.operation, possible, details
                ).grouped_field_set,
            )
            for possible in possible_types(get_named_type(kind.fields[name].type))
        }


def possible_types(kind: GraphQLNamedType) -> list[GraphQLObjectType]:
    if is_abstract_type(kind):
        return list(SCHEMA.get_possible_types(kind))
    assert isinstance(kind, GraphQLObjectType)
    return [kind]


DIRECTIVES = ("", "", "", " @include(if:$v)", " @skip(if:$w)", " @include(if:false)", " @skip(if:$v) @include(if:$w)")
FRAGMENT_TYPES = ("Query", "Record", "Penalty", "ListEntry", "Subject", "Organisation", "Node", "RecordConnection")
START = '{node(id:"1"){%s}} '


class Writer:
    """Writes documents at random: fields, aliases, fragments of both kinds, conditions."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def draw(self, options: tuple[str, ...]) -> str:
        return self.data.draw(st.sampled_from(options))

    def document(self) -> str:
        fragments = [
            f"fragment F{number} on {kind}{{{self.selections(SCHEMA.type_map[kind], 2, number + 1)}}}"
            for number, kind in enumerate(FRAGMENT_TYPES)
        ]
        body = f"query($v:Boolean!,$w:Boolean!){{{self.selections(SCHEMA.type_map['Query'], 4, 0)}}}"
        return pruned(body, fragments)

    def selections(self, kind: GraphQLNamedType, deep: int, fragment: int) -> str:
        count = self.data.draw(st.integers(1, 4))
        return " ".join(self.selection(kind, deep, fragment) for _ in range(count))

    def selection(self, kind: GraphQLNamedType, deep: int, fragment: int) -> str:
        form = self.draw(("field", "field", "field", "inline", "spread"))
        if form == "inline" and deep:
            return f"...{self.condition(kind)}{self.draw(DIRECTIVES)}{{{self.selections(kind, deep - 1, fragment)}}}"
        spreads = tuple(
            f"...F{number}"
            for number, name in enumerate(FRAGMENT_TYPES)
            if number >= fragment and do_types_overlap(SCHEMA, kind, SCHEMA.type_map[name])  # type: ignore[arg-type]
        )
        if form == "spread" and spreads:
            return self.draw(spreads) + self.draw(DIRECTIVES)
        return self.field(kind, deep, fragment)

    def condition(self, kind: GraphQLNamedType) -> str:
        return self.draw(("", f" on {kind.name}"))

    def field(self, kind: GraphQLNamedType, deep: int, fragment: int) -> str:
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        names = tuple(
            name
            for name, field in kind.fields.items()
            if not any(map(is_required_argument, field.args.values()))
            and name not in ("explain", "accessLog")
            and (deep or not is_composite_type(get_named_type(field.type)))
        )
        name = self.draw((*names, "__typename"))
        below = "" if name == "__typename" else self.below(kind.fields[name].type, deep, fragment)
        alias = "" if name in ("edges", "node") else self.draw(("", "", f"{kind.name}_{name}:"))
        return f"{alias}{name}{self.draw(DIRECTIVES)}{below}"

    def below(self, kind: object, deep: int, fragment: int) -> str:
        named = get_named_type(kind)  # type: ignore[call-overload]
        return f"{{{self.selections(named, deep - 1, fragment)}}}" if is_composite_type(named) else ""


def pruned(body: str, fragments: list[str]) -> str:
    """Without the fragments that nothing spreads, and without variables that nothing uses."""
    text, kept = body, set[int]()
    while wanted := {int(number) for number in re.findall(r"\.\.\.F(\d+)", text)} - kept:
        kept |= wanted
        text = " ".join((body, *(fragments[number] for number in sorted(kept))))
    for name in "vw":
        if f"(if:${name})" not in text:
            text = text.replace(f"${name}:Boolean!", "")
    return text.replace("query(,)", "query")


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data(), st.booleans(), st.booleans())
def test_asks_are_the_fields_that_graphql_collects_for_every_type(data: st.DataObject, v: bool, w: bool) -> None:
    text = Writer(data).document()
    try:
        document = prepare(text, SCHEMA)
    except DocumentError:
        assume(False)
    operation = document.operations[0]
    assume(not operation.introspection_only)
    values = {"v": v, "w": w}
    found = demand_of(document, operation, coerce(operation.variables, values), SCHEMA)
    assert [(root.key, root.field, ours(root.ask)) for root in found.roots] == Reference(document, values).roots()
