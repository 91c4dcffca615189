"""A document and a kind of caller -> demand, grant, plan and statement under the shipped policies, with no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import policies
from authz.compile import compile_grant
from authz.grant import Grant, Scope
from authz.policy import Policy, load_policy
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission
from resolvers.compose import compose
from resolvers.derived import Moment
from resolvers.plan import ReadPlan
from resolvers.statements import Statement, statement
from schema.build import graphql_schema
from schema.demands.asking import Asked, Demands
from schema.documents.document import Documents
from tests.city import TODAY

POLICY_VERSION = "policy-version"
"""Stands for the version in statements, so that they change only where the rules of a caller change."""

CALLERS: Mapping[str, tuple[Principal, Admission]] = {
    "public": (PUBLIC, Admission(scope=Scope.PUBLICATION, purpose="PM-903")),
} | {
    name: (
        Principal(
            client=name[:2],
            organisation=name[:2],
            role=department,
            jurisdiction=place,
            supervision_field=field,
            agency_id=7,
        ),
        Admission(scope=Scope.SHARING, purpose=name[3:], role=role),
    )
    for name, department, place, field, role in (
        ("A1-PM-301", "dept.housing", "420111", "TENDER_PROCUREMENT", "bidder"),
        ("A1-PM-302", "dept.housing", "420111", "TENDER_PROCUREMENT", "review_expert"),
        ("A2-PM-601", "dept.organisation", "420100", None, "candidate"),
        ("A4-PM-401", "dept.market_supervision", "420100", "FOOD_DRUG_SAFETY", "supervised"),
        ("A4-PM-821", "dept.market_supervision", "420100", "FOOD_DRUG_SAFETY", "applicant"),
        ("A7-PM-831", "dept.trading_centre", "420700", "TENDER_PROCUREMENT", "listed_target"),
    )
}


@dataclass(frozen=True, kw_only=True)
class Planned:
    asked: Asked
    grant: Grant
    plan: ReadPlan
    statement: Statement


@cache
def policy() -> Policy:
    return load_policy(policies.contents())


@cache
def grant_of(caller: str) -> Grant:
    who, admission = CALLERS[caller]
    return compile_grant(policy(), who, admission, TODAY)


@cache
def _line() -> tuple[Documents, Demands]:
    return Documents(graphql_schema(), 500), Demands(graphql_schema(), 500)


def asked_of(text: str, variables: Mapping[str, object] | None = None) -> Asked:
    documents, demands = _line()
    document = documents.prepare(text)
    return demands.ask(document, document.operation(), dict(variables or {}))


def planned(text: str, caller: str, variables: Mapping[str, object] | None = None) -> Planned:
    asked, grant = asked_of(text, variables), grant_of(caller)
    plan = compose(asked.demand, grant, policy().catalogue)
    moment = Moment(today=TODAY, suspending=grant.suspending)
    made = statement(plan, moment, POLICY_VERSION, persons=grant.persons, fixed_date=True)
    return Planned(asked=asked, grant=grant, plan=plan, statement=made)
