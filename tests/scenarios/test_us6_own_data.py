"""US-6, the data: what subjects see of themselves, complete but for informants, workflow and other persons."""

from datetime import date
from typing import Any

import pytest

from schema.errors import Code
from tests.city import Answer, City
from tests.rows import insert, record
from tests.scenarios.filing import on_day
from tests.scenarios.subjects import firm, person

pytestmark = pytest.mark.anyio

N1 = {"idNumber": "420199198503120015", "name": "李测试"}
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
L2, L3 = "91420199MA9TERT20X", "91420799MA9TERT39R"
SEALED = "武公行罚决字〔2026〕测第0088号"
TRAFFIC = "武公交决字〔2025〕测第0217号"

MINE = """
query Mine($who: PersonLookup!) {
  subject(by: {person: $who}) {
    name
    ... on NaturalPerson {
      idType idNumber phone email homeAddress birthDate sex profession minor ethnicity deathDate
    }
    standing {
      identityMatch { answer } judgmentDefaulter { answer } seriousList { answer } majorPenalty { answer }
      cleanRecord { answer } fieldPenalty { answer }
    }
    records(first: 50) {
      totalCount
      edges { node {
        __typename documentNumber status facts remark handler underObjection
        publication { until }
        ... on Penalty { fineAmount }
        ... on Licence { licenceNumber }
      } }
    }
  }
}
"""
FIRM = """
query Firm($uscc: String!) {
  subject(by: {uscc: $uscc}) {
    ... on Organisation {
      name financials officePhone contactPerson legalRepresentative { name person { idNumber } }
    }
    standing { seriousList { answer } sanctioned { answer } majorPenalty { answer } }
    records(first: 50) {
      totalCount
      edges { node { documentNumber status facts repairState ... on ListEntry { noticeDate personTargets { name } } } }
    }
    measures {
      edges { node { status startsOn initiatedBy { name } humanDecision feedback { action appliedOn result } } }
    }
  }
}
"""


async def mine(town: City, who: dict[str, str] = N2) -> Answer:
    return await town.ask(MINE, {"who": who}, caller=person(town, who))


def nodes(answer: Answer) -> dict[str, dict[str, Any]]:
    found = [edge["node"] for edge in answer.data["subject"]["records"]["edges"]]
    return {node["documentNumber"]: node for node in found}


# Persons -------------------------------------------------------------------------------------------------------------


async def test_a_person_sees_who_it_is_and_the_number_only_masked(town: City) -> None:
    subject = (await mine(town)).data["subject"]
    assert (subject["name"], subject["idNumber"]) == ("王测试", "420199********0027")
    assert (subject["birthDate"], subject["sex"], subject["minor"]) == ("1992-07-28", "FEMALE", False)
    assert subject["phone"] is None or "*" in subject["phone"]
    assert [subject[name] for name in ("ethnicity", "deathDate")] == [None, None]


async def test_a_person_sees_its_own_records_that_the_public_cannot(town: City) -> None:
    answer = await mine(town)
    found = nodes(answer)
    assert found[TRAFFIC]["fineAmount"] == "200.00"
    assert {node["__typename"] for node in found.values()} == {"Penalty", "Honour", "Licence"}
    assert SEALED not in found
    assert answer.data["subject"]["records"]["totalCount"] == len(found) == 3


async def test_texts_come_without_what_identifies_informants_and_others(town: City) -> None:
    answer = await mine(town)
    penalty = nodes(answer)[TRAFFIC]
    assert "交通信号灯" in penalty["facts"]
    assert "420199199207280027" not in penalty["facts"]
    assert (penalty["remark"], penalty["handler"]) == (None, None)
    assert answer.disclosure["subject.records.edges.node.facts"]["mask"] == "MASK_REDACT_TEXT"


async def test_verdicts_are_those_that_others_would_be_given(town: City) -> None:
    standing = (await mine(town)).data["subject"]["standing"]
    assert {name: each and each["answer"] for name, each in standing.items()} == {
        "identityMatch": "YES",
        "judgmentDefaulter": "NO",
        "seriousList": "NO",
        "majorPenalty": "NO",
        "cleanRecord": "NO",
        "fieldPenalty": None,
    }


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ({"repaired_on": date(2026, 4, 20)}, "REPAIRED"),
        ({"state": "REVOKED", "revoked_on": date(2026, 4, 20)}, "REVOKED"),
        ({"minor_at_event": True}, "ACTIVE"),
        ({"objection_from": date(2026, 5, 6)}, "ACTIVE"),
        ({"published_from": None, "publication_until": None}, "ACTIVE"),
        ({"publication_until": date(2026, 5, 19)}, "PUBLICATION_EXPIRED"),
        ({"state": "QUARANTINED"}, None),
        ({"sealed": True}, None),
        ({"state": "DELETED"}, None),
        ({"decided_on": date(2026, 5, 20)}, "ACTIVE"),
        ({"decided_on": date(2026, 5, 21)}, None),
    ],
    ids=str,
)
async def test_own_records_are_seen_in_nearly_every_state(
    town: City, state: dict[str, Any], status: str | None
) -> None:
    caller = person(town, N1)
    assert caller.subject is not None
    async with town.database.owner() as owner:
        agency = await owner.fetchval("SELECT id FROM agency LIMIT 1")
        given = {"natural": True, "item": "PENALTY", "authority_id": agency, "source_unit_id": agency, **state}
        await insert(owner, "record", record(301, caller.subject.id, category="ADMIN", **given))
        answer = await mine(town, N1)
        await owner.execute("DELETE FROM record WHERE id = 301")
    found = nodes(answer).get("测罚〔2024〕301号")
    assert (found and found["status"]) == status
    assert found is None or found["underObjection"] is ("objection_from" in state)


