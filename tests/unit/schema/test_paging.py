"""Which variables only turn pages, and which are part of the question."""

import pytest

from schema.build import graphql_schema
from schema.documents.document import prepare
from schema.documents.paging import paging_variables

SCHEMA = graphql_schema()


def turning(text: str) -> set[str]:
    document = prepare(text, SCHEMA)
    return set(paging_variables(document, document.operation()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ records { totalCount } }", set()),
        ("query($n: Int!, $c: String) { records(first: $n, after: $c) { totalCount } }", {"n", "c"}),
        ("query($c: String) { a: records(after: $c) { totalCount } b: records(after: $c) { totalCount } }", {"c"}),
        (
            "query($c: String, $u: String!) { subject(by: {uscc: $u}) { records(after: $c) { totalCount } } }",
            {"c"},
        ),
        (
            "query($c: String) { records(after: $c, filter: {documentNumber: $c}) { totalCount } }",
            set(),
        ),
        (
            "query($c: String, $u: String!) { subject(by: {uscc: $u}) { ...Page } }"
            " fragment Page on Subject { records(after: $c) { totalCount } }",
            {"c"},
        ),
        (
            "query($n: Int!, $c: String!) { subject(by: {uscc: $c}) { ...Page } }"
            " fragment Page on Subject { records(first: $n, after: $c) { totalCount } }",
            {"n"},
        ),
        ("query($s: Boolean!) { records(first: 1) @skip(if: $s) { totalCount } }", set()),
        ('query($m: String!) @purpose(code: "PM-901", matter: $m) { records { totalCount } }', set()),
    ],
)
def test_a_variable_turns_pages_where_it_stands_for_nothing_else(text: str, expected: set[str]) -> None:
    assert turning(text) == expected
