"""Statements: what is written into their text, which columns they name, and which indexes serve them."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import pytest

from authz.disclosure import check_uses
from authz.grant import Grant, Level
from gateway.database.scopes import DatabaseRole, columns_of
from resolvers.bindings import TABLES, Source, column_of, party_column
from resolvers.parameters import Asking, bind
from resolvers.tables.columns import METADATA
from schema.demands.demand import Coordinate
from schema.errors import Refusal
from tests.fresh_database import FreshDatabase
from tests.generation.askers import ASKERS
from tests.generation.documents import ask
from tests.rows import agency, insert
from tests.unit.resolvers.planning import CALLERS, POLICY_VERSION, Planned, planned, policy
from tests.unit.resolvers.sealers import keys_of, sealer_of
from tests.unit.resolvers.typical import SNAPSHOTS, TYPICAL, written

SEALER = sealer_of(keys_of(1))
ALIAS = re.compile(r"\b(subject|record|measure|link|feedback|agency)_\d+\.\"?(\w+)\"?")
IN_SCOPES = re.compile(r"\b(trigger_record|own_measure|party_person|named_party)\.\"?(\w+)\"?")
TABLE_OF = {
    "trigger_record": "record",
    "own_measure": "measure",
    "party_person": "subject",
    "named_party": "matter_party",
}
OF_EVERY_ROW = frozenset({"id", "natural", "subject_id", "family", "item"})


@dataclass(frozen=True, kw_only=True)
class Case:
    caller: str
    text: str
    variables: Mapping[str, Any]
    made: Planned


@cache
def cases() -> tuple[Case, ...]:
    """Operations of every kind of caller that the grant would answer."""
    return tuple(_generated())


def _generated() -> Iterator[Case]:
    random = Random(3)
    for asker in ASKERS:
        for _ in range(25):
            question = ask(random, asker)
            variables = question.variables(random)
            try:
                made = planned(question.text, asker.name, variables)
                check_uses(made.asked.demand, made.grant, policy().catalogue)
            except Refusal:
                continue
            if "person:" in question.text and not made.grant.persons:
                continue  # refused before it is planned
            yield Case(caller=asker.name, text=question.text, variables=variables, made=made)


def test_most_generated_operations_are_planned() -> None:
    assert {case.caller for case in cases()} == set(CALLERS)
    assert len(cases()) > 100


# what is written into a statement -------------------------------------------------------------------------------------

IDENTIFYING = re.compile(r"\d{17}[\dX]|91\d{6}MA9G\w{8}|[A-Z]{4}-\d{4}-\d+|[\w-]{48}|\w测试?\w*")


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def test_nothing_that_identifies_anyone_stands_in_a_statement() -> None:
    found = 0
    for case in cases():
        told = {*IDENTIFYING.findall(case.text), *(t for v in texts_in(case.variables) for t in IDENTIFYING.findall(v))}
        found += len(told)
        assert not [each for each in told if each in case.made.statement.text], case.text
    assert found > 100


def test_a_value_written_in_the_document_is_bound_as_one_in_a_variable_is() -> None:
    code = "91420199MA9TERT20X"
    literal = planned(
        f'{{ subject(by: {{uscc: "{code}"}}) {{ id }} records(first: 7) {{ edges {{ node {{ id }} }} }} }}', "public"
    )
    variable = planned(
        "query ($u: String!, $n: Int!) { subject(by: {uscc: $u}) { id } records(first: $n) { edges { node { id } } } }",
        "public",
        {"u": code, "n": 7},
    )
    assert literal.statement.text == variable.statement.text
    assert literal.statement.names == variable.statement.names
    assert bound(literal) == bound(variable) == [code, 8, 0]


def test_a_filter_is_bound() -> None:
    made = planned(
        """{ records(filter: {documentNumber: "x' OR 1=1 --", decidedFrom: "2020-02-29", item: ["PENALTY'"]}) {
             edges { node { id } } } }""",
        "A1-PM-301",
    )
    assert "OR 1=1" not in made.statement.text
    assert "2020-02-29" not in made.statement.text
    assert "x' OR 1=1 --" in bound(made)


def test_names_of_parameters_are_ours() -> None:
    for case in cases():
        names = set(case.made.statement.names)
        own = {"caller_agency", "caller_client", "caller_matter", "caller_role", "freezes"}
        assert names <= {*case.made.statement.parameters, *own}
        assert all(re.fullmatch(r"p\d+|caller_\w+|freezes", name) for name in names)


def test_aliases_of_the_document_do_not_reach_the_statement() -> None:
    made = planned("{ zzalias: records(first: 1) { edges { zznode: node { zzid: id } } } }", "public")
    assert "zz" not in made.statement.text


def test_a_statement_holds_only_under_its_policy_version_and_date() -> None:
    made = planned("{ records { edges { node { id } } } }", "public").statement.text
    assert f"current.policy_version = '{POLICY_VERSION}'" in made
    assert "current.business_date = date '2026-05-20'" in made


def bound(made: Planned) -> list[object]:
    asking = Asking(viewer="x", binding="x", client="A1", agency=7, matter="m", role="r")
    return bind(made.statement.names, made.statement.parameters, asking, made.asked.variables, SEALER)


# which columns it names -----------------------------------------------------------------------------------------------


def shown_columns(grant: Grant) -> frozenset[str]:
    """``table.column`` for every form that some part of the grant shows, by the catalogue alone."""
    fields = policy().catalogue.fields
    found: set[str] = set()
    for part in grant.parts:
        for coordinate, disclosure in part.fields.items():
            field = fields[coordinate]
            form = "CLEAR" if disclosure.level is Level.CLEAR else disclosure.mask
            if field.store in {"derived", "absent"} or disclosure.level < Level.MASKED or form is None:
                continue
            column = column_of(field, form)
            found.add(f"{column.source.value}.{column.name}")
            if coordinate.startswith("NaturalPerson.") and policy().catalogue.items[part.item].family:
                found |= _named(coordinate, form)
        if part.of(Coordinate("NaturalPerson.age")).level is Level.CLEAR:
            found |= _named(Coordinate("NaturalPerson.age"), "CLEAR")
    return frozenset(found)


def _named(coordinate: Coordinate, form: str) -> set[str]:
    try:
        return {f"record.{party_column(policy().catalogue.fields[coordinate], form).name}"}
    except KeyError:
        return set()


def test_only_shown_columns_are_selected() -> None:
    for case in cases():
        shown = shown_columns(case.made.grant)
        columns = [each for each in case.made.statement.columns if ":" not in each]
        read = {each for each in columns if not each.startswith("agency.")}
        own = {each for each in read if each.partition(".")[2] in OF_EVERY_ROW or each.endswith(("_on", "_until"))}
        assert read - own <= shown, (case.caller, case.text)


def test_only_shown_values_are_computed() -> None:
    for case in cases():
        told = (each.partition(":")[2] for each in case.made.statement.columns if ":" in each)
        for coordinate in (Coordinate(each) for each in told if each != "exists"):
            assert any(part.of(coordinate).level is Level.CLEAR for part in case.made.grant.parts), coordinate


def test_what_it_says_it_reads_is_what_it_names() -> None:
    for case in cases():
        named = {f"{table}.{column}" for table, column in ALIAS.findall(case.made.statement.text)}
        assert {each for each in case.made.statement.columns if ":" not in each} <= named


@pytest.mark.parametrize("caller", ["public", "A1-PM-301", "A4-PM-401"])
def test_a_purpose_that_covers_no_persons_names_no_column_of_persons(caller: str) -> None:
    for case in cases():
        if case.caller == caller:
            assert not [name for table, name in ALIAS.findall(case.made.statement.text) if name.startswith("person_")]


def test_every_column_that_a_statement_names_may_be_read_by_its_role() -> None:
    """Also those that only scopes and filters speak of: else PostgreSQL would refuse the whole statement."""
    for case in cases():
        role = (
            DatabaseRole.PUBLICATION if case.caller == "public" or "@purpose" not in case.text else DatabaseRole.SHARING
        )
        if (case.caller == "public") == (role is DatabaseRole.PUBLICATION):
            text = case.made.statement.text
            scoped = [(TABLE_OF[alias], column) for alias, column in IN_SCOPES.findall(text)]
            for table, column in (*ALIAS.findall(text), *scoped):
                assert column in columns_of(role, table), (case.caller, table, column)


def test_sealed_values_are_read_only_where_they_are_shown_in_clear() -> None:
    for case in cases():
        shown = shown_columns(case.made.grant)
        sealed = [f"{t}.{c}" for t, c in ALIAS.findall(case.made.statement.text) if c.endswith("_ct")]
        assert set(sealed) <= shown


def test_every_table_of_rows_is_known_to_the_patterns_of_this_test() -> None:
    assert {source.value for source in Source} == {"subject", "record", "measure", "link", "feedback", "agency"}
    assert {table.name for table in TABLES.values()} <= set(METADATA.tables)


# as last reviewed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TYPICAL)
def test_the_statement_is_the_one_that_was_reviewed(name: str) -> None:
    """Where it changed on purpose: ``python -m tests.unit.resolvers.typical``, then read the difference."""
    assert written(name) == (SNAPSHOTS / f"{name}.sql").read_text("utf-8")


def test_there_is_no_snapshot_of_nothing() -> None:
    assert {each.stem for each in SNAPSHOTS.glob("*.sql")} == set(TYPICAL)


# which indexes serve it -----------------------------------------------------------------------------------------------

CROWD = """
    INSERT INTO subject (id, "natural", kind, name, uscc)
        SELECT n, false, 'LEGAL_PERSON', 'n' || n, 'u' || n FROM generate_series(1, 3000) AS n;
    INSERT INTO record (id, subject_id, "natural", family, item, category, jurisdiction, document_number, decided_on,
                        authority_id, source_unit_id, severity, state, published_from, publication_until)
        SELECT n, 1 + n % 3000, false, 'Penalty', 'PENALTY', 'ADMIN', '420100', 'd' || n, DATE '2020-01-01' + n % 2000,
               900, 900, 'GENERAL', 'ACTIVE', DATE '2020-01-01', DATE '2035-01-01'
        FROM generate_series(1, 15000) AS n;
    INSERT INTO measure (id, subject_id, "natural", record_id, list_entry, category, force, legal_basis, jurisdiction,
                         initiated_by_id, executed_by_id, pushed_on, in_force_on)
        SELECT n, 1 + n % 3000, false, n, 'ADM-09', 'ADM', 'COMPULSORY', 'x', '420100', 900, 900,
               DATE '2026-01-01', DATE '2026-01-01'
        FROM generate_series(1, 15000) AS n;
