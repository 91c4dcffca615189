"""The measures list and the categories of serious dishonesty, as the five instruments differ."""

import pytest

import policies
from schema.regulations.regulation import load_regulation
from schema.vocabulary.administration import BasisRank
from schema.vocabulary.lists import ListCategory, ListTypeCode
from schema.vocabulary.measures import MeasureCategory, MeasureForce, MeasureGroup

REGULATION = load_regulation(policies.contents())
MEASURES = REGULATION.measures
CATEGORIES = {category.id: category for category in REGULATION.list_types["SERIOUS"].categories}


def test_every_measure_is_there() -> None:
    counted = {kind: sum(entry.startswith(kind) for entry in MEASURES) for kind in ("INC", "ADM", "MKT", "IND", "SOC")}
    assert counted == {"INC": 19, "ADM": 21, "MKT": 5, "IND": 9, "SOC": 5}


def test_nobody_outside_the_state_is_compelled() -> None:
    """BASIS: WH-二(四)1."""
    compelled = [
        entry.id
        for entry in MEASURES.values()
        if entry.force is MeasureForce.COMPULSORY
        and (entry.group is MeasureGroup.G3 or entry.category in (MeasureCategory.IND, MeasureCategory.SOC))
    ]
    assert compelled == []
    assert {MEASURES[entry].force for entry in ("MKT-02", "MKT-03", "MKT-04")} == {MeasureForce.VOLUNTARY}


def test_the_same_restriction_is_classed_by_instrument() -> None:
    """C-05: high consumption is administrative in Wuhan, a market measure in Ezhou and Jiyang."""
    classes = {tag: MEASURES["ADM-15"].class_under(tag) for tag in ("HS", "WC", "EZ", "JY", "WH")}
    assert classes == {"HS": "ADM", "WC": "ADM", "EZ": "MKT", "JY": "MKT", "WH": None}


def test_ability_and_refusal_are_asked_where_the_instrument_asks_them() -> None:
    assert MEASURES["ADM-15"].ability_and_refusal == {"JY", "WC"}
    assert MEASURES["ADM-15"].legal_organ_only
    assert MEASURES["ADM-14"].legal_organ_only


def test_measures_that_reduce_rights_need_law_or_central_policy() -> None:
    for entry in MEASURES.values():
        if entry.group is MeasureGroup.G1:
            assert set(entry.required_rank) == {
                BasisRank.LAW, BasisRank.ADMIN_REGULATION, BasisRank.LOCAL_REGULATION, BasisRank.CENTRAL_POLICY,
            }, entry.id  # fmt: skip


def test_a_measure_reaches_only_the_persons_its_basis_names() -> None:
    assert set(MEASURES["ADM-11"].reach_roles) == {"LEGAL_REP", "PRINCIPAL", "PRACTITIONER"}
    assert MEASURES["ADM-09"].reach_roles == ()
    assert "GF2016-33-三(十)" in MEASURES["ADM-09"].citations()


def test_the_sd_vocabulary_and_the_data_agree() -> None:
    assert set(CATEGORIES) == set(ListCategory)
    assert {code for code in ListTypeCode if code not in REGULATION.list_types} == set()


@pytest.mark.parametrize(
    ("category", "named_by"),
    [
        ("SD-H-AIR", {"WC"}),
        ("SD-H-QUARANTINE", {"JY"}),
        ("SD-M-BRIBERY", {"HS", "JY", "WC"}),
        ("SD-M-WAGE_ARREARS", {"HS", "EZ", "JY", "WC"}),
        ("SD-M-METROLOGY", {"WC"}),
        ("SD-M-SUBCONTRACT", {"JY"}),
        ("SD-D-CONSCRIPTION", {"HS", "EZ", "JY"}),
        ("SD-D-REQUISITION", {"HS", "EZ", "JY", "WC"}),
        ("SD-X-CAPACITY_CUT", {"WC"}),
    ],
)
def test_a_category_holds_only_where_an_instrument_names_it(category: str, named_by: set[str]) -> None:
    found = CATEGORIES[ListCategory(category)]
    assert {tag for tag in ("HS", "EZ", "JY", "WC", "WH") if found.named_by(tag)} == named_by
    assert found.family == "-".join(category.split("-")[:2])


def test_labels_differ_by_instrument() -> None:
    assert CATEGORIES[ListCategory.H_TRANSPORT].labels == {"JY": "交通安全"}
    assert REGULATION.list_types["SERIOUS"].labels["EZ"] == "黑名单"
    assert REGULATION.list_types["SERIOUS"].labels["WH"] == "严重失信主体名单"
