"""The catalogue files: every item, its sharing and publication, and the fields that hang on it."""

import policies
from schema.catalogue import load_catalogue
from schema.classification import CATEGORIES, PseudoCategory
from schema.vocabulary.access import SubjectSide
from schema.vocabulary.catalogue import CatalogueCategory, FieldClass, PublishAttribute, ShareAttribute

CATALOGUE = load_catalogue(policies.contents())
ITEMS = CATALOGUE.items

FAMILIES = {
    "LICENCE": "Licence", "PRACTICE_LICENCE": "Licence", "PENALTY": "Penalty", "PUBLIC_SECURITY_PENALTY": "Penalty",
    "COERCION": "Coercion", "CONFIRMATION": "Confirmation", "LEVY": "Levy", "PAYMENT": "Payment",
    "ADJUDICATION": "Adjudication", "COMPENSATION": "Compensation", "REWARD": "Reward", "INSPECTION": "Inspection",
    "ARBITRATION": "Arbitration", "JUDGMENT": "Judgment", "DEFAULTER": "Defaulter", "PROFESSION": "Profession",
    "ABNORMAL_OPERATION": "AbnormalOperation", "SERIOUS_LIST": "ListEntry", "RED_LIST": "ListEntry",
    "CONTRACT_PERFORMANCE": "Contract", "COMMITMENT": "Commitment", "EVALUATION": "Evaluation",
    "LEGAL_COMPLIANCE": "LegalCompliance", "HONOUR": "Honour", "IP": "IntellectualProperty",
    "SELF_PROVIDED": "SelfProvided", "ASSOCIATION_REFERENCE": "AssociationReference",
}  # fmt: skip
WITHOUT_RECORDS = {"REGISTRATION_ORG", "REGISTRATION_PERSON", "LINK", "MEASURE", "CLEAN_RECORD"}


def test_every_item_is_there_with_its_family() -> None:
    assert {code: item.family for code, item in ITEMS.items() if item.family} == FAMILIES
    assert {code for code, item in ITEMS.items() if not item.family} == WITHOUT_RECORDS


def test_every_category_of_the_national_catalogue_has_an_item() -> None:
    assert {item.category for item in ITEMS.values()} == CATEGORIES | set(PseudoCategory)
    assert {item.code for item in CATALOGUE.items_of("JUDICIAL")} == {"DEFAULTER", "JUDGMENT", "ARBITRATION"}
    order = [item.category for item in ITEMS.values() if isinstance(item.category, CatalogueCategory)]
    assert order == sorted(order, key=list(CatalogueCategory).index)


def test_what_may_not_leave_its_source_is_neither_shared_nor_published() -> None:
    sealed = ITEMS["PUBLIC_SECURITY_PENALTY"]
    assert (sealed.share_attribute, sealed.publish_attribute) == (ShareAttribute.NONE, PublishAttribute.NONE)


def test_welfare_payments_of_persons_are_never_public() -> None:
    assert ITEMS["PAYMENT"].publish_attribute is PublishAttribute.NONE
    assert ITEMS["PAYMENT"].share_attribute is ShareAttribute.CONDITIONAL


def test_no_natural_person_is_evaluated() -> None:
    assert ITEMS["EVALUATION"].kinds == {SubjectSide.ORGANISATION}


def test_only_items_with_a_basis_name_a_person_in_clear() -> None:
    assert {code for code, item in ITEMS.items() if item.person_name_in_clear} == {"DEFAULTER", "HONOUR"}


def test_every_verdict_is_decided_under_an_item() -> None:
    decided = {verdict: {code for code, item in ITEMS.items() if verdict in item.verdicts} for verdict in VERDICTS}
    assert decided == VERDICTS
    assert {field.coordinate for field in CATALOGUE.fields_of_type("Standing")} == VERDICTS.keys()


REGISTRATION = {"REGISTRATION_ORG", "REGISTRATION_PERSON"}
VERDICTS = {
    "Standing.subject": REGISTRATION,
    "Standing.identityMatch": REGISTRATION,
    "Standing.judgmentDefaulter": {"DEFAULTER"},
    "Standing.seriousList": {"SERIOUS_LIST"},
    "Standing.redList": {"RED_LIST"},
    "Standing.sanctioned": {"MEASURE"},
    "Standing.cleanRecord": {"CLEAN_RECORD"},
    "Standing.majorPenalty": {"PENALTY"},
    "Standing.fieldPenalty": {"PENALTY"},
}


def test_every_field_is_decided_under_some_item() -> None:
    decided = {field.coordinate for code in ITEMS for field in CATALOGUE.fields_of(code)}
    assert set(CATALOGUE.fields) - decided == set()


def test_the_fields_of_an_item_are_those_of_record_and_its_family() -> None:
    coordinates = {field.coordinate for field in CATALOGUE.fields_of("PENALTY")}
    assert {"Record.facts", "Penalty.fineAmount", "Standing.majorPenalty", "NaturalPerson.name"} <= coordinates
    assert not {"Licence.state", "Organisation.name", "Standing.redList"} & coordinates
    assert {item.code for item in CATALOGUE.items_deciding("Licence.state")} == {"LICENCE", "PRACTICE_LICENCE"}


def test_informants_are_in_no_set_and_not_stored() -> None:
    """BASIS: HS-17(一), JY-三(二)17, EZ-15."""
    (informant,) = CATALOGUE.fields_of_class(FieldClass.INFORMANT)
    assert (informant.coordinate, informant.store, informant.level) == ("Record.informant", "absent", "L5")
    assert informant.sets == frozenset()


def test_an_extract_holds_no_text_and_no_direct_identifier() -> None:
    private = {FieldClass.FREE_TEXT, FieldClass.DIRECT_ID, FieldClass.CONTACT, FieldClass.BUSINESS_SECRET}
    extract = CATALOGUE.fields_in_set("extract")
    assert {field.coordinate for field in extract if field.field_class in private} == set()
    wanted = {"core", "summary"}
    without_subjects = ("Organisation", "NaturalPerson", "Link", "Standing")
    assert {
        field.coordinate
        for field in CATALOGUE.fields.values()
        if wanted & field.sets and field.type not in without_subjects and "extract" not in field.sets
    } == set()


def test_direct_identifiers_and_texts_never_lie_in_clear() -> None:
    private = (*CATALOGUE.fields_of_class(FieldClass.DIRECT_ID), *CATALOGUE.fields_of_class(FieldClass.FREE_TEXT))
    in_clear = {field.coordinate for field in private if field.store == "plain"}
    assert in_clear == {"Record.attachments"}  # references to files, not their text
