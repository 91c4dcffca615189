"""Texts become documents, or are refused in fixed words that repeat nothing of them."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_introspection_query,
    specified_rules,
)

from schema.build import graphql_schema
from schema.demands import merge, slots, statement, variables
from schema.demands.asking import SHORT_NAME, Demands
from schema.documents import document, introspection, limits, survey, validity
from schema.documents.document import Documents, prepare
from schema.documents.introspection import introspect
from schema.documents.limits import LIMITS
from schema.errors import Code, DocumentError

SCHEMA = graphql_schema()
NUMBER = "420199199001010011"


def refused(text: str, given: Mapping[str, object] | None = None) -> DocumentError:
    """The refusal of a text, or of asking its first operation."""

    def ask() -> None:
        found = prepare(text, SCHEMA)
        Demands(SCHEMA, 1).ask(found, found.operations[0], given or {})

    with pytest.raises(DocumentError) as caught:
        ask()
    return caught.value


def sentences() -> Iterator[str]:
    """All that a refusal of this stage may say."""
    yield from (text.format(getattr(LIMITS, name)) for name, text in limits.SENTENCES.items())
    for module in (survey, document, validity):
        yield from module.SENTENCES.values()
    yield from (limits.NOT_TEXT, limits.NOT_GRAPHQL, validity.OTHERWISE, variables.UNFIT, variables.MISSING)
    yield from (variables.UNFIT_LITERAL, slots.NULL_GIVEN, merge.NULL_CONDITION)
    yield from (statement.NO_PURPOSE, statement.NO_ROLE, introspection.FAILED, SHORT_NAME)


SENTENCES = frozenset(sentences())


def everything_told(error: BaseException) -> str:
    """Whatever a log could print of an error and of the errors behind it."""
    told = []
    behind: BaseException | None = error
    while behind is not None:
        told += [str(behind), repr(behind), repr(vars(behind))]
        behind = behind.__cause__ or behind.__context__
    return " ".join(told)


# ---------------------------------------------------------------------------------------------------- what is refused

VIOLATIONS = {
    "UniqueOperationNamesRule": "query A{viewer{kind}} query A{viewer{kind}}",
    "LoneAnonymousOperationRule": "{viewer{kind}} query A{viewer{kind}}",
    "KnownTypeNamesRule": "{viewer{... on Secrets{kind}}}",
    "FragmentsOnCompositeTypesRule": "{viewer{... on ViewerKind{kind}}}",
    "VariablesAreInputTypesRule": "query($a:Viewer){records(first:$a){totalCount}}",
    "ScalarLeafsRule": "{viewer}",
    "FieldsOnCorrectTypeRule": "{viewer{kinds}}",
    "KnownFragmentNamesRule": "{viewer{...F}}",
    "NoUnusedFragmentsRule": "{viewer{kind}} fragment F on Viewer{kind}",
    "PossibleFragmentSpreadsRule": "{viewer{... on Agency{name}}}",
    "UniqueVariableNamesRule": "query($a:Int,$a:Int){records(first:$a){totalCount}}",
    "NoUndefinedVariablesRule": "{records(first:$a){totalCount}}",
    "NoUnusedVariablesRule": "query($a:Int){viewer{kind}}",
    "KnownDirectivesRule": "{viewer @lowercase{kind}}",
    "UniqueDirectivesPerLocationRule": "{viewer{kind @skip(if:true) @skip(if:true)}}",
    "KnownArgumentNamesRule": "{viewer(all:true){kind}}",
    "UniqueArgumentNamesRule": "{records(first:1,first:2){totalCount}}",
    "ValuesOfCorrectTypeRule": "{records(after:5){totalCount}}",
    "ProvidedRequiredArgumentsRule": "{subject{id}}",
    "VariablesInAllowedPositionRule": "query($a:String){records(first:$a){totalCount}}",
    "OverlappingFieldsCanBeMergedRule": "{viewer{a:kind a:scope}}",
    "UniqueInputFieldNamesRule": "{records(filter:{item:null,item:null}){totalCount}}",
    "MaxIntrospectionDepthRule": "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}",
}
REFUSED_EARLIER = {
    "ExecutableDefinitionsRule",
    "KnownOperationTypesRule",
    "SingleFieldSubscriptionsRule",
    "UniqueFragmentNamesRule",
    "NoFragmentCyclesRule",
    "DeferStreamDirectiveOnRootField",
    "DeferStreamDirectiveOnValidOperationsRule",
    "DeferStreamDirectiveLabel",
    "StreamDirectiveOnListField",
}


def test_every_rule_of_graphql_is_either_spoken_for_or_refused_earlier() -> None:
    assert {rule.__name__ for rule in specified_rules} == VIOLATIONS.keys() | REFUSED_EARLIER
    assert VIOLATIONS.keys() <= validity.SENTENCES.keys()


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_violation_is_told_by_its_rule_with_line_and_column(rule: str) -> None:
    error = refused("#\n  " + VIOLATIONS[rule])
    assert (error.code, error.detail) == (Code.DOCUMENT_INVALID, validity.SENTENCES[rule])
    assert error.line == 2
    assert error.column is not None
    assert error.column > 2


STRUCTURE = {
    "type A{b:C}": "definition",
    "extend type Query{a:Int} {viewer{kind}}": "definition",
    "fragment F on Query{viewer{kind}}": "operation",
    "subscription{viewer{kind}}": "subscription",
    "query A{viewer{kind}} subscription B{viewer{kind}}": "subscription",
    "{viewer{kind @defer}}": "incremental",
    "{viewer{... @defer{kind}}}": "incremental",
    "{records{edges @stream{cursor}}}": "incremental",
    "{viewer{...F}} fragment F on Viewer{kind} fragment F on Viewer{scope}": "twice",
}


@pytest.mark.parametrize("text", STRUCTURE)
def test_what_is_not_served_is_refused_before_validation(text: str) -> None:
    error = refused(text)
    assert (error.code, error.detail) == (Code.DOCUMENT_INVALID, survey.SENTENCES[STRUCTURE[text]])


COMPANY = {
    '{explain(document:"a"){scope} viewer{kind}}': "alone",
    '{a:explain(document:"a"){scope} b:explain(document:"a"){scope}}': "alone",
    '{explain(document:"a"){scope} viewer @skip(if:true){kind}}': "alone",
    "{accessLog{totalCount} ...F} fragment F on Query{viewer{kind}}": "alone",
    "{viewer{kind} __schema{queryType{name}}}": "introspection",
    '{viewer{kind} __type(name:"Query"){name}}': "introspection",
    "{viewer{kind} ...F} fragment F on Query{__schema{queryType{name}}}": "introspection",
    "query A{viewer{kind}} query B{viewer{kind} __schema @skip(if:true){queryType{name}}}": "introspection",
    "{}": "empty",
    "{...F} fragment F on Query{}": "empty",
}


@pytest.mark.parametrize("text", COMPANY)
def test_root_fields_keep_their_company_whatever_is_skipped(text: str) -> None:
    error = refused(text)
    assert (error.code, error.detail) == (Code.DOCUMENT_INVALID, document.SENTENCES[COMPANY[text]])


@pytest.mark.parametrize("root", ['explain(document:"a"){scope}', "accessLog{totalCount}", "viewer{kind}"])
def test_typename_may_stand_beside_anything_and_switches_nothing(root: str) -> None:
    found = prepare(f"{{__typename {root}}}", SCHEMA)
    assert not found.operation().introspection_only


# ------------------------------------------------------------------------------------------------------- no repetition


def misspelt() -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every kind of name in the schema with its last letter lost, in a document and in variables."""
    for kind in SCHEMA.type_map.values():
        yield f"{{viewer{{... on {kind.name[:-1]}{{id}}}}}}", {}
        yield f"query($a:{kind.name[:-1]}){{viewer{{kind}}}}", {}
        if isinstance(kind, GraphQLInterfaceType | GraphQLObjectType):
            for name in kind.fields:
                yield f"{{node(id:1){{... on {kind.name}{{{name[:-1]}z}}}}}}", {}
                yield f"{{{name[:-1]}z}}", {}
        if isinstance(kind, GraphQLInputObjectType):
            for name in kind.fields:
                yield f"query($a:{kind.name}){{viewer{{kind}} subject(by:$a){{id}}}}", {"a": {name[:-1] + "z": 1}}
                yield f"{{records(filter:{{{name[:-1]}z:1}}){{totalCount}}}}", {}
        if isinstance(kind, GraphQLEnumType):
            for name in kind.values:
                yield f"{{records(filter:{{severity:[{name[:-1]}]}}){{totalCount}}}}", {}
                text = "query($a:[Severity!]){records(filter:{severity:$a}){totalCount}}"
                yield text, {"a": [name[:-1]]}
    for argument in ("filte", "firs", "orderB", "afte"):
        yield f"{{records({argument}:1){{totalCount}}}}", {}
    for directive in ("purpos", "ski", "includ", "oneO"):
        yield f"query @{directive}(cod:1){{viewer{{kind}}}}", {}


