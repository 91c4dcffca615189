"""Fields that the schema promises are never null, in every grant that the shipped policies can give."""

from collections.abc import Iterator
from datetime import date

import pytest

import policies
from authz.compile import compile_grant
from authz.grant import Grant, Kind, Level, Part, Scope
from authz.policy import Policy, load_policy
from authz.principal import PUBLIC, Principal
from authz.purpose import PUBLIC_ENQUIRY, Admission
from schema.demands.demand import Coordinate

TODAY = date(2026, 5, 20)
PROMISED = (
    ("Record.id", "Record.catalogueItem"),
    ("Organisation.id", "Organisation.kind"),
    ("NaturalPerson.id", "NaturalPerson.kind"),
    ("Measure.id", "Measure.listEntry"),
    ("Link.name", "Link.role"),
)
"""Where the first is shown, the row is; then the second is in clear."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(policies.contents())


def grants(policy: Policy) -> Iterator[Grant]:
    yield compile_grant(policy, PUBLIC, Admission(scope=Scope.PUBLICATION, purpose=PUBLIC_ENQUIRY), TODAY)
    for jurisdiction in ("420106", "420111", "420700", "370115"):
        for purpose in policy.regulation.offered(jurisdiction, TODAY):
            for role in purpose.roles or (None,):
                who = Principal(
                    client="A", organisation="A", role="dept.housing", jurisdiction=jurisdiction, agency_id=1
                )
                admission = Admission(scope=Scope.SHARING, purpose=purpose.code, role=role)
                yield compile_grant(policy, who, admission, TODAY)


def shown(part: Part, coordinate: str) -> Level:
    return part.of(Coordinate(coordinate)).level


def test_what_may_not_be_null_is_in_clear_wherever_its_row_is_shown(policy: Policy) -> None:
    broken = {
        (grant.purpose, part.item, part.kind.value, promised)
        for grant in grants(policy)
        for part in grant.parts
        for row, promised in PROMISED
        if shown(part, row) >= Level.MASKED and shown(part, promised) is not Level.CLEAR
    }
    assert broken == set()


def test_some_row_of_every_kind_is_shown_to_someone(policy: Policy) -> None:
    seen = {
        (row, part.kind)
        for grant in grants(policy)
        for part in grant.parts
        for row, _ in PROMISED
        if shown(part, row) >= Level.MASKED
    }
    assert {("Record.id", Kind.ORGANISATION), ("Record.id", Kind.PERSON), ("Measure.id", Kind.ORGANISATION)} <= seen
    assert {("Organisation.id", Kind.ORGANISATION), ("NaturalPerson.id", Kind.PERSON)} <= seen
