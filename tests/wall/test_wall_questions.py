"""No question that a caller may ask runs into the wall: it would be told INTERNAL, and learn that the planner erred.

Every leaf of every type is asked for, in an empty city: rights are checked before rows are looked for.
"""

from collections.abc import Iterator

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

from schema.build import graphql_schema
from schema.errors import Code
from tests.city import city
from tests.consents.endless import EndlessConsent
from tests.fresh_database import FreshDatabase
from tests.generation.askers import NARROW, Asker
from tests.generation.identities import person, uscc
from tests.generation.rows import generate, write

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
    yield f'{{ subject(by: {{ uscc: "91420199MA9TERT20X" }}) {{ {organisation} }} }}'
    yield f"{{ measures {{ edges {{ node {{ {' '.join(leaves(object_type(schema, 'Measure')))} }} }} }} }}"
    for verdict in object_type(schema, "Standing").fields:
        if verdict != "subject":
            yield f'{{ standing(by: {{ uscc: "91420199MA9TERT20X" }}) {{ {verdict} {{ answer }} }} }}'


async def test_the_public_may_ask_for_anything(database: FreshDatabase) -> None:
    failed = []
    async with city(database, empty=True) as empty:
        for document in documents():
            answer = await empty.ask(document)
            if "errors" in answer.body:
                failed.append((document, answer.code))
    assert failed == []


def of_oneself(asker: Asker) -> Iterator[str]:
    """The same questions, of the one subject that the caller can ask about."""
    who, stated = person(1), ""
    by = f'by: {{ uscc: "{uscc(1)}" }}'
    if asker.persons:
        by = f'by: {{ person: {{ idNumber: "{who.number}", name: "{who.name}" }} }}'
    if asker.matter is not None:
        matter = asker.matter
        stated = f'query @purpose(code: "{matter.purpose}", matter: "{matter.number}", role: "{matter.role}") '
    schema = graphql_schema()
    for document in documents():
        if "subjects(" not in document:
            yield stated + document.replace('by: { uscc: "91420199MA9TERT20X" }', by)
    person_fields = " ".join(leaves(object_type(schema, "NaturalPerson")))
    yield f"{stated}{{ subject({by}) {{ ... on NaturalPerson {{ {person_fields} }} }} }}"


@pytest.mark.parametrize("asker", NARROW, ids=lambda asker: asker.name)
async def test_whoever_sees_one_subject_may_ask_for_anything_of_it(database: FreshDatabase, asker: Asker) -> None:
    answered, failed = 0, []
    async with city(database, empty=True) as town:
        async with database.owner() as owner:
            await write(owner, generate(1, town.installation.sealer))
        caller = asker.standing_for(await town.caller(asker.client), town.installation.sealer)
        consent = EndlessConsent((town,), caller)
        for document in of_oneself(asker):
            async with consent.use():
                answer = await town.ask(document, caller=caller)
            answered += answer.code is None
            if answer.code not in (None, Code.OUT_OF_CONSENT):
                failed.append((document, answer.code))
    assert failed == []
    assert answered > 20
