"""Probes of the report of use: to whom it is open, and that no small group is told or can be worked out."""

from authz.grant import Scope
from authz.principal import AUDITOR_ROLE, CREDIT_OFFICE_ROLE, Principal
from authz.purpose import Admission
from authz.usage import ROOT, STATISTICS, check_usage, own_part
from gateway.usage.figures import Use, figures
from gateway.usage.listing import harmless
from gateway.usage.suppression import Group, Path, tellable, without_few
from schema.demands.demand import Demand, Root, Slot, Typename
from schema.errors import Code, Refusal
from tests.mutants.probing import pure
from tests.unit.authz.edited import SHIPPED

WUHAN, HONGSHAN, EZHOU = "420100", "420111", "420700"
OFFICE = Principal(client="O", organisation="O", role=CREDIT_OFFICE_ROLE, jurisdiction=WUHAN, agency_id=1)
HOUSING = Principal(client="D", organisation="D", role="dept.housing", jurisdiction=WUHAN, agency_id=2)
OFFICER = Principal(client="AUDIT", organisation="A", role=AUDITOR_ROLE, jurisdiction="000000")
COUNTED = Admission(scope=Scope.SHARING, purpose=STATISTICS)
AUDIT = Admission(scope=Scope.AUDIT, purpose="PM-904")


def refused(who: Principal, admission: Admission, place: str) -> Code | None:
    root = Root(
        key="r",
        field=ROOT,
        arguments={"jurisdiction": Slot(literal=place)},
        lookup=None,
        lookups=None,
        ask=Typename(key="t"),
    )
    demand = Demand(
        operation="query", name=None, stated=None, roots=(root,), document_digest="", digest="", depth=1, cost=1
    )
    try:
        check_usage(demand, {}, who, admission, SHIPPED.regulation)
    except Refusal as refusal:
        return refusal.code
    return None


@pure
def reports_are_for_statistics_and_officers() -> None:
    for purpose in ("PM-832", "PM-903"):
        for scope in (Scope.SHARING, Scope.PUBLICATION, Scope.CONSENT, Scope.SELF):
            assert refused(OFFICE, Admission(scope=scope, purpose=purpose), WUHAN) is Code.PURPOSE_NOT_ALLOWED
    assert refused(OFFICE, COUNTED, WUHAN) is refused(OFFICER, AUDIT, WUHAN) is None


@pure
def reports_are_of_ones_own_territory_and_below() -> None:
    assert [refused(OFFICE, COUNTED, place) for place in (WUHAN, HONGSHAN)] == [None, None]
    for place in (EZHOU, "420000", "000000"):
        assert refused(OFFICE, COUNTED, place) is Code.PURPOSE_NOT_ALLOWED
        assert refused(OFFICER, AUDIT, place) is None
    assert refused(OFFICER, AUDIT, "999999") is Code.DOCUMENT_INVALID


@pure
def a_department_is_told_of_itself_alone() -> None:
    assert own_part(HOUSING, Scope.SHARING) == 2
    assert own_part(OFFICE, Scope.SHARING) is own_part(OFFICER, Scope.AUDIT) is None


def told(**counts: int) -> set[str]:
    """Of one department; ``of`` is its total."""
    leaves: dict[Path, Group] = {("of", name): Group((count,), 9) for name, count in counts.items()}
    return {path[-1] for path in tellable(leaves)}


@pure
def small_groups_are_left_out() -> None:
    for few in (1, 4):
        assert "a" not in told(a=few, b=9, c=30)
    assert told(a=5, b=0) == {"of", "a", "b"}
    assert tellable({("of", "a"): Group((50,), 4)}) == frozenset()


@pure
def small_groups_cannot_be_worked_out_of_totals() -> None:
    assert told(a=2, b=9, c=30) == {"of", "c"}
    assert told(a=2) == told(a=2, b=0) - {"b"} == set()
    apart: dict[Path, Group] = {
        ("T", "A", "a"): Group((2,)),
        ("T", "B", "b"): Group((9,)),
        ("T", "B", "c"): Group((30,)),
    }
    assert tellable(apart) == {("T",), ("T", "B", "c")}


@pure
def few_subjects_make_a_small_group_however_often_they_are_asked_about() -> None:
    leaves: dict[Path, Group] = {
        ("of", "a"): Group((50,), 2),
        ("of", "b"): Group((60,), 3),
        ("of", "c"): Group((70,), 9),
    }
    assert tellable(leaves) == {("of",)}


@pure
def hits_and_the_others_are_both_groups() -> None:
    made = figures({("of", "a"): Use(20, 9, 20, 18), ("of", "b"): Use(30, 9, 30, 30), ("of", "c"): Use(90, 9, 90, 50)})
    assert made.at(("of", "a"))["hits"] is None
    assert made.at(("of", "a"))["verdicts"] == 20


@pure
def hits_are_told_only_where_verdicts_are() -> None:
    """Of b they could be told, but for its verdicts, which are left out for those of c."""
    made = figures({("of", "a"): Use(25, 9, 25, 21), ("of", "b"): Use(24, 9, 24, 19), ("of", "c"): Use(4, 9, 4, 3)})
    assert [made.at(("of", name))["verdicts"] for name in ("a", "b", "c")] == [25, None, None]
    assert [made.at(("of", name))["hits"] for name in ("a", "b", "c")] == [None, None, None]


@pure
def few_persons_are_left_out_of_counts_of_both() -> None:
    assert [without_few(20, persons) for persons in (0, 1, 4, 5)] == [20, None, None, 20]


@pure
def cells_are_no_formulas() -> None:
    assert [harmless(f"{first}1") for first in "=+-@"] == ["'=1", "'+1", "'-1", "'@1"]
