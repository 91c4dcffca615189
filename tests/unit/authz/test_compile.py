"""Grants: which parts an item has, in which order, with which rows; the persons they reach; what is public besides."""

from dataclasses import replace
from datetime import date

import pytest

from authz.cells import Cells
from authz.compile import compile_grant
from authz.grant import Grant, ItemCode, Kind, Level, Part, Relation, Scope
from authz.principal import PUBLIC
from authz.purpose import Admission
from authz.rows import RowName, all_of, rows_of
from authz.scopes import EVERY, All, In, Is, MyAgency, MyTarget, Party, RowScope
from schema.demands.demand import Coordinate
from schema.vocabulary.administration import PurposeScope
from tests.unit.authz.small import (
    ITEMS,
    REGIME,
    SPACE,
    TODAY,
    Line,
    agency,
    deny,
    jurisdiction,
    policy,
    purpose,
    regulation,
    rule,
    version,
)

LINK = ItemCode("LINK")
ENQUIRY = Admission(scope=Scope.PUBLICATION, purpose="PM-903")


def admitted(purpose_code: str = "PM-1", role: str | None = None) -> Admission:
    return Admission(scope=Scope.SHARING, purpose=purpose_code, role=role)


def grant(*lines: Line, code: str = "PM-1") -> Grant:
    return compile_grant(policy(*lines), agency(), admitted(code), TODAY)


def parts(found: Grant, item: str, kind: Kind = Kind.ORGANISATION) -> list[tuple[Relation, bool, RowScope]]:
    return [
        (part.relation, part.published, part.rows) for part in found.parts if (part.item, part.kind) == (item, kind)
    ]


def level(part: Part, coordinate: str) -> Level:
    return part.of(Coordinate(coordinate)).level


def rows(name: str, item: str = "PENALTY", kind: Kind = Kind.ORGANISATION) -> RowScope:
    return rows_of(RowName(name), ITEMS[item].source, kind, ITEMS[item].family, REGIME)


# The grant itself ----------------------------------------------------------------------------------------------------


def test_a_grant_says_for_what_and_under_which_versions_it_holds() -> None:
    found = compile_grant(policy(rule("A")), agency(), admitted(role="bidder"), TODAY)
    assert (found.scope, found.purpose, found.role, found.today) == (Scope.SHARING, "PM-1", "bidder", TODAY)
    assert (found.policy_version, found.catalogue_version) == ("small", "catalogue")
    assert (found.supervision_field, found.suspending, found.years) == ("CONSTRUCTION", REGIME.suspending, 3)


@pytest.mark.parametrize(
    ("code", "persons", "organisations"), [("PM-1", True, True), ("PM-2", False, True), ("PM-3", True, False)]
)
def test_a_purpose_opens_only_the_kinds_that_it_covers(code: str, persons: bool, organisations: bool) -> None:
    found = grant(rule("A", purpose="any"), code=code)
    assert (found.persons, found.organisations) == (persons, organisations)
    assert {part.kind for part in found.parts} == {
        kind for kind, covered in ((Kind.PERSON, persons), (Kind.ORGANISATION, organisations)) if covered
    }


def test_years_come_from_the_purpose_or_from_the_jurisdiction_of_a_clean_record() -> None:
    clean = regulation(purposes=(purpose("PM-1", PurposeScope.BOTH, clean_record=True, years=5),))
    built = replace(policy(rule("A")), regulation=clean)
    assert compile_grant(built, agency(), admitted(), TODAY).years == 5
    said = version("420100", date(2018, 1, 1), clean_record_years=4)
    local = regulation(jurisdiction("000000"), jurisdiction("420100", said), purposes=tuple(clean.purposes.values()))
    assert compile_grant(replace(built, regulation=local), agency(), admitted(), TODAY).years == 4


