"""US-1: a partner agency checks a bidder before a tender, and the review expert of the same tender."""

from datetime import date
from typing import Any

import pytest

from schema.errors import CallerError, Code
from tests.city import City
from tests.scenarios.filing import DAY, on_day

pytestmark = pytest.mark.anyio

L1, L2 = "91420199MA9TERT123", "91420199MA9TERT20X"
R2 = "武市监处罚〔2026〕测001号"

BIDDER = """
query Bidder($uscc: String!, $matter: String) @purpose(code: "PM-301", matter: $matter, role: "bidder") {
  subject(by: {uscc: $uscc}) {
    __typename name
    ... on Organisation { uscc officePhone financials legalRepresentative { name person { idNumber phone } } }
    standing { judgmentDefaulter { answer } seriousList { answer } majorPenalty { answer period { from to } caution } }
    measures { totalCount }
    records(first: 50) {
      totalCount
      edges { node {
        __typename documentNumber decidedOn severity status facts remark
        publication { until expired }
        ... on Penalty { fineAmount penaltyKindsLabel }
        ... on Licence { certificateName validUntil }
      } }
    }
  }
}
"""

EXPERT = """
query Expert($who: PersonLookup!) @purpose(code: "PM-302", matter: "HSZB-2026-0117-P", role: "review_expert") {
  standing(by: {person: $who}) {
    identityMatch { answer } judgmentDefaulter { answer } seriousList { answer } fieldPenalty { answer }
  }
  subject(by: {person: $who}) { records { edges { node { documentNumber } } } }
}
"""
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
N1 = {"idNumber": "420199198503120015", "name": "李测试"}
MATTER = "HSZB-2026-0117"


async def penalties(town: City) -> dict[str, dict[str, Any]]:
    answer = await town.ask(BIDDER, {"uscc": L2, "matter": MATTER}, client="A1")
    nodes = [edge["node"] for edge in answer.data["subject"]["records"]["edges"]]
    return {node["documentNumber"]: node for node in nodes}


async def test_the_bidder_without_blemish_is_shown_with_its_licence(town: City) -> None:
    answer = await town.ask(BIDDER, {"uscc": L1, "matter": MATTER}, client="A1")
    subject = answer.data["subject"]
    assert subject["name"] == "武汉测试建设有限公司"
    assert subject["legalRepresentative"]["name"] == "李测试"
    assert [edge["node"]["__typename"] for edge in subject["records"]["edges"]] == ["Licence"]
    assert subject["records"]["edges"][0]["node"]["validUntil"] == "2028-06-30"
    assert subject["standing"]["majorPenalty"]["answer"] == "NO"


async def test_the_competitor_shows_what_is_shared_and_nothing_repaired(town: City) -> None:
    found = await penalties(town)
    assert set(found) == {R2, "武市监处罚〔2026〕测003号", "武市监处罚〔2025〕测004号"}
    assert found[R2]["fineAmount"] == "125000.00"
    assert found[R2]["severity"] == "SERIOUS"
    assert found[R2]["publication"] == {"until": "2029-02-10", "expired": False}
    assert found["武市监处罚〔2025〕测004号"]["status"] == "PUBLICATION_EXPIRED"
    assert found["武市监处罚〔2025〕测004号"]["publication"]["expired"] is True


async def test_the_warning_is_shared_as_a_summary_without_its_text(town: City) -> None:
    warning = (await penalties(town))["武市监处罚〔2026〕测003号"]
    assert warning["severity"] == "MINOR"
    assert warning["facts"] is None


async def test_the_published_facts_are_shown_redacted(town: City) -> None:
    facts = (await penalties(town))[R2]["facts"]
    expected = "法定代表人李测试（身份证[已隐去]，住[已隐去]，电话[已隐去]）指使员工刘某更换生产日期"
    assert expected in facts
    for hidden in ("420199198503120015", "13800138000", "测试路1号", "周某", "举报"):
        assert hidden not in facts


async def test_the_major_penalty_is_answered_by_the_order_to_stop_production(town: City) -> None:
    answer = await town.ask(BIDDER, {"uscc": L2, "matter": MATTER}, client="A1")
    verdict = answer.data["subject"]["standing"]["majorPenalty"]
    assert verdict["answer"] == "YES"
    assert verdict["period"] == {"from": "2023-05-20", "to": "2026-05-20"}
    assert "仅供参考" in verdict["caution"]


async def test_what_is_hidden_is_null_and_says_why(town: City) -> None:
    answer = await town.ask(BIDDER, {"uscc": L2, "matter": MATTER}, client="A1")
    subject = answer.data["subject"]
    assert subject["financials"] is None
    assert subject["officePhone"] == "027-****0002"
    assert subject["legalRepresentative"]["person"] is None
    assert "errors" not in answer.body
    hidden = answer.disclosure
    assert hidden["subject.financials"]["level"] == "WITHHELD"
    assert hidden["subject.officePhone"]["level"] == "MASKED"
    assert hidden["subject.officePhone"]["mask"] == "MASK_LANDLINE"
    assert hidden["subject.records.edges.node.remark"]["level"] == "WITHHELD"
    assert hidden["subject.records.edges.node.remark"]["reason"] == "POLICY"


