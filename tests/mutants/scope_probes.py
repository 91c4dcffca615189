"""Probes of row scopes without rows: also the branches that no regulation of today uses, such as old repairs (U-01)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import policies
from authz.compile import compile_grant
from authz.grant import Kind, Relation, Scope
from authz.policy import load_policy
from authz.principal import Principal
from authz.purpose import Admission
from authz.regime import Regime, regime_of
from authz.rows import RowName, RowSource, relation_of, rows_of, years_before
from authz.scopes import NOTHING, RowScope, holds
from resolvers.tables.measures import measure as measure_table
from resolvers.tables.records import record as record_table
from tests.mutants.amending import amended
from tests.mutants.edge_city import TODAY, TOMORROW, YESTERDAY
from tests.mutants.probing import pure

POLICY = load_policy(policies.contents())
REGIME = regime_of(POLICY.regulation, POLICY.catalogue, TODAY)
ORGANISATION, PERSON = Kind.ORGANISATION, Kind.PERSON

_FLAGS = ("sealed", "minor_at_event", "repair_stops_publication", "repair_stops_sharing", "party")
_NULLS: Mapping[str, object] = {
    **{column.name: None for table in (record_table, measure_table) for column in table.columns},
    **dict.fromkeys(_FLAGS, False),
    "my_target": (),
}


def row(**given: object) -> Mapping[str, object]:
    """A row of facts: everything that is not given is null, and the flags are down."""
    return {
        **_NULLS,
        "decided_on": date(2024, 1, 10),
        "state": "ACTIVE",
        "jurisdiction": "420100",
        "item": "PENALTY",
        **given,
    }


def record(name: RowName, regime: Regime = REGIME, kind: Kind = ORGANISATION) -> RowScope:
    return rows_of(name, RowSource.RECORD, kind, "Penalty", regime)


def measures(name: RowName) -> RowScope:
    return rows_of(name, RowSource.MEASURE, ORGANISATION, None, REGIME)


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
    for name, fact in (
        (RowName.OWN_MEASURE, "executed_by_id"),
        (RowName.SOURCE, "initiated_by_id"),
        (RowName.INITIATED, "initiated_by_id"),
    ):
        assert holds(measures(name), row(**{fact: 7}), agency=7)
        assert not holds(measures(name), row(**{fact: 8}), agency=7)
    assert holds(measures(RowName.PUSHED), row(pushed_on=TODAY, lifted_on=YESTERDAY))
    assert not holds(measures(RowName.PUSHED), row(pushed_on=TOMORROW))


@pure
def hidden_triggers() -> None:
    """What hides a record hides the measures that it triggered, but from their initiator in its archive."""
    own = {"executed_by_id": 7, "initiated_by_id": 7, "subject_id": 7, "force": "VOLUNTARY", "record_id": 1}
    hidden = ({"sealed": True}, {"minor_at_event": True}, {"state": "QUARANTINED"}, {"state": "DELETED"})
    revoked = ({"state": "REVOKED"}, {"revoked_on": TODAY})
    ways = (RowName.SHARED, RowName.OWN_MEASURE, RowName.INITIATED, RowName.PUSHED, RowName.OWN, RowName.OWN_STANDING)
    for name in (*ways, RowName.CONSENTED, RowName.SOURCE):
        for given in ({}, *revoked, *hidden):
            found = row(pushed_on=YESTERDAY, trigger=row(**given), **own)
            shown = given not in hidden or (name is RowName.OWN and "minor_at_event" in given)
            shown = (shown and (name is not RowName.CONSENTED or given not in revoked)) or name is RowName.SOURCE
            assert holds(measures(name), found, agency=7, subject=7) == shown, (name, given)


@pure
def offices_that_are_told() -> None:
    """The credit office of the place, whatever rules say of others (EZ-16)."""
    admission = Admission(scope=Scope.SHARING, purpose="PM-831", role="listed_target")
    policy = amended(POLICY, _TOLD)
    for role, place, expected in (
        ("dept.credit_office", "420700", True),
        ("dept.credit_office", "420100", False),
        ("dept.trading_centre", "420700", False),
    ):
        who = Principal(client="x", organisation="x", role=role, jurisdiction=place, agency_id=7)
        grant = compile_grant(policy, who, admission, TODAY)
        assert (Relation.REPORTED in {part.relation for part in grant.parts}) == expected, (role, place)


_TOLD = {"channel": "sharing", "sub": "agency", "purpose": "group:PM-831", "item": "MEASURE", "field": "set:extract"}
_TOLD |= {"level": "CLEAR", "kind": "organisation", "rel": "REPORTED", "row": "pushed", "effect": "allow"}


@pure
def offices_of_instruments() -> None:
    """Ezhou and Wuchang tell their offices, Jiyang does not (C-21); each while its instrument is in force, and what is
    below it too. Nobody speaks for who has an instrument of its own."""
    places = POLICY.regulation.jurisdictions
    province = replace(places["420000"], versions=places["420700"].versions)
    for found in (places, {**places, "420000": province}):
        regulation = replace(POLICY.regulation, jurisdictions=found)
        reporting = regime_of(regulation, POLICY.catalogue, TODAY).reporting
        assert reporting.get("420700", frozenset()) == {"420700", "420799"}
        assert reporting.get("420106", frozenset()) == {"420106"}
        assert "370115" not in reporting
    assert regime_of(POLICY.regulation, POLICY.catalogue, date(2017, 8, 2)).reporting == {}


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
    assert not holds(scope, row(pushed_on=YESTERDAY, trigger={**public, "item": "PAYMENT"}))
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
    assert relation_of(Relation.REPORTED, RowSource.MEASURE, None, TODAY) == NOTHING
    told = relation_of(Relation.REPORTED, RowSource.MEASURE, None, TODAY, frozenset({"420700"}))
    assert holds(told, row(jurisdiction="420700"))
    assert not holds(told, row(jurisdiction="420100"))


@pure
def leap_days() -> None:
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)
    assert years_before(date(2026, 5, 20), 3) == date(2023, 5, 20)
