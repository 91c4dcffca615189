"""The quarterly report of use (WC-三(三), EZ-三(三)): every figure is held against what the test wrote down itself."""

import csv
import io
import json
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import pytest

from gateway.commands import report as command
from gateway.commands.failures import Failure
from gateway.usage.suppression import is_small
from schema.errors import Code
from tests.city import Answer
from tests.fresh_database import FreshDatabase
from tests.scenarios.used_city import AFTERWARDS, FIRMS, L1, N2, N3, Used, used

pytestmark = pytest.mark.anyio

FIGURES = "queries verdicts hits measuresApplied refusals"
PARTS = f"""
    quarter smallGroup ownPart complete jurisdiction {{ code }}
    rows {{ department {{ name uscc }} purpose purposeName subjects {FIGURES} }}
    totals {{ department {{ uscc }} {FIGURES} }}
    duties {{ department {{ uscc }} purpose matters checked }}
    unchecked {{ department {{ uscc }} purpose number openedOn }}
    measures {{ department {{ uscc }} inForce awaitingFeedback }}
    timeliness {{ department {{ uscc }} duty dutyLabel workingDays published late }}
    violations {{ department {{ uscc }} beyond beyondLabel code attempts }}
"""
ROOT = "usageReport(jurisdiction: $place, quarter: $quarter)"
ASKED = "query ($place: String!, $quarter: String!) %s { %s { %s } }"
STATED = '@purpose(code: "PM-905")'
AGENCY = {
    "A1": "1142019900TERT0292",
    "A2": "1142019900TERT037W",
    "A4": "1142019900TERT045P",
    "A7": "1242079900TERT07X1",
    "A8": "1142019900TERT0885",
    "A5": "1142079900TERT053H",
}
WUHAN, EZHOU = "420100", "420700"


@pytest.fixture(scope="module")
async def city(module_database: FreshDatabase) -> AsyncIterator[Used]:
    async with used(module_database) as found:
        yield found


async def ask(city: Used, client: str | None, place: str, quarter: str = "2026Q2", **more: Any) -> Answer:
    stated, operator = ("", "U1") if client == "AUDIT" else (more.get("stated", STATED), "1001")
    document = ASKED % (stated, ROOT, more.get("parts", PARTS))
    return await city.town.ask(document, {"place": place, "quarter": quarter}, client=client, operator=operator)


async def report(city: Used, client: str, place: str, quarter: str = "2026Q2", **more: Any) -> Mapping[str, Any]:
    answer = await ask(city, client, place, quarter, **more)
    assert answer.code is None, answer.raw
    found: Mapping[str, Any] = answer.data["usageReport"]
    return found


def rows(found: Mapping[str, Any]) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    return {(row["department"]["uscc"], row["purpose"]): row for row in found["rows"]}


def left_out(row: Mapping[str, Any]) -> set[str]:
    return {name for name in ("queries", "subjects", "verdicts", "hits") if row[name] is None}


async def test_every_figure_is_what_was_written_down_beside_it(city: Used) -> None:
    found = rows(await report(city, "WH-OFFICE", WUHAN))

    here = {at: tally for at, tally in city.tallies.items() if at[0] in ("A1", "A2", "A4", "A8")}
    assert set(found) == {(AGENCY[client], purpose) for client, purpose in here}
    for (client, purpose), tally in here.items():
        row = found[AGENCY[client], purpose]
        exact = {
            "queries": tally.queries,
            "subjects": len(tally.subjects),
            "verdicts": sum(tally.answers.values()),
            "hits": tally.answers["YES"],
        }
        assert row["refusals"] == sum(tally.refusals.values())
        assert all(row[name] in (None, count) for name, count in exact.items())
        few = {name for name, count in exact.items() if is_small(count)}
        assert few <= left_out(row)
    every = {"queries", "subjects", "verdicts", "hits"}
    assert {at: left_out(found[AGENCY[at[0]], at[1]]) for at in here} == {
        ("A1", "PM-301"): every,  # the one other purpose of this department, so that the next cannot be worked out
        ("A1", "PM-302"): every,  # one person
        ("A2", "PM-601"): every,  # one person
        ("A4", "PM-401"): set(),
        ("A8", "PM-401"): set(),
    }


async def test_an_expert_asked_about_five_times_is_one_person(city: Used) -> None:
    row = rows(await report(city, "WH-OFFICE", WUHAN))[AGENCY["A1"], "PM-302"]

    assert city.tallies["A1", "PM-302"].queries == 5
    assert [row[name] for name in ("queries", "subjects", "verdicts", "hits")] == [None] * 4


