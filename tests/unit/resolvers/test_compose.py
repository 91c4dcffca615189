"""Plans read a cell only where every row of its variant may show it, however a field was spelled and whoever asks."""

import re
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from authz.disclosure import check_uses
from authz.grant import Grant, Kind, Level, Part, Relation, Scope
from authz.scopes import Any, RowScope
from resolvers.asks import PARTY_COLUMNS
from resolvers.bindings import Source, column_of, columns_of_type, party_column
from resolvers.compose import DATA_ROOTS, compose
from resolvers.plan import Block, ColumnCell, NestedCell, RowNode, Shape, VariantCell
from schema.demands.demand import Coordinate
from schema.errors import Refusal
from tests.generation.askers import ASKERS
from tests.generation.documents import ask
from tests.properties.drawn_grants import drawn
from tests.unit.resolvers.planning import CALLERS, asked_of, grant_of, planned, policy

CATALOGUE = policy().catalogue
FIELDS = CATALOGUE.fields
OF_EVERY_ROW = frozenset({"id", "natural", "subject_id", "family", "item"})
SORTED = frozenset({"decided_on", "valid_until", "publication_until", "starts_on", "ends_on"})


def nodes(node: RowNode) -> Iterator[RowNode]:
    yield node
    for cell in node.cells:
        if isinstance(cell, NestedCell):
            yield from nodes(cell.node)


# the invariant of variants --------------------------------------------------------------------------------------------


def columns_shown(part: Part, source: Source) -> frozenset[str]:
    """Columns that hold a form which the part shows."""
    found = set()
    for coordinate, disclosure in part.fields.items():
        field = FIELDS[coordinate]
        form = "CLEAR" if disclosure.level is Level.CLEAR else disclosure.mask
        if disclosure.level < Level.MASKED or form is None:
            continue
        if source is Source.RECORD and coordinate.startswith("NaturalPerson."):
            found |= _party(coordinate, form)
        elif field.store in {"plain", "sealed"}:
            found.add(column_of(field, form).name)
    return frozenset(found)


def _party(coordinate: Coordinate, form: str) -> set[str]:
    try:
        return {party_column(FIELDS[coordinate], form).name}
    except KeyError:
        return set()


def columns_that_may_be_filled(part: Part, source: Source) -> frozenset[str]:
    """Columns in which a row of the part can hold anything."""
    family, fields = CATALOGUE.items[part.item].family, FIELDS.values()
    if source is Source.RECORD:
        party = PARTY_COLUMNS if part.kind is Kind.PERSON else frozenset()
        return columns_of_type(str(family), fields) | columns_of_type("Record", fields) | party
    if source is Source.SUBJECT:
        return columns_of_type("NaturalPerson" if part.kind is Kind.PERSON else "Organisation", fields)
    return columns_of_type("Measure", fields)


def variant_of(part: Part, blocks: tuple[Block, ...]) -> int | None:
    """The variant into which the part was merged: that of the case that holds its scope."""
    for block in blocks:
        if block.natural == (part.kind is Kind.PERSON) and (not block.items or part.item in block.items):
            for scope, number in block.cases:
                if part.rows in _scopes(scope):
                    return number
    return None


def _scopes(scope: RowScope) -> tuple[RowScope, ...]:
    return (scope, *scope.parts) if isinstance(scope, Any) else (scope,)


def _item_of(source: Source, part: Part) -> bool:
    if source is Source.RECORD:
        return CATALOGUE.items[part.item].family is not None
    return part.item == "MEASURE" if source is Source.MEASURE else part.item.startswith("REGISTRATION")


def check(node: RowNode, grant: Grant) -> int:
    """How many cells were held against parts."""
    checked = 0
    for cell in node.cells:
        if not isinstance(cell, ColumnCell) or cell.name in OF_EVERY_ROW | SORTED:
            continue
        for part in grant.parts:
            number = variant_of(part, node.blocks) if _item_of(node.source, part) else None
            if number is not None and (cell.variants is None or number in cell.variants):
                fillable = cell.name in columns_that_may_be_filled(part, node.source)
                assert not fillable or cell.name in columns_shown(part, node.source), (cell, part.item, part.rows)
                checked += 1
    return checked