def test_a_misspelt_name_is_answered_with_no_name_at_all() -> None:
    """One of the fixed sentences, and no message of graphql-core behind it: those suggest and quote."""
    cases = list(misspelt())
    assert len(cases) > 1_000
    for text, given in cases:
        error = refused(text, given)
        assert error.detail in SENTENCES
        assert error.__cause__ is None
        assert error.__context__ is None


POSITIONS = [
    "{{number}}",
    "{{subject(by:{number}){{id}}}}",
    "{{subject(by:{{id:[{number}]}}){{id}}}}",
    "{{subject(by:{{uscc:{number}}}){{id}}}}",
    '{{subject(by:{{person:"{number}"}}){{id}}}}',
    '{{subject(by:{{person:{{idType:"{number}",idNumber:"{number}",name:"x"}}}}){{id}}}}',
    "{{subject(by:{{person:{{idNumber:{number},name:{number}}}}}){{id}}}}",
    '{{subject(by:{{person:{{idNumber:"{number}"}}}}){{id}}}}',
    '{{subject(by:{{uscc:"{number}",id:"{number}"}}){{id}}}}',
    '{{subject(by:{{uscc:"{number}\\u0000"}}){{id}}}}',
    "{{records(first:{number}){{totalCount}}}}",
    '{{records(first:"{number}"){{totalCount}}}}',
    "{{records(after:{number}){{totalCount}}}}",
    '{{records(filter:"{number}"){{totalCount}}}}',
    '{{records(filter:{{decidedFrom:"{number}"}}){{totalCount}}}}',
    '{{records(filter:{{severity:"{number}"}}){{totalCount}}}}',
    "{{records(filter:{{severity:[A{number}]}}){{totalCount}}}}",
    '{{records(orderBy:"{number}"){{totalCount}}}}',
    "{{explain(document:{number}){{scope}}}}",
    "{{viewer{{kind @include(if:{number})}}}}",
    '{{viewer{{kind @skip(if:"{number}")}}}}',
    'query @purpose(code:"{number}"){{viewer{{kind}}}}',
    'query @purpose(code:"PM-301",role:"{number}"){{viewer{{kind}}}}',
    "query @purpose(code:{number}){{viewer{{kind}}}}",
    "query($a:Int={number}){{records(first:$a){{totalCount}}}}",
    "query($a:A{number}){{records(first:$a){{totalCount}}}}",
    "{{a{number}}}",
    "{{viewer{{...F{number}}}}}",
    "{{viewer{{kind(a{number}:1)}}}}",
    "{{viewer{{kind @a{number}}}}}",
    "query A{number}{{viewer{{kind}}}} query A{number}{{viewer{{kind}}}}",
    '{{viewer{{"{number}"}}}}',
    '"{number}"',
    "query($a{number}:Int){{viewer{{kind}}}}",
]


