"""What an answer says about itself, and what may filter and sort, for real documents under the shipped policy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from authz.asked import Walk
from authz.disclosure import check_uses, report
from authz.grant import Grant, Kind
from schema.demands.demand import Coordinate
from schema.errors import Code, PolicyError
from tests.unit.authz.asking import HOUSING, POLICY, RECRUITERS, RECRUITING, TENDER, demand, grant

BY_CODE = "query($u: String!) { subject(by: {uscc: $u}) { %s } }"
BY_PERSON = "query($n: String!, $m: String!) { %s }"
CODE, PERSON = {"u": "91420199MA9TERT20X"}, {"n": "420199199207280027", "m": "王测试"}


def entries(text: str, found: Grant, **variables: object) -> Sequence[Mapping[str, Any]]:
    return report(demand(text, **variables), found, POLICY.catalogue)


def by_path(text: str, found: Grant, **variables: object) -> dict[str, Mapping[str, Any]]:
    said = entries(text, found, **variables)
    assert len({each["path"] for each in said}) == len(said)
    return {each["path"]: each for each in said}


def test_what_is_in_clear_is_not_mentioned() -> None:
    assert entries(BY_CODE % "name kind ... on Organisation { uscc }", grant(), **CODE) == []


def test_an_entry_names_place_level_rule_and_article() -> None:
    (said,) = entries(BY_CODE % "... on Organisation { tax: taxRegistrationNumber }", grant(), **CODE)
    assert (said["coordinate"], said["path"]) == ("Organisation.taxRegistrationNumber", "subject.tax")
    assert (said["level"], said["mask"], said["reason"], said["kind"]) == ("MASKED", "MASK_TAX_NO", "POLICY", None)
    assert said["rule"] in {rule.id for rule in POLICY.rules}
    assert said["basis"] == list(next(rule.basis for rule in POLICY.rules if rule.id == said["rule"]))


def test_an_alias_changes_the_path_and_nothing_else() -> None:
    plain = by_path(BY_CODE % "... on Organisation { officePhone }", grant(), **CODE)
    aliased = by_path(BY_CODE % "... on Organisation { name: officePhone }", grant(), **CODE)
    assert plain["subject.officePhone"] == {**aliased["subject.name"], "path": "subject.officePhone"}
    assert plain["subject.officePhone"]["level"] == "WITHHELD"


def test_paths_have_no_indexes_and_lead_through_connections() -> None:
    text = BY_CODE % "records { edges { node { facts } } }"
    assert set(by_path(text, grant(), **CODE)) == {"subject.records.edges.node.facts"}


def test_a_label_is_decided_as_its_field() -> None:
    found = by_path("{ records { edges { node { supervisionField supervisionFieldLabel } } } }", grant())
    first, second = (found[f"records.edges.node.{name}"] for name in ("supervisionField", "supervisionFieldLabel"))
    assert first == {**second, "path": first["path"]}


def test_where_rows_differ_the_least_is_said_and_the_rest_listed() -> None:
    said = by_path(BY_CODE % "records { edges { node { ... on Penalty { facts } } } }", grant(HOUSING, TENDER), **CODE)
    entry = said["subject.records.edges.node.facts"]
    assert entry["level"] == "WITHHELD"
    assert [(each["published"], each["level"]) for each in entry["variants"] if "PENALTY" in each["items"]] == [
        (True, "MASKED"),
        (False, "WITHHELD"),
    ]


def test_a_kind_is_named_where_it_makes_the_difference() -> None:
    said = entries("{ records { edges { node { ... on Defaulter { subject { kind } obligation } } } } }", grant())
    named = {each["coordinate"]: each["kind"] for each in said}
    assert named == {"Record.subject": Kind.PERSON, "Defaulter.obligation": None}


def test_a_person_as_named_in_a_record_is_decided_by_that_record() -> None:
    person = "... on NaturalPerson { name idNumber phone }"
    text = f"{{ records {{ edges {{ node {{ ... on Defaulter {{ subject {{ {person} }} }} }} }} }} }}"
    said = by_path(text, grant())
    assert "records.edges.node.subject.name" not in said
    assert said["records.edges.node.subject.idNumber"]["mask"] == "MASK_ID_COURT"
    assert said["records.edges.node.subject.phone"]["level"] == "WITHHELD"


def test_a_look_up_by_code_says_nothing_of_persons() -> None:
    text = BY_CODE % "... on NaturalPerson { idNumber } records { edges { node { subject { name } } } }"
    assert entries(text, grant(), **CODE) == []


def test_verdicts_are_named_as_such_or_withheld() -> None:
    text = BY_PERSON % (
        "standing(by: {person: {idNumber: $n, name: $m}}) "
        "{ seriousList { answer } majorPenalty { answer } subject { ... on NaturalPerson { name idNumber } } }"
    )
    said = by_path(text, grant(RECRUITERS, RECRUITING), **PERSON)
    assert said["standing.seriousList"]["level"] == "VERDICT"
    assert said["standing.majorPenalty"]["level"] == "WITHHELD"
    assert said["standing.subject.idNumber"]["mask"] == "MASK_ID_BIRTH8"
    assert "standing.subject.name" not in said


def test_links_are_decided_with_the_row_they_hang_on() -> None:
    text = BY_CODE % "... on Organisation { legalRepresentative { name person { name } } }"
    said = by_path(text, grant(), **CODE)
    assert set(said) == {"subject.legalRepresentative.person", "subject.legalRepresentative.person.name"}


def test_reference_data_is_not_decided() -> None:
    assert entries("{ catalogue { code nameLabel: name } viewer { kind } }", grant()) == []


# Uses ----------------------------------------------------------------------------------------------------------------


def refused(text: str, found: Grant, **variables: object) -> bool:
    try:
        check_uses(demand(text, **variables), found, POLICY.catalogue)
    except PolicyError as error:
        return error.code is Code.FIELD_NOT_FILTERABLE
    return False


def listing(arguments: str) -> str:
    return BY_CODE % f"records({arguments}) {{ edges {{ node {{ id }} }} totalCount }}"


@pytest.mark.parametrize(
    "arguments",
    [
        "filter: {severity: [SERIOUS]}",
        'filter: {documentNumber: "x"}',
        "filter: {category: [PENALTY]}",
        "orderBy: [{by: DECIDED_ON}]",
        "first: 5",
    ],
)
def test_what_is_in_clear_everywhere_may_filter_and_sort(arguments: str) -> None:
    assert not refused(listing(arguments), grant(HOUSING, TENDER), **CODE)


@pytest.mark.parametrize("arguments", ["filter: {severity: [SERIOUS]}", "orderBy: [{by: VALID_UNTIL}]"])
def test_what_is_withheld_in_some_row_may_not(arguments: str) -> None:
    """The public sees both of every published record, so they are taken away from the records of one item."""
    text = f"{{ records({arguments}) {{ edges {{ node {{ id }} }} }} }}"
    assert not refused(text, grant())
    withheld = frozenset({Coordinate("Record.severity"), Coordinate("Record.validUntil")})
    assert refused(text, without(grant(), withheld, item="HONOUR"))


def without(found: Grant, coordinates: frozenset[Coordinate], *, item: str) -> Grant:
    parts = (
        replace(part, fields={name: each for name, each in part.fields.items() if name not in coordinates})
        if part.item == item
        else part
        for part in found.parts
    )
    return replace(found, parts=tuple(parts))


def test_root_lists_hold_no_persons_in_sharing_scope_so_they_do_not_matter() -> None:
    found = grant(RECRUITERS, RECRUITING)
    walk = Walk(demand=demand("{ records { edges { node { id } } } }"), grant=found, catalogue=POLICY.catalogue)
    assert [part for connection in walk.connections() for part in connection.parts] == []
    assert any(part.kind is Kind.PERSON for part in found.parts)


def test_names_of_organisations_may_be_searched() -> None:
    assert not refused('{ subjects(filter: {name: "测试"}) { edges { node { id } } } }', grant())
