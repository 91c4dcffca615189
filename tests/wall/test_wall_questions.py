"""No question that the public may ask runs into the wall: it would be told INTERNAL, and learn that the planner erred.

Every leaf of every type is asked for, in an empty city: rights are checked before rows are looked for.
"""

from collections.abc import Iterator

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

from schema.build import graphql_schema
from tests.city import city
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

REFERENCES = {"authority", "sourceUnit", "recognisingDepartment", "initiatedBy", "executedBy"}
LINKS = {"legalRepresentative", "principals", "shareholders", "operator"}


def leaves(type_: GraphQLObjectType, deeper: bool = True) -> Iterator[str]:
    for name, field in type_.fields.items():
        named = get_named_type(field.type)
        if is_leaf_type(named):
            yield name
        elif deeper and name in REFERENCES | LINKS and isinstance(named, GraphQLObjectType):
            yield f"{name} {{ {' '.join(leaves(named, deeper=False))} }}"


def object_type(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def documents() -> Iterator[str]:
    schema = graphql_schema()
    record = schema.type_map["Record"]
    assert isinstance(record, GraphQLInterfaceType)
    for family in schema.get_possible_types(record):
        fields = " ".join(leaves(family))
        yield f"{{ records {{ totalCount edges {{ cursor node {{ ... on {family.name} {{ {fields} }} }} }} }} }}"
    organisation = f"... on Organisation {{ {' '.join(leaves(object_type(schema, 'Organisation')))} }}"
    yield f'{{ subjects(filter: {{ name: "测试" }}) {{ edges {{ node {{ {organisation} }} }} }} }}'
    yield f'{{ subject(by: {{ uscc: "X" }}) {{ {organisation} }} }}'
    yield f"{{ measures {{ edges {{ node {{ {' '.join(leaves(object_type(schema, 'Measure')))} }} }} }} }}"
    for verdict in object_type(schema, "Standing").fields:
        if verdict != "subject":
            yield f'{{ standing(by: {{ uscc: "X" }}) {{ {verdict} {{ answer }} }} }}'


async def test_the_public_may_ask_for_anything(database: FreshDatabase) -> None:
    failed = []
    async with city(database, empty=True) as empty:
        for document in documents():
            answer = await empty.ask(document)
            if "errors" in answer.body:
                failed.append((document, answer.code))
    assert failed == []
