"""Every node of the algebra of row scopes, and every combination drawn: SQL selects the rows of which the scope holds.

Rows have nulls in every column that may be null. Each scope is asked twice: as a condition of the rows, and from inside
a lateral sub-select, where a statement numbers the variants of a row.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any as AnyType

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import FromClause, Select, case, literal_column, select, true
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from authz.scopes import (
    EVERY,
    NOTHING,
    After,
    All,
    Any,
    By,
    Empty,
    In,
    Is,
    MyAgency,
    MyPeriod,
    MySubject,
    MyTarget,
    Not,
    Party,
    RowScope,
    Trigger,
    holds,
)
from resolvers.bindings import TABLES, Source
from resolvers.where import AGENCY, CLIENT, FROM, MATTER, ROLE, SUBJECT, UNTIL, condition, constant, constants
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert, measure, organisation, person, record

TODAY = date(2026, 5, 20)
DAYS = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
OWN, OTHER = 900, 901
MATTER_NUMBER, STATED_ROLE = "M-1", "bidder"
MYSELF = 5
PERIOD = (TODAY - timedelta(days=1), TODAY)
DIALECT = dialect()  # type: ignore[no-untyped-call]

Row = Mapping[str, AnyType]

# scopes ---------------------------------------------------------------------------------------------------------------

DATES = {
    Source.SUBJECT: ("person_death_date", "person_adult_on"),
    Source.RECORD: ("repaired_on", "published_from", "decided_on"),
    Source.MEASURE: ("pushed_on", "ends_on", "objection_doubtful_from"),
}
TEXTS = {
    Source.SUBJECT: ("jurisdiction",),
    Source.RECORD: ("court", "document_number"),
    Source.MEASURE: ("list_entry", "lift_reason"),
}
FLAGS = {
    Source.SUBJECT: ("natural",),
    Source.RECORD: ("sealed", "natural"),
    Source.MEASURE: ("mandatory", "market_subject"),
}
AGENCIES = {
    Source.SUBJECT: (),
    Source.RECORD: ("authority_id", "source_unit_id", "recognising_department_id"),
    Source.MEASURE: ("initiated_by_id", "executed_by_id"),
}
WORDS = ("A", "B", "O'Neil: 50%", "")


def leaves(source: Source) -> st.SearchStrategy[RowScope]:
    dates, texts, flags = map(st.sampled_from, (DATES[source], TEXTS[source], FLAGS[source]))
    days, words = st.sampled_from(DAYS[1:]), st.sampled_from(WORDS)
    found: list[st.SearchStrategy[RowScope]] = [
        st.builds(Is, texts, words),
        st.builds(Is, flags, st.booleans()),
        st.builds(In, texts, st.lists(words, max_size=3, unique=True).map(tuple)),
        st.builds(Empty, st.one_of(dates, texts)),
        st.builds(By, dates, days),
        st.builds(After, dates, days),
        st.just(Party()),
        st.builds(MyTarget, days),
        st.just(MySubject("id" if source is Source.SUBJECT else "subject_id")),
        st.builds(MyPeriod, dates),
        st.sampled_from((EVERY, NOTHING)),
    ]
    if AGENCIES[source]:
        found.append(st.builds(MyAgency, st.sampled_from(AGENCIES[source])))
    return st.one_of(found)


def scopes(source: Source) -> st.SearchStrategy[RowScope]:
    leaf = leaves(source)
    if source is Source.MEASURE:
        leaf = st.one_of(leaf, st.builds(Trigger, scopes(Source.RECORD)))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(All, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
        ),
        max_leaves=6,
    )


# rows -----------------------------------------------------------------------------------------------------------------


def drawn_rows() -> dict[str, list[dict[str, AnyType]]]:
    random = Random(11)

    def word() -> str | None:
        return random.choice((None, *WORDS))

    def day() -> date | None:
        return random.choice(DAYS)

    subjects = [dict(organisation(number, jurisdiction=word())) for number in range(2, 25, 2)]
    subjects += [
        dict(person(number, jurisdiction=word(), person_death_date=day(), person_adult_on=day()))
        for number in range(1, 25, 2)
    ]
    records = [
        dict(
            record(
                number,
                random.randint(1, 24),
                court=word(),
                document_number=word(),
                sealed=random.random() < 0.5,
                repaired_on=day(),
                published_from=day(),
                decided_on=day() or TODAY,
                authority_id=random.choice((OWN, OTHER)),
                source_unit_id=random.choice((OWN, OTHER)),
                recognising_department_id=random.choice((None, OWN, OTHER)),
            )
        )
        for number in range(1, 61)
    ]
    measures = [
        dict(
            measure(
                number,
                random.randint(1, 12),
                random.choice((None, *range(1, 61))),
                list_entry=random.choice(WORDS),
                lift_reason=word(),
                mandatory=random.random() < 0.5,
                market_subject=random.random() < 0.5,
                pushed_on=day(),
                ends_on=day(),
                objection_doubtful_from=day(),
                initiated_by_id=random.choice((OWN, OTHER)),
                executed_by_id=random.choice((None, OTHER, OTHER, OWN)),
            )
        )
        for number in range(1, 41)
    ]
    for row in (*records, *measures):
        row["natural"] = row["subject_id"] % 2 == 1
    return {"subject": subjects, "record": records, "measure": measures}


PARTIES = (3, 5, 6)
"""Named in the matter; the sixth is an organisation, so nobody."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of a database, and who asks of it."""

    tables: Mapping[Source, list[Row]]
    connection: asyncpg.Connection
    runner: asyncio.Runner

    def holding(self, scope: RowScope, source: Source, agency_id: int | None) -> set[int]:
        """By the reference meaning."""
        return {
            row["id"]
            for row in self.tables[source]
            if holds(
                scope,
                self.facts(row, source, agency_id),
                agency=agency_id,
                subject=self.myself(agency_id),
                period=PERIOD,
            )
        }

    @staticmethod
    def myself(agency_id: int | None) -> int | None:
        """Whoever has no agency here has no subject either."""
        return None if agency_id is None else MYSELF

    def facts(self, row: Row, source: Source, agency_id: int | None) -> Mapping[str, object]:
        subject = row["id"] if source is Source.SUBJECT else row["subject_id"]
        triggers = (
            {each["id"]: self.facts(each, Source.RECORD, agency_id) for each in self.tables[Source.RECORD]}
            if (source is Source.MEASURE)
            else {}
        )
        records = {each["id"]: each for each in self.tables[Source.RECORD]}
        mine = (
            {**each, "trigger": records.get(each["record_id"])}
            for each in self.tables[Source.MEASURE]
            if each["executed_by_id"] == agency_id is not None
        )
        return {
            **row,
            "party": subject in PARTIES and subject % 2 == 1,
            "my_target": tuple(each for each in mine if each["subject_id"] == subject),
            "trigger": triggers.get(row.get("record_id")),
        }

    def selected(self, query: Select[AnyType], agency_id: int | None) -> set[int]:
        compiled = query.compile(dialect=DIALECT)
        own: dict[str, object] = {
            AGENCY: agency_id,
            CLIENT: "C",
            MATTER: MATTER_NUMBER,
            ROLE: STATED_ROLE,
            SUBJECT: self.myself(agency_id),
        }
        own |= {FROM: PERIOD[0], UNTIL: PERIOD[1]}
        values = [own[name] for name in compiled.positiontup or ()]
        found = self.runner.run(self.connection.fetch(compiled.string, *values))
        return {row[0] for row in found}