async def test_the_statement_reads_no_column_that_is_not_shown(town: City) -> None:
    answer = await town.ask(BIDDER, {"uscc": L2, "matter": MATTER}, client="A1")
    (statement,) = answer.statements
    for column in ("facts_ct", "remark", "handler", "financials", "person_id_number", "person_phone", "contact_"):
        assert column not in statement
    assert "facts__redact_text" in statement
    assert L2 not in statement


async def test_the_entry_says_who_asked_for_what_and_what_was_released(town: City) -> None:
    answer = await town.ask(BIDDER, {"uscc": L2, "matter": MATTER}, client="A1")
    entry = await town.entry(answer.entry)
    assert entry["kind"] == "release"
    assert entry["principal"] == "A1"
    assert entry["purpose"] == "PM-301"
    assert entry["case"]["present"] is True
    assert entry["decision"]["result"] == "partial"
    assert entry["counts"]["records"] == 3
    assert L2 not in str(entry)
    assert MATTER not in str(entry)


async def test_a_person_cannot_be_asked_about_under_a_purpose_for_market_subjects(town: City) -> None:
    document = BIDDER.replace("$uscc: String!", "$who: PersonLookup!").replace("{uscc: $uscc}", "{person: $who}")
    known = await town.ask(document, {"who": N1, "matter": MATTER}, client="A1")
    unknown = await town.ask(document, {"who": N1 | {"idNumber": "420199198503120031"}, "matter": MATTER}, client="A1")
    assert known.code is Code.SUBJECT_NOT_COVERED
    assert known.raw == unknown.raw
    assert (await town.entry(known.entry))["kind"] == "deny"


@pytest.mark.parametrize(
    ("client", "matter", "code"),
    [
        ("A3", MATTER, Code.PURPOSE_NOT_ALLOWED),
        ("A8", MATTER, Code.PURPOSE_NOT_ALLOWED),
        ("A1", None, Code.MATTER_REQUIRED),
        ("A1", "HSZB-2025-0990", Code.MATTER_NOT_OPEN),
        ("A1", "HSZB-0000-0000", Code.MATTER_NOT_OPEN),
        ("A1", "WHSJ-2026-0031", Code.MATTER_NOT_OPEN),
        (None, MATTER, Code.PURPOSE_NOT_ALLOWED),
    ],
)
async def test_an_operation_that_may_not_be_asked_is_refused_whole(
    town: City, client: str | None, matter: str | None, code: Code
) -> None:
    answer = await town.ask(BIDDER, {"uscc": L2, "matter": matter}, client=client)
    assert answer.code is code
    assert "data" not in answer.body


@pytest.mark.parametrize(
    ("matter", "opened", "first", "then"),
    [
        (MATTER, date(2026, 5, 6), Code.MATTER_NOT_OPEN, None),
        ("HSZB-2025-0990", date(2025, 11, 3), Code.MATTER_NOT_OPEN, None),
        ("HSZB-2025-0990", date(2025, 12, 31), None, Code.MATTER_NOT_OPEN),
    ],
)
async def test_a_matter_serves_from_its_opening_to_its_closing(
    town: City, matter: str, opened: date, first: Code | None, then: Code | None
) -> None:
    for day, code in ((opened - DAY, first), (opened, then)):
        async with on_day(town, day):
            answer = await town.ask(BIDDER, {"uscc": L1, "matter": matter}, client="A1")
        assert answer.code is code


@pytest.mark.parametrize(("staff", "last"), [("1002", date(2026, 1, 31)), ("1003", date(2025, 12, 31))])
async def test_staff_may_ask_up_to_the_last_day_of_agreement_and_training(town: City, staff: str, last: date) -> None:
    async with on_day(town, last):
        assert (await town.caller("A1", staff)).operator is not None
    async with on_day(town, last + DAY):
        with pytest.raises(CallerError) as refused:
            await town.caller("A1", staff)
    assert refused.value.code is Code.OPERATOR_NOT_VALID


async def test_the_expert_is_answered_in_verdicts_only(town: City) -> None:
    answer = await town.ask(EXPERT, {"who": N2}, client="A1")
    assert {name: verdict["answer"] for name, verdict in answer.data["standing"].items()} == {
        "identityMatch": "YES",
        "judgmentDefaulter": "NO",
        "seriousList": "NO",
        "fieldPenalty": "NO",  # the traffic penalty is of another field
    }
    assert answer.data["subject"]["records"]["edges"] == []


async def test_an_expert_who_is_not_named_in_the_matter_is_not_covered(town: City) -> None:
    answer = await town.ask(EXPERT, {"who": N1}, client="A1")
    assert answer.code is Code.SUBJECT_NOT_COVERED
