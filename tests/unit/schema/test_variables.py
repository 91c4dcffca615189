"""What was sent becomes plain values of the declared types, or a refusal that repeats none of it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.build import graphql_schema
from schema.demands import variables
from schema.demands.collect import demand_of
from schema.demands.variables import coerce, structure
from schema.documents import limits
from schema.documents.document import Document, prepare
from schema.documents.limits import LIMITS
from schema.errors import Code, DocumentError

SCHEMA = graphql_schema()
NUMBER = "420199199001010011"


def coerced(text: str, values: Mapping[str, object]) -> Mapping[str, object]:
    return coerce(prepare(text, SCHEMA).operation().variables, values)


def refused(text: str, values: Mapping[str, object]) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        coerced(text, values)
    return caught.value


def everything_told(error: BaseException) -> str:
    told = []
    behind: BaseException | None = error
    while behind is not None:
        told += [str(behind), repr(behind), repr(vars(behind))]
        behind = behind.__cause__ or behind.__context__
    return " ".join(told)


# ------------------------------------------------------------------------------------------------------------- values

SUBJECT = "query($by:SubjectLookup!){subject(by:$by){id}}"
RECORDS = "query($f:RecordFilter,$o:[RecordOrder!],$n:Int=7){records(filter:$f,orderBy:$o,first:$n){totalCount}}"
LOG = "query($f:AccessFilter){accessLog(filter:$f){totalCount}}"


def test_values_are_plain_and_keyed_as_the_schema_names_them() -> None:
    found = coerced(RECORDS, {"f": {"severity": "SERIOUS", "decidedFrom": "2024-02-29", "underObjection": False}})
    assert found["f"] == {"severity": ["SERIOUS"], "decidedFrom": date(2024, 2, 29), "underObjection": False}
    assert isinstance(found["f"], dict)
    assert [type(text) for text in found["f"]["severity"]] == [str]
    assert found["n"] == 7


def test_moments_keep_their_offset() -> None:
    found = coerced(LOG, {"f": {"from": "2026-05-20T10:00:00Z"}})
    assert found["f"] == {"from": datetime(2026, 5, 20, 10, tzinfo=UTC)}


def test_defaults_of_inputs_and_orders_are_filled_in() -> None:
    person = {"idNumber": NUMBER, "name": "信小明"}
    found = coerced(SUBJECT, {"by": {"person": person}})
    assert found["by"] == {"person": {"idType": "RESIDENT_ID", **person}}
    assert coerced(RECORDS, {"o": {"by": "DECIDED_ON"}})["o"] == [{"by": "DECIDED_ON", "direction": "DESC"}]


def test_absent_null_and_given_are_told_apart() -> None:
    assert set(coerced(RECORDS, {})) == {"n"}
    assert coerced(RECORDS, {"f": None, "n": None}) == {"f": None, "n": None}


def test_undeclared_values_are_dropped() -> None:
    assert set(coerced(RECORDS, {"other": NUMBER})) == {"n"}


def test_coerced_values_cannot_be_exchanged() -> None:
    found = coerced(RECORDS, {})
    with pytest.raises(TypeError):
        found["n"] = 8  # type: ignore[index]


def test_a_refusal_names_the_line_and_column_of_the_declaration() -> None:
    error = refused("query(\n  $n: Int!\n){records(first:$n){totalCount}}", {"n": "1"})
    assert (error.code, error.detail, error.line, error.column) == (
        Code.DOCUMENT_INVALID,
        variables.UNFIT,
        2,
        3,
    )


# --------------------------------------------------------------------------------------------------------------- echo


def ill_typed(kind: GraphQLInputType, deep: int = 3) -> Iterator[object]:
    """Values with the number in them that the type does not take, at every place inside it."""
    inner = get_nullable_type(kind)
    if is_list_type(inner):
        yield from ([value] for value in ill_typed(inner.of_type, deep))
    elif isinstance(inner, GraphQLInputObjectType) and deep:
        yield from (NUMBER, int(NUMBER), [NUMBER], {NUMBER: 1}, {f"a{NUMBER}": {NUMBER: NUMBER}})
        for name, field in inner.fields.items():
            yield from ({name: value} for value in ill_typed(field.type, deep - 1))
    elif get_named_type(inner).name == "JSON":
        yield {"a": float("nan"), NUMBER: NUMBER}
    elif get_named_type(inner).name == "String":
        yield from (int(NUMBER), [NUMBER], {NUMBER: NUMBER}, True, f"{NUMBER}\0", f"{NUMBER}\ud800")
    elif get_named_type(inner).name == "ID":
        yield from ([NUMBER], {NUMBER: NUMBER}, 1.5, 10**5_000, f"{NUMBER}\0")
    else:
        yield from (NUMBER, int(NUMBER), [int(NUMBER)], {NUMBER: NUMBER}, 10**5_000, f"{NUMBER}\ud800", float("inf"))


def arguments() -> Iterator[tuple[str, GraphQLInputType]]:
    """A document for every argument of every root field, with one variable in its place."""
    for operation, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert root is not None
        for field, definition in root.fields.items():
            for name, argument in definition.args.items():
                others = " ".join(
                    f"${other}:{needed.type}"
                    for other, needed in definition.args.items()
                    if other != name and isinstance(needed.type, GraphQLNonNull) and needed.default is None
                )
                given = " ".join(f"{part}:${part}" for part in (name, *(o.split(":")[0][1:] for o in others.split())))
                yield f"{operation}({others} ${name}:{argument.type}){{{field}({given}){{__typename}}}}", argument.type


SENTENCES = {variables.UNFIT, variables.MISSING, limits.NOT_TEXT}


def test_a_number_in_any_ill_typed_place_of_the_variables_is_never_repeated() -> None:
    tried = 0
    for text, kind in arguments():
        declared = prepare(text, SCHEMA).operation().variables
        name = declared[-1].name
        for value in ill_typed(kind):
            with pytest.raises(DocumentError) as caught:
                coerce(declared[-1:], {name: value})
            assert caught.value.detail in SENTENCES
            assert NUMBER not in everything_told(caught.value)
            tried += 1
    assert tried > 300


def test_an_input_of_exactly_one_key_takes_no_fewer_and_no_more() -> None:
    for by in ({}, {"uscc": None}, {"id": "1", "uscc": "2"}, {"id": "1", "uscc": None}):
        assert refused(SUBJECT, {"by": by}).code is Code.DOCUMENT_INVALID


# -------------------------------------------------------------------------------------------------------------- limits


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("name", ["f", "undeclared"])
@pytest.mark.parametrize("value", [nested(100_000), {"a": nested(100_000)}])
def test_values_nested_beyond_any_use_are_refused_without_recursion(name: str, value: object) -> None:
    error = refused(RECORDS, {name: value})
    assert error.detail == limits.SENTENCES["value_depth"].format(LIMITS.value_depth)


def test_values_are_counted_before_they_are_read() -> None:
    error = refused(RECORDS, {"f": {str(key): key for key in range(1_000_000)}})
    assert error.detail == limits.SENTENCES["values"].format(LIMITS.values)


# ----------------------------------------------------------------------------------------------------------- structure

EVERYTHING = prepare(
    """
    query Q($u:String!, $f:RecordFilter, $o:[RecordOrder!], $by:RecordOrderField!, $way:Direction!, $n:Int, $a:String,
            $v:Boolean!, $w:Boolean=true, $code:String!, $matter:String, $role:String, $look:SubjectLookup!,
            $day:Date, $lang:Language!, $many:[SubjectLookup!]!)
        @purpose(code:$code, matter:$matter, role:$role) {
      subject(by:{uscc:$u}) { id @include(if:$v) kindLabel(lang:$lang)
        records(filter:$f, orderBy:$o, first:$n, after:$a) { totalCount @skip(if:$w) edges { node { id } } } }
      other: subject(by:$look) { id }
      records(filter:{decidedFrom:$day, severity:[SERIOUS]}, orderBy:[{by:$by, direction:$way}]) { totalCount }
      standings(by:$many) { subject { id } }
    }
    """,
    SCHEMA,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4)
LOOKUPS = st.one_of(
    st.fixed_dictionaries({"uscc": TEXT}),
    st.fixed_dictionaries({"id": TEXT}),
    st.fixed_dictionaries({"person": st.fixed_dictionaries({"idNumber": TEXT, "name": TEXT})}),
)
DAYS = st.dates().map(lambda day: day.isoformat())
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.none() | st.lists(st.sampled_from(["SERIOUS", "MINOR"]), max_size=2),
        "decidedFrom": st.none() | DAYS,
        "documentNumber": st.none() | TEXT,
        "underObjection": st.none() | st.booleans(),
    },
)
WAYS = st.sampled_from(["ASC", "DESC"])
FIELDS = st.sampled_from(["DECIDED_ON", "VALID_UNTIL"])
ORDERS = st.lists(st.fixed_dictionaries({"by": FIELDS}, optional={"direction": WAYS}), max_size=2)
VALUES = st.fixed_dictionaries(
    {
        "u": TEXT,
        "by": FIELDS,
        "way": WAYS,
        "v": st.booleans(),
        "code": st.sampled_from(["PM-301", "PM-601"]),
        "look": LOOKUPS,
        "lang": st.sampled_from(["ZH", "EN"]),
        "many": st.lists(LOOKUPS, max_size=2),
    },
    optional={
        "f": st.none() | FILTERS,
        "o": st.none() | ORDERS,
        "n": st.integers(1, 100),
        "a": st.none() | TEXT,
        "w": st.booleans(),
        "matter": st.none() | TEXT,
        "role": st.none() | st.sampled_from(["bidder", "supplier"]),
        "day": st.none() | DAYS,
    },
)


def shaped(document: Document, values: Mapping[str, object]) -> tuple[object, str]:
    """The structure of the values, and the digest of the demand that they lead to."""
    operation = document.operation()
    found = coerce(operation.variables, values)
    return structure(operation.variables, found), demand_of(document, operation, found, SCHEMA).digest


@settings(max_examples=60)
@given(VALUES, VALUES, st.lists(st.sampled_from(["u", "by", "look", "f", "o", "n", "many", "day", "lang", "a"])))
def test_values_of_equal_structure_lead_to_equal_demands(
    values: dict[str, object], others: dict[str, object], changed: list[str]
) -> None:
    mixed = values | {name: others[name] for name in changed if name in others}
    (first, demanded), (second, other) = shaped(EVERYTHING, values), shaped(EVERYTHING, mixed)
    assert hash(first) is not None
    assert first != second or demanded == other


IDENTIFYING = {"u": NUMBER, "matter": NUMBER, "a": NUMBER, "look": {"person": {"idNumber": NUMBER, "name": NUMBER}}}
BASE: dict[str, object] = {
    "u": "1",
    "matter": "2",
    "a": "3",
    "look": {"person": {"idNumber": "4", "name": "5"}},
    "by": "DECIDED_ON",
    "way": "ASC",
    "v": True,
    "code": "PM-301",
    "role": "bidder",
    "lang": "ZH",
    "many": [{"uscc": "1"}],
    "f": {"documentNumber": "1", "severity": ["MINOR"]},
    "day": "2024-01-01",
    "n": 1,
}


@pytest.mark.parametrize(
    "change",
    [
        IDENTIFYING,
        {"f": {"documentNumber": NUMBER, "severity": ["SERIOUS", "MINOR"], "polarity": None}},
        {"many": [{"id": NUMBER}] * 200},
        {"lang": "EN"},
        {"day": "2025-01-01", "n": 100},
    ],
)
def test_values_that_only_say_of_whom_or_how_many_are_no_structure(change: dict[str, object]) -> None:
    first, demanded = shaped(EVERYTHING, BASE)
    second, other = shaped(EVERYTHING, BASE | change)
    assert (first, demanded) == (second, other)
    assert NUMBER not in repr(second)


@pytest.mark.parametrize(
    "change",
    [
        {"v": False},
        {"w": False},
        {"by": "VALID_UNTIL"},
        {"way": "DESC"},
        {"code": "PM-601"},
        {"role": "supplier"},
        {"role": None},
        {"matter": None},
        {"a": None},
        {"f": None},
        {"f": {"documentNumber": "1"}},
        {"look": {"uscc": "1"}},
        {"o": [{"by": "DECIDED_ON"}]},
        {"day": None},
    ],
)
def test_values_that_change_the_question_change_structure_and_demand(change: dict[str, object]) -> None:
    first, demanded = shaped(EVERYTHING, BASE)
    second, other = shaped(EVERYTHING, BASE | change)
    assert first != second
    assert demanded != other
