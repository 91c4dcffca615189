"""US-5, the policy: a security officer reads the log and no credit data, by whatever way it is asked for."""

from datetime import date

import pytest

import policies
from authz.compile import compile_grant
from authz.grant import Scope
from authz.policy import load_policy
from authz.principal import AUDITOR_ROLE, NATION, Principal
from authz.purpose import SECURITY_AUDIT, Admission
from authz.rules import FILES
from schema.errors import Code
from tests.city import City

pytestmark = pytest.mark.anyio

TODAY = date(2026, 5, 20)
N1 = {"idNumber": "420199198503120015", "name": "李测试"}


@pytest.mark.parametrize(
    "document",
    [
        '{ subject(by: {uscc: "91420199MA9TERT20X"}) { name } }',
        '{ standing(by: {uscc: "91420199MA9TERT20X"}) { seriousList { answer } } }',
        '{ subjects(filter: {name: "测试"}) { totalCount } }',
        "{ records { totalCount } }",
        "{ measures { totalCount } }",
        '{ node(id: "x") { id } }',
    ],
)
@pytest.mark.parametrize("purpose", ["", 'query @purpose(code: "PM-904") '], ids=["implied", "stated"])
async def test_an_officer_is_shown_no_credit_data(town: City, document: str, purpose: str) -> None:
    answer = await town.ask(purpose + document, client="AUDIT", operator="U1")
    assert answer.code is Code.SUBJECT_NOT_COVERED
    assert "data" not in answer.body
    assert answer.statements == ()
    assert (await town.entry(answer.entry))["kind"] == "deny"


async def test_an_officer_looks_up_nobody_known_or_not(town: City) -> None:
    document = "query($who: PersonLookup!) { subject(by: {person: $who}) { name } }"
    nobody = N1 | {"idNumber": "420199198503120031"}
    known, unknown = [await town.ask(document, {"who": who}, client="AUDIT", operator="U1") for who in (N1, nobody)]
    assert known.code is Code.SUBJECT_NOT_COVERED
    assert known.raw == unknown.raw


@pytest.mark.parametrize("code", ["PM-301", "PM-901", "PM-902", "PM-903"])
async def test_an_officer_claims_no_other_purpose(town: City, code: str) -> None:
    document = f'query @purpose(code: "{code}") {{ records {{ totalCount }} }}'
    assert (await town.ask(document, client="AUDIT", operator="U1")).code is Code.PURPOSE_NOT_ALLOWED


async def test_what_the_regulations_say_is_told_to_officers_too(town: City) -> None:
    answer = await town.ask("{ viewer { kind scope } catalogue { code } }", client="AUDIT", operator="U1")
    assert answer.data["viewer"] == {"kind": "AUDITOR", "scope": "AUDIT"}
    assert answer.data["catalogue"]


def test_audit_scope_has_no_rules_and_grants_nothing() -> None:
    """BASIS: WH-二(六)1. Who reads the log is decided by code; a rule for audit scope would break S23."""
    policy = load_policy(policies.contents())
    assert FILES[Scope.AUDIT] not in policies.contents()
    who = Principal(client="AUDIT", organisation="audit", role=AUDITOR_ROLE, jurisdiction=NATION)
    for scope, purpose in ((Scope.AUDIT, SECURITY_AUDIT), (Scope.SHARING, "PM-813"), (Scope.CONSENT, "PM-901")):
        assert compile_grant(policy, who, Admission(scope=scope, purpose=purpose), TODAY).parts == ()