"""


@pytest.fixture(scope="module")
def crowd(module_database: FreshDatabase) -> FreshDatabase:
    async def built() -> None:
        async with module_database.owner() as owner:
            state = {"policy_version": POLICY_VERSION, "catalogue_version": "c"}
            await insert(owner, "authz_state", state)
            items = policy().catalogue.items.values()
            public = [{"item": each.code, "published": each.publish_attribute == "PUBLIC"} for each in items]
            await insert(owner, "wall_item", *public)
            await insert(owner, "agency", agency())
            await owner.execute(CROWD)
            await owner.execute("ANALYZE")

    asyncio.run(built())
    return module_database


@pytest.mark.parametrize(
    ("name", "role", "tables"),
    [
        ("public_company", DatabaseRole.PUBLICATION, {"subject", "record"}),
        ("tender_bidder", DatabaseRole.SHARING, {"subject", "record", "measure"}),
        ("recruitment_candidate", DatabaseRole.SHARING, {"subject", "record", "measure"}),
    ],
)
def test_indexes_serve_a_look_up(crowd: FreshDatabase, name: str, role: DatabaseRole, tables: set[str]) -> None:
    caller, text, variables = TYPICAL[name]
    made = planned(text, caller, variables)

    async def explained() -> Any:
        async with crowd.connect(role) as connection:
            await connection.execute("SET plan_cache_mode = force_generic_plan")
            prepared = await connection.prepare(made.statement.text)
            return await prepared.explain(*bound(made))

    plan = list(_nodes(asyncio.run(explained())[0]["Plan"]))
    scanned = {node.get("Relation Name") for node in plan if node["Node Type"] == "Seq Scan"}
    assert not tables & scanned, json.dumps(plan, default=str)[:2000]
    assert "Index Scan" in {node["Node Type"] for node in plan}


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
