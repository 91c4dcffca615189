"""The shipped rules against the trees, the catalogue and the table of minimum necessity, read without the engine."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import policies
from schema.catalogue import load_catalogue
from schema.regulations.ceilings import ITEMS, CeilingCell, CeilingNote
from schema.regulations.regulation import load_regulation

FILES = policies.contents()
CATALOGUE = load_catalogue(FILES)
REGULATION = load_regulation(FILES)

LEVELS = {"VERDICT", "SUMMARY", "MASKED", "CLEAR"}
ROWS = {"registered", "published", "shared", "shared_3y", "own_measure", "source"}
CONDITIONS = {"always", "entitled", "public_item", "not_public_item", "not_shared", "consent", "no_consent"}
RELATIONS = {"SELF", "SOURCE", "TARGET", "OWN_FIELD", "OTHER", "any"}


def tree(name: str) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(FILES[f"trees/{name}.csv"].decode()))
    return {row["child"]: row["parent"] for row in rows}


ROLES, GROUPS, CLASSES = tree("roles"), tree("purposes"), tree("field_classes")


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    sub: str
    dom: str
    purpose: str
    role: str
    item: str
    field: str
    level: str
    mask: str
    kind: str
    rel: str
    cond: str
    row: str
    effect: str
    basis: str


def rules(name: str) -> tuple[Rule, ...]:
    return tuple(Rule(**row) for row in csv.DictReader(io.StringIO(FILES[f"rules/{name}.csv"].decode())))


PUBLICATION, SHARING = rules("publication"), rules("sharing")
ALLOWS = [rule for rule in (*PUBLICATION, *SHARING) if rule.effect == "allow"]
DENIES = [rule for rule in (*PUBLICATION, *SHARING) if rule.effect == "deny"]


def items_of(node: str) -> set[str]:
    kind, _, name = node.partition(":")
    if node == "any":
        return set(CATALOGUE.items)
    if kind == "category":
        return {item.code for item in CATALOGUE.items.values() if item.category == name}
    if kind == "subcategory":
        return {item.code for item in CATALOGUE.items.values() if item.subcategory == name}
    return {node}


def fields_of(node: str) -> set[str]:
    kind, _, name = node.partition(":")
    if node == "any":
        return set(CATALOGUE.fields)
    if kind == "class":
        return {field.coordinate for field in CATALOGUE.fields_of_class(name)}
    if kind == "set":
        return {field.coordinate for field in CATALOGUE.fields_in_set(name)}
    return {node}


def groups_of(node: str) -> set[str]:
    """The rows of the table below a node of the purposes tree, or the row of one purpose."""
    if node in REGULATION.purposes:
        return {REGULATION.purposes[node].group}
    found, pending = set(), [node]
    while pending:
        name = pending.pop()
        found.add(name.removeprefix("group:"))
        pending += [child for child, parent in GROUPS.items() if parent == name]
    return found & set(REGULATION.groups)


def test_ids_are_unique_over_both_files() -> None:
    ids = [rule.id for rule in (*PUBLICATION, *SHARING)]
    assert len(set(ids)) == len(ids)


def test_every_word_of_a_rule_is_in_its_vocabulary() -> None:
    for rule in (*ALLOWS, *DENIES):
        assert rule.sub in ROLES or rule.sub == "any", rule.id
        assert rule.dom in REGULATION.jurisdictions, rule.id
        assert rule.purpose in REGULATION.purposes or rule.purpose in GROUPS or rule.purpose == "any", rule.id
        assert rule.level in LEVELS, rule.id
        assert rule.kind in {"organisation", "person", "any"}, rule.id
        assert rule.rel in RELATIONS, rule.id
        assert rule.cond in CONDITIONS, rule.id


def test_every_item_and_field_of_a_rule_exists() -> None:
    for rule in (*ALLOWS, *DENIES):
        assert items_of(rule.item) <= set(CATALOGUE.items), rule.id
        assert items_of(rule.item), rule.id
        assert fields_of(rule.field) <= set(CATALOGUE.fields), rule.id
        if rule.field != "class:FINANCIAL":  # no such field is collected; the deny stands for the day there is
            assert fields_of(rule.field), rule.id


def test_every_allow_speaks_of_a_field_of_its_item() -> None:
    for rule in ALLOWS:
        decided = {field.coordinate for code in items_of(rule.item) for field in CATALOGUE.fields_of(code)}
        assert decided & fields_of(rule.field), rule.id


def test_a_mask_goes_with_its_level_and_is_a_form_of_every_field() -> None:
    for rule in ALLOWS:
        assert bool(rule.mask) == (rule.level == "MASKED"), rule.id
        decided = {field.coordinate for code in items_of(rule.item) for field in CATALOGUE.fields_of(code)}
        if rule.mask:
            forms = [CATALOGUE.fields[each].masks for each in fields_of(rule.field) & decided]  # type: ignore[index]
            assert all(rule.mask in masks for masks in forms), rule.id


def test_an_allow_names_its_rows_and_a_deny_is_of_every_row() -> None:
    assert {rule.row for rule in ALLOWS} <= ROWS
    assert {(rule.row, rule.mask, rule.rel) for rule in DENIES} == {("", "", "any")}


def test_trees_name_every_class_set_and_group() -> None:
    classes = {f"class:{field.field_class}" for field in CATALOGUE.fields.values()}
    sets = {f"set:{each}" for field in CATALOGUE.fields.values() for each in field.sets}
    assert classes | sets | {"class:FINANCIAL"} == CLASSES.keys()
    assert {f"group:{group}" for group in REGULATION.groups} <= GROUPS.keys()
    leaves = GROUPS.keys() - set(GROUPS.values())
    assert leaves == {f"group:{group}" for group in REGULATION.groups}


@pytest.mark.parametrize(
    "leaf", ["dept.housing", "dept.organisation", "dept.credit_office", "dept.market_supervision", "dept.court"]
)
def test_departments_stand_under_agency_and_others_beside_it(leaf: str) -> None:
    assert ROLES[leaf] == "agency"
    assert {role for role, parent in ROLES.items() if parent == "any"} == {
        "agency", "public", "bank", "association", "credit_service", "data_subject", "auditor",
    }  # fmt: skip


# Publication


def test_publication_is_of_the_public_and_of_public_items_alone() -> None:
    for rule in PUBLICATION:
        if rule.effect == "allow":
            assert (rule.sub, rule.purpose, rule.cond) == ("public", "PM-903", "public_item"), rule.id


def test_the_public_sees_a_persons_identifiers_only_where_a_basis_names_the_item() -> None:
    """BASIS: WH-二(二)2. Names in clear in DEFAULTER and HONOUR, a number and a home only of defaulters and cut."""
    clear = {
        (rule.item, rule.field)
        for rule in PUBLICATION
        if rule.effect == "allow" and rule.level == "CLEAR" and rule.field.startswith("NaturalPerson.")
    }
    assert clear == {("DEFAULTER", "NaturalPerson.name"), ("HONOUR", "NaturalPerson.name")}
    numbers = {
        (rule.item, rule.field, rule.mask)
        for rule in PUBLICATION
        if rule.effect == "allow" and rule.field in {"NaturalPerson.idNumber", "NaturalPerson.homeAddress"}
    }
    assert numbers == {
        ("DEFAULTER", "NaturalPerson.idNumber", "MASK_ID_COURT"),
        ("DEFAULTER", "NaturalPerson.homeAddress", "MASK_ADDR_COUNTY"),
    }


def test_the_public_reads_no_unredacted_text() -> None:
    texts = {field.coordinate for field in CATALOGUE.fields_of_class("FREE_TEXT")}
    shown = [rule for rule in PUBLICATION if rule.effect == "allow" and fields_of(rule.field) & texts]
    assert {(rule.level, rule.mask) for rule in shown} == {("MASKED", "MASK_REDACT_TEXT")}


def test_the_register_of_persons_is_closed_to_the_public() -> None:
    assert [rule.id for rule in PUBLICATION if rule.effect == "allow" and rule.item == "REGISTRATION_PERSON"] == []


def test_the_public_learns_that_a_measure_is_there_and_not_how_it_stands() -> None:
    shown = {
        field for rule in PUBLICATION if rule.item == "MEASURE" and rule.effect == "allow" for field in reached(rule)
    }
    assert {"Measure.listEntry", "Measure.legalBasis", "Measure.initiatedBy", "Standing.sanctioned"} <= shown
    assert not {"Measure.status", "Measure.startsOn", "Measure.endsOn", "Measure.liftedOn", "Measure.feedback"} & shown
    assert {rule.kind for rule in PUBLICATION if rule.item == "MEASURE"} == {"organisation"}


def test_the_clean_record_is_answered_for_its_own_purpose_alone() -> None:
    answering = {rule.purpose for rule in ALLOWS if "Standing.cleanRecord" in reached(rule)}
    assert answering == {"group:PM-821"}


# Sharing against the table of minimum necessity

S_FIELDS = fields_of("set:extract") | {"Penalty.fineAmount"}
ECHO = {
    "REGISTRATION_ORG": fields_of("set:core") | fields_of("set:navigation"),
    "REGISTRATION_PERSON": fields_of("set:core")
    | fields_of("set:navigation")
    | fields_of("set:identity")
    | {"NaturalPerson.status"},
}
"""Registration at X: the identity matches, an echo of what the caller gave, and the way to the verdicts."""
BEYOND_THE_TABLE = {"SH-604-PERSON-PROFESSION", "SH-831-PERSON-ADDRESS-TARGET"}
"""Opened by the viewer columns of the model, not by the table: each is pinned here."""


def cells(group: str, kind: str, item: str) -> dict[CeilingNote | None, CeilingCell]:
    return {
        ceiling.note: ceiling.cell
        for ceiling in REGULATION.ceilings
        if ceiling.group == group and ceiling.kind == kind and item in ITEMS[ceiling.column]
    }


def opened(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """Each (group, kind, item) that the rule opens anything of."""
    for group in groups_of(rule.purpose):
        for item in items_of(rule.item):
            kinds = {"organisation", "person"} if rule.kind == "any" else {rule.kind}
            for kind in kinds & CATALOGUE.items[item].kinds:
                yield group, kind, item


def allowed_by(rule: Rule, item: str, cell: CeilingCell) -> bool:
    decided = {str(field.coordinate) for field in CATALOGUE.fields_of(item)}
    fields = fields_of(rule.field) & decided
    verdicts = {field for field in fields if field.startswith("Standing.")} - {"Standing.subject"}
    if verdicts:
        return rule.level == "VERDICT"
    if cell is CeilingCell.VERDICT:
        return fields <= ECHO.get(item, set())
    if cell is CeilingCell.SUMMARY:
        return fields <= S_FIELDS
    return True


def within(rule: Rule, group: str, kind: str, item: str) -> bool:
    found = cells(group, kind, item)
    if rule.rel == "SOURCE":
        return True  # its own records and measures
    note = {"OWN_FIELD": CeilingNote.OWN_FIELD, "TARGET": CeilingNote.OWN_MEASURE}.get(rule.rel)
    cell = found.get(note) or found.get(None) or found.get(CeilingNote.SERIOUS_ONLY)
    if cell is None and CeilingNote.THREE_YEARS in found and rule.row == "shared_3y":
        cell = found[CeilingNote.THREE_YEARS]
    return cell is not None and allowed_by(rule, item, cell)


def test_no_sharing_rule_opens_more_than_the_table() -> None:
    beyond = {
        rule.id
        for rule in SHARING
        if rule.effect == "allow" and not all(within(rule, *place) for place in opened(rule))
    }
    assert beyond == BEYOND_THE_TABLE


def test_every_cell_of_the_table_is_opened() -> None:
    """Save the verdict on abnormal operation, which Standing does not have."""
    done = {place for rule in SHARING if rule.effect == "allow" for place in opened(rule)}
    missing = {
        (ceiling.group, str(ceiling.kind), ceiling.column)
        for ceiling in REGULATION.ceilings
        if not any(
            (ceiling.group, ceiling.kind, item) in done
            for item in ITEMS[ceiling.column]
            if ceiling.kind in CATALOGUE.items[item].kinds
        )
    }
    assert {place for place in missing if place[2] != "abnormal"} == set()
    assert {place[0] for place in missing} == {"PM-606-812"}


def test_purposes_without_a_row_open_nothing() -> None:
    closed = set(REGULATION.groups) - {ceiling.group for ceiling in REGULATION.ceilings}
    opens = {group for rule in SHARING if rule.effect == "allow" for group in groups_of(rule.purpose)}
    assert opens & closed == set()
    assert opens == {ceiling.group for ceiling in REGULATION.ceilings}


def test_linked_persons_are_reached_in_award_checks_alone() -> None:
    """BASIS: EZ-12, the candidate enterprise with its legal representative and principals."""
    reaching = {(rule.id, rule.purpose) for rule in ALLOWS if "Link.person" in reached(rule)}
    assert reaching == {("SH-812-LINK-PERSON", "PM-812")}


def reached(rule: Rule) -> set[str]:
    decided = {str(field.coordinate) for code in items_of(rule.item) for field in CATALOGUE.fields_of(code)}
    return fields_of(rule.field) & decided


def test_contacts_secrets_and_birth_dates_are_opened_to_nobody() -> None:
    never = {
        "Organisation.contactPhone", "Organisation.financials", "NaturalPerson.phone", "NaturalPerson.email",
        "NaturalPerson.birthDate", "NaturalPerson.ethnicity", "NaturalPerson.minor", "NaturalPerson.guardian",
        "NaturalPerson.deathDate", "Record.informant", "Payment.amount", "Payment.paymentKind",
    }  # fmt: skip
    denied = {field for rule in DENIES if rule.cond == "always" for field in fields_of(rule.field)}
    opened_anyway = {field for rule in ALLOWS for field in reached(rule) & never} - denied
    assert opened_anyway == set()


def test_agencies_never_read_a_number_in_clear() -> None:
    numbers = [rule for rule in SHARING if rule.effect == "allow" and "NaturalPerson.idNumber" in fields_of(rule.field)]
    assert {(rule.level, rule.mask) for rule in numbers} == {("MASKED", "MASK_ID_BIRTH8")}


def test_remarks_and_handlers_are_for_the_source_alone() -> None:
    inner = {"Record.remark", "Record.handler"}
    rows = {
        rule.rel
        for rule in SHARING
        if rule.effect == "allow" and inner & fields_of(rule.field) and not items_of(rule.item) & {"MEASURE"}
    }
    assert rows == {"SOURCE"}


@pytest.mark.parametrize("channel", [PUBLICATION, SHARING], ids=["publication", "sharing"])
def test_statute_is_stated_as_deny(channel: tuple[Rule, ...]) -> None:
    denied = {(rule.sub, rule.field, rule.level) for rule in channel if rule.effect == "deny"}
    assert ("any", "class:INFORMANT", "VERDICT") in denied
    assert ("any", "class:SENSITIVE_PI", "VERDICT") in denied
    assert ("any", "NaturalPerson.idNumber", "CLEAR") in denied


def test_items_that_are_not_shared_and_callers_without_a_right_are_denied_outright() -> None:
    denied = {(rule.sub, rule.cond) for rule in SHARING if rule.effect == "deny" and rule.field == "any"}
    assert denied == {
        ("any", "not_shared"), ("bank", "always"), ("credit_service", "always"), ("association", "always"),
        ("public", "always"), ("auditor", "always"),
    }  # fmt: skip
    assert ("any", "not_public_item") in {(rule.sub, rule.cond) for rule in PUBLICATION if rule.effect == "deny"}
