"""Grants kept for those who ask alike, and no more of them than agreed."""

from dataclasses import replace
from datetime import timedelta

from authz.compile import compile_grant
from authz.grant import Scope
from authz.grants import Grants
from authz.principal import PUBLIC
from authz.purpose import Admission
from tests.unit.authz.small import TODAY, agency, policy, rule

SHARING = Admission(scope=Scope.SHARING, purpose="PM-1")
ENQUIRY = Admission(scope=Scope.PUBLICATION, purpose="PM-903")


def test_a_grant_is_that_of_the_compiler() -> None:
    grants = Grants(policy(rule("A")))
    assert grants.grant(agency(), SHARING, TODAY) == compile_grant(grants.policy, agency(), SHARING, TODAY)


def test_agencies_of_one_department_and_field_share_a_grant() -> None:
    grants = Grants(policy(rule("A")))
    first = grants.grant(agency(), SHARING, TODAY)
    assert grants.grant(replace(agency(), client="A9", organisation="Z", agency_id=9), SHARING, TODAY) is first


def test_everyone_shares_the_publics_grant() -> None:
    grants = Grants(policy(rule("A"), rule("P", Scope.PUBLICATION)))
    assert grants.grant(agency(), ENQUIRY, TODAY) is grants.grant(PUBLIC, ENQUIRY, TODAY)


def test_whatever_a_grant_depends_on_divides_them() -> None:
    grants = Grants(policy(rule("A")))
    askers = [
        (agency(), SHARING, TODAY),
        (agency("dept.b"), SHARING, TODAY),
        (agency(jurisdiction="370100"), SHARING, TODAY),
        (agency(field="TRAFFIC"), SHARING, TODAY),
        (agency(), replace(SHARING, purpose="PM-2"), TODAY),
        (agency(), replace(SHARING, role="bidder"), TODAY),
        (agency(), SHARING, TODAY + timedelta(days=1)),
        (agency(), ENQUIRY, TODAY),
    ]
    assert len({grants.grant(*asker).digest for asker in askers}) == len(askers) == len(grants)


def test_the_grant_least_asked_for_makes_room() -> None:
    grants = Grants(policy(rule("A")), capacity=2)
    first = grants.grant(agency(), SHARING, TODAY)
    second = grants.grant(agency("dept.b"), SHARING, TODAY)
    assert grants.grant(agency(), SHARING, TODAY) is first
    grants.grant(agency(), ENQUIRY, TODAY)
    assert len(grants) == 2
    assert grants.grant(agency(), SHARING, TODAY) is first
    assert grants.grant(agency("dept.b"), SHARING, TODAY) is not second
