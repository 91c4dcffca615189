"""Purposes, roles and matters: what is admitted in which scope, and the one refusal that comes first otherwise."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from authz.grant import Scope
from authz.principal import AUDITOR_ROLE, PUBLIC, Caller, ConsentId, Matter, Operator, Party, Principal
from authz.purpose import Admission, Asked, Statement, admit, cover
from schema.errors import Code, PolicyError
from schema.vocabulary.administration import PurposeScope, Role
from tests.unit.authz.small import TODAY, agency, jurisdiction, purpose, regulation, version

PERSON, ORGANISATION, NOBODY = Asked(persons=True), Asked(organisations=True), Asked()
REGULATION = regulation(
    jurisdiction("000000"),
    jurisdiction("420100", version("420100", date(2018, 1, 1), matters_list="WH-2017")),
    jurisdiction("370100", version("370100", date(2018, 1, 1), matters_list="JN")),
    purposes=(
        purpose("PM-1", roles=(Role.APPLICANT, Role.BIDDER)),
        purpose(
            "PM-2", PurposeScope.MARKET_SUBJECTS, roles=(Role.BIDDER,), everywhere=False, lists=frozenset({"WH-2017"})
        ),
        purpose("PM-3", PurposeScope.NATURAL_PERSONS, roles=(Role.REVIEW_EXPERT,), matter_required=True),
        purpose("PM-4", any_role=True, matter_required=True),
        purpose("PM-5"),
        purpose("PM-6", None),
        *map(purpose, ("PM-901", "PM-902", "PM-903", "PM-904")),
    ),
)
OWN = frozenset({"PM-1", "PM-2", "PM-3", "PM-4", "PM-5", "PM-6", "PM-902", "PM-903", "PM-904"})
STAFF = Operator(staff_number="1001", agreement_until=date(2027, 12, 31), trained_until=date(2027, 12, 31))
AGENCY = Caller(principal=replace(agency(), purposes=OWN), operator=STAFF)
BANK = Caller(
    principal=Principal(
        client="B1", organisation="B1", role="bank", jurisdiction="420100", purposes=frozenset({"PM-901"})
    ),
    operator=STAFF,
)
AUDITOR = Caller(principal=Principal(client="AUDIT", organisation="AUDIT", role=AUDITOR_ROLE, jurisdiction="420100"))
ANYONE = Caller(principal=PUBLIC)

EXPERT = Party(digest=b"expert", role="review_expert", natural=True)
MATTER = Matter(
    number="HSZB-2026-0117-P",
    client="A1",
    purpose="PM-3",
    opened_on=date(2026, 5, 6),
    closed_on=None,
    operators=frozenset({"1001"}),
    parties=(EXPERT, Party(digest=b"firm", role="review_expert", natural=False)),
)


def said(code: str, role: str | None = None, matter: str | None = None) -> Statement:
    return Statement(code=code, role=role, matter=matter)


def refusal(
    caller: Caller, stated: Statement | None, asked: Asked, matter: Matter | None = None, today: date = TODAY
) -> Code | None:
    try:
        admit(caller, stated, matter, asked, REGULATION, today)
    except PolicyError as refused:
        return refused.code
    return None


# Without a purpose ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "caller", [ANYONE, AGENCY, BANK, replace(BANK, consent=ConsentId("K1"))], ids=lambda c: c.principal.client
)
def test_whoever_states_no_purpose_is_the_public(caller: Caller) -> None:
    assert admit(caller, None, None, ORGANISATION, REGULATION, TODAY) == Admission(
        scope=Scope.PUBLICATION, purpose="PM-903"
    )
    assert refusal(caller, None, PERSON) is Code.PURPOSE_REQUIRED


# Purposes ------------------------------------------------------------------------------------------------------------


def test_an_agency_with_a_purpose_is_in_sharing_scope() -> None:
    found = admit(AGENCY, said("PM-1", "bidder"), None, ORGANISATION, REGULATION, TODAY)
    assert found == Admission(scope=Scope.SHARING, purpose="PM-1", role="bidder")


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (AGENCY, "PM-9"),
        (AGENCY, "group:PM-1"),
        (AGENCY, ""),
        (replace(AGENCY, principal=replace(AGENCY.principal, purposes=frozenset({"PM-2"}))), "PM-1"),
        (replace(AGENCY, principal=replace(AGENCY.principal, jurisdiction="370100")), "PM-2"),
        (AGENCY, "PM-902"),
        (AGENCY, "PM-903"),
        (AGENCY, "PM-904"),
        (ANYONE, "PM-1"),
        (ANYONE, "PM-903"),
        (replace(ANYONE, principal=replace(PUBLIC, purposes=OWN)), "PM-1"),
        (BANK, "PM-901"),
        (AUDITOR, "PM-1"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.principal.client,
)
def test_a_purpose_that_is_not_on_every_list_is_not_allowed(caller: Caller, code: str) -> None:
    assert refusal(caller, said(code, "bidder", "M"), PERSON) is Code.PURPOSE_NOT_ALLOWED


def test_an_auditor_is_in_audit_scope_whether_the_purpose_is_said_or_not() -> None:
    audit = Admission(scope=Scope.AUDIT, purpose="PM-904")
    assert admit(AUDITOR, None, None, NOBODY, REGULATION, TODAY) == audit
    assert admit(AUDITOR, said("PM-904"), None, NOBODY, REGULATION, TODAY) == audit
    assert refusal(AUDITOR, None, ORGANISATION) is Code.SUBJECT_NOT_COVERED


# Kinds of subject, roles ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "asked", "covered"),
    [
        ("PM-2", ORGANISATION, True),
        ("PM-2", PERSON, False),
        ("PM-3", ORGANISATION, False),
        ("PM-5", ORGANISATION, True),
        ("PM-6", ORGANISATION, False),
        ("PM-6", PERSON, False),
        ("PM-6", NOBODY, True),
    ],
)
def test_the_kind_of_look_up_must_fit_the_purpose(code: str, asked: Asked, covered: bool) -> None:
    found = refusal(AGENCY, said(code, "bidder"), asked)
    assert (found is Code.SUBJECT_NOT_COVERED) is not covered


@pytest.mark.parametrize(
    ("code", "role", "refused"),
    [
        ("PM-1", "bidder", False),
        ("PM-1", "applicant", False),
        ("PM-1", None, True),
        ("PM-1", "candidate", True),
        ("PM-1", "nobody", True),
        ("PM-5", None, False),
        ("PM-5", "bidder", True),
        ("PM-4", None, True),
        ("PM-4", "nobody", True),
        ("PM-4", "cadre", False),
    ],
)
def test_a_role_of_the_purpose_must_be_stated(code: str, role: str | None, refused: bool) -> None:
    found = refusal(AGENCY, said(code, role), ORGANISATION)
    assert (found is Code.ROLE_REQUIRED) is refused


# Matters -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "asked", "required"),
    [
        (said("PM-1", "bidder"), ORGANISATION, False),
        (said("PM-1", "bidder"), PERSON, True),
        (said("PM-3", "review_expert"), NOBODY, True),
        (said("PM-4", "cadre"), ORGANISATION, True),
    ],
)
def test_a_person_and_some_purposes_require_a_matter(stated: Statement, asked: Asked, required: bool) -> None:
    assert (refusal(AGENCY, stated, asked) is Code.MATTER_REQUIRED) is required


STATED = said("PM-3", "review_expert", MATTER.number)


def test_an_open_matter_of_the_caller_is_admitted() -> None:
    assert admit(AGENCY, STATED, MATTER, PERSON, REGULATION, TODAY).role == "review_expert"


@pytest.mark.parametrize(
    "matter",
    [
        None,
        replace(MATTER, number="ANOTHER"),
        replace(MATTER, client="A2"),
        replace(MATTER, purpose="PM-4"),
        replace(MATTER, operators=frozenset({"1002"})),
        replace(MATTER, operators=frozenset()),
        replace(MATTER, opened_on=TODAY + timedelta(days=1)),
        replace(MATTER, closed_on=TODAY),
    ],
    ids=["unknown", "number", "client", "purpose", "operator", "nobody", "not yet", "closed"],
)
def test_matters_that_do_not_serve_are_refused_in_the_same_words(matter: Matter | None) -> None:
    with pytest.raises(PolicyError) as refused:
        admit(AGENCY, STATED, matter, PERSON, REGULATION, TODAY)
    with pytest.raises(PolicyError) as unknown:
        admit(AGENCY, STATED, None, PERSON, REGULATION, TODAY)
    assert refused.value.code is Code.MATTER_NOT_OPEN
    assert str(refused.value) == str(unknown.value)


def test_a_matter_is_open_on_its_first_day_and_on_the_day_before_it_is_closed() -> None:
    first = replace(MATTER, opened_on=TODAY, closed_on=TODAY + timedelta(days=1))
    assert refusal(AGENCY, STATED, PERSON, first) is None


def test_a_caller_without_an_operator_is_assigned_to_nothing() -> None:
    assert refusal(replace(AGENCY, operator=None), STATED, PERSON, MATTER) is Code.MATTER_NOT_OPEN


def test_a_matter_that_is_stated_must_be_open_even_where_none_is_required() -> None:
    assert refusal(AGENCY, said("PM-1", "bidder", "M"), ORGANISATION) is Code.MATTER_NOT_OPEN


# The order of refusals ------------------------------------------------------------------------------------------------


def test_the_first_refusal_is_that_of_the_purpose_then_of_kind_role_and_matter() -> None:
    wrong = said("PM-9", None, "M")
    order = [
        refusal(AGENCY, wrong, PERSON),
        refusal(AGENCY, replace(wrong, code="PM-2"), PERSON),
        refusal(AGENCY, replace(wrong, code="PM-3"), PERSON),
        refusal(AGENCY, said("PM-3", "review_expert"), PERSON),
        refusal(AGENCY, STATED, PERSON),
    ]
    assert order == [
        Code.PURPOSE_NOT_ALLOWED,
        Code.SUBJECT_NOT_COVERED,
        Code.ROLE_REQUIRED,
        Code.MATTER_REQUIRED,
        Code.MATTER_NOT_OPEN,
    ]


# Parties -------------------------------------------------------------------------------------------------------------


def test_a_person_named_in_the_matter_in_that_role_is_covered() -> None:
    cover(MATTER, "review_expert", [b"expert"])
    cover(MATTER, "review_expert", [])
    cover(None, None, [])


@pytest.mark.parametrize(
    ("matter", "role", "digests"),
    [
        (MATTER, "candidate", [b"expert"]),
        (MATTER, None, [b"expert"]),
        (MATTER, "review_expert", [b"stranger"]),
        (MATTER, "review_expert", [b"expert", b"stranger"]),
        (MATTER, "review_expert", [b"firm"]),
        (None, "review_expert", [b"expert"]),
    ],
    ids=["role", "no role", "stranger", "one stranger", "organisation", "no matter"],
)
def test_any_other_person_is_not_covered(matter: Matter | None, role: str | None, digests: list[bytes]) -> None:
    with pytest.raises(PolicyError) as refused:
        cover(matter, role, digests)
    assert refused.value.code is Code.SUBJECT_NOT_COVERED


def test_no_refusal_repeats_what_was_said() -> None:
    for stated in (
        said("420199199001010011"),
        said("PM-1", "420199199001010011"),
        said("PM-5", None, "420199199001010011"),
    ):
        with pytest.raises(PolicyError) as refused:
            admit(AGENCY, stated, None, PERSON, REGULATION, TODAY)
        assert "420199" not in str(refused.value)
