"""What the decision is given: whom an operation looks up, under which matter, from wherever that stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import policies
from authz.grant import Scope
from authz.grants import Grants
from authz.policy import load_policy
from authz.principal import (
    AUDITOR_ROLE,
    PUBLIC,
    Caller,
    Consent,
    ConsentId,
    Matter,
    Operator,
    Party,
    Principal,
    Rights,
    Subject,
)
from gateway.granting import Granted, grant_for
from gateway.in_force import InForce
from gateway.keys.material import Keys, Purpose, Ring, derive
from gateway.keys.sealing import KeyedSealer
from resolvers.reference import References
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.documents.document import Documents
from schema.errors import Code, DocumentError, PolicyError

pytestmark = pytest.mark.anyio

TODAY = date(2026, 5, 20)
UNTIL = date(2027, 12, 31)
ZERO = Keys(rings={each: Ring(current=1, secrets={1: derive(bytes(32), each)}) for each in Purpose}, signing={})
SEALER = KeyedSealer(ZERO, entropy=bytes)
HOUSING = Principal(
    client="A1",
    organisation="1142019900TERT0292",
    role="dept.housing",
    jurisdiction="420111",
    purposes=frozenset({"PM-301", "PM-302"}),
    agency_id=1,
)
A1 = Caller(principal=HOUSING, operator=Operator(staff_number="1001", agreement_until=UNTIL, trained_until=UNTIL))
AUDITOR = Caller(principal=Principal(client="AUDIT", organisation="audit", role=AUDITOR_ROLE, jurisdiction="000000"))
BUILDERS = "91420199MA9TERT123"
WANG = {"idType": "RESIDENT_ID", "idNumber": "420199199207280027", "name": "王测试"}
LI = {"idType": "RESIDENT_ID", "idNumber": "420199198503120015", "name": "李测试"}
EXPERT = Party(digest=SEALER.person_digest(id_type="RESIDENT_ID", id_number=WANG["idNumber"], name=WANG["name"]),
               role="review_expert", natural=True)  # fmt: skip
EXPERTS = '@purpose(code: "PM-302", matter: "M-1", role: "review_expert")'

CONSENT = Consent(
    id=ConsentId("K1"),
    client="B1",
    purpose="PM-901",
    matter="M-1",
    subject=Subject(id=7, digest=EXPERT.digest, natural=True),
    rights=Rights(items=frozenset({"PENALTY"}), fields=frozenset()),
)
BANK = replace(
    A1,
    principal=replace(HOUSING, client="B1", role="bank", purposes=frozenset({"PM-901"}), agency_id=None),
    consent=CONSENT.id,
    consented=CONSENT,
)


@pytest.fixture(scope="module")
def in_force() -> InForce:
    policy = load_policy(policies.contents())
    references = References(policy.catalogue, policy.regulation, TODAY)
    return InForce(policy=policy, grants=Grants(policy), today=TODAY, fixed_date=True, references=references)


def matter(*parties: Party, purpose: str = "PM-302", client: str = "A1") -> Matter:
    return Matter(
        number="M-1",
        client=client,
        purpose=purpose,
        opened_on=date(2026, 5, 6),
        closed_on=None,
        operators=frozenset({"1001"}),
        parties=parties,
    )


async def granted(
    in_force: InForce,
    document: str,
    variables: Mapping[str, Any] | None = None,
    *,
    caller: Caller = A1,
    registered: Matter | None = None,
    sought: list[str] | None = None,
) -> Granted:
    """``sought`` collects the numbers that were looked for in the register."""

    async def find(client: str, number: str) -> Matter | None:
        if sought is not None:
            sought.append(number)
        return registered if registered is not None and registered.number == number else None

    schema = graphql_schema()
    prepared = Documents(schema, 8).prepare(document)
    asked = Demands(schema, 8).ask(prepared, prepared.operation(), variables or {})
    return await grant_for(caller, asked.demand, asked.variables, in_force, find, SEALER)


def experts(declared: str, selection: str) -> str:
    return f"query {declared} {EXPERTS} {{ {selection} }}"


NUMBER = WANG["idNumber"]
VERDICT = "{ identityMatch { answer } }"
ONE_PERSON: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (experts("", f'subject(by: {{person: {{idNumber: "{NUMBER}", name: "王测试"}}}}) {{ name }}'), {}),
    (experts("($by: SubjectLookup!)", "subject(by: $by) { name }"), {"by": {"person": WANG}}),
    (experts("($p: PersonLookup!)", f"standing(by: {{person: $p}}) {VERDICT}"), {"p": WANG}),
    (
        experts("($n: String!)", f'subject(by: {{person: {{idNumber: "{NUMBER}", name: $n}}}}) {{ name }}'),
        {"n": "王测试"},
    ),
    (experts("($by: [SubjectLookup!]!)", f"standings(by: $by) {VERDICT}"), {"by": [{"person": WANG}]}),
    (experts("($p: PersonLookup!)", f"standings(by: [{{person: $p}}]) {VERDICT}"), {"p": WANG}),
)


@pytest.mark.parametrize(("document", "variables"), ONE_PERSON)
async def test_a_person_named_in_the_matter_is_covered_wherever_it_stands(
    in_force: InForce, document: str, variables: Mapping[str, Any]
) -> None:
    found = await granted(in_force, document, variables, registered=matter(EXPERT))

    assert (found.grant.scope, found.grant.purpose, found.grant.role) == (Scope.SHARING, "PM-302", "review_expert")
    assert found.matter == matter(EXPERT)
    assert found.sought == ((SEALER.internal_id("person", f"RESIDENT_ID:{WANG['idNumber']}"), True),)


@pytest.mark.parametrize(("document", "variables"), ONE_PERSON)
@pytest.mark.parametrize("role", [None, "bidder"])
async def test_a_person_not_named_in_that_role_is_not_covered(
    in_force: InForce, document: str, variables: Mapping[str, Any], role: str | None
) -> None:
    parties = () if role is None else (Party(digest=EXPERT.digest, role=role, natural=True),)

    with pytest.raises(PolicyError) as refused:
        await granted(in_force, document, variables, registered=matter(*parties))

    assert refused.value.code is Code.SUBJECT_NOT_COVERED


async def test_one_person_who_is_not_named_refuses_the_whole_batch(in_force: InForce) -> None:
    document = experts("($by: [SubjectLookup!]!)", f"standings(by: $by) {VERDICT}")

    with pytest.raises(PolicyError) as refused:
        await granted(in_force, document, {"by": [{"person": WANG}, {"person": LI}]}, registered=matter(EXPERT))

    assert refused.value.code is Code.SUBJECT_NOT_COVERED


async def test_the_matter_is_looked_for_by_what_was_stated_and_only_then(in_force: InForce) -> None:
    stated = 'query ($m: String!) @purpose(code: "PM-301", matter: $m, role: "bidder") { viewer { kind } }'
    sought: list[str] = []

    await granted(in_force, "{ viewer { kind } }", sought=sought)
    assert sought == []
    with pytest.raises(PolicyError):
        await granted(in_force, stated, {"m": "M-2"}, registered=matter(purpose="PM-301"), sought=sought)
    await granted(in_force, stated, {"m": "M-1"}, registered=matter(purpose="PM-301"), sought=sought)
    assert sought == ["M-2", "M-1"]


@pytest.mark.parametrize(
    "registered",
    [None, matter(purpose="PM-301", client="A2"), matter(purpose="PM-302")],
    ids=["none", "other", "purpose"],
)
async def test_matters_that_do_not_serve_are_refused_in_the_same_words(
    in_force: InForce, registered: Matter | None
) -> None:
    document = 'query @purpose(code: "PM-301", matter: "M-1", role: "bidder") { viewer { kind } }'

    with pytest.raises(PolicyError) as refused:
        await granted(in_force, document, registered=registered)

    assert (refused.value.code, str(refused.value)) == (
        Code.MATTER_NOT_OPEN,
        "MATTER_NOT_OPEN: There is no open matter of this number for this caller and purpose.",
    )


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f'query {EXPERTS} {{ subject(by: {{uscc: "{BUILDERS}"}}) {{ name }} }}', Code.SUBJECT_NOT_COVERED),
        (f'query {EXPERTS} {{ subjects(filter: {{name: "测试"}}) {{ totalCount }} }}', Code.SUBJECT_NOT_COVERED),
        ("query ($p: PersonLookup!) { subject(by: {person: $p}) { name } }", Code.PURPOSE_REQUIRED),
    ],
)
async def test_the_kind_of_look_up_decides(in_force: InForce, document: str, code: Code) -> None:
    with pytest.raises(PolicyError) as refused:
        await granted(in_force, document, {"p": WANG} if "$p" in document else {}, registered=matter(EXPERT))

    assert refused.value.code is code


async def test_a_company_is_sought_by_its_code_however_it_is_written(in_force: InForce) -> None:
    document = "query ($u: String!) { subject(by: {uscc: $u}) { name } }"

    both = [await granted(in_force, document, {"u": written}) for written in (BUILDERS, f" {BUILDERS.lower()} ")]

    expected = ((SEALER.internal_id("organisation", BUILDERS), False),)
    assert [each.sought for each in both] == [expected, expected]
    assert {each.grant.scope for each in both} == {Scope.PUBLICATION}


@pytest.mark.parametrize("root", ["records { totalCount }", "measures { totalCount }", 'node(id: "x") { id }'])
async def test_an_auditor_is_granted_no_credit_data(in_force: InForce, root: str) -> None:
    with pytest.raises(PolicyError) as refused:
        await granted(in_force, f"{{ {root} }}", caller=AUDITOR)

    assert refused.value.code is Code.SUBJECT_NOT_COVERED
    assert (await granted(in_force, "{ viewer { kind } }", caller=AUDITOR)).grant.scope is Scope.AUDIT


async def test_whoever_asks_without_a_purpose_is_granted_what_the_public_is(in_force: InForce) -> None:
    document = "{ records { totalCount } }"

    public = await granted(in_force, document, caller=Caller(principal=PUBLIC))
    agency = await granted(in_force, document)

    assert public.grant == agency.grant


@pytest.mark.parametrize("code", ["x", "", "91420199MA9TERT2OX", "91420199MA9TERT20Y", "42019919920728002"])
@pytest.mark.parametrize(
    "document",
    [
        "query ($u: String!) { standing(by: {uscc: $u}) { seriousList { answer } } }",
        "query ($u: String!) { standings(by: [{uscc: $u}]) { seriousList { answer } } }",
    ],
    ids=["one", "batch"],
)
async def test_no_verdict_is_given_of_a_mistyped_code(in_force: InForce, document: str, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        await granted(in_force, document, {"u": code}, caller=Caller(principal=PUBLIC))
    assert refused.value.code is Code.DOCUMENT_INVALID
    assert not code or code not in refused.value.detail


@pytest.mark.parametrize("code", ["91420199MA9TERT20X", " 91420199ma9tert20x "])
async def test_a_verdict_is_given_of_every_valid_code(in_force: InForce, code: str) -> None:
    document = "query ($u: String!) { standing(by: {uscc: $u}) { seriousList { answer } } }"
    assert (await granted(in_force, document, {"u": code}, caller=Caller(principal=PUBLIC))).grant is not None


@pytest.mark.parametrize("stated", ["", ', matter: "M-1"'], ids=["not stated", "stated"])
async def test_a_consent_is_of_one_reference_which_no_matter_need_have(in_force: InForce, stated: str) -> None:
    document = f'query($p: PersonLookup!) @purpose(code: "PM-901"{stated}, role: "data_subject") '
    document += f"{{ standing(by: {{person: $p}}) {VERDICT} }}"
    looked_for: list[str] = []
    found = await granted(in_force, document, {"p": WANG}, caller=BANK, sought=looked_for)
    assert (found.grant.scope, found.number, found.matter, looked_for) == (Scope.CONSENT, "M-1", None, ["M-1"])
    without_parties = matter(purpose="PM-901", client="B1")
    assert (await granted(in_force, document, {"p": WANG}, caller=BANK, registered=without_parties)).number == "M-1"
    for variables, registered, code in (
        ({"p": LI}, None, Code.OUT_OF_CONSENT),
        ({"p": WANG}, replace(without_parties, closed_on=TODAY), Code.MATTER_NOT_OPEN),
    ):
        with pytest.raises(PolicyError) as refused:
            await granted(in_force, document, variables, caller=BANK, registered=registered)
        assert refused.value.code is code
