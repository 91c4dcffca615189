"""Who is shown what of the log: only what is named is shown, and only what is shown may be searched by."""

import pytest

from authz.access_log import ENTRY, REACHES, asked_of_log, check_log, report_of_log
from authz.grant import Scope
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.demands.demand import Demand
from schema.demands.filters import CONDITIONS
from schema.documents.document import Documents
from schema.errors import Code, Refusal

SCHEMA = graphql_schema()
NEVER_TO_A_SUBJECT = {"operator", "subjects", "released", "documentDigest", "operation", "alerts"}


def asked(document: str) -> Demand:
    prepared = Documents(SCHEMA, 8).prepare(document)
    return Demands(SCHEMA, 8).ask(prepared, prepared.operation(), {}).demand


def log(arguments: str = "", fields: str = "id") -> Demand:
    return asked(f"{{ accessLog{arguments} {{ edges {{ node {{ {fields} }} }} }} }}")


def refusal(demand: Demand, scope: Scope) -> Code | None:
    try:
        check_log(demand, scope)
    except Refusal as refused:
        return refused.code
    return None


def test_every_field_of_an_entry_is_named_and_no_other() -> None:
    known = {name for name in SCHEMA.type_map[ENTRY].fields if not name.endswith("Label")}  # type: ignore[attr-defined]
    assert REACHES[Scope.AUDIT].fields == known
    assert known - REACHES[Scope.SELF].fields == NEVER_TO_A_SUBJECT


def test_every_key_of_the_filter_is_an_officer_s_and_few_are_a_subject_s() -> None:
    assert REACHES[Scope.AUDIT].filters == set(CONDITIONS["AccessFilter"])
    own = REACHES[Scope.SELF]
    assert own.filters == {"from", "to", "kind", "agency", "purpose", "decision", "consent"}
    tested = {CONDITIONS["AccessFilter"][key][0].removeprefix("AccessEntry.") for key in own.filters}
    assert tested <= own.fields


@pytest.mark.parametrize("scope", [Scope.PUBLICATION, Scope.SHARING, Scope.CONSENT])
def test_the_log_is_closed_to_everybody_else(scope: Scope) -> None:
    assert refusal(log(), scope) is Code.PURPOSE_NOT_ALLOWED
    assert refusal(asked("{ records { totalCount } }"), scope) is None


@pytest.mark.parametrize(
    ("scope", "given", "code"),
    [
        (Scope.AUDIT, 'operator: "1001"', Code.DOCUMENT_INVALID),
        (Scope.AUDIT, 'operator: "1001", agency: "A1"', None),
        (Scope.AUDIT, 'subject: {uscc: "x"}', None),
        (Scope.SELF, 'agency: "A1"', None),
        (Scope.SELF, 'subject: {uscc: "x"}', Code.FIELD_NOT_FILTERABLE),
        (Scope.SELF, 'matter: "x"', Code.FIELD_NOT_FILTERABLE),
        (Scope.SELF, 'operator: "1001", agency: "A1"', Code.FIELD_NOT_FILTERABLE),
    ],
)
def test_a_search_goes_by_what_the_scope_allows(scope: Scope, given: str, code: Code | None) -> None:
    assert refusal(log(f"(filter: {{{given}}})"), scope) is code


def test_what_is_withheld_is_said_at_its_place_once() -> None:
    demand = asked("{ mine: accessLog { edges { node { at who: operator operator agency { name } kindLabel } } } }")
    assert [each["path"] for each in report_of_log(demand, Scope.SELF)] == [
        "mine.edges.node.who",
        "mine.edges.node.operator",
    ]
    assert report_of_log(demand, Scope.AUDIT) == []
    assert [each.coordinate for each in asked_of_log(demand, Scope.SELF)] == [
        f"{ENTRY}.{name}" for name in ("at", "operator", "operator", "agency", "kind")
    ]


def test_of_data_it_has_nothing_to_say() -> None:
    assert report_of_log(asked("{ records { totalCount } }"), Scope.PUBLICATION) == []
