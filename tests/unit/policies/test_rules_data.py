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
ROWS = {
    "registered", "published", "shared", "shared_3y", "own_measure", "source", "initiated", "pushed", "consented",
    "own", "own_standing",
}  # fmt: skip
CONDITIONS = {"always", "entitled", "public_item", "not_public_item", "not_shared", "consent", "no_consent"}
RELATIONS = {"SELF", "SOURCE", "TARGET", "OWN_FIELD", "REPORTED", "OTHER", "any"}


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


PUBLICATION, SHARING, CONSENT, SELF = map(rules, ("publication", "sharing", "consent", "self"))
RULES = (*PUBLICATION, *SHARING, *CONSENT, *SELF)
ALLOWS = [rule for rule in RULES if rule.effect == "allow"]
DENIES = [rule for rule in RULES if rule.effect == "deny"]
OTHERS = [rule for rule in ALLOWS if rule not in SELF]
"""What is opened to anybody but the subject itself."""


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


def test_ids_are_unique_over_all_files() -> None:
    ids = [rule.id for rule in RULES]
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
    answering = {rule.purpose for rule in OTHERS if "Standing.cleanRecord" in reached(rule)}
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
BEYOND_THE_TABLE = {
    "SH-604-PERSON-PROFESSION", "SH-831-PERSON-ADDRESS-TARGET",
    "SH-831-MEASURE-EXTRACT-REPORTED", "SH-831-MEASURE-FEEDBACK-REPORTED", "SH-831-MEASURE-TEXT-REPORTED",
}  # fmt: skip
"""Opened by the viewer columns of the model, or by EZ-16 (C-21), not by the table: each is pinned here."""


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
    for channel in (PUBLICATION, SHARING, CONSENT):
        closed = [rule for rule in channel if rule.effect == "deny" and (rule.sub, rule.cond) == ("any", "always")]
        denied = {field for rule in closed for field in fields_of(rule.field)}
        opened_anyway = {
            field for rule in channel if rule.effect == "allow" for field in reached(rule) & never
        } - denied
        assert opened_anyway - BY_CONSENT[channel is CONSENT] == set()


BY_CONSENT = {True: {"Organisation.financials"}, False: set[str]()}
"""A firm may let its bank see its accounts (reference 3.2)."""


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


@pytest.mark.parametrize("channel", [PUBLICATION, SHARING, CONSENT], ids=["publication", "sharing", "consent"])
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


# Consent: the column BANK of the field tables (reference 3.2 to 3.6), row by row

BANK_OF_PERSONS = {
    "REGISTRATION_PERSON": """id kind idType jurisdiction profession standing records measures Standing.subject""",
    "LICENCE": "licenceKind validFrom state",
    "PRACTICE_LICENCE": "licenceKind validFrom state",
    "PENALTY": "penaltyKinds fineBand",
    "DEFAULTER": "caseNumber court filedOn basisDocument performance conduct",
    "PROFESSION": "title",
    "SERIOUS_LIST": "listType localLabel listCategory recognisingDepartment listedOn termEnd",
    "RED_LIST": "listType localLabel recognisingDepartment listedOn termEnd",
    "HONOUR": "title grantedBy revoked",
    "COMMITMENT": "commitmentKind fulfilment",
    "IP": "rightKind rightNumber infringementDecision",
    "MEASURE": "id listEntry force mandatory legalBasis subject record",
}
"""What is in clear of each item besides the fields of every record."""

OF_EVERY_RECORD = {
    "documentNumber", "documentKind", "documentEffectiveOn", "decidedOn", "validUntil", "authority", "sourceUnit",
    "severity", "polarity", "supervisionField", "status", "underObjection", "repairState", "publication", "id",
    "catalogueItem", "subject", "jurisdiction", "measures",
}  # fmt: skip


def opened_to_banks(item: str, kind: str, level: str = "CLEAR") -> set[str]:
    found = [
        rule
        for rule in CONSENT
        if (rule.effect, rule.purpose, rule.level) == ("allow", "PM-901", level)
        and item in items_of(rule.item)
        and rule.kind in (kind, "any")
    ]
    decided = {str(field.coordinate) for field in CATALOGUE.fields_of(item)}
    return {field for rule in found for field in fields_of(rule.field) & decided}


def own_fields(item: str) -> set[str]:
    """Without what every record has, and without the person as named in it."""
    record = CATALOGUE.items[item].family is not None
    return {
        name if name.startswith("Standing.") else name.partition(".")[2]
        for name in opened_to_banks(item, "person")
        if not (record and (name.startswith(("Record.", "NaturalPerson."))))
    }


@pytest.mark.parametrize("item", BANK_OF_PERSONS)
def test_a_bank_is_shown_of_a_consenting_person_what_the_tables_say(item: str) -> None:
    assert own_fields(item) == set(BANK_OF_PERSONS[item].split())


def test_no_other_item_of_a_person_is_opened_by_consent() -> None:
    opened_items = {code for code in CATALOGUE.items if opened_to_banks(code, "person")}
    assert opened_items & {code for code, item in CATALOGUE.items.items() if "person" in item.kinds} == set(
        BANK_OF_PERSONS
    )


