"""US-7: the trading centre feeds back that it executes Ezhou's measure on L3, as a file of its own."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import pytest

from authz.principal import Caller
from schema.errors import Code
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.scenarios.filing import DAY, admit, filed, load, on_day, reasons, take
from tests.scenarios.subjects import firm

pytestmark = pytest.mark.anyio

L3, A5, A7 = "91420799MA9TERT39R", "1142079900TERT053H", "1242079900TERT07X1"
A9, A10, EZ_OFFICE = "1142079900TERT096Y", "1142019900TERT1411", "1142079900TERT15XP"
LISTING = "鄂人社列字〔2026〕测002号"
TOLD_ON = date(2026, 4, 12)

MEASURES = """
  subject(by: {uscc: "91420799MA9TERT39R"}) {
    measures(first: 50) { edges { node {
      status startsOn listEntry { code } legalBasis { citation rank } initiatedBy { name }
      legalityReview humanDecision feedback { action appliedOn reportedOn late matterNumber result executedBy { name } }
    } } }
  }
"""
EXECUTOR = f'query E @purpose(code: "PM-831", matter: "EZJY-2026-077", role: "listed_target") {{ {MEASURES} }}'
INITIATOR = f'query I @purpose(code: "PM-813", matter: "EZRS-2026-050", role: "applicant") {{ {MEASURES} }}'
OTHER = f'query O @purpose(code: "PM-831", matter: "EZZZ-2026-001", role: "listed_target") {{ {MEASURES} }}'
OFFICE = f'query F @purpose(code: "PM-831", matter: "XYB-2026-001", role: "listed_target") {{ {MEASURES} }}'
OWN = PUBLIC = f"query P {{ {MEASURES} }}"
TASKS = """
query T($open: Boolean!) @purpose(code: "PM-831", matter: "XYB-2026-001", role: "listed_target") {
  measures(filter: {legalityReview: $open}) { totalCount edges { node {
    listEntry { code } subject { name } feedback { action result }
  } } }
}
"""

OFFICES = {"EZ-OFFICE": EZ_OFFICE, "WH-OFFICE": A10}
"""The credit offices of two cities; Ezhou's alone is told of what Ezhou starts (C-21)."""

MATTERS = (
    {"number": "EZRS-2026-050", "client_id": "A5", "purpose": "PM-813", "operators": "1001", "opened_on": "2026-03-02"},
    {"number": "EZZZ-2026-001", "client_id": "X9", "purpose": "PM-831", "operators": "1001", "opened_on": "2026-03-02"},
    *(
        {
            "number": "XYB-2026-001",
            "client_id": each,
            "purpose": "PM-831",
            "operators": "1001",
            "opened_on": "2026-03-01",
        }
        for each in OFFICES
    ),
)
EZHOU_OFFICE = {
    "uscc": EZ_OFFICE,
    "name": "鄂州市社会信用体系建设领导小组办公室",
    "kind": "GOV_DEPT",
    "department": "dept.credit_office",
    "jurisdiction": "420700",
    "level": "CITY",
    "agreement_until": "2099-12-31",
}


def measure(number: str, **told: str) -> Mapping[str, str]:
    """A measure on L3, triggered by its listing, that A7 has yet to execute."""
    return {
        "measure_number": number,
        "subject_name": "鄂州测试商贸有限公司",
        "uscc": L3,
        "document_number": LISTING,
        "authority_uscc": A5,
        "item": "SERIOUS_LIST",
        "list_entry": "ADM-09",
        "legal_basis": "GF2016-33-三(十)",
        "initiated_by_uscc": A5,
        "executed_by_uscc": A7,
        "pushed_on": "2026-03-02",
        "starts_on": "2026-03-02",
    } | told


def elsewhere(number: str, entry: str) -> Mapping[str, str]:
    """A measure on L1, which no record triggered."""
    other = {"subject_name": "武汉测试建设有限公司", "uscc": "91420199MA9TERT123", "list_entry": entry}
    untriggered = {"document_number", "authority_uscc", "item"}
    return {name: value for name, value in measure(number, **other).items() if name not in untriggered}