async def test_the_whole_is_told_where_no_few_can_be_worked_out(city: Used) -> None:
    found = await report(city, "AUDIT", "000000")
    whole = found["totals"][-1]

    assert whole["department"] is None
    assert whole["queries"] == sum(tally.queries for tally in city.tallies.values())
    assert whole["verdicts"] == sum(sum(tally.answers.values()) for tally in city.tallies.values())
    assert whole["hits"] in (None, sum(tally.answers["YES"] for tally in city.tallies.values()))
    assert whole["refusals"] == sum(sum(tally.refusals.values()) for tally in city.tallies.values())


async def test_a_quarter_ends_at_midnight_in_china(city: Used) -> None:
    before = rows(await report(city, "WH-OFFICE", WUHAN, "2026Q1"))
    after = rows(await report(city, "WH-OFFICE", WUHAN, "2026Q3"))

    assert {at: row["queries"] for at, row in before.items()} == {(AGENCY["A4"], "PM-401"): None}
    assert after[AGENCY["A4"], "PM-401"]["queries"] is None
    assert after[AGENCY["A8"], "PM-401"]["refusals"] == 1
    assert rows(await report(city, "WH-OFFICE", WUHAN, "2025Q2")) == {}


async def test_a_report_says_whether_its_quarter_has_ended(city: Used) -> None:
    assert (await report(city, "WH-OFFICE", WUHAN, "2026Q2"))["complete"] is True
    assert (await report(city, "WH-OFFICE", WUHAN, "2026Q3"))["complete"] is False


async def test_exactly_the_matters_without_a_check_are_listed(city: Used) -> None:
    """Not checked: by who looked up nobody, by who was refused, by another agency with the same number."""
    found = await report(city, "EZ-OFFICE", EZHOU)

    assert [(row["department"]["uscc"], row["purpose"], row["number"]) for row in found["unchecked"]] == [
        ("1142079900TERT096Y", "PM-809", "EZRS-2026-0012"),
        (AGENCY["A5"], "PM-813", "EZCG-1"),
        (AGENCY["A7"], "PM-805", "EZCG-2"),
        (AGENCY["A7"], "PM-805", "EZCG-3"),
    ]
    duties = {(row["department"]["uscc"], row["purpose"]): (row["matters"], row["checked"]) for row in found["duties"]}
    assert duties == {
        ("1142079900TERT096Y", "PM-809"): (1, 0),
        (AGENCY["A5"], "PM-813"): (1, 0),
        (AGENCY["A7"], "PM-805"): (3, 1),
    }
    assert {row["openedOn"] for row in found["unchecked"]} == {"2026-05-11", "2026-05-20"}


async def test_matters_that_need_no_check_are_not_listed(city: Used) -> None:
    found = await report(city, "WH-OFFICE", WUHAN)
    assert (found["duties"], found["unchecked"]) == ([], [])


async def test_acts_are_late_after_seven_working_days(city: Used) -> None:
    """Of 28 April the seventh is 11 May: three holidays, and a Saturday that was worked; of 18 June it is 30 June."""
    found = await report(city, "EZ-OFFICE", EZHOU)

    by = {(row["department"]["uscc"], row["duty"]): row for row in found["timeliness"]}
    of_firms = by[AGENCY["A5"], "DUAL_PUBLICITY"]
    assert (of_firms["published"], of_firms["late"], of_firms["workingDays"]) == (6, 2, 7)
    assert of_firms["dutyLabel"] == "行政许可和行政处罚公开"
    few_persons_late = by["1142079900TERT096Y", "DUAL_PUBLICITY"]
    assert (few_persons_late["published"], few_persons_late["late"]) == (12, None)


async def test_no_term_holds_where_no_instrument_sets_one(city: Used) -> None:
    assert (await report(city, "WH-OFFICE", WUHAN))["timeliness"] == []


async def test_a_list_entry_is_an_act_of_its_own(city: Used) -> None:
    found = (await report(city, "EZ-OFFICE", EZHOU, "2026Q1"))["timeliness"]
    assert [(row["published"], row["late"]) for row in found if row["duty"] == "SERIOUS_LIST"] == [(1, 0)]


async def test_a_year_without_a_calendar_is_refused_aloud(city: Used) -> None:
    await city.town.move_to(date(2026, 12, 31))
    try:
        refused = await ask(city, "EZ-OFFICE", EZHOU, "2026Q4")
        without = await ask(city, "EZ-OFFICE", EZHOU, "2026Q4", parts="rows { purpose }")
        elsewhere = await ask(city, "WH-OFFICE", WUHAN, "2026Q4")
    finally:
        await city.town.move_to(AFTERWARDS)
    assert refused.code is Code.DOCUMENT_INVALID
    assert "calendar of working days" in refused.body["errors"][0]["message"]
    assert (without.code, elsewhere.code) == (None, None)