async def test_nobody_is_looked_up_but_oneself_known_or_not(town: City) -> None:
    caller = person(town, N2)
    nobody = N1 | {"idNumber": "420199198503120031"}
    known, unknown = [await town.ask(MINE, {"who": who}, caller=caller) for who in (N1, nobody)]
    assert known.code is Code.SUBJECT_NOT_COVERED
    assert known.raw == unknown.raw
    assert (await town.ask(FIRM, {"uscc": L2}, caller=caller)).code is Code.SUBJECT_NOT_COVERED


async def test_lists_hold_ones_own_rows_alone(town: City) -> None:
    caller = person(town, N2)
    listed = await town.ask("{ records(first: 50) { totalCount } measures { totalCount } }", caller=caller)
    assert (listed.data["records"]["totalCount"], listed.data["measures"]["totalCount"]) == (3, 0)
    search = await town.ask('{ subjects(filter: {name: "测试"}) { edges { node { name } } } }', caller=caller)
    assert search.code is Code.SUBJECT_NOT_COVERED


async def test_ids_of_others_open_nothing(town: City) -> None:
    sealer, caller, other = town.installation.sealer, person(town, N2), person(town, N1).subject
    assert other is not None
    document = "query($id: ID!) { node(id: $id) { __typename } subject(by: {id: $id}) { name } }"
    theirs = sealer.seal_id(caller.principal.organisation, "subject", other.id)
    assert (await town.ask(document, {"id": theirs}, caller=caller)).data == {"node": None, "subject": None}


async def test_another_purpose_is_not_open_to_a_subject(town: City) -> None:
    document = MINE.replace("($who: PersonLookup!)", '($who: PersonLookup!) @purpose(code: "%s")')
    stated = await town.ask(document % "PM-902", {"who": N2}, caller=person(town, N2))
    assert stated.code is None
    claimed = await town.ask(document % "PM-813", {"who": N2}, caller=person(town, N2))
    assert claimed.code is Code.PURPOSE_NOT_ALLOWED


async def test_a_cursor_of_one_subject_is_nothing_to_another(town: City) -> None:
    document = "query($after: String) { records(first: 1, after: $after) { edges { cursor } } }"
    page = await town.ask(document, caller=person(town, N2))
    cursor = page.data["records"]["edges"][0]["cursor"]
    assert (await town.ask(document, {"after": cursor}, caller=person(town, N2))).code is None
    assert (await town.ask(document, {"after": cursor}, caller=person(town, N1))).code is Code.CURSOR_INVALID


async def test_the_viewer_is_a_subject(town: City) -> None:
    viewer = (await town.ask("{ viewer { kind scope agency { name } } }", caller=person(town, N2))).data["viewer"]
    assert viewer == {"kind": "SUBJECT", "scope": "SELF", "agency": None}


async def test_the_entry_records_the_access_itself_and_names_no_one(town: City) -> None:
    answer = await mine(town)
    entry = await town.entry(answer.entry)
    assert (entry["kind"], entry["principal"], entry["purpose"]) == ("release", "portal", "PM-902")
    assert all(value not in str(entry) for value in N2.values())


# Organisations -------------------------------------------------------------------------------------------------------


async def test_a_firm_sees_its_records_repaired_ones_too_and_no_person_behind_them(town: City) -> None:
    answer = await town.ask(FIRM, {"uscc": L2}, caller=firm(town, L2))
    subject = answer.data["subject"]
    assert subject["name"] == "武汉测试食品有限公司"
    assert subject["legalRepresentative"] == {"name": "王测试", "person": None}
    found = nodes(answer)
    assert len(found) == subject["records"]["totalCount"] == 5  # R2, R3, R4, R10 and R11
    assert sorted(node["status"] for node in found.values()) == [
        "ACTIVE", "ACTIVE", "PUBLICATION_EXPIRED", "REPAIRED", "REPAIRED",
    ]  # fmt: skip
    whole = "".join(node["facts"] or "" for node in found.values())
    assert all(hidden not in whole for hidden in ("周某", "举报", "13800138000", "420199198503120015", "测试路1号"))
    assert subject["standing"]["majorPenalty"]["answer"] == "YES"


async def test_a_firm_sees_the_measure_on_it_and_the_deed_without_the_report(town: City) -> None:
    answer = await town.ask(FIRM, {"uscc": L3}, caller=firm(town, L3))
    subject = answer.data["subject"]
    (measure,) = [edge["node"] for edge in subject["measures"]["edges"]]
    assert (measure["startsOn"], measure["initiatedBy"]["name"]) == ("2026-03-02", "鄂州市人力资源和社会保障局")
    assert measure["humanDecision"] is None
    assert [(each["action"], each["result"]) for each in measure["feedback"]] == [("APPLIED", None)]
    (entry,) = nodes(answer).values()
    assert (entry["noticeDate"], entry["personTargets"]) == ("2026-02-02", None)
    assert subject["standing"]["seriousList"]["answer"] == "YES"


async def test_a_listing_that_has_ended_is_seen_and_counts_no_longer(town: City) -> None:
    async with on_day(town, date(2027, 3, 2)) as later:
        answer = await later.ask(FIRM, {"uscc": L3}, caller=firm(town, L3))
    (entry,) = nodes(answer).values()
    assert entry["status"] in {"TERM_EXPIRED", "PUBLICATION_EXPIRED"}
    assert answer.data["subject"]["standing"]["seriousList"]["answer"] == "NO"


async def test_a_representative_of_a_firm_sees_nothing_of_a_person(town: City) -> None:
    assert (await town.ask(MINE, {"who": N2}, caller=firm(town, L2))).code is Code.SUBJECT_NOT_COVERED
