"""A freeze stops whom it names, what it names, until it ends; and nothing else."""

import pytest

from authz.frozen import EVERY_ITEM, Freeze, Frozen, Target, person_of
from authz.grant import Scope
from authz.principal import PUBLIC, Caller, Operator, Principal
from schema.errors import Code, PolicyError

NOW = 1_000
HOUSING = Principal(client="A1", organisation="USCC1", role="dept.housing", jurisdiction="420111")


def clerk(number: str, principal: Principal = HOUSING) -> Caller:
    return Caller(principal=principal, operator=Operator(staff_number=number, agreement_until=None, trained_until=None))


def frozen(target: Target, name: str, ends: int | None = None) -> Frozen:
    return Frozen(revision=1, freezes=(Freeze(target=target, name=name, ends=ends),))


def stopped(found: Frozen, caller: Caller, now: int = NOW) -> bool:
    try:
        found.refuse_caller(caller, now)
    except PolicyError as refusal:
        return refusal.code is Code.FROZEN
    return False


def test_an_agency_is_stopped_with_all_its_operators_and_clients() -> None:
    found = frozen(Target.AGENCY, "USCC1")
    other_client = Principal(client="A1-B", organisation="USCC1", role="dept.housing", jurisdiction="420111")
    other_agency = Principal(client="A1", organisation="USCC2", role="dept.housing", jurisdiction="420111")

    assert stopped(found, clerk("1001"))
    assert stopped(found, clerk("1002"))
    assert stopped(found, clerk("1", other_client))
    assert not stopped(found, clerk("1001", other_agency))
    assert not stopped(found, Caller(principal=PUBLIC))


def test_an_operator_is_stopped_whichever_client_names_it() -> None:
    found = frozen(Target.OPERATOR, person_of("USCC1", "1001"))
    other_client = Principal(client="A1-B", organisation="USCC1", role="dept.housing", jurisdiction="420111")

    assert stopped(found, clerk("1001"))
    assert stopped(found, clerk("1001", other_client))
    assert not stopped(found, clerk("1002"))
    assert not stopped(found, Caller(principal=HOUSING))


def test_a_freeze_ends_at_its_moment() -> None:
    found = frozen(Target.AGENCY, "USCC1", ends=NOW)

    assert stopped(found, clerk("1001"), NOW - 1)
    assert not stopped(found, clerk("1001"), NOW)


@pytest.mark.parametrize(
    ("target", "name", "refused"),
    [
        (Target.SCOPE, "SHARING", True),
        (Target.SCOPE, "PUBLICATION", False),
        (Target.ITEM, "PENALTY", True),
        (Target.ITEM, "LICENCE", False),
        (Target.AGENCY, "SHARING", False),
        (Target.OPERATOR, "PENALTY", False),
    ],
)
def test_scopes_and_items_stop_what_reaches_them(target: Target, name: str, refused: bool) -> None:
    found = frozen(target, name)
    if not refused:
        found.refuse_reach(Scope.SHARING, frozenset({"PENALTY"}), NOW)
        return
    with pytest.raises(PolicyError) as caught:
        found.refuse_reach(Scope.SHARING, frozenset({"PENALTY"}), NOW)
    assert caught.value.code is Code.FROZEN


def test_what_counts_rows_of_every_item_is_stopped_by_any() -> None:
    with pytest.raises(PolicyError):
        frozen(Target.ITEM, "LICENCE").refuse_reach(Scope.SHARING, frozenset({EVERY_ITEM}), NOW)
    Frozen().refuse_reach(Scope.SHARING, frozenset({EVERY_ITEM}), NOW)