def checked(text: str, grant: Grant, variables: Mapping[str, object] | None = None) -> int:
    try:
        demand = asked_of(text, variables).demand
        check_uses(demand, grant, CATALOGUE)
    except Refusal:
        return 0
    plan = compose(demand, grant, CATALOGUE)
    roots = [node for root in plan.roots for node in root.nodes]
    rows = [each for root in roots for each in nodes(root)]
    return sum(check(each, grant) for each in rows if each.source in {Source.SUBJECT, Source.RECORD, Source.MEASURE})


RECORDS = """{ records { edges { node { facts content remark handler leniency attachments severity documentNumber
    subject { id name ... on NaturalPerson { idNumber sex age homeAddress } }
    ... on Penalty { fineAmount penaltyKinds } ... on ListEntry { listType partyObjection }
    ... on Judgment { parties holding } ... on Licence { licenceNumber } } } }
  measures { edges { node { humanDecision force startsOn liftReason } } } }"""
SUBJECTS = """{ subject(by: {id: "x"}) { name kind status ... on Organisation { officePhone financials contactPerson }
    ... on NaturalPerson { idType idNumber phone email homeAddress ethnicity birthDate } } }"""


@pytest.mark.parametrize("caller", CALLERS)
def test_no_cell_is_read_for_rows_that_hold_it_and_do_not_show_it(caller: str) -> None:
    found = checked(RECORDS, grant_of(caller)) + checked(SUBJECTS, grant_of(caller))
    assert found or caller == "A4-PM-821"


def test_nor_under_grants_drawn_at_random() -> None:
    random, found = Random(8), 0
    for number in range(20):
        grant = drawn(random, grant_of("A7-PM-831"), CATALOGUE, number)
        found += checked(RECORDS, grant) + checked(SUBJECTS, grant)
        question = ask(random, random.choice(ASKERS))
        found += checked(question.text, grant, question.variables(random))
    assert found > 3_000


# whatever the spelling ------------------------------------------------------------------------------------------------

SPELLINGS = (
    "{ records { edges { node { facts } } } }",
    "{ records { edges { node { ... on Record { facts } } } } }",
    "{ records { edges { node { ... on Node { ... on Record { facts } } } } } }",
    "{ records { edges { node { ...F } } } } fragment F on Record { facts }",
    "{ records { edges { node { documentNumber: facts } } } }",
    "{ a: records { edges { node { facts x: facts } } } }",
    "{ records { edges { node { facts } } edges { node { facts @include(if: true) } } } }",
)


@pytest.mark.parametrize("caller", ["public", "A1-PM-301", "A4-PM-401"])
def test_a_field_is_read_the_same_by_every_spelling(caller: str) -> None:
    texts = {planned(text, caller).statement.text for text in SPELLINGS}
    assert len(texts) == 1


def test_a_field_that_is_conditioned_away_is_not_read() -> None:
    text = "query ($yes: Boolean!) { records { edges { node { id facts @include(if: $yes) } } } }"
    assert "facts" not in planned(text, "public", {"yes": False}).statement.text
    assert "facts__redact_text" in planned(text, "public", {"yes": True}).statement.text


# rows -----------------------------------------------------------------------------------------------------------------


def test_only_roots_over_rows_are_planned() -> None:
    text = "{ __typename viewer { kind } purposes { code } records { edges { node { id } } } catalogue { code } }"
    made = planned(text, "public")
    assert [root.key for root in made.plan.roots] == ["records"]
    assert "purposes" not in DATA_ROOTS


