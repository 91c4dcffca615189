"""The questions of a preview: valid for every type and purpose, and read by the report of their answer."""

from datetime import date
from typing import Any

import pytest

import policies
from authz.policy import load_policy
from gateway.preview.questions import VARIES, Asked, Seen, document, fields, seen
from gateway.preview.viewers import NoSuchPurposeError, agency, role_of
from schema.build import graphql_schema
from schema.coordinates import types_of
from schema.documents.document import Documents

POLICY = load_policy(policies.contents())
TODAY = date(2026, 5, 20)
TYPES = (*types_of("Record"), "Organisation", "NaturalPerson", "Measure")


def asked(type_name: str, *, natural: bool = False) -> Asked:
    return Asked(id=1, type=type_name, kind="record", natural=natural, item="PENALTY")


@pytest.mark.parametrize("type_name", TYPES)
def test_every_type_can_be_asked_about(type_name: str) -> None:
    documents = Documents(graphql_schema(), 8)
    for purpose in (None, POLICY.regulation.purposes["PM-301"]):
        assert documents.prepare(document(type_name, purpose)).operation().name == "Preview"


@pytest.mark.parametrize("type_name", TYPES)
def test_every_field_has_a_name_in_chinese(type_name: str) -> None:
    told = list(seen(asked(type_name), {}, (), POLICY.catalogue))
    assert [each.field for each in told] == list(fields(type_name))
    assert all(each.zh and each.level == "CLEAR" and each.value is None for each in told)


def test_the_report_of_an_answer_says_how_a_field_is_shown() -> None:
    variants = [{"items": ["PENALTY"], "level": "MASKED"}, {"items": ["PUBLIC_SECURITY_PENALTY"], "level": "WITHHELD"}]
    report: list[dict[str, Any]] = [
        {"path": "node.facts", "level": "WITHHELD", "variants": variants, "kind": None},
        {"path": "node.content", "level": "CLEAR", "variants": [{**variants[0], "level": "CLEAR"}, variants[0]]},
        {"path": "node.remark", "level": "WITHHELD", "kind": "person"},
        {"path": "node.remark", "level": "CLEAR", "kind": "organisation"},
    ]
    told = {
        each.field: each for each in seen(asked("Penalty", natural=True), {"facts": "王某"}, report, POLICY.catalogue)
    }
    assert told["facts"] == Seen(zh="事实", field="facts", value="王某", level="MASKED")
    assert (told["remark"].value, told["remark"].level) == (None, "WITHHELD")
    assert told["content"].level == VARIES


@pytest.mark.parametrize("jurisdiction", ["420100", "420106", "420700", "370115"])
def test_an_agency_asks_for_what_its_jurisdiction_offers(jurisdiction: str) -> None:
    found = agency(POLICY.regulation, jurisdiction, TODAY)
    offered = POLICY.regulation.offered(jurisdiction, TODAY)
    assert set(found.purposes.values()) <= set(offered)
    for natural, purpose in found.purposes.items():
        assert purpose.persons if natural else purpose.organisations
        assert purpose.allows_role(role_of(purpose))


def test_customary_purposes_go_first() -> None:
    found = agency(POLICY.regulation, "420100", TODAY)
    assert {natural: purpose.code for natural, purpose in found.purposes.items()} == {False: "PM-301", True: "PM-601"}
    with pytest.raises(NoSuchPurposeError):
        agency(POLICY.regulation, "420100", TODAY, "PM-903")
