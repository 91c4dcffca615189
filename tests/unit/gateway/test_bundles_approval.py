"""Who may approve a change of the policy, and what a change needs that could show more."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

import policies
from authz.matrix.widening import Weighed
from authz.principal import Operator
from gateway.approvals.officers import Officer
from gateway.identity.clients import Agency, Client, ClientRole, Staff
from gateway.versions.approval import Lack, NotApproved, approvers, check_change, check_return
from schema.regulations.sources import load_sources

pytestmark = pytest.mark.anyio

TODAY, UNTIL, PAST = date(2026, 5, 20), date(2027, 12, 31), date(2026, 1, 31)
SOURCES = load_sources(policies.contents())
ARTICLE = "WH-二(二)2"

OFFICE = Agency(
    id=1,
    uscc="OFFICE",
    department="dept.credit_office",
    supervision_field=None,
    jurisdiction="420100",
    agreement_until=UNTIL,
    suspended=False,
)


def client(
    name: str, agency: Agency | None, role: ClientRole = ClientRole.AGENCY, *, suspended: bool = False
) -> Client:
    return Client(
        client_id=name,
        role=role,
        agency=agency,
        keys={},
        purposes=frozenset(),
        dpop_thumbprint=None,
        suspended=suspended,
    )


def staff(number: str, agreement: date = UNTIL, trained: date = UNTIL, *, active: bool = True) -> Staff:
    who = Operator(staff_number=number, agreement_until=agreement, trained_until=trained)
    return Staff(operator=who, active=active)


CLIENTS = (
    client("OFFICE", OFFICE),
    client("SECOND", OFFICE),
    client("GONE", OFFICE, suspended=True),
    client("CLOSED", replace(OFFICE, suspended=True)),
    client("LAPSED", replace(OFFICE, agreement_until=PAST)),
    client("DISTRICT", replace(OFFICE, jurisdiction="420111")),
    client("PROVINCE", replace(OFFICE, jurisdiction="420000")),
    client("MARKETS", replace(OFFICE, department="dept.market_supervision")),
    client("AUDIT", None, ClientRole.AUDIT),
)
PEOPLE = (
    staff("1001"),
    staff("1002"),
    staff("1003", agreement=PAST),
    staff("1004", trained=PAST),
    staff("1005", active=False),
)


@dataclass(frozen=True, slots=True)
class Register:
    """The same people at every client."""

    clients: dict[str, Client] = field(default_factory=lambda: {each.client_id: each for each in CLIENTS})

    async def client(self, client_id: str) -> Client | None:
        return self.clients.get(client_id)

    async def staff(self, client_id: str, staff_number: str) -> Staff | None:
        return next((each for each in PEOPLE if each.operator.staff_number == staff_number), None)


async def found(*named: str) -> tuple[Officer, ...]:
    return await approvers(named, Register(), jurisdiction="420100", today=TODAY)


def weighed(widened: int = 0, beside: tuple[str, ...] = ()) -> Weighed:
    return Weighed(diff=None, widened=widened, narrowed=7, beside=beside)


def lack_of(change: Weighed, who: tuple[Officer, ...], *basis: str) -> Lack | None:
    try:
        check_change(change, who, basis, SOURCES)
    except NotApproved as refused:
        return refused.lack
    return None


async def test_an_operator_of_the_citys_credit_office_may_approve() -> None:
    (one, other) = await found("OFFICE/1001", "SECOND/1002")

    assert (str(one), str(other)) == ("OFFICE/1001", "SECOND/1002")
    assert one.person != other.person


@pytest.mark.parametrize("name", ["GONE", "CLOSED", "LAPSED", "DISTRICT", "PROVINCE", "MARKETS", "AUDIT", "NOBODY", ""])
async def test_no_other_office_approves(name: str) -> None:
    with pytest.raises(NotApproved) as refused:
        await found("OFFICE/1001", f"{name}/1002")

    assert refused.value.lack is Lack.APPROVER_NOT_VALID


@pytest.mark.parametrize("number", ["1003", "1004", "1005", "9999", "", "1001/"])
async def test_nobody_approves_who_may_not_ask(number: str) -> None:
    with pytest.raises(NotApproved) as refused:
        await found(f"OFFICE/{number}")

    assert refused.value.lack is Lack.APPROVER_NOT_VALID


async def test_a_name_without_a_client_is_nobodys() -> None:
    for name in ("1001", "OFFICE", ""):
        with pytest.raises(NotApproved):
            await found(name)


async def test_what_could_show_more_needs_two_persons_and_an_article() -> None:
    two = await found("OFFICE/1001", "OFFICE/1002")
    for wider in (weighed(1), weighed(0, ("purpose PM-301",))):
        assert lack_of(wider, two, ARTICLE) is None
        assert lack_of(wider, two) is Lack.BASIS_MISSING
        assert lack_of(wider, two[:1], ARTICLE) is Lack.TWO_APPROVERS
        assert lack_of(wider, (), ARTICLE) is Lack.TWO_APPROVERS


async def test_one_person_is_one_person_whatever_the_client() -> None:
    for named in (("OFFICE/1001", "OFFICE/1001"), ("OFFICE/1001", "SECOND/1001")):
        assert lack_of(weighed(1), await found(*named), ARTICLE) is Lack.TWO_APPROVERS


async def test_a_basis_is_an_article_that_may_be_cited() -> None:
    two = await found("OFFICE/1001", "OFFICE/1002")
    for basis in ("WH-二(二)99", "because", "", "WH"):
        assert lack_of(weighed(1), two, ARTICLE, basis) is Lack.BASIS_UNKNOWN
        assert lack_of(weighed(0), (), basis) is Lack.BASIS_UNKNOWN


async def test_what_shows_no_more_needs_nobody() -> None:
    assert lack_of(weighed(), ()) is None


async def test_a_refusal_says_how_much_more_it_could_show() -> None:
    beside = tuple(f"purpose PM-30{number}" for number in range(7))
    with pytest.raises(NotApproved, match=r"12 cells, purpose PM-300, .*PM-304, \.\.\.$"):
        check_change(weighed(12, beside), (), (), SOURCES)


async def test_to_go_back_needs_one_person_and_a_reason() -> None:
    (one,) = await found("OFFICE/1001")
    check_return(weighed(48), (one,), "shown too little", chosen=False)
    for who, reason, lack in (((), "why", Lack.APPROVER_MISSING), ((one,), None, Lack.REASON_MISSING)):
        with pytest.raises(NotApproved) as refused:
            check_return(weighed(48), who, reason, chosen=False)
        assert refused.value.lack is lack
    with pytest.raises(NotApproved):
        check_return(weighed(48), (one,), " ", chosen=False)


async def test_to_go_to_a_chosen_version_that_shows_more_needs_two() -> None:
    one, two = await found("OFFICE/1001", "OFFICE/1002")
    check_return(weighed(48), (one, two), "why", chosen=True)
    check_return(weighed(0), (one,), "why", chosen=True)
    with pytest.raises(NotApproved) as refused:
        check_return(weighed(48), (one, one), "why", chosen=True)
    assert refused.value.lack is Lack.TWO_APPROVERS
