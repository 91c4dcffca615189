"""Probes of row scopes without rows: also the branches that no regulation of today uses, such as old repairs (U-01)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import policies
from authz.grant import Kind, Relation
from authz.policy import load_policy
from authz.regime import Regime, regime_of
from authz.rows import RowName, RowSource, relation_of, rows_of, years_before
from authz.scopes import NOTHING, RowScope, holds
from resolvers.tables.measures import measure as measure_table
from resolvers.tables.records import record as record_table
from tests.mutants.edge_city import TODAY, TOMORROW, YESTERDAY
from tests.mutants.probing import pure

POLICY = load_policy(policies.contents())
REGIME = regime_of(POLICY.regulation, TODAY)
ORGANISATION, PERSON = Kind.ORGANISATION, Kind.PERSON

_FLAGS = ("sealed", "minor_at_event", "repair_stops_publication", "repair_stops_sharing", "party")
_NULLS: Mapping[str, object] = {
    **{column.name: None for table in (record_table, measure_table) for column in table.columns},
    **dict.fromkeys(_FLAGS, False),
    "my_target": (),
}


def row(**given: object) -> Mapping[str, object]:
    """A row of facts: everything that is not given is null, and the flags are down."""
    return {**_NULLS, "decided_on": date(2024, 1, 10), "state": "ACTIVE", "jurisdiction": "420100", **given}


def record(name: RowName, regime: Regime = REGIME, kind: Kind = ORGANISATION) -> RowScope:
    return rows_of(name, RowSource.RECORD, kind, "Penalty", regime)


@pure
def old_repairs() -> None:
    """U-01, were it switched on for Wuhan: old repairs go by their own effects, in sharing only."""
    kept = replace(REGIME, keeping_old_repairs=frozenset({"420100"}))
    shared, published = record(RowName.SHARED, kept), record(RowName.PUBLISHED, kept)
    old = row(repaired_on=date(2025, 10, 15), published_from=date(2024, 1, 15), publication_until=date(2034, 1, 10))
    assert holds(shared, old)
    assert not holds(shared, {**old, "repair_stops_sharing": True})
    assert not holds(shared, {**old, "jurisdiction": "420700"})
    assert not holds(shared, {**old, "repaired_on": date(2026, 4, 1)})
    assert not holds(published, old)


@pure
def archive_rows() -> None:
    source = record(RowName.SOURCE)
    assert holds(source, row(source_unit_id=7), agency=7)
    assert holds(source, row(authority_id=7), agency=7)
    assert not holds(source, row(source_unit_id=8, authority_id=8), agency=7)


@pure
def rows_of_own_targets() -> None:
    for source in (RowSource.SUBJECT, RowSource.RECORD):
        scope = rows_of(RowName.OWN_MEASURE, source, ORGANISATION, "Penalty", REGIME)
        assert holds(scope, row(my_target=(row(pushed_on=TODAY, ends_on=TODAY),)))
        for over in ({"lifted_on": TODAY}, {"rejected_on": TODAY}, {"ends_on": YESTERDAY}, {"pushed_on": TOMORROW}):
            assert not holds(scope, row(my_target=({**row(pushed_on=YESTERDAY), **over},)))
        assert not holds(scope, row())


@pure
def person_rows() -> None:
    assert rows_of(RowName.PUBLISHED, RowSource.SUBJECT, PERSON, None, REGIME) == NOTHING


@pure
def measure_rows() -> None:
    """One's own measures, in whatever state: whoever may see them by another relation is asked elsewhere."""
    for name, fact in ((RowName.OWN_MEASURE, "executed_by_id"), (RowName.SOURCE, "initiated_by_id")):
        scope = rows_of(name, RowSource.MEASURE, ORGANISATION, None, REGIME)
        assert holds(scope, row(**{fact: 7}), agency=7)
        assert not holds(scope, row(**{fact: 8}), agency=7)


@pure
def suspended_measures_of_persons() -> None:
    doubted = row(natural=True, pushed_on=YESTERDAY, jurisdiction="420700", objection_doubtful_from=YESTERDAY)
    trigger = row(published_from=YESTERDAY, publication_until=TOMORROW, publication_basis="LAW-X-1")
    for suspending in (frozenset[str](), frozenset({"420700"})):
        regime = replace(REGIME, suspending_persons=suspending)
        scope = rows_of(RowName.PUBLISHED, RowSource.MEASURE, PERSON, None, regime)
        assert holds(scope, {**doubted, "trigger": trigger}) == (not suspending)
        for changed in ({"natural": False}, {"jurisdiction": "420100"}, {"objection_doubtful_from": None}):
            assert holds(scope, {**doubted, **changed, "trigger": trigger}), changed


@pure
def triggers_of_measures() -> None:
    """A public measure rests on a public record of whatever family: no list that ended, and none in doubt."""
    scope = rows_of(RowName.PUBLISHED, RowSource.MEASURE, ORGANISATION, None, REGIME)
    public = row(published_from=YESTERDAY, publication_until=TOMORROW)
    doubted = {"jurisdiction": "420700", "objection_doubtful_from": YESTERDAY}
    assert holds(scope, row(pushed_on=YESTERDAY, trigger=public))
    for changed in ({"removed_on": TODAY}, {"term_end": YESTERDAY}, {"severity": "MINOR"}, {"sealed": True}, doubted):
        assert not holds(scope, row(pushed_on=YESTERDAY, trigger={**public, **changed})), changed


@pure
def relations() -> None:
    """Which rows have the relation to agency 7, whatever the rules make of it."""
    seven = {"source_unit_id": 7, "initiated_by_id": 7, "executed_by_id": 7, "supervision_field": "LABOUR"}
    eight = {"source_unit_id": 8, "initiated_by_id": 8, "executed_by_id": 8, "supervision_field": "TAX"}
    for relation, source in (
        (Relation.SOURCE, RowSource.RECORD),
        (Relation.SOURCE, RowSource.MEASURE),
        (Relation.TARGET, RowSource.MEASURE),
        (Relation.OWN_FIELD, RowSource.RECORD),
    ):
        scope = relation_of(relation, source, "LABOUR", TODAY)
        assert holds(scope, row(**seven), agency=7), relation
        assert not holds(scope, row(**eight), agency=7), relation
    assert relation_of(Relation.OWN_FIELD, RowSource.RECORD, None, TODAY) == NOTHING
    assert relation_of(Relation.OWN_FIELD, RowSource.MEASURE, "LABOUR", TODAY) == NOTHING
    assert holds(relation_of(Relation.OTHER, RowSource.RECORD, None, TODAY), row())


@pure
def leap_days() -> None:
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)
    assert years_before(date(2026, 5, 20), 3) == date(2023, 5, 20)
