"""Values computed in SQL are those of the state machines, for every row of a generated city and every state in it."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from resolvers.bindings import TABLES, Source, source_of
from resolvers.derived import DERIVED, Moment
from schema.demands.demand import Coordinate
from tests.fresh_database import FreshDatabase
from tests.generation.rows import Rows, generate, write
from tests.reference import states
from tests.unit.resolvers.sealers import keys_of, sealer_of

TODAY = date(2026, 5, 20)
MOMENT = Moment(today=TODAY, suspending=frozenset({"420700"}))
DAYS = (TODAY, TODAY + timedelta(days=1), date(2024, 2, 29), date(2028, 3, 1), date(2012, 1, 1))
DIALECT = dialect()  # type: ignore[no-untyped-call]

EXPECTED: Mapping[str, Callable[[Mapping[str, Any], Moment, Rows], Any]] = {
    "Record.status": lambda row, at, _: states.record_status(row, at.today),
    "Record.underObjection": lambda row, at, _: states.under_objection(row, at.today),
    "Record.repairState": lambda row, at, _: states.repair_state(row, at.today),
    "Record.publication": lambda row, at, _: _term(states.publication(row, at.today)),
    "Measure.status": lambda row, at, _: states.measure_status(row, at.today, at.suspending),
    "Measure.suspendedByObjection": lambda row, at, _: states.suspended(row, at.today, at.suspending),
    "Measure.legalityReview": lambda row, at, rows: states.legality_review(row, _told(row, rows), at.today),
    "MeasureFeedback.late": lambda row, at, rows: states.late(row, _measure(row, rows)),
    "NaturalPerson.minor": lambda row, at, _: states.minor(row, at.today),
    "NaturalPerson.age": lambda row, at, _: states.age(row, at.today),
}


def _told(measure: Mapping[str, Any], rows: Rows) -> list[Mapping[str, Any]]:
    return [each for each in rows["feedback"] if each["measure_id"] == measure["id"]]


def _measure(feedback: Mapping[str, Any], rows: Rows) -> Mapping[str, Any]:
    return next(each for each in rows["measure"] if each["id"] == feedback["measure_id"])


def _term(found: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return None if found is None else tuple(found.values())


@dataclass(frozen=True, kw_only=True)
class Computed:
    """The rows of the database, and what SQL makes of them."""

    rows: Rows
    connection: asyncpg.Connection
    runner: asyncio.Runner

    def of(self, coordinate: str, moment: Moment) -> dict[int, Any]:
        row = TABLES[source_of(Coordinate(coordinate))].alias("this")
        query = select(row.c.id, DERIVED[Coordinate(coordinate)](row, moment))
        found = self.runner.run(self.connection.fetch(query.compile(dialect=DIALECT).string))
        return {internal: _plain(value) for internal, value in found}


def _plain(value: Any) -> Any:
    """Terms as the wire shows their days."""
    if not isinstance(value, tuple | asyncpg.Record):
        return value
    return tuple(each.isoformat() if isinstance(each, date) else each for each in value)


@pytest.fixture(scope="module")
def computed(module_database: FreshDatabase) -> Iterator[Computed]:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(module_database.url))
        try:
            rows = generate(4, sealer_of(keys_of(1)))
            runner.run(write(connection, rows))
            yield Computed(rows=rows, connection=connection, runner=runner)
        finally:
            runner.run(connection.close())


def test_every_derived_field_is_expected_here() -> None:
    assert EXPECTED.keys() == DERIVED.keys()


@pytest.mark.parametrize("coordinate", EXPECTED)
@pytest.mark.parametrize("today", DAYS)
def test_what_sql_computes_is_what_the_state_machines_say(coordinate: str, today: date, computed: Computed) -> None:
    moment, table = replace(MOMENT, today=today), source_of(Coordinate(coordinate)).value
    found = computed.of(coordinate, moment)
    expected = {row["id"]: EXPECTED[coordinate](row, moment, computed.rows) for row in computed.rows[table]}
    assert found == expected


@pytest.mark.parametrize("coordinate", sorted(EXPECTED.keys() - {"NaturalPerson.age"}))
def test_the_city_can_tell_values_apart(coordinate: str, computed: Computed) -> None:
    assert len(set(map(str, computed.of(coordinate, MOMENT).values()))) > 1


def test_every_status_of_a_record_stands_somewhere_in_the_city(computed: Computed) -> None:
    found = set(computed.of("Record.status", MOMENT).values())
    assert found == {
        "ACTIVE", "CORRECTED", "DELETED", "DRAFT", "PUBLICATION_EXPIRED", "QUARANTINED", "REPAIRED", "REVOKED",
        "SEALED", "TERM_EXPIRED",
    }  # fmt: skip


def test_nothing_is_suspended_where_no_jurisdiction_suspends(computed: Computed) -> None:
    moment = replace(MOMENT, suspending=frozenset())
    assert set(computed.of("Measure.suspendedByObjection", moment).values()) == {False}
    assert "SUSPENDED" not in computed.of("Measure.status", moment).values()


def test_sources_of_derived_fields() -> None:
    assert {source_of(coordinate) for coordinate in DERIVED} == {
        Source.RECORD,
        Source.MEASURE,
        Source.SUBJECT,
        Source.FEEDBACK,
    }
