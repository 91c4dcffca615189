"""What a client is worth: usable or not, bound or not, and the principal that it speaks for."""

import dataclasses
from datetime import date

import pytest

from authz.principal import Operator
from gateway.identity.clients import Agency, Client, ClientRole, Staff, principal_of
from gateway.identity.operators import admitted
from schema.errors import CallerError, Code

TODAY = date(2026, 5, 20)
AGENCY = Agency(
    id=7,
    uscc="1142019900TERT0292",
    department="dept.housing",
    supervision_field="CONSTRUCTION",
    jurisdiction="420111",
    agreement_until=None,
    suspended=False,
)
CLIENT = Client(
    client_id="A1",
    role=ClientRole.AGENCY,
    agency=AGENCY,
    keys={},
    purposes=frozenset({"PM-301"}),
    dpop_thumbprint=None,
    suspended=False,
)
OF_OTHERS = ("auditor", "data_subject", "public", "bank", "credit_service", "association", "")
STAFF = Staff(operator=Operator(staff_number="1001", agreement_until=TODAY, trained_until=TODAY), active=True)


def client(role: ClientRole, agency: Agency | None = AGENCY) -> Client:
    return dataclasses.replace(CLIENT, role=role, agency=agency)


def test_an_agency_speaks_with_the_role_of_its_department() -> None:
    found = principal_of(CLIENT)

    assert (found.client, found.organisation, found.role) == ("A1", "1142019900TERT0292", "dept.housing")
    assert (found.agency_id, found.supervision_field, found.jurisdiction) == (7, "CONSTRUCTION", "420111")


def test_a_bank_is_a_bank_whatever_department_it_claims() -> None:
    assert principal_of(client(ClientRole.BANK)).role == "bank"
    assert principal_of(client(ClientRole.CREDIT_SERVICE)).role == "credit_service"


def test_the_auditors_client_needs_no_agency() -> None:
    found = principal_of(client(ClientRole.AUDIT, None))

    assert (found.role, found.organisation, found.agency_id) == ("auditor", "audit", None)


@pytest.mark.parametrize(
    "unusable",
    [
        dataclasses.replace(CLIENT, suspended=True),
        client(ClientRole.AGENCY, None),
        client(ClientRole.BANK, None),
        client(ClientRole.CREDIT_SERVICE, None),
        client(ClientRole.AGENCY, dataclasses.replace(AGENCY, department=None)),
        *(client(ClientRole.AGENCY, dataclasses.replace(AGENCY, department=role)) for role in OF_OTHERS),
        client(ClientRole.AGENCY, dataclasses.replace(AGENCY, suspended=True)),
        client(ClientRole.BANK, dataclasses.replace(AGENCY, suspended=True)),
        client(ClientRole.AUDIT, dataclasses.replace(AGENCY, suspended=True)),
    ],
)
def test_a_client_that_lacks_something_speaks_for_nobody(unusable: Client) -> None:
    assert not unusable.usable
    with pytest.raises(ValueError, match="may not be used"):
        principal_of(unusable)


def test_who_reads_by_consent_is_always_bound_to_a_key() -> None:
    assert client(ClientRole.BANK).key_bound
    assert client(ClientRole.CREDIT_SERVICE).key_bound
    assert not CLIENT.key_bound
    assert dataclasses.replace(CLIENT, dpop_thumbprint="t").key_bound


def test_dates_hold_to_their_last_day() -> None:
    assert admitted(STAFF, AGENCY, TODAY) is STAFF.operator
    assert admitted(STAFF, dataclasses.replace(AGENCY, agreement_until=TODAY), TODAY) is STAFF.operator
    assert admitted(STAFF, None, TODAY) is STAFF.operator


YESTERDAY = date(2026, 5, 19)


@pytest.mark.parametrize(
    ("staff", "agency"),
    [
        (None, AGENCY),
        (dataclasses.replace(STAFF, active=False), AGENCY),
        (Staff(operator=dataclasses.replace(STAFF.operator, agreement_until=YESTERDAY), active=True), AGENCY),
        (Staff(operator=dataclasses.replace(STAFF.operator, trained_until=YESTERDAY), active=True), AGENCY),
        (Staff(operator=dataclasses.replace(STAFF.operator, agreement_until=None), active=True), AGENCY),
        (Staff(operator=dataclasses.replace(STAFF.operator, trained_until=None), active=True), AGENCY),
        (STAFF, dataclasses.replace(AGENCY, agreement_until=YESTERDAY)),
    ],
)
def test_whoever_may_not_ask_is_refused_in_one_way(staff: Staff | None, agency: Agency) -> None:
    with pytest.raises(CallerError) as refused:
        admitted(staff, agency, TODAY)
    assert refused.value.code is Code.OPERATOR_NOT_VALID
    assert refused.value.detail == "The operator has no valid agreement or training."
