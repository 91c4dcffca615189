"""One request of one operation: what it states, what is kept of it, and which of its values are limited."""

from collections.abc import Mapping

import pytest

from schema.build import graphql_schema
from schema.demands.asking import SHORT_NAME, Asked, Demands
from schema.demands.demand import Slot, Stated
from schema.demands.digest import digest_of
from schema.documents.document import prepare
from schema.documents.limits import LIMITS, SENTENCES
from schema.errors import Code, DocumentError

SCHEMA = graphql_schema()
NUMBER = "420199199001010011"


def ask(text: str, values: Mapping[str, object] | None = None, demands: Demands | None = None) -> Asked:
    document = prepare(text, SCHEMA)
    return (demands or Demands(SCHEMA, 8)).ask(document, document.operations[0], values or {})


def refused(text: str, values: Mapping[str, object] | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        ask(text, values)
    return caught.value


# ---------------------------------------------------------------------------------------------------------- @purpose

STATED: list[tuple[str, dict[str, object], Stated | None]] = [
    ("{viewer{kind}}", {}, None),
    ('query @purpose(code:"PM-301"){viewer{kind}}', {}, Stated(code="PM-301", matter=None, role=None)),
    (
        'query @purpose(code:"PM-301",matter:"M-1",role:"bidder"){viewer{kind}}',
        {},
        Stated(code="PM-301", matter=Slot(literal="M-1"), role="bidder"),
    ),
    (
        "query($c:String!,$m:String,$r:String) @purpose(code:$c,matter:$m,role:$r){viewer{kind}}",
        {"c": "PM-601", "m": "M-1", "r": "legal_representative"},
        Stated(code="PM-601", matter=Slot(name="m"), role="legal_representative"),
    ),
    (
        "query($c:String!,$m:String,$r:String) @purpose(code:$c,matter:$m,role:$r){viewer{kind}}",
        {"c": "PM-601", "m": None},
        Stated(code="PM-601", matter=None, role=None),
    ),
    (
        'mutation @purpose(code:"PM-301"){closeMatter(number:"1"){number}}',
        {},
        Stated(code="PM-301", matter=None, role=None),
    ),
]


@pytest.mark.parametrize(("text", "values", "stated"), STATED)
def test_the_purpose_is_taken_as_stated(text: str, values: dict[str, object], stated: Stated | None) -> None:
    assert ask(text, values).demand.stated == stated


@pytest.mark.parametrize("word", ["", NUMBER, "PM-301 ", "pm-301", "PM-3011", "PM-３０１", "x" * 10_000])
def test_a_text_that_can_be_no_code_never_becomes_part_of_a_demand(word: str) -> None:
    error = refused("query($c:String!) @purpose(code:$c){viewer{kind}}", {"c": word})
    assert error.code is Code.PURPOSE_NOT_ALLOWED
    assert word == "" or word not in str(error)


@pytest.mark.parametrize("word", ["", NUMBER, "Bidder", "bidder1", "a_b", "信息", "x" * 10_000])
def test_a_text_that_can_be_no_role_never_becomes_part_of_a_demand(word: str) -> None:
    error = refused('query($r:String) @purpose(code:"PM-301",role:$r){viewer{kind}}', {"r": word})
    assert error.code is Code.ROLE_REQUIRED
    assert word == "" or word not in str(error)


def test_a_purpose_is_stated_once_and_only_on_an_operation() -> None:
    for text in (
        'query @purpose(code:"PM-301") @purpose(code:"PM-302"){viewer{kind}}',
        '{viewer @purpose(code:"PM-301"){kind}}',
        '{viewer{...F}} fragment F on Viewer @purpose(code:"PM-301"){kind}',
        "query @purpose{viewer{kind}}",
        "query($c:String) @purpose(code:$c){viewer{kind}}",
    ):
        assert refused(text).code is Code.DOCUMENT_INVALID


def test_roles_of_the_interface_are_all_of_the_form_of_a_role() -> None:
    role = SCHEMA.type_map["Role"]
    for name in role.values:  # type: ignore[attr-defined]
        word = name.lower()
        stated = ask(f'query @purpose(code:"PM-301",role:"{word}"){{viewer{{kind}}}}').demand.stated
        assert stated is not None
        assert stated.role == word


# --------------------------------------------------------------------------------------------------------------- values

FIRST = 'query($n:Int!){subject(by:{uscc:"1"}){records(first:$n){edges{node{measures(first:$n){totalCount}}}}}}'


@pytest.mark.parametrize("rows", [0, -1, 101, 2_147_483_647])
def test_the_rows_of_every_page_are_limited_also_when_the_demand_is_known(rows: int) -> None:
    demands = Demands(SCHEMA, 8)
    ask(FIRST, {"n": 1}, demands)
    ask(FIRST, {"n": 100}, demands)
    with pytest.raises(DocumentError) as caught:
        ask(FIRST, {"n": rows}, demands)
    assert (caught.value.code, caught.value.detail) == (Code.LIMIT_EXCEEDED, SENTENCES["first"].format(LIMITS.first))
    assert demands.size == 1


def test_a_page_deep_in_the_tree_is_limited_by_itself() -> None:
    text = "query($n:Int!){records(first:5){edges{node{measures(first:$n){totalCount}}}}}"
    assert refused(text, {"n": 101}).code is Code.LIMIT_EXCEEDED


def test_a_batch_has_at_most_two_hundred_subjects() -> None:
    text = "query($b:[SubjectLookup!]!){standings(by:$b){subject{id}}}"
    ask(text, {"b": [{"uscc": "1"}] * 200})
    assert refused(text, {"b": [{"uscc": "1"}] * 201}).code is Code.LIMIT_EXCEEDED


def test_a_name_is_searched_by_two_characters_or_more() -> None:
    text = "query($s:String){subjects(filter:{name:$s}){totalCount}}"
    demands = Demands(SCHEMA, 8)
    ask(text, {"s": "信用"}, demands)
    ask(text, {"s": None}, demands)
    for short in ("", "信", " 信 "):
        with pytest.raises(DocumentError) as caught:
            ask(text, {"s": short}, demands)
        assert caught.value.detail == SHORT_NAME
    assert refused('{subjects(filter:{name:"a"}){totalCount}}').detail == SHORT_NAME


# -------------------------------------------------------------------------------------------------------------- keeping

SUBJECT = "query($u:String!,$v:Boolean!){subject(by:{uscc:$u}){id name @include(if:$v)}}"


def test_a_question_about_another_subject_is_the_same_demand() -> None:
    demands = Demands(SCHEMA, 8)
    first = ask(SUBJECT, {"u": NUMBER, "v": True}, demands)
    second = ask(SUBJECT, {"u": "1", "v": True}, demands)
    assert first.demand is second.demand
    assert second.variables == {"u": "1", "v": True}
    assert NUMBER not in repr(first)
    assert NUMBER not in repr(first.demand)


def test_another_question_is_another_demand() -> None:
    demands = Demands(SCHEMA, 8)
    shown = ask(SUBJECT, {"u": "1", "v": True}, demands).demand
    hidden = ask(SUBJECT, {"u": "1", "v": False}, demands).demand
    assert shown.digest != hidden.digest
    assert demands.size == 2


def test_operations_of_one_document_are_kept_apart() -> None:
    document = prepare("query A{viewer{kind}} query B{viewer{scope}}", SCHEMA)
    demands = Demands(SCHEMA, 8)
    first, second = (demands.ask(document, operation, {}).demand for operation in document.operations)
    assert (first.name, second.name) == ("A", "B")
    assert first.document_digest == second.document_digest
    assert first.digest != second.digest


def test_no_more_demands_are_kept_than_allowed_and_the_least_recent_goes_first() -> None:
    demands = Demands(SCHEMA, 2)
    kept = ask("{viewer{kind}}", None, demands).demand
    ask("{viewer{scope}}", None, demands)
    assert ask("{viewer{kind}}", None, demands).demand is kept
    ask("{viewer{operator}}", None, demands)
    assert demands.size == 2
    assert ask("{viewer{kind}}", None, demands).demand is kept


def test_demands_are_forgotten_by_the_length_of_their_documents() -> None:
    demands = Demands(SCHEMA, 100, room=len(SUBJECT) + 20)
    for shown in (True, False):
        kept = ask(SUBJECT, {"u": "1", "v": shown}, demands).demand
        assert demands.size == 1
    ask("{viewer{kind}}", None, demands)
    assert demands.size == 2
    assert ask(SUBJECT, {"u": "1", "v": False}, demands).demand is kept


def test_a_refused_question_is_not_kept() -> None:
    demands = Demands(SCHEMA, 8)
    with pytest.raises(DocumentError):
        ask('query @purpose(code:"none"){viewer{kind}}', None, demands)
    assert demands.size == 0


# --------------------------------------------------------------------------------------------------------------- digest


def test_equal_questions_have_equal_digests_in_every_process() -> None:
    first, second = (ask(SUBJECT, {"u": "1", "v": True}).demand for _ in range(2))
    assert first is not second
    assert first.digest == second.digest
    assert digest_of("a", 1, None) == "be7cf09797bfd0c2a05d5a7cbf9009ac9259de52e2f87a132ea9595dfa9cee35"


def test_values_that_look_alike_have_different_digests() -> None:
    values: list[object] = ["1", 1, True, 1.0, None, "None", (), (None,), {}, {"1": 1}, ["a", "b"], ["a,b"], ["ab"]]
    assert len({digest_of(value) for value in values}) == len(values)


def test_a_value_that_no_demand_holds_has_no_digest() -> None:
    with pytest.raises(TypeError):
        digest_of(object())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{viewer{kind}}", "{viewer{a:kind}}"),
        ("{viewer{kind scope}}", "{viewer{scope kind}}"),
        ("{records(first:1){totalCount}}", "{records(first:2){totalCount}}"),
        ("{records{totalCount}}", "{records{edges{cursor}}}"),
        ('{records(filter:{item:["1"]}){totalCount}}', '{records(filter:{item:["2"]}){totalCount}}'),
        ('query @purpose(code:"PM-301"){viewer{kind}}', 'query @purpose(code:"PM-302"){viewer{kind}}'),
    ],
)
def test_questions_that_differ_have_different_digests(one: str, other: str) -> None:
    assert ask(one).demand.digest != ask(other).demand.digest