@pytest.mark.parametrize("position", POSITIONS)
def test_a_number_in_any_wrong_place_of_a_document_is_never_repeated(position: str) -> None:
    error = refused(position.format(number=NUMBER))
    assert error.detail in SENTENCES
    assert NUMBER not in everything_told(error)


# ------------------------------------------------------------------------------------------------------ what is served


def test_the_operation_is_chosen_by_its_name() -> None:
    found = prepare("query A{viewer{kind}} query B{viewer{scope}}", SCHEMA)
    assert found.operation("B") is found.operations[1]
    assert (found.operation("B").name, found.operation("B").kind) == ("B", "query")


CHOICES: list[tuple[str, str | None, str]] = [
    ("query A{viewer{kind}} query B{viewer{scope}}", None, "which"),
    ("query A{viewer{kind}} query B{viewer{scope}}", "C", "unknown"),
    ("query A{viewer{kind}}", "", "unknown"),
    ("{viewer{kind}}", "A", "unknown"),
]


@pytest.mark.parametrize(("text", "name", "sentence"), CHOICES)
def test_a_name_that_chooses_no_operation_is_refused(text: str, name: str | None, sentence: str) -> None:
    found = prepare(text, SCHEMA)
    with pytest.raises(DocumentError) as caught:
        found.operation(name)
    assert caught.value.detail == document.SENTENCES[sentence]


def test_the_only_operation_needs_no_name() -> None:
    assert prepare("query A{viewer{kind}}", SCHEMA).operation().name == "A"
    assert prepare('mutation{closeMatter(number:"1"){number}}', SCHEMA).operation().kind == "mutation"


