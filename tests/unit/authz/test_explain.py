"""Why a field is shown as it is: rules for and against it, and the rule that came nearest."""

from authz.explain import Explained, explain
from authz.grant import Level
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission
from tests.unit.authz.asking import ENQUIRY, HOUSING, POLICY, RECRUITERS, RECRUITING, TENDER, demand, grant

BY_CODE = "query($u: String!) { subject(by: {uscc: $u}) { %s } }"
RULES = {rule.id: rule for rule in POLICY.rules}


def explained(fields: str, who: Principal = PUBLIC, admission: Admission = ENQUIRY) -> dict[str, Explained]:
    asked = demand(BY_CODE % fields, u="91420199MA9TERT20X")
    return {each.path: each for each in explain(asked, grant(who, admission), POLICY, who, admission)}


def test_every_asked_field_is_explained_once() -> None:
    found = explained("name kind ... on Organisation { officePhone } records { edges { node { facts } } }")
    assert list(found) == [
        "subject.name",
        "subject.kind",
        "subject.officePhone",
        "subject.records",
        "subject.records.edges.node.facts",
    ]


def test_a_shown_field_names_the_rules_that_open_it_and_the_rows() -> None:
    (decided,) = explained("name")["subject.name"].decided
    assert (decided.item, decided.level) == ("REGISTRATION_ORG", Level.CLEAR)
    assert decided.reasons
    assert all(ground.allows and ground.basis == RULES[ground.rule].basis for ground in decided.reasons)


def test_a_denied_field_names_the_deny() -> None:
    (decided,) = explained("... on Organisation { financials }")["subject.financials"].decided
    assert decided.level is Level.NONE
    assert [ground.allows for ground in decided.reasons] == [False]


def test_a_field_that_nothing_opens_names_the_nearest_rule_and_what_it_fails() -> None:
    asked = demand(
        "query($n: String!) { subject(by: {person: {idNumber: $n, name: $n}}) "
        "{ records { edges { node { ... on Licence { licenceKind } } } } } }",
        n="420199199207280027",
    )
    explanation = explain(asked, grant(RECRUITERS, RECRUITING), POLICY, RECRUITERS, RECRUITING)
    (found,) = (each for each in explanation if each.coordinate == "Licence.licenceKind")
    assert found.decided == ()
    assert found.nearest is not None
    assert "purpose" in found.nearest.failed
    assert RULES[found.nearest.rule].basis == found.nearest.basis


def test_where_a_rule_opens_the_field_nothing_is_nearest() -> None:
    found = explained("... on Organisation { officePhone }", HOUSING, TENDER)["subject.officePhone"]
    assert found.nearest is None
    assert found.decided[0].level is Level.MASKED


def test_a_field_of_which_no_rule_of_the_scope_speaks_has_no_nearest_rule() -> None:
    found = explained("... on Organisation { officePhone }")["subject.officePhone"]
    assert [decided.level for decided in found.decided] == [Level.NONE]
    assert found.nearest is None
