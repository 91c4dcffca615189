"""US-7: the trading centre feeds back that it executes Ezhou's measure on L3, as a file of its own."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import pytest

from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.scenarios.filing import DAY, admit, filed, load, on_day, reasons, take

pytestmark = pytest.mark.anyio

L3, A5, A7 = "91420799MA9TERT39R", "1142079900TERT053H", "1242079900TERT07X1"
A9 = "1142079900TERT096Y"
LISTING = "鄂人社列字〔2026〕测002号"
TOLD_ON = date(2026, 4, 12)

MEASURES = """
  subject(by: {uscc: "91420799MA9TERT39R"}) {
    measures(first: 50) { edges { node {
      status startsOn listEntry { code } legalBasis { citation rank } initiatedBy { name }
      feedback { action appliedOn reportedOn matterNumber result executedBy { name } }
    } } }
  }
"""
EXECUTOR = f'query E @purpose(code: "PM-831", matter: "EZJY-2026-077", role: "listed_target") {{ {MEASURES} }}'
INITIATOR = f'query I @purpose(code: "PM-813", matter: "EZRS-2026-050", role: "applicant") {{ {MEASURES} }}'
OTHER = f'query O @purpose(code: "PM-831", matter: "EZZZ-2026-001", role: "listed_target") {{ {MEASURES} }}'
PUBLIC = f"query P {{ {MEASURES} }}"

MATTERS = (
    {"number": "EZRS-2026-050", "client_id": "A5", "purpose": "PM-813", "operators": "1001", "opened_on": "2026-03-02"},
    {"number": "EZZZ-2026-001", "client_id": "X9", "purpose": "PM-831", "operators": "1001", "opened_on": "2026-03-02"},
)


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


def feedback(number: str, action: str, executor: str = A7) -> Mapping[str, str]:
    return {
        "measure_number": number,
        "executed_by_uscc": executor,
        "action": action,
        "applied_on": "2026-04-12" if action == "APPLIED" else "",
        "reported_on": "2026-04-12",
        "matter_number": "EZJY-2026-077",
        "result": "拒绝投标报名",
    }


@pytest.fixture(scope="module")
async def told_town(module_database: FreshDatabase) -> AsyncIterator[City]:
    """M1 with the feedback of 2026-04-12, and a second measure that A7 finds without a basis."""
    async with city(module_database) as town:
        await admit(town, "X9", A9, "PM-831")
        refused = filed("measures", measure("EZ-2026-M2", list_entry="ADM-13", starts_on="2026-03-03"))
        told = filed("feedback", feedback("EZ-2026-M2", "REFUSED_NO_BASIS"))
        await take(town, refused, told, filed("matters", *MATTERS))
        yield town


async def seen(
    town: City, document: str, client: str | None, day: date = TOLD_ON, operator: str = "1001"
) -> dict[str, dict[str, Any]]:
    """The measures on L3 by the code of their entry."""
    async with on_day(town, day):
        answer = await town.ask(document, client=client, operator=operator)
    edges = answer.data["subject"]["measures"]["edges"]
    return {edge["node"]["listEntry"]["code"]: edge["node"] for edge in edges}


@pytest.mark.parametrize(("document", "client"), [(EXECUTOR, "A7"), (INITIATOR, "A5")])
async def test_the_feedback_moves_the_measure_from_pushed_to_in_force(
    told_town: City, document: str, client: str
) -> None:
    found = [(await seen(told_town, document, client, day))["ADM-09"]["status"] for day in (TOLD_ON - DAY, TOLD_ON)]
    assert found == ["PUSHED", "IN_FORCE"]


@pytest.mark.parametrize(("document", "client"), [(EXECUTOR, "A7"), (INITIATOR, "A5")])
async def test_executor_and_initiator_see_what_was_fed_back(told_town: City, document: str, client: str) -> None:
    found = (await seen(told_town, document, client))["ADM-09"]
    (told,) = found["feedback"]
    assert (told["action"], told["appliedOn"], told["matterNumber"]) == ("APPLIED", "2026-04-12", "EZJY-2026-077")
    assert told["executedBy"] == {"name": "鄂州市公共资源交易中心"}
    assert found["initiatedBy"] == {"name": "鄂州市人力资源和社会保障局"}


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
    assert set(await seen(told_town, EXECUTOR, "A7")) == {"ADM-09", "ADM-13"}


@pytest.mark.parametrize("basis", ["GPL-22", "HUBEI-SCR-全文", "GF2016-33-三(十)"])
async def test_a_law_a_regulation_and_a_central_policy_suffice(told_town: City, basis: str) -> None:
    """The same measure again, on another article: it is corrected, not refused."""
    told = measure("EZ-2026-M2", list_entry="ADM-13", starts_on="2026-03-03", legal_basis=basis)
    assert (await load(told_town, filed("measures", told))).quarantined == 0


async def test_a_refusal_for_want_of_a_basis_is_feedback_too(told_town: City) -> None:
    """It does not bring the measure into force; its initiator sees why."""
    for document, client in ((EXECUTOR, "A7"), (INITIATOR, "A5")):
        found = (await seen(told_town, document, client, TOLD_ON + DAY))["ADM-13"]
        assert found["status"] == "PUSHED"
        assert [each["action"] for each in found["feedback"]] == ["REFUSED_NO_BASIS"]


@pytest.mark.parametrize("writer", [A5, A9])
async def test_a_file_of_any_other_agency_is_set_aside(told_town: City, writer: str) -> None:
    """EZ-16: whoever executes feeds back, not even the initiator may."""
    report = await load(told_town, filed("feedback", feedback("EZ-2026-M2", "APPLIED", writer)))
    assert (report.loaded, reasons(report)) == (0, {"只有执行部门可以反馈"})
    assert (await seen(told_town, EXECUTOR, "A7"))["ADM-13"]["status"] == "PUSHED"


async def test_the_same_file_again_changes_nothing(told_town: City) -> None:
    report = await load(told_town, filed("feedback", feedback("EZ-2026-M1", "APPLIED")))
    assert (report.unchanged, report.loaded, report.corrected, report.quarantined) == (1, 0, 0, 0)