INTROSPECTION: list[tuple[str, bool]] = [
    ("{__typename}", True),
    ("{__schema{queryType{name}}}", True),
    ('{a:__type(name:"Query"){name} __typename __schema{queryType{name}}}', True),
    ("{...F} fragment F on Query{...{__schema{queryType{name}}}}", True),
    ("mutation{__typename}", True),
    ("{viewer{__typename}}", False),
    ("{__typename viewer{kind}}", False),
    ("{__typename viewer @skip(if:true){kind}}", False),
    ("{__typename ...F} fragment F on Query{viewer{kind}}", False),
    ("{__schema:viewer{kind}}", False),
]


@pytest.mark.parametrize(("text", "expected"), INTROSPECTION)
def test_only_what_asks_about_the_schema_alone_is_introspection(text: str, expected: bool) -> None:
    assert prepare(text, SCHEMA).operation().introspection_only is expected


def test_introspection_is_answered_from_the_schema() -> None:
    text = get_introspection_query()
    found = prepare(text, SCHEMA)
    answer = introspect(found, found.operation(), {}, SCHEMA)
    assert isinstance(answer["__schema"], dict)
    assert {kind["name"] for kind in answer["__schema"]["types"]} == set(SCHEMA.type_map)


def test_introspection_takes_variables_and_the_chosen_operation() -> None:
    found = prepare("query A{__typename} query B($n:String!){__type(name:$n){name}}", SCHEMA)
    operation = found.operation("B")
    assert introspect(found, operation, {"n": "Penalty"}, SCHEMA) == {"__type": {"name": "Penalty"}}
    assert introspect(found, operation, {"n": "Secret"}, SCHEMA) == {"__type": None}
    with pytest.raises(DocumentError) as caught:
        introspect(found, operation, {"n": [NUMBER]}, SCHEMA)
    assert NUMBER not in everything_told(caught.value)


def test_introspection_never_runs_an_operation_that_asks_for_data() -> None:
    found = prepare("{viewer{kind}}", SCHEMA)
    with pytest.raises(ValueError, match="asks for data"):
        introspect(found, found.operation(), {}, SCHEMA)


# -------------------------------------------------------------------------------------------------------- keeping


def test_a_text_is_prepared_once_and_the_least_recent_is_dropped() -> None:
    documents = Documents(SCHEMA, 2)
    first, second, third = "{viewer{kind}}", "{viewer{scope}}", "{viewer{operator}}"
    kept = documents.prepare(first)
    documents.prepare(second)
    assert documents.prepare(first) is kept
    documents.prepare(third)
    assert documents.size == 2
    assert documents.prepare(first) is kept
    again = documents.prepare(second)
    assert documents.prepare(second) is again


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """Two thousand documents of the longest that there may be would take gigabytes."""
    documents = Documents(SCHEMA, 100, room=40)
    short, long = "{viewer{kind}}", "{viewer{kind scope operator kind scope operator}}"
    kept = documents.prepare(short)
    assert kept.size == len(short)
    documents.prepare("{viewer{scope}}")
    assert documents.prepare(short) is kept
    documents.prepare(long)
    assert documents.size == 1
    assert documents.prepare(long) is documents.prepare(long)


def test_texts_that_differ_at_all_are_different_documents() -> None:
    documents = Documents(SCHEMA, 4)
    assert documents.prepare("{viewer{kind}}").digest != documents.prepare("{viewer{kind} }").digest


def test_a_refused_text_is_not_kept() -> None:
    documents = Documents(SCHEMA, 4)
    ask: Callable[[], object] = lambda: documents.prepare("{viewer{kinds}}")  # noqa: E731
    for _ in range(2):
        with pytest.raises(DocumentError):
            ask()
    assert documents.size == 0


def test_the_digest_is_that_of_the_text_in_utf_8() -> None:
    text = '{subject(by:{uscc:"信"}){id}}'
    # sha-256 of the bytes above, reckoned apart
    assert prepare(text, SCHEMA).digest == "720295da7dcdbe21eea5377e335c66621dc6aad5a7e5301a47d8ed8f2b881884"


def test_what_a_document_shows_of_itself_repeats_none_of_it() -> None:
    found = prepare(
        f'query($u:String="{NUMBER}"){{subject(by:{{person:{{idNumber:"{NUMBER}",name:$u}}}}){{id}}}}', SCHEMA
    )
    assert NUMBER not in repr(found)
    assert NUMBER not in repr(found.operation())