async def test_measures_are_of_who_executes_them(city: Used) -> None:
    found = await report(city, "EZ-OFFICE", EZHOU)
    assert found["measures"] == [
        {"department": {"uscc": AGENCY["A7"]}, "inForce": 2, "awaitingFeedback": 0},
    ]
    before = await report(city, "EZ-OFFICE", EZHOU, "2026Q1")
    assert before["measures"] == [
        {"department": {"uscc": AGENCY["A7"]}, "inForce": 1, "awaitingFeedback": 2},
    ]


async def test_what_goes_beyond_the_lists_is_registered(city: Used) -> None:
    found = await report(city, "WH-OFFICE", WUHAN)

    registered = {
        (row["department"]["uscc"], row["beyond"], row["code"]): row["attempts"] for row in found["violations"]
    }
    assert registered == {
        (AGENCY[client], "PURPOSES", code.value): count
        for (client, _), tally in city.tallies.items()
        if client in ("A1", "A8")
        for code, count in tally.refusals.items()
    }
    assert registered[AGENCY["A1"], "PURPOSES", "MATTER_NOT_OPEN"] == 2
    assert {row["beyondLabel"] for row in found["violations"]} == {"查询事项清单"}


async def test_a_district_is_told_of_its_own_and_the_city_of_its_districts(city: Used) -> None:
    district = rows(await report(city, "A3", "420111"))
    whole = rows(await report(city, "WH-OFFICE", WUHAN))

    assert {uscc for uscc, _ in district} == {AGENCY["A1"]}
    assert all(whole[at] == row for at, row in district.items())
    assert rows(await report(city, "WH-OFFICE", "420111")) == district


async def test_a_department_is_told_of_its_own_part(city: Used) -> None:
    found = await report(city, "A4-OWN", WUHAN)

    assert found["ownPart"] is True
    assert {uscc for uscc, _ in rows(found)} == {AGENCY["A4"]}
    assert [row["department"]["uscc"] for row in found["totals"]] == [AGENCY["A4"]]
    assert rows(found)[AGENCY["A4"], "PM-401"] == rows(await report(city, "AUDIT", WUHAN))[AGENCY["A4"], "PM-401"]
    assert found["violations"] == []


@pytest.mark.parametrize(
    ("client", "place", "stated"),
    [
        (None, WUHAN, ""),
        (None, WUHAN, STATED),
        ("A1", "420111", ""),
        ("A1", "420111", STATED),
        ("A3", "420111", ""),
        ("A3", "420111", '@purpose(code: "PM-832", role: "applicant")'),
        ("A3", WUHAN, STATED),
        ("A3", "420106", STATED),
        ("A3", "000000", STATED),
        ("EZ-OFFICE", WUHAN, STATED),
        ("WH-OFFICE", EZHOU, STATED),
        ("A4-OWN", EZHOU, STATED),
        ("B1", WUHAN, STATED),
    ],
)
async def test_nobody_else_is_told(city: Used, client: str | None, place: str, stated: str) -> None:
    refused = await ask(city, client, place, stated=stated)
    assert refused.code in {Code.PURPOSE_NOT_ALLOWED, Code.MATTER_REQUIRED}
    assert "data" not in refused.body
    assert (await city.town.entry(refused.entry))["kind"] == "deny"


@pytest.mark.parametrize("client", ["A3", "AUDIT"])
@pytest.mark.parametrize(("place", "quarter"), [("999999", "2026Q2"), ("420111", "2026-06"), ("420111", "")])
async def test_what_is_no_place_or_quarter_is_refused(city: Used, client: str, place: str, quarter: str) -> None:
    assert (await ask(city, client, place, quarter)).code is Code.DOCUMENT_INVALID


async def test_whoever_may_not_ask_does_not_learn_which_places_there_are(city: Used) -> None:
    refused = [await ask(city, "A1", place, stated="") for place in (WUHAN, "999999")]
    assert refused[0].raw == refused[1].raw


async def test_a_report_stands_alone(city: Used) -> None:
    both = f"{ROOT} {{ quarter }} two: {ROOT}"
    document = ASKED % (STATED, both, "quarter")
    refused = await city.town.ask(document, {"place": "420111", "quarter": "2026Q2"}, client="A3")
    assert refused.code is Code.DOCUMENT_INVALID


