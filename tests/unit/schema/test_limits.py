"""Documents made to hurt are refused by counting, and the work of refusing them grows with their length alone."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

import pytest
from graphql import GraphQLError, get_introspection_query, parse

from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.documents.document import prepare
from schema.documents.limits import LIMITS, SENTENCES, Limits, parsed
from schema.documents.measure import Measured, measure
from schema.documents.survey import Definition, Tally, selections_of, survey
from schema.errors import Code, DocumentError

SCHEMA = graphql_schema()


def measured(text: str, limits: Limits = LIMITS, tally: Tally | None = None) -> tuple[Measured, ...]:
    """The text through every wall that stands before validation."""
    tally = tally or Tally()
    return measure(survey(parsed(text, limits), limits, tally), SCHEMA, limits, tally)


def asked(text: str, limits: Limits, variables: dict[str, object]) -> None:
    document = prepare(text, SCHEMA, limits)
    Demands(SCHEMA, 1, limits).ask(document, document.operation(), variables)


def refusal(run: Callable[[], object]) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        run()
    return caught.value


def repeated(template: str, times: int) -> str:
    return " ".join(template.replace("#", str(number)) for number in range(times))


def doubling(fragments: int, leaf: str = "viewer{kind}") -> str:
    """Fragments of which each spreads the next one twice."""
    chain = " ".join(f"fragment F{n} on Query{{...F{n + 1} ...F{n + 1}}}" for n in range(fragments))
    return f"{{...F0}} {chain} fragment F{fragments} on Query{{{leaf}}}"


def written(text: str) -> int:
    """Selections in a text, 0 where it cannot be read at all."""
    try:
        definitions = parse(text).definitions
    except GraphQLError:
        return 0
    return sum(1 for definition in definitions if isinstance(definition, Definition) for _ in selections_of(definition))


BOMBS = {
    "25 fragments, each spreading the next twice": (doubling(25), "selections"),
    "the same with nothing at the end": (doubling(25, ""), "selections"),
    "59 fragments, each spreading the next twice": (doubling(59), "nesting"),
    "2 000 conflicting selections": ("{" + repeated("records(first:#){totalCount}", 2000) + "}", "size"),
    "300 conflicting selections": ("{" + "a:records(first:1){totalCount}" * 280 + "}", "overlaps"),
    "20 000 duplicated fields": ("{viewer{" + "kind " * 20_000 + "}}", "size"),
    "3 000 duplicated fields": ("{viewer{" + "kind " * 3_000 + "}}", "overlaps"),
    "duplicates within duplicates": (
        "{" + ("records{" + ("edges{" + "node{id}" * 6 + "}") * 6 + "}") * 6 + "}",
        "overlaps",
    ),
    "duplicates in a fragment that nothing spreads": (
        "{viewer{kind}} fragment F on Viewer{" + "kind " * 300 + "}",
        "overlaps",
    ),
    "10 000 aliases of __typename": ("{" + repeated("a#:__typename", 10_000) + "}", "size"),
    "900 aliases of __typename": ("{viewer{" + repeated("a#:__typename", 900) + "}}", "aliases"),
    "900 aliases of __typename at the root": ("{" + repeated("a#:__typename", 900) + "}", "roots"),
    "500 aliases of one field": ("{" + repeated("a#:viewer{kind}", 500) + "}", "roots"),
    "500 aliases of one field below the root": ("{viewer{" + repeated("a#:agency{id}", 500) + "}}", "aliases"),
    "100 operations": (repeated("query A#{viewer{kind}}", 100), "operations"),
    "2 000 fields that do not exist": ("{viewer{" + repeated("f#", 2_000) + "}}", "keys"),
    "300 levels of lists": ("{subject(by:" + "[" * 300 + "]" * 300 + "){id}}", "nesting"),
    "199 levels of fields": ("{a" * 199 + "}" * 199, "nesting"),
    "100 inline fragments in each other": ("{" + "...{" * 100 + "viewer{kind}" + "}" * 101, "nesting"),
    "1 000 directives": ("{viewer{kind " + "@include(if:true)" * 500 + "}}", "directives_here"),
    "pages in pages in pages": (
        "{records(first:100){edges{node{measures(first:100){edges{node{record{measures{totalCount}}}}}}}}}",
        "product",
    ),
    "pages of unknown length in each other": (
        "query($n:Int){records(first:$n){edges{node{measures(first:$n){edges{node{record{measures(first:$n)"
        "{totalCount}}}}}}}}}",
        "product",
    ),
    "introspection of introspection": ("{__schema{types{" + "ofType{" * 30 + "name" + "}" * 33, "introspection_depth"),
    "introspection multiplied": (
        "{__schema{types{possibleTypes{fields{name type{" + repeated("a#:name", 20) + "}}}}}}",
        "cost",
    ),
    "a page longer than any number": ("{records(first:" + "9" * 5_000 + "){totalCount}}", "first"),
}


@pytest.mark.parametrize(("text", "name"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_before_validation_in_counted_steps(text: str, name: str) -> None:
    tally = Tally()
    error = refusal(lambda: measured(text, tally=tally))
    assert error.code is Code.LIMIT_EXCEEDED
    assert error.detail == SENTENCES[name].format(getattr(LIMITS, name))
    assert tally.steps <= 3 * written(text) + 3 * LIMITS.selections


def test_the_work_of_weighing_fragments_is_linear_in_their_number() -> None:
    limits = replace(LIMITS, fragments=1_000, spreads=2_000)

    def steps(fragments: int) -> int:
        tally = Tally()
        refusal(lambda: measured(doubling(fragments), limits, tally))
        return tally.steps

    assert steps(80) - steps(40) == steps(120) - steps(80) == 2 * (steps(40) - steps(20))


def test_the_work_of_measuring_is_linear_in_the_fields() -> None:
    def steps(families: int) -> int:
        tally = Tally()
        measured("{records{edges{node{" + "...on Penalty{id}" * families + "}}}}", tally=tally)
        return tally.steps

    assert steps(60) - steps(40) == steps(40) - steps(20) > 0


def test_steps_count_each_selection_a_bounded_number_of_times() -> None:
    text = "{records{edges{node{" + "...on Penalty{id decidedOn}" * 50 + "}}}}"
    tally = Tally()
    [found] = measured(text, tally=tally)
    assert written(text) < tally.steps <= 4 * written(text)
    assert found.steps == tally.steps


PAGE = "{records(first:3){edges{node{id}}}}"
OVER: dict[str, tuple[int, str, dict[str, object]]] = {
    "size": (30, "{viewer{kind}}" + " " * 16, {}),
    "tokens": (6, "{viewer{kind}}", {}),
    "comments": (2, "#\n#\n{viewer{kind}}", {}),
    "operations": (2, "query A{viewer{kind}} query B{viewer{kind}}", {}),
    "fragments": (1, "{viewer{...F}} fragment F on Viewer{kind}", {}),
    "spreads": (2, "{viewer{...F ...F}} fragment F on Viewer{kind}", {}),
    "variables": (2, "query($a:Int,$b:Int){a:records(first:$a){totalCount} b:records(first:$b){totalCount}}", {"a": 1}),
    "directives": (2, "{viewer @include(if:true){kind @skip(if:false)}}", {}),
    "directives_here": (2, "{viewer{kind @skip(if:false) @include(if:true)}}", {}),
    "selections": (6, "{viewer{...F ...F}} fragment F on Viewer{kind}", {}),  # three and two, and the fragment's own
    "nesting": (4, "{viewer{...F}} fragment F on Viewer{...{kind}}", {}),
    "overlaps": (3, "{viewer{kind kind kind}}", {}),
    "depth": (4, PAGE, {}),
    "introspection_depth": (3, "{__schema{queryType{name}}}", {}),
    "keys": (3, "{viewer{kind scope}}", {}),
    "aliases": (2, "{a:viewer{b:kind}}", {}),
    "roots": (2, "{viewer{kind} __typename}", {}),
    "product": (3, PAGE, {}),
    "cost": (10, PAGE, {}),  # records, edges, node and id: one and three times three
    "asks": (6, '{subject(by:{uscc:"1"}){id}}', {}),
    "values": (3, "query($f:RecordFilter){records(filter:$f){totalCount}}", {"f": {"item": ["a"]}}),
    "value_depth": (3, "query($f:RecordFilter){records(filter:$f){totalCount}}", {"f": {"item": ["a"]}}),
    "items": (2, "query($b:[SubjectLookup!]!){standings(by:$b){subject{id}}}", {"b": [{"uscc": "a"}, {"uscc": "b"}]}),
    "text": (5, "query($u:String!){subject(by:{uscc:$u}){id}}", {"u": "12345"}),
    "sorts": (2, "{records(orderBy:[{by:DECIDED_ON},{by:VALID_UNTIL}]){totalCount}}", {}),
    "first": (7, "query($n:Int!){records(first:$n){totalCount}}", {"n": 7}),
}


def test_every_limit_has_its_sentence_and_its_case() -> None:
    names = {field.name for field in fields(Limits)}
    assert names == set(SENTENCES) == set(OVER)


@pytest.mark.parametrize("name", OVER)
def test_a_document_at_the_limit_is_served_and_one_more_is_refused(name: str) -> None:
    most, text, variables = OVER[name]
    by_text = name in {"introspection_depth", "operations"}

    def run(limits: Limits) -> None:
        if by_text:
            measured(text, limits)
        else:
            asked(text, limits, variables)

    run(replace(LIMITS, **{name: most}))
    limits = replace(LIMITS, **{name: most - 1})
    error = refusal(lambda: run(limits))
    assert error.code is Code.LIMIT_EXCEEDED
    assert error.detail == SENTENCES[name].format(most - 1)
    assert str(most - 1) in error.detail


def test_lists_written_in_a_document_are_limited_like_lists_that_were_sent() -> None:
    limits = replace(LIMITS, items=2)
    for text in (
        '{standings(by:[{uscc:"1"},{uscc:"2"},{uscc:"3"}]){subject{id}}}',
        "query($a:String!){standings(by:[{uscc:$a},{uscc:$a},{uscc:$a}]){subject{id}}}",
        '{records(filter:{item:["1","2","3"]}){totalCount}}',
    ):
        assert refusal(partial(asked, text, limits, {"a": "x"})).detail == SENTENCES["items"].format(2)


@pytest.mark.parametrize("rows", ["0", "-1", "101"])
def test_a_page_has_from_one_to_a_hundred_rows(rows: str) -> None:
    literal = refusal(lambda: measured(f"{{records(first:{rows}){{totalCount}}}}"))
    text = "query($n:Int!){records(first:$n){totalCount}}"
    sent = refusal(lambda: asked(text, LIMITS, {"n": int(rows)}))
    assert literal.detail == sent.detail == SENTENCES["first"].format(100)


def test_what_is_alike_costs_alike_however_it_is_packed() -> None:
    """Ten aliases, ten operations and ten requests come to the same points."""
    field = "records(first:10){edges{node{id}}}"
    [one] = measured(f"{{{field}}}")
    [aliased] = measured("{" + repeated("a#:" + field, 10) + "}")
    packed = measured(repeated(f"query A#{{{field}}}", 10))
    assert aliased.cost == sum(operation.cost for operation in packed) == 10 * one.cost


def test_a_spread_costs_what_it_spreads() -> None:
    [plain] = measured("{records{edges{node{id decidedOn}}}}")
    [spread] = measured(
        "{records{edges{...E}}} fragment E on RecordEdge{node{...R}} fragment R on Record{id decidedOn}"
    )
    assert (plain.cost, plain.depth, plain.keys) == (spread.cost, spread.depth, spread.keys)


def test_a_variable_page_costs_as_the_longest_one_and_an_unnamed_one_as_the_default() -> None:
    def cost(text: str) -> int:
        return measured(text)[0].cost

    page = "records%s{edges{node{id}}}"
    assert cost("query($n:Int){" + page % "(first:$n)" + "}") == cost("{" + page % "(first:100)" + "}")
    assert cost("{" + page % "" + "}") == cost("{" + page % "(first:20)" + "}")


def test_a_batch_costs_as_its_single_checks() -> None:
    check = '{uscc:"1"}'
    [single] = measured(f"{{standing(by:{check}){{seriousList{{answer}}}}}}")
    [batch] = measured(f"{{standings(by:[{check},{check},{check}]){{seriousList{{answer}}}}}}")
    [unknown] = measured("query($b:[SubjectLookup!]!){standings(by:$b){seriousList{answer}}}")
    assert batch.cost - 1 == 3 * (single.cost - 1)
    assert unknown.cost - 1 == 200 * (single.cost - 1)


def test_the_introspection_that_clients_send_is_within_the_limits() -> None:
    text = get_introspection_query(input_value_deprecation=True, specified_by_url=True, schema_description=True)
    [found] = measured(text)
    assert found.roots == ("__schema",)


def test_all_fields_of_all_families_in_one_page_are_within_the_limits() -> None:
    families = [kind.name for kind in SCHEMA.get_possible_types(SCHEMA.type_map["Record"])]  # type: ignore[arg-type]
    scalars = "id documentNumber documentKind decidedOn validUntil severity severityLabel polarity status facts content"
    measured("{records{edges{node{" + " ".join(f"...on {family}{{{scalars}}}" for family in families) + "}}}}")


CYCLES = [
    "{...A} fragment A on Query{...A}",
    "{...A} fragment A on Query{...B} fragment B on Query{viewer{kind} ...A}",
    "{viewer{kind}} fragment A on Query{...B} fragment B on Query{...A}",
]


@pytest.mark.parametrize("text", CYCLES)
def test_fragments_that_spread_themselves_are_refused(text: str) -> None:
    assert refusal(lambda: measured(text)).code is Code.DOCUMENT_INVALID


@pytest.mark.parametrize(
    "text", ["", " ", "5", "null", "[5]", '"x"', "{", "}", "{a", "\0", "#", "{a(b:\ud800)}", "\ud800"]
)
def test_text_that_is_no_document_is_invalid_and_nothing_else(text: str) -> None:
    assert refusal(lambda: parsed(text)).code is Code.DOCUMENT_INVALID


def test_bytes_count_and_not_characters() -> None:
    text = '{subject(by:{uscc:"' + "信" * 12_000 + '"}){id}}'
    assert len(text) < LIMITS.size
    assert refusal(lambda: parsed(text)).detail == SENTENCES["size"].format(LIMITS.size)