def test_equal_askers_have_equal_digests_and_others_have_not() -> None:
    built = policy(rule("A"))
    first = compile_grant(built, agency(), admitted(), TODAY).digest
    assert first == compile_grant(built, replace(agency(), client="A9", agency_id=9), admitted(), TODAY).digest
    others = [
        compile_grant(built, agency("dept.b"), admitted(), TODAY),
        compile_grant(built, agency(jurisdiction="370100"), admitted(), TODAY),
        compile_grant(built, agency(field=None), admitted(), TODAY),
        compile_grant(built, agency(), admitted("PM-2"), TODAY),
        compile_grant(built, agency(), admitted(role="bidder"), TODAY),
        compile_grant(built, agency(), admitted(), date(2026, 5, 21)),
        compile_grant(built, agency(), ENQUIRY, TODAY),
        compile_grant(replace(built, version="other"), agency(), admitted(), TODAY),
    ]
    assert len({first, *(each.digest for each in others)}) == len(others) + 1


def test_an_item_that_is_not_in_force_has_no_part() -> None:
    ended = replace(ITEMS["PENALTY"], effective_to=date(2026, 5, 19))
    built = policy(rule("A", item="category:RECORDS"))
    space = replace(SPACE, facts={**ITEMS, "PENALTY": ended})
    changed = replace(built, space=space, cells=Cells(built.rules, space))
    assert {part.item for part in compile_grant(changed, agency(), admitted(), TODAY).parts} == {"LISTED", "HELD"}


def test_records_of_a_local_item_are_those_of_its_jurisdictions() -> None:
    local = replace(ITEMS["PENALTY"], jurisdictions=frozenset({"420100", "420111"}))
    built = policy(rule("A"))
    space = replace(SPACE, facts={**ITEMS, "PENALTY": local})
    changed = replace(built, space=space, cells=Cells(built.rules, space))
    found = compile_grant(changed, agency(), admitted(), TODAY).parts[0].rows
    assert isinstance(found, All)
    assert In("jurisdiction", ("420100", "420111")) in found.parts


# Persons -------------------------------------------------------------------------------------------------------------


def test_in_sharing_scope_a_person_is_reached_as_a_party() -> None:
    found = grant(rule("A"))
    ((_, _, persons),) = parts(found, "PENALTY", Kind.PERSON)
    ((_, _, organisations),) = parts(found, "PENALTY")
    assert persons == all_of(rows("shared", kind=Kind.PERSON), Party())
    assert organisations == rows("shared")


def test_under_execution_a_person_is_reached_as_a_target() -> None:
    found = grant(rule("A", purpose="PM-831"), code="PM-831")
    assert parts(found, "PENALTY", Kind.PERSON)[0][2] == all_of(rows("shared"), MyTarget(TODAY))


def test_in_publication_scope_no_matter_is_needed() -> None:
    found = compile_grant(policy(rule("P", Scope.PUBLICATION)), agency(), ENQUIRY, TODAY)
    assert parts(found, "PENALTY", Kind.PERSON)[0][2] == rows("published", kind=Kind.PERSON)
    assert not found.persons


def test_in_publication_scope_the_rules_for_agencies_are_silent() -> None:
    built = policy(rule("A", sub="agency"), rule("P", Scope.PUBLICATION, sub="agency"))
    assert compile_grant(built, agency(), ENQUIRY, TODAY).parts == ()


def test_the_public_is_granted_nothing_in_sharing_scope() -> None:
    assert compile_grant(policy(rule("A")), PUBLIC, admitted(), TODAY).parts == ()


# Relations -----------------------------------------------------------------------------------------------------------


def test_relations_stand_closest_first_and_only_where_a_rule_names_them() -> None:
    found = grant(
        rule("A", field="set:summary"),
        rule("FIELD", rel="OWN_FIELD", field="Record.facts"),
        rule("SOURCE", rel="SOURCE", field="Record.subject"),
    )
    assert [relation for relation, _, _ in parts(found, "PENALTY")] == ["SOURCE", "OWN_FIELD", "OTHER"]
    source, field, other = (part for part in found.parts if part.kind is Kind.ORGANISATION)
    assert [set(part.fields) for part in (source, field, other)] == [
        {"Record.decidedOn", "Record.subject"},
        {"Record.decidedOn", "Record.facts"},
        {"Record.decidedOn"},
    ]