def feedback(number: str, action: str, executor: str = A7, on: str = "2026-04-12") -> Mapping[str, str]:
    return {
        "measure_number": number,
        "executed_by_uscc": executor,
        "action": action,
        "applied_on": on if action == "APPLIED" else "",
        "reported_on": on,
        "matter_number": "EZJY-2026-077",
        "result": "拒绝投标报名",
    }


@pytest.fixture(scope="module")
async def told_town(module_database: FreshDatabase) -> AsyncIterator[City]:
    """M1 with the feedback of 2026-04-12, and a second measure that A7 finds without a basis."""
    async with city(module_database) as town:
        await take(town, filed("agencies", EZHOU_OFFICE))
        await admit(town, "X9", A9, "PM-831")
        for client, agency in OFFICES.items():
            await admit(town, client, agency, "PM-831")
        refused = filed("measures", measure("EZ-2026-M2", list_entry="ADM-13", starts_on="2026-03-03"))
        told = filed("feedback", feedback("EZ-2026-M2", "REFUSED_NO_BASIS"))
        await take(town, refused, told, filed("matters", *MATTERS))
        yield town


async def seen(
    town: City, document: str, client: str | None, day: date = TOLD_ON, caller: Caller | None = None
) -> dict[str, dict[str, Any]]:
    """The measures on L3 by the code of their entry."""
    async with on_day(town, day):
        answer = await town.ask(document, client=client, caller=caller)
    return by_entry(answer.data["subject"]["measures"])


def by_entry(measures: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {edge["node"]["listEntry"]["code"]: edge["node"] for edge in measures["edges"]}


TOLD = [(EXECUTOR, "A7"), (INITIATOR, "A5"), (OFFICE, "EZ-OFFICE")]
"""Who executes, who started it, and the credit office of its city."""


@pytest.mark.parametrize(("document", "client"), TOLD)
async def test_the_feedback_moves_the_measure_from_pushed_to_in_force(
    told_town: City, document: str, client: str
) -> None:
    found = [(await seen(told_town, document, client, day))["ADM-09"]["status"] for day in (TOLD_ON - DAY, TOLD_ON)]
    assert found == ["PUSHED", "IN_FORCE"]


@pytest.mark.parametrize(("document", "client"), TOLD)
async def test_executor_initiator_and_office_see_what_was_fed_back(told_town: City, document: str, client: str) -> None:
    found = (await seen(told_town, document, client))["ADM-09"]
    (told,) = found["feedback"]
    assert (told["action"], told["appliedOn"], told["matterNumber"]) == ("APPLIED", "2026-04-12", "EZJY-2026-077")
    assert (told["executedBy"], told["result"]) == ({"name": "鄂州市公共资源交易中心"}, "拒绝投标报名")
    assert found["initiatedBy"] == {"name": "鄂州市人力资源和社会保障局"}
    assert (found["humanDecision"] is None) == (client == "EZ-OFFICE")


async def test_the_office_is_told_from_the_push_on_and_of_its_own_city_alone(told_town: City) -> None:
    """L4's measure is executed by the same trading centre, and was started in Jiyang."""
    pushed = date(2026, 3, 2)
    assert await seen(told_town, OFFICE, "EZ-OFFICE", pushed - DAY) == {}
    assert {*await seen(told_town, OFFICE, "EZ-OFFICE", pushed)} == {"ADM-09", "ADM-13"}
    assert await seen(told_town, OFFICE.replace(L3, "91370199MA9TERT47K"), "EZ-OFFICE") == {}


async def test_the_office_of_another_city_is_told_nothing(told_town: City) -> None:
    assert await seen(told_town, OFFICE, "WH-OFFICE") == {}


async def test_the_subject_sees_action_and_date_and_no_more(told_town: City) -> None:
    found = await seen(told_town, OWN, None, caller=firm(told_town, L3))
    (told,) = found["ADM-09"]["feedback"]
    assert {name: value for name, value in told.items() if value is not None} == {
        "action": "APPLIED",
        "appliedOn": "2026-04-12",
        "reportedOn": "2026-04-12",
        "executedBy": {"name": "鄂州市公共资源交易中心"},
    }
    assert [(each["legalityReview"], each["humanDecision"]) for each in found.values()] == [(None, None)] * 2
    assert found["ADM-09"]["status"] == "IN_FORCE"


async def test_no_other_subject_sees_it(told_town: City) -> None:
    other = firm(told_town, "91370199MA9TERT47K")
    answer = await told_town.ask(OWN.replace(L3, "91370199MA9TERT47K"), caller=other)
    assert {each["initiatedBy"]["name"] for each in by_entry(answer.data["subject"]["measures"]).values()} == {
        "济阳区住建局"
    }
    assert (await told_town.ask(OWN, caller=other)).code is Code.SUBJECT_NOT_COVERED


async def test_the_public_sees_the_measure_and_neither_state_nor_feedback(told_town: City) -> None:
    for day in (TOLD_ON - DAY, TOLD_ON):
        found = (await seen(told_town, PUBLIC, None, day))["ADM-09"]
        assert (found["status"], found["startsOn"], found["feedback"]) == (None, None, None)


async def test_a_bank_is_answered_as_the_public_is(told_town: City) -> None:
    """Without the consent of the subject; under one it would see S at most, never feedback."""
    assert await seen(told_town, PUBLIC, "B1") == await seen(told_town, PUBLIC, None)


async def test_a_department_that_executes_nothing_sees_no_measure(told_town: City) -> None:
    assert await seen(told_town, OTHER, "X9") == {}


async def test_the_measure_names_its_entry_and_an_article_that_suffices(told_town: City) -> None:
    found = (await seen(told_town, EXECUTOR, "A7"))["ADM-09"]
    assert found["legalBasis"] == {"citation": "GF2016-33-三(十)", "rank": "CENTRAL_POLICY"}


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"list_entry": "ADM-77"}, "措施不在措施清单内"),
        ({"legal_basis": "某规定第一条"}, "依据条款不在文件目录内"),
        ({"legal_basis": "EZ-12"}, "依据条款的位阶不足"),  # Ezhou's own plan
        ({"legal_basis": "WH-二(四)1"}, "依据条款的位阶不足"),
        ({"legal_basis": "CATALOGUE-5"}, "依据条款的位阶不足"),  # a rule of a ministry
    ],
)
async def test_no_measure_without_entry_and_sufficient_article(
    told_town: City, told: Mapping[str, str], reason: str
) -> None:
    report = await load(told_town, filed("measures", measure("EZ-2026-M9", **told)))
    assert (report.loaded, reasons(report)) == (0, {reason})
    assert "ADM-77" not in await seen(told_town, EXECUTOR, "A7")