@pytest.fixture(scope="module")
def rows(module_database: FreshDatabase) -> Iterator[Rows]:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(module_database.url))
        try:
            runner.run(_write(connection))
            yield Rows(tables=_read(connection, runner), connection=connection, runner=runner)
        finally:
            runner.run(connection.close())


def _read(connection: asyncpg.Connection, runner: asyncio.Runner) -> dict[Source, list[Row]]:
    return {
        source: [dict(row) for row in runner.run(connection.fetch(f"SELECT * FROM {source.value}"))]  # noqa: S608
        for source in (Source.SUBJECT, Source.RECORD, Source.MEASURE)
    }


async def _write(owner: asyncpg.Connection) -> None:
    drawn = drawn_rows()
    await insert(owner, "agency", agency(OWN), agency(OTHER))
    for table, found in drawn.items():
        await insert(owner, table, *found)
    for client in "CD":
        await insert(owner, "client", {"client_id": client, "role": "AGENCY", "jwks": "{}"})
    for client, number, parties in (("C", MATTER_NUMBER, PARTIES), ("C", "M-2", (7,)), ("D", MATTER_NUMBER, (9,))):
        await insert(owner, "matter", {"number": number, "client_id": client, "purpose": "P", "opened_on": TODAY})
        named = {"client_id": client, "matter_number": number, "role": STATED_ROLE}
        for party in parties:
            digest = party.to_bytes(32, "big")
            await insert(owner, "matter_party", {**named, "party_digest": digest, "natural": party != 6})
    other = {"client_id": "C", "matter_number": MATTER_NUMBER, "party_digest": (9).to_bytes(32, "big")}
    other |= {"role": "supplier"}
    await insert(owner, "matter_party", {**other, "natural": True})