def test_a_relation_is_a_condition_on_the_row_and_excludes_nothing_else() -> None:
    found = grant(rule("A"), rule("FIELD", rel="OWN_FIELD"), rule("TARGET", item="MEASURE", rel="TARGET"))
    assert parts(found, "PENALTY")[0][2] == all_of(Is("supervision_field", "CONSTRUCTION"), rows("shared"))
    assert parts(found, "PENALTY")[1][2] == rows("shared")
    assert parts(found, "MEASURE") == [
        (Relation.TARGET, False, all_of(MyAgency("executed_by_id"), rows("shared", "MEASURE")))
    ]


TOLD = rule("TOLD", item="MEASURE", rel="REPORTED", row="pushed")


@pytest.mark.parametrize(
    ("role", "place", "told"),
    [
        ("dept.credit_office", "420100", True),
        ("dept.credit_office", "370100", False),
        ("dept.credit_office", "000000", False),
        ("dept.a", "420100", False),
    ],
)
def test_feedback_reaches_the_office_that_is_told_and_no_other(role: str, place: str, told: bool) -> None:
    """Also where a rule speaks to every agency, as this one does (EZ-16)."""
    found = compile_grant(policy(TOLD), agency(role, place), admitted(), TODAY)
    pushed = all_of(In("jurisdiction", ("420100",)), rows("pushed", "MEASURE"))
    assert parts(found, "MEASURE") == ([(Relation.REPORTED, False, pushed)] if told else [])


def test_without_a_field_of_supervision_no_row_lies_in_it() -> None:
    built = policy(rule("A"), rule("FIELD", rel="OWN_FIELD"))
    found = compile_grant(built, agency(field=None), admitted(), TODAY)
    assert [relation for relation, _, _ in parts(found, "PENALTY")] == ["OTHER"]


def test_a_part_that_no_row_can_reach_is_left_out() -> None:
    found = grant(
        rule("A", purpose="PM-831"), rule("TARGET", purpose="PM-831", rel="TARGET", row="own_measure"), code="PM-831"
    )
    assert [relation for relation, _, _ in parts(found, "PENALTY", Kind.PERSON)] == ["TARGET"]
    assert [relation for relation, _, _ in parts(found, "PENALTY")] == ["TARGET", "OTHER"]


# Rows that are public anyway ------------------------------------------------------------------------------------------