@pytest.mark.parametrize("basis", ["GPL-22", "HUBEI-SCR-全文", "GF2016-33-三(十)"])
async def test_a_law_a_regulation_and_a_central_policy_suffice(told_town: City, basis: str) -> None:
    """The same measure again, on another article: it is corrected, not refused."""
    told = measure("EZ-2026-M2", list_entry="ADM-13", starts_on="2026-03-03", legal_basis=basis)
    assert (await load(told_town, filed("measures", told))).quarantined == 0


async def test_a_refusal_for_want_of_a_basis_is_feedback_too(told_town: City) -> None:
    """It does not bring the measure into force; its initiator sees why."""
    for document, client in TOLD:
        found = (await seen(told_town, document, client, TOLD_ON + DAY))["ADM-13"]
        assert found["status"] == "PUSHED"
        assert [each["action"] for each in found["feedback"]] == ["REFUSED_NO_BASIS"]


async def tasks(town: City, day: date, *, open: bool = True, client: str = "EZ-OFFICE") -> dict[str, dict[str, Any]]:
    """The measures whose basis the office has to review on that day, or the others, by the code of their entry."""
    async with on_day(town, day):
        answer = await town.ask(TASKS, {"open": open}, client=client)
    assert answer.data["measures"]["totalCount"] == len(answer.data["measures"]["edges"])
    return by_entry(answer.data["measures"])


async def test_it_raises_a_task_for_the_office(told_town: City) -> None:
    """WH-二(四)1, WH-二(七)3: what lacks a basis is abolished or revised. From the day of the refusal on."""
    assert await tasks(told_town, TOLD_ON - DAY) == {}
    found = await tasks(told_town, TOLD_ON)
    assert found["ADM-13"] == {
        "listEntry": {"code": "ADM-13"},
        "subject": {"name": "鄂州测试商贸有限公司"},
        "feedback": [{"action": "REFUSED_NO_BASIS", "result": "拒绝投标报名"}],
    }
    assert "ADM-09" not in found
    assert "ADM-09" in await tasks(told_town, TOLD_ON, open=False)
    assert await tasks(told_town, TOLD_ON, client="WH-OFFICE") == {}


