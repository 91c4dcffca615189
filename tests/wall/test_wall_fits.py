"""The wall is as wide as the grants: a column that a rule opens, or a row scope tests, is one that its role may read.

Where it is not, either the rule opens too much or privileges.csv too little; callers would get INTERNAL.
"""

from collections.abc import Iterator
from datetime import date

import pytest

import policies
from authz.compile import compile_grant
from authz.grant import Kind, Level, Part, Scope
from authz.policy import Policy, load_policy
from authz.principal import Principal
from authz.purpose import Admission
from authz.scopes import After, All, Any, By, Empty, In, Is, MyAgency, MyPeriod, MySubject, Not, RowScope, Trigger
from gateway.database.scopes import columns_of, role_of
from resolvers.bindings import CLEAR, column_of, party_column

TODAY = date(2026, 5, 20)
DEPARTMENTS = ("dept.housing", "dept.market_supervision", "dept.human_resources")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(policies.contents())


def admissions(policy: Policy) -> Iterator[tuple[str, Admission]]:
    yield "public", Admission(scope=Scope.PUBLICATION, purpose="PM-903")
    yield "bank", Admission(scope=Scope.CONSENT, purpose="PM-901", role="data_subject")
    yield "data_subject", Admission(scope=Scope.SELF, purpose="PM-902")
    for code, purpose in policy.regulation.purposes.items():
        for role in purpose.roles or (None,):
            for department in DEPARTMENTS:
                yield department, Admission(scope=Scope.SHARING, purpose=code, role=role)


def looked_at(scope: RowScope, table: str) -> Iterator[tuple[str, str]]:
    """The columns that a row scope tests, with their tables."""
    match scope:
        case Is(fact, _) | In(fact, _) | Empty(fact) | By(fact, _) | After(fact, _) | MyAgency(fact):
            yield table, fact
        case MySubject(fact) | MyPeriod(fact):
            yield table, fact
        case All(parts) | Any(parts):
            for part in parts:
                yield from looked_at(part, table)
        case Not(part):
            yield from looked_at(part, table)
        case Trigger(part):
            yield from looked_at(part, "record")


def read(policy: Policy, part: Part, scope: Scope) -> Iterator[tuple[str, str]]:
    """The stored columns that a part reads, with their tables."""
    named = scope is Scope.PUBLICATION and part.kind is Kind.PERSON
    for coordinate, disclosure in part.fields.items():
        field = policy.catalogue.fields[coordinate]
        form = CLEAR if disclosure.level is Level.CLEAR else disclosure.mask
        if field.store in {"derived", "absent"} or disclosure.level < Level.MASKED or form is None:
            continue
        if named and coordinate.startswith("NaturalPerson."):
            if coordinate != "NaturalPerson.kind":  # the kind of the part itself
                yield "record", party_column(field, form).name
        else:
            column = column_of(field, form)
            yield column.source.value, column.name


def test_every_column_of_a_grant_is_one_of_its_role(policy: Policy) -> None:
    walled = set()
    for department, admission in admissions(policy):
        who = Principal(client="x", organisation="x", role=department, jurisdiction="420100")
        grant = compile_grant(policy, who, admission, TODAY)
        role = role_of(grant)
        for part in grant.parts:
            table = policy.space.facts[part.item].source.value
            wanted = {*read(policy, part, admission.scope), *looked_at(part.rows, table)}
            walled |= {(role, *column) for column in wanted if column[1] not in columns_of(role, column[0])}
    assert walled == set()