def test_a_node_may_be_a_row_of_any_kind() -> None:
    [root] = planned('{ node(id: "x") { id } }', "A4-PM-401").plan.roots
    assert [node.source for node in root.nodes] == [Source.SUBJECT, Source.RECORD, Source.MEASURE]


@pytest.mark.parametrize("caller", sorted(CALLERS.keys() - {"public"}))
def test_root_lists_of_agencies_hold_no_persons_but_targets(caller: str) -> None:
    grant = grant_of(caller)
    assert grant.scope is Scope.SHARING
    targets = {part.item for part in grant.parts if part.kind is Kind.PERSON and part.relation is Relation.TARGET}
    made = planned("{ records { edges { node { id } } } measures { edges { node { id } } } }", caller)
    persons = [block for root in made.plan.roots for block in root.nodes[0].blocks if block.natural]
    assert bool(persons) is bool(targets - {"REGISTRATION_PERSON"})
    assert {item for block in persons for item in block.items} <= targets


@pytest.mark.parametrize("caller", CALLERS)
def test_no_list_of_persons_is_offered(caller: str) -> None:
    made = planned('{ subjects(filter: {name: "测试"}) { edges { node { id } } } }', caller)
    assert not any(block.natural for root in made.plan.roots for block in root.nodes[0].blocks)


def test_a_look_up_by_code_finds_no_person() -> None:
    [root] = planned('{ subject(by: {uscc: "x"}) { id } }', "A7-PM-831").plan.roots
    assert [block.natural for block in root.nodes[0].blocks] == [False]


def test_shapes() -> None:
    text = """{ subject(by: {uscc: "x"}) { records { totalCount }
        ... on Organisation { principals { role } legalRepresentative { role } } } }"""
    [root] = planned(text, "public").plan.roots
    [subject] = root.nodes
    nested = {cell.node.source: cell.node.shape for cell in subject.cells if isinstance(cell, NestedCell)}
    assert subject.shape is Shape.ONE
    assert nested[Source.RECORD] is Shape.PAGE
    assert {cell.node.shape for cell in subject.cells if isinstance(cell, NestedCell)} == set(Shape)


def test_rows_that_all_show_the_same_need_no_variants() -> None:
    [root] = planned("{ records { edges { node { id decidedOn } } } }", "A1-PM-301").plan.roots
    assert not any(isinstance(cell, VariantCell) for cell in root.nodes[0].cells)


def test_a_list_is_ordered_by_a_date_only_where_the_date_is_in_clear() -> None:
    """Else the order would tell the date."""
    made = {name: planned("{ measures { edges { node { id } } } }", name).plan.roots[0].nodes[0] for name in CALLERS}
    for name, node in made.items():
        clear = all(
            part.of(Coordinate("Measure.startsOn")).level is Level.CLEAR
            for part in grant_of(name).parts
            if part.item == "MEASURE" and part.of(Coordinate("Measure.id")).level >= Level.MASKED
        )
        assert node.paging is not None
        assert bool(node.paging.sorts) is clear


def test_verdicts_that_are_given_are_released_and_others_withheld() -> None:
    """For the log: under which part of the grant a verdict is decided does not matter to whom it is about."""
    text = """query ($p: PersonLookup!) { standing(by: {person: $p}) {
        identityMatch { answer } judgmentDefaulter { answer } majorPenalty { answer } subject { name } } }"""
    made = planned(text, "A2-PM-601", {"p": {"idNumber": "1", "name": "x"}})
    [released] = made.plan.roots[0].nodes[0].released.values()
    assert released.masked == ("Standing.identityMatch", "Standing.judgmentDefaulter")
    assert released.clear == ("Standing.subject",)
    assert released.withheld == 1
    assert released.basis


def test_equal_plans_are_equal_texts() -> None:
    one, other = (planned(RECORDS, "A4-PM-401").statement.text for _ in range(2))
    assert one == other
    assert re.search(r"\bsubject_1\b|\brecord_1\b", one)
