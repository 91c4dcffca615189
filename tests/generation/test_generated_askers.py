"""Somebody asks for every group of purposes, and for every purpose that a rule speaks of."""

import policies
from authz.policy import load_policy
from authz.trees import ROOT
from tests.generation.askers import EVERY_GROUP

POLICY = load_policy(policies.contents())
ASKED = {asker.admission().purpose for asker in EVERY_GROUP}


def test_every_group_of_purposes_has_an_asker() -> None:
    purposes = POLICY.regulation.purposes
    assert {purpose.group for purpose in purposes.values()} == {purposes[code].group for code in ASKED}


def test_every_purpose_of_a_rule_has_an_asker() -> None:
    """Whether a rule names a purpose or a group of any height."""
    spoken = {rule.purpose for rule in POLICY.rules} - {ROOT}
    asked = {name for name in spoken if any(POLICY.space.purposes.within(code, name) for code in ASKED)}
    assert spoken - asked == set()
    assert "PM-812" in spoken


def test_an_asker_asks_in_the_scope_and_role_of_its_purpose() -> None:
    for asker in EVERY_GROUP:
        admission = asker.admission()
        purpose = POLICY.regulation.purposes[admission.purpose]
        assert admission.role is None or purpose.allows_role(admission.role)
        if asker.matter is not None:
            assert (asker.persons, asker.organisations) <= (purpose.persons, purpose.organisations)


def test_names_of_askers_differ() -> None:
    assert len({asker.name for asker in EVERY_GROUP}) == len(EVERY_GROUP)
