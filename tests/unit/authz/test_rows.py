"""Row scopes by name: which rows they hold of, on which day, under which regime."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from authz.grant import Kind, Relation
from authz.rows import MEANING, RowName, RowSource, all_of, relation_of, rows_of, years_before
from authz.scopes import EVERY, NOTHING, All, By, Empty, Is, MyTarget, Not, RowScope, Trigger, holds
from authz.scopes import Any as Either
from resolvers.tables.measures import measure
from resolvers.tables.records import record
from resolvers.tables.subjects import subject
from tests.unit.authz.small import REGIME, TODAY

DAY = timedelta(days=1)
BEFORE = replace(REGIME, today=date(2026, 3, 31))
TABLES = {RowSource.SUBJECT: subject, RowSource.RECORD: record, RowSource.MEASURE: measure}


def row_of(table: Table, **given: object) -> dict[str, object]:
    row: dict[str, object] = {column.name: None for column in table.columns}
    row |= {column.name: False for column in table.columns if not column.nullable and column.server_default is not None}
    return row | {"party": False, "my_target": ()} | given


def penalty(**given: object) -> dict[str, object]:
    """A published serious penalty on an organisation of Wuhan."""
    decided = {"decided_on": date(2026, 2, 10), "published_from": date(2026, 2, 20), "state": "ACTIVE"}
    place = {"publication_until": date(2029, 2, 10), "severity": "SERIOUS", "jurisdiction": "420100"}
    return row_of(record, **(decided | place | {"natural": False, "item": "PENALTY"} | given))


def seen(
    name: str, row: dict[str, object], *, kind: Kind = Kind.ORGANISATION, family: str = "Penalty", regime: Any = REGIME
) -> bool:
    return holds(rows_of(RowName(name), RowSource.RECORD, kind, family, regime), row, agency=7)


def test_a_published_penalty_is_seen_in_every_scope_that_shows_records() -> None:
    assert all(seen(name, penalty()) for name in ("published", "shared", "shared_3y"))


@pytest.mark.parametrize(
    "given",
    [
        {"decided_on": TODAY + DAY},
        {"state": "QUARANTINED"},
        {"state": "REVOKED"},
        {"state": "DELETED"},
        {"sealed": True},
        {"minor_at_event": True},
        {"revoked_on": TODAY},
        {"subject_died_on": TODAY},
        {"repaired_on": TODAY},
    ],
    ids=repr,
)
def test_what_does_not_stand_is_neither_public_nor_shared(given: dict[str, object]) -> None:
    assert not any(seen(name, penalty() | given) for name in ("published", "shared", "shared_3y"))


@pytest.mark.parametrize(
    "given",
    [
        {"state": "CORRECTED"},
        {"revoked_on": TODAY + DAY},
        {"subject_died_on": TODAY + DAY},
        {"repaired_on": TODAY + DAY},
        {"severity": None},
        {"objection_from": TODAY},
    ],
    ids=repr,
)
def test_what_is_still_to_come_changes_nothing(given: dict[str, object]) -> None:
    assert all(seen(name, penalty() | given) for name in ("published", "shared"))


@pytest.mark.parametrize(
    "given",
    [
        {"severity": "MINOR"},
        {"published_from": None},
        {"published_from": TODAY + DAY},
        {"publication_until": TODAY - DAY},
        {"publication_until": None},
    ],
    ids=repr,
)
def test_what_is_not_public_is_shared_all_the_same(given: dict[str, object]) -> None:
    assert not seen("published", penalty() | given)
    assert seen("shared", penalty() | given)


def test_publication_begins_on_its_first_day_and_ends_with_its_last() -> None:
    assert seen("published", penalty(published_from=TODAY, publication_until=TODAY))


def test_a_person_is_public_only_with_a_basis() -> None:
    assert not seen("published", penalty(), kind=Kind.PERSON)
    assert seen("published", penalty(publication_basis="CPL-266"), kind=Kind.PERSON)


@pytest.mark.parametrize(
    ("decided", "within"), [(date(2023, 5, 20), False), (date(2023, 5, 21), True), (date(2026, 5, 20), True)]
)
def test_three_years_end_on_the_same_day(decided: date, within: bool) -> None:
    assert seen("shared_3y", penalty() | {"decided_on": decided}) is within
    assert seen("shared", penalty() | {"decided_on": decided})


def test_a_leap_day_three_years_ago_is_the_28th() -> None:
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)


# Repair --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stops", "seen_before"), [(True, False), (False, True)])
def test_before_order_36_a_repair_stops_what_it_says(stops: bool, seen_before: bool) -> None:
    old = penalty(repaired_on=date(2026, 3, 1), repair_stops_sharing=stops, repair_stops_publication=stops)
    assert seen("shared", old, regime=BEFORE) is seen_before
    assert seen("published", old, regime=BEFORE) is seen_before


def test_sharing_may_go_on_after_publication_has_stopped() -> None:
    annotated = penalty(repaired_on=date(2026, 3, 1), repair_stops_publication=True)
    assert seen("shared", annotated, regime=BEFORE)
    assert not seen("published", annotated, regime=BEFORE)


def test_from_order_36_every_repair_stops_both_and_old_repairs_too() -> None:
    old = penalty(repaired_on=date(2025, 10, 15))
    first_day = replace(REGIME, today=date(2026, 4, 1))
    assert not any(seen(name, old, regime=first_day) for name in ("shared", "published"))


def test_where_the_switch_says_so_old_repairs_go_by_their_own_effects() -> None:
    lenient = replace(REGIME, keeping_old_repairs=frozenset({"420100"}))
    old = penalty(repaired_on=date(2026, 3, 31))
    assert seen("shared", old, regime=lenient)
    assert not seen("shared", old | {"repair_stops_sharing": True}, regime=lenient)
    assert not seen("shared", old | {"jurisdiction": "420700"}, regime=lenient)
    assert not seen("shared", old | {"repaired_on": date(2026, 4, 1)}, regime=lenient)
    assert not seen("published", old, regime=lenient)


# Lists and objections ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{"removed_on": TODAY}, {"term_end": TODAY - DAY}], ids=repr)
def test_a_list_entry_is_seen_while_it_is_listed(given: dict[str, date]) -> None:
    for name in ("published", "shared"):
        assert seen(name, penalty(), family="ListEntry")
        assert not seen(name, penalty() | given, family="ListEntry")
        assert seen(name, penalty() | {name: day + DAY for name, day in given.items()}, family="ListEntry")


def test_an_abnormal_operation_is_seen_until_it_is_removed() -> None:
    assert not seen("shared", penalty(removed_on=TODAY), family="AbnormalOperation")
    assert seen("shared", penalty(term_end=TODAY - DAY), family="AbnormalOperation")


DOUBTED = {"objection_from": date(2026, 5, 6), "objection_doubtful_from": date(2026, 5, 7)}


@pytest.mark.parametrize(
    ("jurisdiction", "family", "more", "public"),
    [
        ("420700", "ListEntry", {}, False),
        ("420700", "ListEntry", {"objection_doubtful_from": None}, True),
        ("420700", "ListEntry", {"objection_until": TODAY}, True),
        ("420700", "ListEntry", {"objection_until": TODAY + DAY}, False),
        ("420700", "Penalty", {}, True),
        ("370115", "ListEntry", {}, True),
    ],
)
def test_in_ezhou_a_doubted_list_entry_is_not_disclosed(
    jurisdiction: str, family: str, more: dict[str, object], public: bool
) -> None:
    entry = penalty() | DOUBTED | {"jurisdiction": jurisdiction} | more
    assert seen("published", entry, family=family) is public
    assert seen("shared", entry, family=family)


def test_a_persons_list_entry_is_suspended_only_by_the_switch() -> None:
    entry = penalty(publication_basis="WH-二(二)2") | DOUBTED | {"jurisdiction": "420700"}
    switched = replace(REGIME, suspending_persons=frozenset({"420700"}))
    assert seen("published", entry, family="ListEntry", kind=Kind.PERSON)
    assert not seen("published", entry, family="ListEntry", kind=Kind.PERSON, regime=switched)


# Source, target, subjects, measures ----------------------------------------------------------------------------------


def test_the_source_sees_its_own_rows_in_almost_any_state() -> None:
    own = penalty(source_unit_id=7, sealed=True, repaired_on=TODAY) | {"state": "QUARANTINED"}
    assert seen("source", own)
    assert seen("source", own | {"source_unit_id": 8, "authority_id": 7})
    assert not seen("source", own | {"source_unit_id": 8})
    assert not seen("source", own | {"state": "DELETED"})


def test_the_records_of_ones_own_targets_must_stand_as_well() -> None:
    own = row_of(measure, pushed_on=TODAY, ends_on=TODAY)
    assert seen("own_measure", penalty(my_target=(own,)))
    assert not seen("own_measure", penalty())
    assert not seen("own_measure", penalty(my_target=(own,), sealed=True))


@pytest.mark.parametrize(
    "over",
    [{"pushed_on": TODAY + DAY}, {"lifted_on": TODAY}, {"rejected_on": TODAY}, {"ends_on": TODAY - DAY}],
    ids=repr,
)
def test_a_measure_that_does_not_stand_makes_nobody_a_target(over: dict[str, object]) -> None:
    own = row_of(measure, pushed_on=TODAY - DAY, ends_on=TODAY) | over
    assert not seen("own_measure", penalty(my_target=(own,)))


def person(**given: object) -> dict[str, object]:
    return row_of(subject, natural=True, status="ACTIVE", **given)


def test_the_dead_are_not_shared() -> None:
    living = rows_of(RowName.REGISTERED, RowSource.SUBJECT, Kind.PERSON, None, REGIME)
    assert holds(living, person())
    assert not holds(living, person() | {"status": "DECEASED"})
    assert not holds(living, person(person_death_date=TODAY))
    assert rows_of(RowName.REGISTERED, RowSource.SUBJECT, Kind.ORGANISATION, None, REGIME) == EVERY


def test_no_person_is_public_as_a_subject() -> None:
    assert rows_of(RowName.PUBLISHED, RowSource.SUBJECT, Kind.PERSON, None, REGIME) == NOTHING


def pushed(**given: object) -> dict[str, object]:
    trigger = penalty(natural=False)
    return (
        row_of(measure, pushed_on=date(2026, 3, 2), market_subject=True, jurisdiction="420700", trigger=trigger) | given
    )


@pytest.mark.parametrize(
    ("given", "current"),
    [
        ({}, True),
        ({"pushed_on": None}, False),
        ({"pushed_on": TODAY + DAY}, False),
        ({"rejected_on": TODAY}, False),
        ({"lifted_on": TODAY}, False),
        ({"lifted_on": TODAY + DAY}, True),
        ({"ends_on": TODAY}, True),
        ({"ends_on": TODAY - DAY}, False),
        (DOUBTED, True),
    ],
    ids=repr,
)
def test_measures_are_shared_from_push_to_end(given: dict[str, object], current: bool) -> None:
    shared = rows_of(RowName.SHARED, RowSource.MEASURE, Kind.ORGANISATION, None, REGIME)
    assert holds(shared, pushed() | given) is current


@pytest.mark.parametrize(
    ("given", "public"),
    [
        ({}, True),
        ({"trigger": None}, False),
        ({"trigger": penalty() | {"severity": "MINOR"}}, False),
        ({"trigger": penalty() | {"item": "HELD"}}, False),
        ({"lifted_on": TODAY}, False),
        (DOUBTED, False),
        (DOUBTED | {"jurisdiction": "370115"}, True),
        (DOUBTED | {"market_subject": False}, True),
    ],
    ids=lambda given: ",".join(given) if isinstance(given, dict) else None,
)
def test_a_measure_is_public_as_far_as_its_trigger_and_not_while_it_rests(
    given: dict[str, object], public: bool
) -> None:
    published = rows_of(RowName.PUBLISHED, RowSource.MEASURE, Kind.ORGANISATION, None, REGIME)
    assert holds(published, pushed() | given) is public


def measures(name: str) -> RowScope:
    return rows_of(RowName(name), RowSource.MEASURE, Kind.ORGANISATION, None, REGIME)


def test_own_measures_are_those_one_executes_and_sourced_ones_those_one_started() -> None:
    row = pushed(executed_by_id=7, initiated_by_id=8)
    assert [holds(measures("own_measure"), row, agency=who) for who in (7, 8, None)] == [True, False, False]
    for name in ("source", "initiated"):
        assert [holds(measures(name), row, agency=who) for who in (7, 8, None)] == [False, True, False]


OWN_MEASURES = ("shared", "own_measure", "initiated", "pushed", "consented", "own", "own_standing")


@pytest.mark.parametrize(
    ("trigger", "hidden"),
    [
        ({}, set()),
        ({"state": "CORRECTED"}, set()),
        ({"state": "REVOKED"}, {"consented"}),
        ({"revoked_on": TODAY}, {"consented"}),
        ({"revoked_on": TODAY + DAY}, set()),
        ({"minor_at_event": True}, set(OWN_MEASURES) - {"own"}),
        ({"state": "QUARANTINED"}, set(OWN_MEASURES)),
        ({"state": "DRAFT"}, set(OWN_MEASURES)),
        ({"state": "DELETED"}, set(OWN_MEASURES)),
        ({"sealed": True}, set(OWN_MEASURES)),
    ],
    ids=lambda value: repr(sorted(value) if isinstance(value, set) else value),
)
def test_what_hides_a_record_hides_the_measures_that_it_triggered(trigger: dict[str, object], hidden: set[str]) -> None:
    """But for its initiator, in its archive; so no grant promises a measure that the database will not show (3.10)."""
    row = pushed(trigger=penalty() | trigger, record_id=1, initiated_by_id=7, executed_by_id=7, subject_id=7)
    row |= {"force": "VOLUNTARY"}

    def seen_of(name: str, row: dict[str, object]) -> bool:
        return holds(measures(name), row, agency=7, subject=7)

    assert {name for name in OWN_MEASURES if not seen_of(name, row)} == hidden
    assert all(seen_of(name, row | {"trigger": None, "record_id": None}) for name in OWN_MEASURES)
    assert seen_of("source", row)
    assert holds(MyTarget(TODAY), {"my_target": (row,)}) is ("shared" not in hidden)


def test_an_office_is_told_of_measures_from_their_push_on_and_of_their_end_too() -> None:
    ended = pushed(lifted_on=TODAY, ends_on=TODAY - DAY)
    assert holds(measures("pushed"), ended)
    assert not holds(measures("pushed"), ended | {"pushed_on": TODAY + DAY})
    assert not holds(measures("pushed"), ended | {"pushed_on": None})


# Relations -----------------------------------------------------------------------------------------------------------


def test_relations_are_facts_of_the_row() -> None:
    row = penalty(supervision_field="CONSTRUCTION", source_unit_id=7)
    field = relation_of(Relation.OWN_FIELD, RowSource.RECORD, "CONSTRUCTION", TODAY)
    assert holds(field, row)
    assert not holds(field, row | {"supervision_field": None})
    assert holds(relation_of(Relation.SOURCE, RowSource.RECORD, None, TODAY), row, agency=7)
    assert not holds(relation_of(Relation.SOURCE, RowSource.RECORD, None, TODAY), row, agency=8)
    assert relation_of(Relation.TARGET, RowSource.SUBJECT, None, TODAY) == MyTarget(TODAY)
    assert relation_of(Relation.OTHER, RowSource.RECORD, None, TODAY) == EVERY
    told = relation_of(Relation.REPORTED, RowSource.MEASURE, None, TODAY, frozenset({"420700"}))
    assert [holds(told, {"jurisdiction": place}) for place in ("420700", "420100", None)] == [True, False, False]


@pytest.mark.parametrize(
    ("relation", "source"),
    [
        (Relation.OWN_FIELD, RowSource.RECORD),
        (Relation.OWN_FIELD, RowSource.MEASURE),
        (Relation.SOURCE, RowSource.SUBJECT),
        (Relation.REPORTED, RowSource.MEASURE),
        (Relation.REPORTED, RowSource.RECORD),
    ],
)
def test_a_relation_that_no_row_can_have_holds_of_none(relation: Relation, source: RowSource) -> None:
    assert relation_of(relation, source, None, TODAY) == NOTHING


# The algebra ---------------------------------------------------------------------------------------------------------


def test_all_of_is_flat_and_says_nothing_twice() -> None:
    one, other = Is("sealed", False), Empty("revoked_on")
    assert all_of(All((one, other)), EVERY, one) == All((one, other))
    assert all_of(EVERY, one) == one
    assert all_of(EVERY) == EVERY
    assert all_of(one, NOTHING) == NOTHING


def named(scope: RowScope) -> Iterator[tuple[str, bool]]:
    """Every column that a scope names, and whether it is one of the trigger."""
    match scope:
        case All(parts) | Either(parts):
            for part in parts:
                yield from named(part)
        case Not(part):
            yield from named(part)
        case Trigger(part):
            yield from ((fact, True) for fact, _ in named(part))
        case _ if (fact := getattr(scope, "fact", None)) is not None:
            yield fact, False


@pytest.mark.parametrize("regime", [REGIME, BEFORE], ids=["after order 36", "before"])
@pytest.mark.parametrize(
    ("source", "name"), [(source, name) for source in RowSource for name in sorted(MEANING[source])]
)
def test_scopes_name_only_columns_of_their_table(source: RowSource, name: RowName, regime: Any) -> None:
    lenient = replace(regime, keeping_old_repairs=frozenset({"420100"}), suspending_persons=frozenset({"420700"}))
    scopes = [
        rows_of(name, source, kind, family, each)
        for kind in Kind
        for family in (None, "ListEntry", "AbnormalOperation", "Penalty")
        for each in (regime, lenient)
    ]
    found = {fact for scope in scopes for fact in named(scope)}
    assert {fact for fact, trigger in found if not trigger} <= set(TABLES[source].columns.keys())
    assert {fact for fact, trigger in found if trigger} <= set(record.columns.keys())


def test_by_and_after_say_nothing_of_an_empty_date() -> None:
    assert not holds(By("lifted_on", TODAY), {"lifted_on": None})
