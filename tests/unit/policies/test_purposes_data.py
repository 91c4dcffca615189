"""The matters list: every purpose, its scope and roles, and where it is offered."""

from datetime import date

import pytest

import policies
from schema.regulations.regulation import load_regulation
from schema.vocabulary.administration import PurposeScope, QueryDuty

REGULATION = load_regulation(policies.contents())
PURPOSES = REGULATION.purposes
TODAY = date(2026, 5, 20)

SERIES = {
    "PM-1": 4, "PM-2": 5, "PM-3": 5, "PM-4": 16, "PM-5": 9, "PM-6": 6, "PM-7": 1, "PM-8": 20, "PM-9": 6,
}  # fmt: skip


def test_every_purpose_of_the_matters_lists_is_there() -> None:
    assert {series: sum(code.startswith(series) for code in PURPOSES) for series in SERIES} == SERIES
    assert len(PURPOSES) == sum(SERIES.values())


@pytest.mark.parametrize(
    ("code", "scope", "roles", "duty"),
    [
        ("PM-301", PurposeScope.MARKET_SUBJECTS, {"bidder", "agent"}, QueryDuty.SHALL_PROMOTE),
        ("PM-302", PurposeScope.NATURAL_PERSONS, {"review_expert"}, QueryDuty.SHALL_PROMOTE),
        ("PM-415", PurposeScope.MARKET_SUBJECTS, {"supervised"}, QueryDuty.SHALL_PROMOTE),
        ("PM-601", PurposeScope.NATURAL_PERSONS, {"candidate"}, QueryDuty.SHALL_PROMOTE),
        ("PM-809", PurposeScope.NATURAL_PERSONS, {"candidate", "staff"}, QueryDuty.MUST),
        ("PM-812", PurposeScope.BOTH, {"candidate", "legal_representative", "principal"}, QueryDuty.MUST),
        ("PM-831", PurposeScope.BOTH, {"listed_target"}, QueryDuty.MUST),
        ("PM-901", PurposeScope.BOTH, {"data_subject"}, QueryDuty.VOLUNTARY),
        ("PM-904", None, set(), QueryDuty.NONE),
    ],
)
def test_scope_roles_and_duty(code: str, scope: PurposeScope | None, roles: set[str], duty: QueryDuty) -> None:
    purpose = PURPOSES[code]
    assert (purpose.scope, set(purpose.roles), purpose.duty) == (scope, roles, duty)


def test_scope_says_which_kinds_may_be_asked_about() -> None:
    asked = {code: (PURPOSES[code].persons, PURPOSES[code].organisations) for code in ("PM-301", "PM-302", "PM-821")}
    assert asked == {"PM-301": (False, True), "PM-302": (True, False), "PM-821": (True, True)}
    assert not PURPOSES["PM-904"].persons
    assert not PURPOSES["PM-904"].organisations


def test_roles_narrow_the_scope_unless_any_role_will_do() -> None:
    assert PURPOSES["PM-301"].allows_role("bidder")
    assert not PURPOSES["PM-301"].allows_role("review_expert")
    assert not PURPOSES["PM-301"].allows_role(None)
    assert PURPOSES["PM-813"].allows_role("supplier")
    assert not PURPOSES["PM-813"].allows_role("onlooker")


def test_which_purposes_need_a_registered_matter() -> None:
    without = {code for code, purpose in PURPOSES.items() if not purpose.matter_required}
    assert without == {"PM-834", "PM-901", "PM-902", "PM-903", "PM-904", "PM-905", "PM-906"}


def test_purposes_of_a_departments_own_list_open_nothing_by_themselves() -> None:
    assert {code for code, purpose in PURPOSES.items() if purpose.own_list} == {"PM-701", "PM-811"}


@pytest.mark.parametrize(
    ("jurisdiction", "has", "lacks"),
    [
        ("420111", {"PM-301", "PM-302", "PM-831", "PM-821", "PM-901"}, {"PM-805", "PM-813"}),
        ("420100", {"PM-601", "PM-401", "PM-821", "PM-834"}, {"PM-809"}),
        ("420106", {"PM-202", "PM-204", "PM-821"}, {"PM-812"}),
        ("420700", {"PM-805", "PM-809", "PM-812", "PM-813", "PM-821", "PM-831"}, {"PM-301", "PM-601"}),
        ("370115", {"PM-822", "PM-831", "PM-832"}, {"PM-821", "PM-301", "PM-805"}),
        ("420000", {"PM-903", "PM-901"}, {"PM-831", "PM-301"}),
    ],
)
def test_a_purpose_is_offered_where_its_matters_list_applies(jurisdiction: str, has: set[str], lacks: set[str]) -> None:
    offered = {purpose.code for purpose in REGULATION.offered(jurisdiction, TODAY)}
    assert has <= offered
    assert not lacks & offered


def test_every_group_is_a_row_of_the_table_of_minimum_necessity_or_opens_nothing() -> None:
    with_row = {ceiling.group for ceiling in REGULATION.ceilings}
    assert {purpose.group for purpose in PURPOSES.values()} == set(REGULATION.groups)
    assert set(REGULATION.groups) - with_row == {
        "PM-701", "PM-901", "PM-902", "PM-903", "PM-904-905", "PM-906",
    }  # fmt: skip