def test_of_records_a_bank_sees_no_more_than_their_data() -> None:
    seen = {name for code in CATALOGUE.items for name in opened_to_banks(code, "person") if name.startswith("Record.")}
    assert seen == {f"Record.{name}" for name in OF_EVERY_RECORD}


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        ("PENALTY", "id catalogueItem jurisdiction subject decidedOn authority status underObjection repairState"),
        (
            "SERIOUS_LIST",
            "id catalogueItem jurisdiction subject decidedOn authority status underObjection repairState measures",
        ),
    ],
)
def test_penalties_and_lists_are_shown_without_their_documents(item: str, shown: str) -> None:
    found = {name for name in opened_to_banks(item, "person") if name.startswith("Record.")}
    assert found == {f"Record.{name}" for name in shown.split()}


def test_a_bank_reads_a_name_and_a_number_masked_and_texts_redacted() -> None:
    masked = {(rule.item, rule.field, rule.mask) for rule in CONSENT if rule.mask and rule.purpose == "PM-901"}
    assert masked == {
        ("REGISTRATION_PERSON", "NaturalPerson.name", "MASK_NAME_SURNAME"),
        ("REGISTRATION_PERSON", "NaturalPerson.idNumber", "MASK_ID_1_1"),
        ("REGISTRATION_ORG", "Organisation.taxRegistrationNumber", "MASK_TAX_NO"),
        ("COMMITMENT", "Commitment.text", "MASK_REDACT_TEXT"),
        ("COMMITMENT", "Commitment.evidence", "MASK_REDACT_TEXT"),
    }


def test_every_rule_of_consent_asks_for_one_and_is_of_those_who_may_be_given_one() -> None:
    allows = [rule for rule in CONSENT if rule.effect == "allow"]
    assert {(rule.cond, rule.row) for rule in allows} == {("consent", "consented")}
    assert {(rule.sub, rule.purpose) for rule in allows} == {("bank", "PM-901"), ("credit_service", "PM-906")}
    assert {rule.kind for rule in allows if rule.sub == "credit_service"} == {"organisation"}
    assert {"PIPL-13", "PIPL-23", "WH-二(六)2"} <= set.intersection(*(set(rule.basis.split()) for rule in allows))


def test_credit_services_are_opened_what_banks_are_of_organisations() -> None:
    of_firms = {
        rule.id.removeprefix("CO-"): (rule.item, rule.field, rule.level, rule.mask)
        for rule in CONSENT
        if rule.sub == "bank" and rule.kind in ("any", "organisation")
    }
    services = {
        rule.id.removeprefix("CO-906-"): (rule.item, rule.field, rule.level, rule.mask)
        for rule in CONSENT
        if rule.effect == "allow" and rule.sub == "credit_service"
    }
    assert services == of_firms


# Self: everything of one's own, less informants, workflow, sealed detail and other persons


def opened_to_oneself() -> set[str]:
    denied = {field for rule in SELF if rule.effect == "deny" and rule.sub == "any" and rule.level == "VERDICT"
              for field in fields_of(rule.field)}  # fmt: skip
    return {field for rule in SELF if rule.effect == "allow" for field in reached(rule)} - denied


def test_a_subject_is_shown_every_field_but_these() -> None:
    assert {str(name) for name in CATALOGUE.fields} - opened_to_oneself() == {
        "Link.person", "ListEntry.personTargets", "NaturalPerson.guardian",  # other persons
        "NaturalPerson.deathDate", "NaturalPerson.ethnicity",  # of the dead; never out of the store
        "Record.informant", "Record.remark", "Record.handler", "Record.sealed", "Record.quarantineReasons",
        "Measure.humanDecision", "Measure.legalityReview",
        "MeasureFeedback.matterNumber", "MeasureFeedback.result", "MeasureFeedback.late",
        "Standing.fieldPenalty",  # asks for the caller's own field of supervision
    }  # fmt: skip


def test_texts_are_redacted_for_the_subject_too_but_for_its_own_words() -> None:
    """BASIS: HS-17(一), EZ-15, JY-三(二)17. What identifies an informant stands in texts, where no class tells it."""
    texts = {str(field.coordinate) for field in CATALOGUE.fields_of_class("FREE_TEXT")}
    clear = {name for rule in SELF if (rule.effect, rule.level) == ("allow", "CLEAR") for name in reached(rule) & texts}
    assert clear == {"Commitment.text", "SelfProvided.statement"}


def test_self_scope_is_of_the_subject_alone() -> None:
    allows = [rule for rule in SELF if rule.effect == "allow"]
    assert {(rule.sub, rule.purpose, rule.rel) for rule in allows} == {("data_subject", "PM-902", "SELF")}
    assert {rule.row for rule in allows} == {"own", "own_standing"}
    assert all({"PIPL-44", "PIPL-45"} <= set(rule.basis.split()) for rule in allows)


def test_there_is_no_rule_for_audit_scope() -> None:
    assert "rules/audit.csv" not in FILES