async def test_a_report_is_entered_as_a_reading_of_the_log(city: Used) -> None:
    answer = await ask(city, "A3", "420111")
    entry = await city.town.entry(answer.entry)
    assert (entry["kind"], entry["principal"], entry["purpose"]) == ("read-log", "A3", "PM-905")
    again = rows(await report(city, "A3", "420111"))
    assert ("1142019900TERT0105", "PM-905") not in again


async def test_an_explanation_refuses_whom_the_report_refuses(city: Used) -> None:
    document = ASKED % (STATED, ROOT, "quarter")
    explain = "query ($d: String!, $v: JSON) { explain(document: $d, variables: $v) { refusal { code } } }"
    given = {"d": document, "v": {"place": WUHAN, "quarter": "2026Q2"}}
    refused = await city.town.ask(explain, given, client="A3")
    answered = await city.town.ask(explain, given, client="WH-OFFICE")
    assert refused.data["explain"]["refusal"] == {"code": "PURPOSE_NOT_ALLOWED"}
    assert answered.data["explain"]["refusal"] is None


async def written(city: Used, capsys: pytest.CaptureFixture[str], client: str, **given: str) -> str:
    options = {"quarter": "2026Q2", "jurisdiction": None, "format": "csv", "json": False, "operator": "1001"} | given
    assert await command.run(city.town.installation.settings, Namespace(client=client, **options)) == 0
    return capsys.readouterr().out


async def test_the_command_tells_what_the_caller_is_told(city: Used, capsys: pytest.CaptureFixture[str]) -> None:
    told = await report(city, "EZ-OFFICE", EZHOU)
    answered = json.loads(await written(city, capsys, "EZ-OFFICE", format="json"))
    assert rows(answered) == rows(told)
    assert answered["violations"][0]["attempts"] == told["violations"][0]["attempts"] == 1

    lines = list(csv.DictReader(io.StringIO(await written(city, capsys, "EZ-OFFICE"))))
    assert {line["value"] for line in lines if line["part"] == "unchecked" and line["figure"] == "number"} == {
        *("EZRS-2026-0012", "EZCG-1", "EZCG-2", "EZCG-3")
    }
    late = [line["value"] for line in lines if line["part"] == "timeliness" and line["figure"] == "late"]
    assert late == ["2", "*"]
    page = await written(city, capsys, "AUDIT", operator="U1", jurisdiction=WUHAN, format="html")
    assert "武汉市 2026Q2" in page
    assert "武汉市市场监督管理局" in page


async def test_the_command_is_refused_what_the_caller_is(city: Used) -> None:
    options = Namespace(client="A1", operator="1001", quarter="2026Q2", jurisdiction=None, format="csv", json=False)
    with pytest.raises(Failure, match="PURPOSE_NOT_ALLOWED"):
        await command.run(city.town.installation.settings, options)


async def test_nothing_of_a_subject_is_in_a_report_or_in_what_it_is_counted_from(city: Used) -> None:
    answer = await ask(city, "AUDIT", "000000")
    async with city.town.database.owner() as owner:
        tables = ("usage_count", "usage_refusal", "usage_subject", "usage_check")
        kept = [tuple(row) for table in tables for row in await owner.fetch(f"SELECT * FROM {table}")]  # noqa: S608
        refs = await owner.fetch("SELECT subject_ref, record_refs FROM audit_disclosure")
    stored = json.dumps(kept, default=lambda value: value.hex() if isinstance(value, bytes) else str(value))
    canaries = [N2["idNumber"], N2["name"], N3["idNumber"], N3["name"], L1, *FIRMS, "武汉测试建设有限公司"]
    digests = [ref.hex() for row in refs for ref in (row["subject_ref"], *row["record_refs"]) if ref is not None]
    assert digests
    for canary in (*canaries, *digests):
        assert canary not in answer.raw.decode()
        assert canary not in stored


async def test_emptied_with_the_index_the_counts_are_drawn_again(city: Used) -> None:
    async def counted() -> list[Any]:
        await report(city, "AUDIT", "000000")
        async with city.town.database.owner() as owner:
            tables = ("usage_count", "usage_refusal", "usage_check", "usage_subject")
            return [sorted(map(tuple, await owner.fetch(f"SELECT * FROM {table}"))) for table in tables]  # noqa: S608

    before = await counted()
    async with city.town.database.owner() as owner:
        await owner.execute("DELETE FROM audit_index; DELETE FROM audit_indexed")
        assert await owner.fetchval("SELECT count(*) FROM usage_count") == 0
    after = await counted()

    assert after[:3] == before[:3]
    assert set(before[3]) <= set(after[3])
