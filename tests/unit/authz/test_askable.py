"""What a bank may ask consent for: what its rules could ever open, of the kind of subject, and nothing else."""

from dataclasses import replace

import pytest

from authz.askable import Askable, admit_asking, askable, items_of, opened_by, role_of
from authz.compile import compile_grant
from authz.grant import Kind, Scope
from authz.policy import Policy
from authz.principal import Caller, ConsentId, Matter, Operator, Principal, Rights, Subject
from authz.purpose import Admission
from schema.demands.demand import Coordinate
from schema.errors import Code, PolicyError
from tests.unit.authz.asking import POLICY, TODAY
from tests.unit.authz.shipped import loaded, shipped, without

BANK = Caller(
    principal=Principal(
        client="B1", organisation="B1", role="bank", jurisdiction="420100", purposes=frozenset({"PM-901"})
    ),
    operator=Operator(staff_number="1001", agreement_until=None, trained_until=None),
    thumbprint="key",
)
PERSON = Subject(id=7, digest=b"n2", natural=True)
FIRM = Subject(id=8, digest=b"l2", natural=False)
LOAN = Matter(
    number="LN-1", client="B1", purpose="PM-901", opened_on=TODAY, closed_on=None, operators=frozenset({"1001"}),
    parties=(),
)  # fmt: skip
ASKED = Admission(scope=Scope.CONSENT, purpose="PM-901", role="data_subject")


def offered(kind: Kind, policy: Policy = POLICY) -> Askable:
    return askable(compile_grant(policy, BANK.principal, ASKED, TODAY), kind, policy.space)


def refusal(
    caller: Caller = BANK, purpose: str = "PM-901", subject: Subject = PERSON, matter: Matter | None = LOAN
) -> Code | None:
    try:
        admit_asking(caller, purpose, "LN-1", subject, matter, POLICY.regulation, TODAY)
    except PolicyError as refused:
        return refused.code
    return None


def test_a_bank_asks_as_it_will_query() -> None:
    assert admit_asking(BANK, "PM-901", "LN-1", PERSON, LOAN, POLICY.regulation, TODAY) == ASKED
    assert refusal(subject=FIRM) is None


def test_a_business_reference_needs_no_registered_matter() -> None:
    assert admit_asking(BANK, "PM-901", "LN-1", PERSON, None, POLICY.regulation, TODAY) == ASKED


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (refusal(replace(BANK, consent=ConsentId("K1"))), Code.OUT_OF_CONSENT),
        (refusal(replace(BANK, principal=replace(BANK.principal, role="dept.housing"))), Code.PURPOSE_NOT_ALLOWED),
        (refusal(replace(BANK, principal=replace(BANK.principal, role="public"))), Code.PURPOSE_NOT_ALLOWED),
        (refusal(purpose="PM-906"), Code.PURPOSE_NOT_ALLOWED),
        (refusal(purpose="PM-999"), Code.PURPOSE_NOT_ALLOWED),
        (refusal(matter=replace(LOAN, client="B2")), Code.MATTER_NOT_OPEN),
        (refusal(matter=replace(LOAN, closed_on=TODAY)), Code.MATTER_NOT_OPEN),
        (refusal(matter=replace(LOAN, operators=frozenset({"1002"}))), Code.MATTER_NOT_OPEN),
        (refusal(matter=replace(LOAN, purpose="PM-301")), Code.MATTER_NOT_OPEN),
    ],
    ids=["bound", "agency", "public", "list", "unknown", "another's", "closed", "operator", "purpose"],
)
def test_nobody_asks_who_could_not_query(case: Code | None, code: Code) -> None:
    assert case is code


def test_what_is_asked_is_what_the_rules_could_open_of_that_kind() -> None:
    person, firm = offered(Kind.PERSON), offered(Kind.ORGANISATION)
    assert {"DEFAULTER", "SERIOUS_LIST", "PRACTICE_LICENCE", "PENALTY"} <= person.keys()
    assert "ABNORMAL_OPERATION" in firm.keys() - person.keys()
    assert "Standing.judgmentDefaulter" in person["DEFAULTER"]
    assert "Defaulter.performance" in person["DEFAULTER"]


def test_nothing_sensitive_and_nothing_borne_is_asked_for() -> None:
    every = {field for fields in offered(Kind.PERSON).values() for field in fields}
    never = {"NaturalPerson.phone", "NaturalPerson.homeAddress", "NaturalPerson.birthDate", "Record.facts"}
    borne = {"Record.id", "Record.catalogueItem", "Record.subject", "NaturalPerson.name", "NaturalPerson.idNumber"}
    assert not every & (never | borne)


def test_a_rule_that_goes_takes_its_fields_along() -> None:
    policy = loaded(without(shipped(), "CO-DEFAULTER-VERDICT"))
    assert "Standing.judgmentDefaulter" not in offered(Kind.PERSON, policy)["DEFAULTER"]


def test_categories_stand_for_the_items_in_them() -> None:
    person = offered(Kind.PERSON)
    found = {name: set(items_of(name, person, POLICY.catalogue)) for name in ("JUDICIAL", "SERIOUS", "LICENCE", "ALL")}
    licences = {"LICENCE", "PRACTICE_LICENCE"}
    assert found == {"JUDICIAL": {"DEFAULTER"}, "SERIOUS": {"SERIOUS_LIST"}, "LICENCE": licences, "ALL": set()}
    assert not items_of("ABNORMAL", person, POLICY.catalogue)


def test_the_rows_of_some_items_say_it_alone() -> None:
    assert offered(Kind.PERSON)["MEASURE"] == frozenset()


def test_the_role_is_that_of_the_purpose() -> None:
    purposes = POLICY.regulation.purposes
    assert [role_of(purposes.get(code)) for code in ("PM-901", "PM-906", "PM-999")] == ["data_subject", None, None]


def test_each_item_opens_its_own_fields_and_none_those_that_go_with_every_consent() -> None:
    own = sorted(offered(Kind.PERSON)["REGISTRATION_PERSON"])[0]
    fields = frozenset(map(Coordinate, ("Licence.licenceKind", "Standing.seriousList", own)))
    rights = Rights(items=frozenset({"PRACTICE_LICENCE", "SERIOUS_LIST", "REGISTRATION_PERSON"}), fields=fields)

    assert opened_by(offered(Kind.PERSON), rights, POLICY.space) == {
        "PRACTICE_LICENCE": {"Licence.licenceKind"},
        "SERIOUS_LIST": {"Standing.seriousList"},
        "REGISTRATION_PERSON": set(),
    }