@pytest.mark.parametrize("ended", ["lifted", "applied"])
async def test_the_task_is_done_when_the_measure_is_lifted_or_applied_after_all(told_town: City, ended: str) -> None:
    number, entry, done = f"EZ-{ended}", {"lifted": "ADM-16", "applied": "ADM-17"}[ended], date(2026, 5, 11)
    ordered = elsewhere(number, entry)
    await take(told_town, filed("measures", ordered), filed("feedback", feedback(number, "REFUSED_NO_BASIS")))
    if ended == "lifted":
        lifting = {"lifted_on": done.isoformat(), "lift_reason": "RECOGNITION_ERROR"}
        await take(told_town, filed("measures", {**ordered, **lifting}))
    else:
        await take(told_town, filed("feedback", feedback(number, "APPLIED", on=done.isoformat())))
    assert [entry in await tasks(told_town, day) for day in (TOLD_ON, done - DAY, done)] == [True, True, False]


async def test_nobody_searches_for_such_tasks_who_does_not_see_them(told_town: City) -> None:
    refused = await told_town.ask("{ measures(filter: {legalityReview: true}) { totalCount } }")
    assert refused.code is Code.FIELD_NOT_FILTERABLE


@pytest.mark.parametrize(("document", "client"), TOLD)
async def test_late_feedback_is_marked(told_town: City, document: str, client: str) -> None:
    """EZ-16, EZ-三(三), WC-三(三). What was pushed in March and refused in April is missing in the first quarter's
    report; what was executed in April is in the second's."""
    found = await seen(told_town, document, client)
    assert {code: [each["late"] for each in found[code]["feedback"]] for code in ("ADM-09", "ADM-13")} == {
        "ADM-09": [False],
        "ADM-13": [True],
    }


@pytest.mark.parametrize(
    ("applied", "reported", "late"),
    [
        ("2026-03-31", "2026-03-31", False),
        ("2026-03-31", "2026-04-01", True),
        ("2026-04-01", "2026-06-30", False),
        ("2025-12-31", "2026-01-04", True),
        ("", "2026-03-31", False),
        ("", "2026-04-01", True),
    ],
)
async def test_it_is_late_from_the_first_day_of_the_next_quarter(
    told_town: City, applied: str, reported: str, late: bool
) -> None:
    """Counted from the execution, or from the push of 2 March where nothing was executed."""
    number = f"EZ-{applied}-{reported}"
    told = {**feedback(number, "PARTLY", on=reported), "applied_on": applied}
    await take(told_town, filed("measures", elsewhere(number, "ADM-01")), filed("feedback", told))
    answer = await told_town.ask(OFFICE.replace(L3, "91420199MA9TERT123"), client="EZ-OFFICE")
    edges = answer.data["subject"]["measures"]["edges"]
    found = [each for edge in edges for each in edge["node"]["feedback"]]
    assert [each["late"] for each in found if (each["appliedOn"] or "", each["reportedOn"]) == (applied, reported)] == [
        late
    ]


@pytest.mark.parametrize("writer", [A5, A9])
async def test_a_file_of_any_other_agency_is_set_aside(told_town: City, writer: str) -> None:
    """EZ-16: whoever executes feeds back, not even the initiator may."""
    report = await load(told_town, filed("feedback", feedback("EZ-2026-M2", "APPLIED", writer)))
    assert (report.loaded, reasons(report)) == (0, {"只有执行部门可以反馈"})
    assert (await seen(told_town, EXECUTOR, "A7"))["ADM-13"]["status"] == "PUSHED"


async def test_the_same_file_again_changes_nothing(told_town: City) -> None:
    report = await load(told_town, filed("feedback", feedback("EZ-2026-M1", "APPLIED")))
    assert (report.unchanged, report.loaded, report.corrected, report.quarantined) == (1, 0, 0, 0)
