"""Points: a batch, aliases and single requests cost the same (F15), and large answers more."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.points import points_of
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.documents.document import prepare

SCHEMA = graphql_schema()
ONE = '{uscc: "91420199MA9TERT123"}'


def points(text: str, given: Mapping[str, object] | None = None, cost: int | None = None) -> int:
    document = prepare(text, SCHEMA)
    operation = document.operations[0]
    found = Demands(SCHEMA, 8).ask(document, operation, given or {})
    return points_of(found.demand, found.variables, operation.measured.cost if cost is None else cost)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (f"{{ subject(by: {ONE}) {{ name }} }}", 1),
        ("{ " + " ".join(f"a{n}: subject(by: {ONE}) {{ name }}" for n in range(20)) + " }", 20),
        (f"{{ standings(by: [{', '.join([ONE] * 20)}]) {{ seriousList {{ answer }} }} }}", 20),
        ('{ explain(document: "{ viewer { kind } }") { scope } }', 50),
        ("{ standings(by: []) { seriousList { answer } } }", 1),
        ("{ records(first: 100) { edges { node { id documentNumber } } } }", 1),
        ("{ records(first: 100) { edges { node { measures(first: 50) { edges { node { id } } } } } } }", 16),
    ],
)
def test_points_of_a_document(document: str, expected: int) -> None:
    assert points(document) == expected


def test_a_batch_in_a_variable_costs_its_length() -> None:
    document = "query ($by: [SubjectLookup!]!) { standings(by: $by) { seriousList { answer } } }"
    given: dict[str, Any] = {"by": [{"uscc": "91420199MA9TERT123"}] * 30}
    assert points(document, given, cost=0) == 30
