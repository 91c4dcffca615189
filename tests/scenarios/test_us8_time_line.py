"""US-8: objection, correction, repair and expiry change what is visible of L2's serious penalty, day by day.

Two cities of the same penalty: one in which it is disputed and never repaired, one in which it is repaired on
2027-03-01. Each date is asked on its eve and on itself, by the public, by an agency in a tender, by the department that
made the decision, and by the one that executes the measure.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from gateway.intake.fixture import fixture_files
from gateway.intake.report import LoadReport
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.scenarios.filing import DAY, admit, filed, load, on_day, reasons, take

pytestmark = pytest.mark.anyio

L2, A1, A4 = "91420199MA9TERT20X", "1142019900TERT0292", "1142019900TERT045P"
R2, R3, R4 = "武市监处罚〔2026〕测001号", "武市监处罚〔2026〕测003号", "武市监处罚〔2025〕测004号"
R10, R11 = "武市监处罚〔2024〕测010号", "武市监处罚〔2025〕测011号"

RECORDS = """
  subject(by: {uscc: $uscc}) {
    records(first: 50) { totalCount edges { node {
      documentNumber status underObjection repairState publication { until expired }
      ... on Penalty { fineAmount }
    } } }
    measures { edges { node { status listEntry { code } } } }
  }
"""
PUBLIC = f"query Public($uscc: String!) {{ {RECORDS} }}"
TENDER = f'query Tender($uscc: String!) @purpose(code: "PM-301", matter: "CS-2024-01", role: "bidder") {{ {RECORDS} }}'
FIELD = (
    f'query Field($uscc: String!) @purpose(code: "PM-401", matter: "CS-2024-04", role: "supervised") {{ {RECORDS} }}'
)
SOURCE = f'query Source($uscc: String!) @purpose(code: "PM-834", matter: "CS-2024-03") {{ {RECORDS} }}'
EXECUTOR = (
    'query Executor($uscc: String!) @purpose(code: "PM-831", matter: "CS-2024-02", role: "listed_target") '
    f"{{ {RECORDS} }}"
)
VERDICT = """
query Verdict($uscc: String!) @purpose(code: "PM-301", matter: "CS-2024-01", role: "bidder") {
  standing(by: {uscc: $uscc}) { majorPenalty { answer } }
}
"""
VIEWERS = {
    "public": (PUBLIC, None),
    "agency": (TENDER, "A1"),
    "field": (FIELD, "X1"),
    "source": (SOURCE, "A4"),
    "executor": (EXECUTOR, "A1"),
}

OBJECTION = {
    "document_number": R2,
    "authority_uscc": A4,
    "item": "PENALTY",
    "kind": "INACCURATE",
    "accepted_by_uscc": A4,
    "objection_from": "2026-03-02",
}
REPAIR = {
    "document_number": R2,
    "authority_uscc": A4,
    "item": "PENALTY",
    "repaired_on": "2027-03-01",
    "effects": "STOP_PUBLICATION",  # what else a repair does, the rules of its day say
}
MEASURE = {
    "measure_number": "WH-2026-M8",
    "subject_name": "武汉测试食品有限公司",
    "uscc": L2,
    "document_number": R2,
    "authority_uscc": A4,
    "item": "PENALTY",
    "list_entry": "ADM-09",
    "legal_basis": "GPL-22",
    "initiated_by_uscc": A4,
    "executed_by_uscc": A1,
    "pushed_on": "2026-02-12",
    "in_force_on": "2026-02-16",
    "starts_on": "2026-02-12",
}
MATTERS = (
    {"number": "CS-2024-01", "client_id": "A1", "purpose": "PM-301", "operators": "1001", "opened_on": "2024-01-02"},
    {"number": "CS-2024-02", "client_id": "A1", "purpose": "PM-831", "operators": "1001", "opened_on": "2024-01-02"},
    {"number": "CS-2024-03", "client_id": "A4", "purpose": "PM-834", "operators": "1001", "opened_on": "2024-01-02"},
    {"number": "CS-2024-04", "client_id": "X1", "purpose": "PM-401", "operators": "1001", "opened_on": "2024-01-02"},
)


@dataclass(frozen=True, slots=True)
class TimeLine:
    town: City

    async def on(self, day: date, viewer: str) -> Mapping[str, Mapping[str, Any]]:
        """What the viewer sees of L2 on that day: the records by document number, the measures by their entry."""
        document, client = VIEWERS[viewer]
        async with on_day(self.town, day):
            answer = await self.town.ask(document, {"uscc": L2}, client=client)
        subject = answer.data["subject"]
        found = {edge["node"]["documentNumber"]: edge["node"] for edge in subject["records"]["edges"]}
        assert subject["records"]["totalCount"] == len(found)
        return found | {edge["node"]["listEntry"]["code"]: edge["node"] for edge in subject["measures"]["edges"]}

    async def sides(self, day: date, viewer: str, number: str = R2) -> tuple[Any, Any]:
        """The record or measure on the eve and on the day; None where it is not there."""
        return (await self.on(day - DAY, viewer)).get(number), (await self.on(day, viewer)).get(number)


async def laid_out(town: City) -> TimeLine:
    """The fixture with staff who may ask in every year, the matters of these viewers, and a measure on the penalty."""
    lasting = [
        (name, content.replace(b"2027-12-31", b"2099-12-31"))
        for name, content in fixture_files()
        if name in {"agencies.csv", "operators.csv"}
    ]
    await load(town, *lasting)
    await admit(town, "X1", A1, "PM-401")
    await take(town, filed("matters", *MATTERS), filed("measures", MEASURE))
    return TimeLine(town)


@pytest.fixture(scope="module")
async def disputed(module_database: FreshDatabase) -> AsyncIterator[TimeLine]:
    """The objection of 2026-03-02, closed on 2026-04-08; never repaired."""
    async with city(module_database) as town:
        found = await laid_out(town)
        await take(town, filed("objections", OBJECTION | {"objection_until": "2026-04-08", "outcome": "REJECTED"}))
        yield found


@pytest.fixture(scope="module")
async def repaired(other_database: FreshDatabase) -> AsyncIterator[TimeLine]:
    """Repaired on 2027-03-01."""
    async with city(other_database) as town:
        found = await laid_out(town)
        await take(town, filed("repairs", REPAIR), on=date(2027, 3, 1))
        yield found


# 2026-02-10: decided; published within seven working days ------------------------------------------------------------


@pytest.mark.parametrize("viewer", ["agency", "field"])
async def test_a_decision_is_shared_from_its_day(disputed: TimeLine, viewer: str) -> None:
    before, since = await disputed.sides(date(2026, 2, 10), viewer)
    assert before is None
    assert since["status"] == "ACTIVE"


async def test_the_public_sees_it_from_its_publication(disputed: TimeLine) -> None:
    assert (await disputed.on(date(2026, 2, 10), "public")).get(R2) is None
    before, since = await disputed.sides(date(2026, 2, 13), "public")
    assert before is None
    assert (since["status"], since["publication"]) == ("ACTIVE", {"until": "2029-02-10", "expired": False})


async def test_it_is_published_within_seven_working_days(disputed: TimeLine) -> None:
    """The Spring Festival lies between: seven working days after 2026-02-10 end on 2026-02-26."""
    regulation = disputed.town.installation.policy.regulation
    assert regulation.calendar.after(date(2026, 2, 10), 7) == date(2026, 2, 26)
    before, since = await disputed.sides(date(2026, 2, 26), "public")
    assert before is not None
    assert since is not None


async def test_the_measure_goes_as_it_was_pushed(disputed: TimeLine) -> None:
    pushed = await disputed.sides(date(2026, 2, 12), "agency", "ADM-09")
    assert (pushed[0], pushed[1]["status"]) == (None, "PUSHED")
    in_force = await disputed.sides(date(2026, 2, 16), "agency", "ADM-09")
    assert [each["status"] for each in in_force] == ["PUSHED", "IN_FORCE"]


# 2026-03-02: the objection -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", ["public", "agency", "field", "source"])
async def test_an_objection_sets_a_flag_and_takes_nothing_away(disputed: TimeLine, viewer: str) -> None:
    before, since = await disputed.sides(date(2026, 3, 2), viewer)
    assert (before["underObjection"], since["underObjection"]) == (False, True)
    assert before | {"underObjection": True} == since


@pytest.mark.parametrize("viewer", ["agency", "executor"])
async def test_in_wuhan_an_objection_leaves_the_measure_in_force(disputed: TimeLine, viewer: str) -> None:
    statuses = [each["status"] for each in await disputed.sides(date(2026, 3, 2), viewer, "ADM-09")]
    assert statuses == ["IN_FORCE", "IN_FORCE"]


async def test_the_office_has_three_twenty_and_three_working_days(disputed: TimeLine) -> None:
    """HS-18, had it been lodged with the district: forwarded by 03-05, verified by 04-02, told by 04-08."""
    regulation = disputed.town.installation.policy.regulation
    profile, day = regulation.profile("420111", date(2026, 3, 2)), date(2026, 3, 2)
    dates = []
    for term in (profile.forward_working_days, profile.verify_working_days, profile.notify_working_days):
        assert term is not None
        dates.append(day := regulation.calendar.after(day, term))
    assert dates == [date(2026, 3, 5), date(2026, 4, 2), date(2026, 4, 8)]


@pytest.mark.parametrize("viewer", ["public", "agency", "source"])
async def test_the_flag_goes_when_the_objection_is_concluded(disputed: TimeLine, viewer: str) -> None:
    before, since = await disputed.sides(date(2026, 4, 8), viewer)
    assert (before["underObjection"], since["underObjection"]) == (True, False)


async def test_a_correction_is_seen_by_all_from_its_day(database: FreshDatabase) -> None:
    """A4 finds that the fine should be 10.5: the old value until then, afterwards the new one, marked."""
    async with city(database) as town:
        line = await laid_out(town)
        await take(town, filed("objections", OBJECTION))
        told = [await line.on(date(2026, 4, 1), viewer) for viewer in ("public", "agency", "source")]
        assert [(each[R2]["fineAmount"], each[R2]["status"]) for each in told] == [("125000.00", "ACTIVE")] * 3
        report = await load(town, corrected(), on=date(2026, 4, 2))
        assert (report.corrected, report.quarantined) == (1, 0)
        await take(town, filed("objections", OBJECTION | {"objection_until": "2026-04-08", "outcome": "CORRECTED"}))
        for viewer in ("public", "agency", "source"):
            found = (await line.on(date(2026, 4, 2), viewer))[R2]
            assert (found["fineAmount"], found["status"]) == ("105000.00", "CORRECTED")
            assert found["underObjection"] is True
            assert (await line.on(date(2026, 4, 8), viewer))[R2]["underObjection"] is False


def corrected() -> tuple[str, bytes]:
    """The penalty again, with the fine as A4 found it on verification."""
    header, *lines = dict(fixture_files())["penalties.csv"].decode().splitlines()
    (line,) = (line for line in lines if R2 in line)
    return "penalties.csv", f"{header}\r\n{line.replace('12.500000', '10.500000')}\r\n".encode()


# 2027-02-10 and 2027-03-01: repair -----------------------------------------------------------------------------------


async def test_a_repair_is_taken_from_the_end_of_the_minimum_term(database: FreshDatabase) -> None:
    """ORDER36: a serious record shows for a year at least, so 2027-02-09 is too early."""

    async def attempt(town: City, day: date) -> LoadReport:
        return await load(town, filed("repairs", REPAIR | {"repaired_on": day.isoformat()}), on=day)

    async with city(database) as town:
        line = await laid_out(town)
        early = await attempt(town, date(2027, 2, 9))
        assert (early.loaded, reasons(early)) == (0, {"未满最短公示期，不得修复"})
        assert R2 in await line.on(date(2027, 2, 10), "public")
        assert (await attempt(town, date(2027, 2, 10))).loaded == 1
        assert R2 not in await line.on(date(2027, 2, 10), "public")


@pytest.mark.parametrize("viewer", ["public", "agency", "field"])
async def test_the_minimum_term_alone_hides_nothing(repaired: TimeLine, viewer: str) -> None:
    before, since = await repaired.sides(date(2027, 2, 10), viewer)
    assert before == since
    assert since["status"] == "ACTIVE"


@pytest.mark.parametrize("viewer", ["public", "agency", "field"])
async def test_a_repair_ends_publication_and_sharing_on_its_day(repaired: TimeLine, viewer: str) -> None:
    before, since = await repaired.sides(date(2027, 3, 1), viewer)
    assert before["status"] == "ACTIVE"
    assert since is None


async def test_the_source_keeps_it_in_its_archive(repaired: TimeLine) -> None:
    before, since = await repaired.sides(date(2027, 3, 1), "source")
    assert (before["status"], since["status"]) == ("ACTIVE", "REPAIRED")
    assert (before["repairState"], since["repairState"]) == ("NONE", "REPAIRED")


async def test_the_measure_is_lifted_and_the_executing_unit_is_told(repaired: TimeLine) -> None:
    statuses = [each["status"] for each in await repaired.sides(date(2027, 3, 1), "executor", "ADM-09")]
    assert statuses == ["IN_FORCE", "LIFTED"]
    before, since = await repaired.sides(date(2027, 3, 1), "agency", "ADM-09")
    assert (before["status"], since) == ("IN_FORCE", None)


# 2029-02-11: never repaired -----------------------------------------------------------------------------------------


async def test_publication_ends_by_itself_at_the_maximum(disputed: TimeLine) -> None:
    """``publication.until`` is the last day on which the record is published."""
    before, since = await disputed.sides(date(2029, 2, 11), "public")
    assert before["publication"] == {"until": "2029-02-10", "expired": False}
    assert since is None


@pytest.mark.parametrize("viewer", ["field", "source"])
async def test_the_end_of_publication_leaves_sharing_as_it_is(disputed: TimeLine, viewer: str) -> None:
    before, since = await disputed.sides(date(2029, 2, 11), viewer)
    assert [each["publication"]["expired"] for each in (before, since)] == [False, True]
    assert [each["status"] for each in (before, since)] == ["ACTIVE", "PUBLICATION_EXPIRED"]


async def test_a_tender_asks_for_three_years_only(disputed: TimeLine) -> None:
    """The maximum term of a serious record and the three years of a tender end on the same day."""
    before, since = await disputed.sides(date(2029, 2, 10), "agency")
    assert before is not None
    assert since is None


async def test_so_does_its_verdict_on_major_penalties(disputed: TimeLine) -> None:
    answers = []
    for day in (date(2029, 2, 9), date(2029, 2, 10)):
        async with on_day(disputed.town, day):
            answer = await disputed.town.ask(VERDICT, {"uscc": L2}, client="A1")
        answers.append(answer.data["standing"]["majorPenalty"]["answer"])
    assert answers == ["YES", "NO"]


async def test_the_end_of_publication_touches_no_measure(disputed: TimeLine) -> None:
    statuses = [each["status"] for each in await disputed.sides(date(2029, 2, 10), "executor", "ADM-09")]
    assert statuses == ["IN_FORCE", "IN_FORCE"]


async def test_a_general_penalty_ends_after_its_year(disputed: TimeLine) -> None:
    """R4, published until 2026-04-01."""
    assert [each is None for each in await disputed.sides(date(2026, 4, 2), "public", R4)] == [False, True]
    before, since = await disputed.sides(date(2026, 4, 2), "agency", R4)
    assert [each["status"] for each in (before, since)] == ["ACTIVE", "PUBLICATION_EXPIRED"]


async def test_a_warning_is_shared_from_its_day_and_never_published(disputed: TimeLine) -> None:
    """R3, decided on 2026-05-06."""
    before, since = await disputed.sides(date(2026, 5, 6), "agency", R3)
    assert before is None
    assert (since["status"], since["publication"]) == ("ACTIVE", None)
    assert await disputed.sides(date(2026, 5, 6), "public", R3) == (None, None)


# Repaired under the older rules, and under the new ones -------------------------------------------------------------


async def test_a_repair_of_2025_ends_publication_and_leaves_a_mark(disputed: TimeLine) -> None:
    """R10: annotated in Wuhan (WH-二(五)1)."""
    assert [each is None for each in await disputed.sides(date(2025, 10, 15), "public", R10)] == [False, True]
    before, since = await disputed.sides(date(2025, 10, 15), "agency", R10)
    assert [each["repairState"] for each in (before, since)] == ["NONE", "REPAIRED"]


async def test_old_repairs_stop_sharing_with_the_new_rules(disputed: TimeLine) -> None:
    """R10 again, by the switch for what was repaired before 2026-04-01 (U-01)."""
    before, since = await disputed.sides(date(2026, 4, 1), "agency", R10)
    assert before["status"] == "REPAIRED"
    assert since is None
    assert (await disputed.on(date(2026, 4, 1), "source"))[R10]["status"] == "REPAIRED"


@pytest.mark.parametrize("viewer", ["public", "agency", "field"])
async def test_a_repair_under_the_new_rules_ends_both_at_once(disputed: TimeLine, viewer: str) -> None:
    """R11, repaired on 2026-04-20."""
    before, since = await disputed.sides(date(2026, 4, 20), viewer, R11)
    assert before["status"] == "ACTIVE"
    assert since is None
