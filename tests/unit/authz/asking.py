"""Demands and grants for tests of what an answer says about itself: real documents under the shipped policy."""

from datetime import date

import policies
from authz.compile import compile_grant
from authz.grant import Grant, Scope
from authz.policy import load_policy
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.demands.demand import Demand
from schema.documents.document import prepare

POLICY = load_policy(policies.contents())
TODAY = date(2026, 5, 20)
ENQUIRY = Admission(scope=Scope.PUBLICATION, purpose="PM-903")


def demand(text: str, **variables: object) -> Demand:
    document = prepare(text, graphql_schema())
    return Demands(graphql_schema(), 8).ask(document, document.operations[0], variables).demand


def agency(role: str, jurisdiction: str, field: str | None = None) -> Principal:
    return Principal(
        client="A", organisation="A", role=role, jurisdiction=jurisdiction, supervision_field=field, agency_id=7
    )


HOUSING = agency("dept.housing", "420111", "CONSTRUCTION")
RECRUITERS = agency("dept.human_resources", "420100")


def sharing(purpose: str, role: str) -> Admission:
    return Admission(scope=Scope.SHARING, purpose=purpose, role=role)


TENDER, RECRUITING = sharing("PM-301", "bidder"), sharing("PM-601", "candidate")


def grant(who: Principal = PUBLIC, admission: Admission = ENQUIRY) -> Grant:
    return compile_grant(POLICY, who, admission, TODAY)
