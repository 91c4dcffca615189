"""Generated operations are valid, and ask all that the schema offers for rows of credit data."""

from collections import Counter
from random import Random

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)

from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.documents.document import Documents
from schema.errors import Code, Refusal
from tests.generation.askers import ASKERS
from tests.generation.documents import ask, document

SCHEMA = graphql_schema()
ROWS = ("Organisation", "NaturalPerson", "Standing", "Record", "Measure", "MeasureFeedback", "Link")


def test_equal_seeds_give_equal_documents() -> None:
    assert document(Random(5), ASKERS[1]) == document(Random(5), ASKERS[1])


def test_documents_and_their_variables_are_valid() -> None:
    """A few are larger than the limits; nothing is wrong with any."""
    documents, demands, codes = Documents(SCHEMA, 10), Demands(SCHEMA, 10), Counter[Code]()
    for number in range(350):
        random = Random(number)
        text, variables = document(random, ASKERS[number % len(ASKERS)])
        try:
            prepared = documents.prepare(text)
            demands.ask(prepared, prepared.operation(), variables)
        except Refusal as refusal:
            codes[refusal.code] += 1
    assert codes.keys() <= {Code.LIMIT_EXCEEDED}
    assert codes[Code.LIMIT_EXCEEDED] <= 25


def test_every_field_of_every_row_is_asked_sooner_or_later() -> None:
    asked: set[str] = set()
    for number in range(900):
        asked |= _coordinates(ask(Random(number), ASKERS[number % len(ASKERS)]).text)
    assert _of_rows() - asked == set()


def _of_rows() -> set[str]:
    """Every field of rows; those of the interface under the interface alone."""
    record = SCHEMA.type_map["Record"]
    assert isinstance(record, GraphQLInterfaceType)
    families = [each.name for each in SCHEMA.get_possible_types(record)]
    found = set()
    for name in (*ROWS, *families):
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLInterfaceType | GraphQLObjectType)
        common = record.fields if name in families else {}
        found |= {f"{name}.{each}" for each in kind.fields if each not in common}
    return found


def _coordinates(text: str) -> set[str]:
    info, found = TypeInfo(SCHEMA), set()

    class Coordinates(Visitor):
        def enter_field(self, node: FieldNode, *rest: object) -> None:
            parent = info.get_parent_type()
            if parent is not None and info.get_field_def() is not None:
                found.add(f"{parent.name}.{node.name.value}")

    visit(parse(text), TypeInfoVisitor(info, Coordinates()))
    return found