# the property ---------------------------------------------------------------------------------------------------------


def _plain(row: FromClause, scope: RowScope, source: Source) -> Select[AnyType]:
    return select(row.c.id).where(condition(scope, row, source))


def _numbered(row: FromClause, scope: RowScope, source: Source) -> Select[AnyType]:
    number = select(case((condition(scope, row, source), literal_column("1"))).label("variant")).correlate(row)
    variant = number.lateral("variant")
    return select(row.c.id).select_from(row.join(variant, true())).where(variant.c.variant.is_not(None))


@pytest.mark.parametrize("source", [Source.SUBJECT, Source.RECORD, Source.MEASURE])
@settings(max_examples=100, derandomize=True, database=None)
@given(data=st.data())
def test_sql_selects_the_rows_of_which_the_scope_holds(source: Source, rows: Rows, data: st.DataObject) -> None:
    scope = data.draw(scopes(source))
    agency_id = data.draw(st.sampled_from((OWN, OTHER, None)))
    row = TABLES[source].alias(f"{source.value}_1")  # as statements name theirs
    expected = rows.holding(scope, source, agency_id)
    assert rows.selected(_plain(row, scope, source), agency_id) == expected
    assert rows.selected(_numbered(row, scope, source), agency_id) == expected


@pytest.mark.parametrize(
    ("scope", "source"),
    [
        (Party(), Source.SUBJECT),
        (Party(), Source.RECORD),
        (MyTarget(TODAY), Source.SUBJECT),
        (MyTarget(TODAY), Source.RECORD),
        (MyTarget(TODAY), Source.MEASURE),
        (MyAgency("source_unit_id"), Source.RECORD),
        (MySubject("id"), Source.SUBJECT),
        (MySubject("subject_id"), Source.RECORD),
        (MySubject("subject_id"), Source.MEASURE),
        (MyPeriod("repaired_on"), Source.RECORD),
        (Not(MyPeriod("pushed_on")), Source.MEASURE),
        (Trigger(Is("court", "A")), Source.MEASURE),
        (Trigger(All((MyTarget(TODAY), Not(Party())))), Source.MEASURE),
        (Is("sealed", True), Source.RECORD),
        (Empty("court"), Source.RECORD),
        (After("repaired_on", TODAY), Source.RECORD),
        (By("repaired_on", TODAY), Source.RECORD),
        (In("court", ("A", "O'Neil: 50%")), Source.RECORD),
        (Not(Is("court", "A")), Source.RECORD),
    ],
)
def test_each_node_divides_the_rows(scope: RowScope, source: Source, rows: Rows) -> None:
    """The rows of these tests can tell the nodes apart: some lie in each, and some do not."""
    row = TABLES[source].alias(f"{source.value}_1")
    expected = rows.holding(scope, source, OWN)
    assert 0 < len(expected) < len(rows.tables[source])
    assert rows.selected(_plain(row, scope, source), OWN) == expected


# constants ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (7, "7"),
        (TODAY, "date '2026-05-20'"),
        ("a'b", "'a''b'"),
        ("WH-二(二)2", "'WH-二(二)2'"),
    ],
)
def test_a_constant_is_written_as_a_literal(value: AnyType, text: str) -> None:
    assert str(constant(value).compile(dialect=DIALECT)) == text


def test_a_constant_with_a_colon_is_no_parameter() -> None:
    compiled = select(constant("a:b %(c)s :d")).compile(dialect=DIALECT)
    assert compiled.string == "SELECT 'a:b %(c)s :d'"
    assert not compiled.positiontup


def test_constants_are_sorted_so_that_equal_scopes_are_equal_texts() -> None:
    assert str(constants(("b", "a")).compile(dialect=DIALECT)) == "ANY (array['a', 'b']::text[])"