PUBLIC_TEXT = rule("P", Scope.PUBLICATION, field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT")


def test_of_a_public_row_nobody_sees_less_than_the_public() -> None:
    found = grant(rule("A", field="set:summary"), PUBLIC_TEXT)
    public, shared = (part for part in found.parts if part.kind is Kind.ORGANISATION)
    assert (public.published, shared.published) == (True, False)
    assert public.rows == all_of(rows("shared"), rows("published"))
    assert shared.rows == rows("shared")
    assert public.of(Coordinate("Record.facts")).rules == ("P",)
    assert level(public, "Record.decidedOn") is Level.CLEAR
    assert level(shared, "Record.facts") is Level.NONE


def test_where_the_public_sees_no_more_the_rows_are_not_divided() -> None:
    found = grant(rule("A", field="class:TEXT"), PUBLIC_TEXT)
    assert [published for _, published, _ in parts(found, "PENALTY")] == [False]
    assert level(found.parts[0], "Record.facts") is Level.CLEAR


def test_an_item_that_sharing_opens_nothing_of_stays_closed() -> None:
    found = grant(rule("A", item="LISTED", field="set:summary"), PUBLIC_TEXT)
    assert {part.item for part in found.parts} == {"LISTED"}


def test_an_item_that_is_shared_as_a_verdict_alone_shows_no_public_rows() -> None:
    found = grant(rule("A", field="set:verdict", level="VERDICT"), PUBLIC_TEXT)
    assert [part.published for part in found.parts] == [False, False]
    assert {name for part in found.parts for name in part.fields} == {"Standing.major"}


def test_a_public_verdict_adds_nothing_to_what_is_shared() -> None:
    public = rule("V", Scope.PUBLICATION, field="set:verdict", level="VERDICT")
    found = grant(rule("A", field="set:summary"), public, PUBLIC_TEXT)
    assert any(part.published for part in found.parts)
    assert all("Standing.major" not in part.fields for part in found.parts)


def test_a_public_organisation_has_one_part_for_every_row() -> None:
    registered = {"item": "ORG", "row": "registered"}
    found = grant(
        rule("A", field="Organisation.financials", **registered),
        rule("P", Scope.PUBLICATION, field="set:core", **registered),
    )
    assert parts(found, "ORG") == [(Relation.OTHER, True, EVERY)]
    assert set(found.parts[0].fields) == {"Organisation.id", "Organisation.name", "Organisation.financials"}


# Rows that only count for a verdict ----------------------------------------------------------------------------------


def verdict(row: str = "shared") -> Line:
    return rule("V", field="set:verdict", level="VERDICT", row=row)


def test_a_verdict_has_a_part_that_carries_nothing_else() -> None:
    found = grant(verdict())
    part = next(part for part in found.parts if part.kind is Kind.ORGANISATION)
    assert (part.rows, {name: each.level for name, each in part.fields.items()}) == (
        rows("shared"),
        {"Standing.major": Level.VERDICT},
    )


def test_where_shown_and_counted_rows_are_the_same_one_part_does_both() -> None:
    found = grant(verdict(), rule("A", field="set:summary"))
    assert parts(found, "PENALTY") == [(Relation.OTHER, False, rows("shared"))]
    assert set(found.parts[0].fields) == {"Standing.major", "Record.decidedOn"}


def test_where_they_differ_each_row_does_what_its_rules_say() -> None:
    found = grant(verdict("shared_3y"), rule("A", field="set:summary", row="own_measure"))
    both, shown, counted = (part for part in found.parts if part.kind is Kind.ORGANISATION)
    assert both.rows == all_of(rows("own_measure"), rows("shared_3y"))
    assert set(both.fields) == {"Standing.major", "Record.decidedOn"}
    assert (shown.rows, set(shown.fields)) == (rows("own_measure"), {"Record.decidedOn"})
    assert (counted.rows, set(counted.fields)) == (rows("shared_3y"), {"Standing.major"})


def test_shown_rows_that_all_count_need_no_part_of_their_own() -> None:
    found = grant(verdict("shared"), rule("A", field="set:summary", row="shared_3y"))
    assert [reached for _, _, reached in parts(found, "PENALTY")] == [rows("shared_3y"), rows("shared")]


def test_fields_that_are_open_as_a_verdict_only_show_no_row() -> None:
    assert grant(rule("A", field="set:summary", level="VERDICT")).parts == ()


def test_rows_of_which_everything_is_denied_are_not_shown() -> None:
    assert grant(rule("A"), deny("D")).parts == ()


# Archive -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "archive"),
    [
        (rule("A", rel="SOURCE", row="source"), True),
        (rule("A", row="source"), True),
        (rule("A", rel="SOURCE"), False),
        (rule("A", rel="SOURCE", row="source", purpose="PM-2"), False),
        (rule("A", rel="SOURCE", row="source", item="MEASURE", field="Measure.id"), False),
    ],
)
def test_a_source_reads_its_archive_where_a_rule_opens_it(line: Line, archive: bool) -> None:
    assert grant(rule("B"), line).archive is archive


# Links ---------------------------------------------------------------------------------------------------------------


def test_links_are_decided_under_their_own_item_and_carried_by_the_rows_they_hang_on() -> None:
    of_links = dict.fromkeys(Kind, 1 << SPACE.coordinates.index(Coordinate("Link.name")))
    link = replace(ITEMS["ORG"], code=LINK, fields=of_links)
    facts = {**ITEMS, "LINK": link, "ORG": replace(ITEMS["ORG"], links=LINK)}
    above = {**SPACE.items.above, "LINK": frozenset({"LINK", "any"})}
    items = replace(SPACE.items, above=above, leaves=SPACE.items.leaves | {"LINK"})
    built = policy(rule("A", item="any", field="set:core"))
    space = replace(SPACE, facts=facts, items=items)
    found = compile_grant(replace(built, space=space, cells=Cells(built.rules, space)), agency(), admitted(), TODAY)
    by_item = {str(part.item): set(part.fields) for part in found.parts}
    assert by_item["ORG"] == {"Organisation.id", "Organisation.name", "Link.name"}
    assert by_item["LINK"] == {"Link.name"}
