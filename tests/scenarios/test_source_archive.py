"""The archive of a source: who provided or made a decision sees it quarantined, sealed or of a minor, for the purposes
that are about its own data; nobody else does, and neither does it for any other purpose (reference 3.10)."""

from typing import Any

import pytest

from schema.identifiers import resident_check
from tests.city import City
from tests.scenarios.filing import admit, filed, load, take

pytestmark = pytest.mark.anyio

L2, L2_NAME = "91420199MA9TERT20X", "武汉测试食品有限公司"
A1, A4 = "1142019900TERT0292", "1142019900TERT045P"
POLICE, TRAFFIC = "1142019900TERT125B", "1142019900TERT117G"
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
R2, R8, R9 = "武市监处罚〔2026〕测001号", "武公交决字〔2025〕测第0217号", "武公行罚决字〔2026〕测第0088号"
SEALED, WAITING, DRIVING = "武市监处罚〔2026〕测封1号", "武市监处罚〔2026〕测待1号", "武公交决字〔2026〕测封2号"
YOUNG = "武公交决字〔2026〕测未1号"
MINOR_NUMBER = "42019920090102001" + resident_check("42019920090102001")
MINOR = {"idNumber": MINOR_NUMBER, "name": "周测试"}

RECORDS = """
    records(first: 50) { totalCount edges { node {
      documentNumber status sealed quarantineReasons facts measures { totalCount } ... on Penalty { fineAmount }
    } } }
    measures(first: 50) { edges { node { id initiatedBy { name } record { documentNumber } } } }
"""
QUALITY = f'query Q($uscc: String!) @purpose(code: "PM-834") {{ subject(by: {{uscc: $uscc}}) {{ {RECORDS} }} }}'
SUPERVISION = f"""
query S($uscc: String!) @purpose(code: "PM-401", matter: "ZD-401", role: "supervised") {{
  subject(by: {{uscc: $uscc}}) {{ {RECORDS} }}
}}
"""
PUBLIC = f"query P($uscc: String!) {{ subject(by: {{uscc: $uscc}}) {{ {RECORDS} }} }}"
OBJECTION = f"""
query O($who: PersonLookup!, $matter: String!) @purpose(code: "PM-832", matter: $matter, role: "party") {{
  subject(by: {{person: $who}}) {{ {RECORDS} }}
}}
"""


def penalty(number: str, authority: str, **told: str) -> dict[str, str]:
    row = {
        "subject_name": L2_NAME,
        "uscc": L2,
        "document_number": number,
        "authority_uscc": authority,
        "authority_name": "虚构机关",
        "item": "PENALTY",
        "decided_on": "2026-03-02",
        "severity": "GENERAL",
        "facts": "虚构的事实。",
        "content": "罚款1万元",
        "penalty_kinds": "FINE",
        "penalty_basis": "《中华人民共和国食品安全法》第一百二十六条",
        "fine_amount": "1",
    } | told
    return {name: value for name, value in row.items() if value}


def of_person(number: str, authority: str, who: dict[str, str], **told: str) -> dict[str, str]:
    person = {"subject_name": who["name"], "uscc": "", "id_type": "RESIDENT_ID", "id_number": who["idNumber"]}
    return penalty(number, authority, **person, **told)


@pytest.fixture(scope="module")
async def archived(town: City) -> City:
    """The fixture; with what A4 and the traffic police keep for themselves, and matters of those who look for it."""
    await admit(town, "OTHER", A1, "PM-834", "PM-401")
    for client, agency in (("POLICE", POLICE), ("TRAFFIC", TRAFFIC), ("MARKET", A4)):
        await admit(town, client, agency, "PM-832")
    await take(town, filed("persons", {"name": MINOR["name"], "id_type": "RESIDENT_ID", "id_number": MINOR_NUMBER}))
    matters, parties = [], []
    for number, client, purpose in (
        ("ZD-401", "A4", "PM-401"),
        *((f"ZD-{client}", client, "PM-832") for client in ("POLICE", "TRAFFIC", "MARKET")),
    ):
        matters.append(
            {
                "number": number,
                "client_id": client,
                "purpose": purpose,
                "operators": "1001",
                "opened_on": "2026-05-06",
            }
        )
        for who in (N2, MINOR) if purpose == "PM-832" else ():
            party = {"name": who["name"], "id_type": "RESIDENT_ID", "id_number": who["idNumber"]}
            parties.append({"matter_number": number, "client_id": client, "role": "party"} | party)
    await take(town, filed("matters", *matters), filed("matter_parties", *parties))
    await take(town, filed("penalties", penalty(SEALED, A4, sealed="是")))
    await take(town, filed("penalties", of_person(DRIVING, TRAFFIC, N2, sealed="是")))
    await take(town, filed("penalties", of_person(YOUNG, TRAFFIC, MINOR)))
    report = await load(town, filed("penalties", penalty(WAITING, A4, document_effective_on="2026-08-03")))
    assert report.quarantined == 1
    return town


async def seen(town: City, document: str, client: str | None, **variables: Any) -> dict[str, Any]:
    """The records by document number."""
    answer = await town.ask(document, variables or {"uscc": L2}, client=client)
    subject = answer.data["subject"]
    if subject is None:
        return {}
    found = {edge["node"]["documentNumber"]: edge["node"] for edge in subject["records"]["edges"]}
    assert subject["records"]["totalCount"] == len(found)
    return found


async def test_the_source_sees_what_it_sealed_and_what_waits(archived: City) -> None:
    found = await seen(archived, QUALITY, "A4")
    assert (found[SEALED]["status"], found[SEALED]["sealed"]) == ("SEALED", True)
    assert (found[WAITING]["status"], found[WAITING]["sealed"]) == ("QUARANTINED", False)
    assert [found[each]["facts"] for each in (SEALED, WAITING)] == ["虚构的事实。"] * 2
    assert R2 in found


async def test_the_source_is_told_why_it_waits(archived: City) -> None:
    """Reference 3.10: "yes, with reason". In words of the rules, never in those of the file."""
    found = await seen(archived, QUALITY, "A4")
    assert {number: node["quarantineReasons"] for number, node in found.items() if node["quarantineReasons"]} == {
        WAITING: ["文书尚未生效"]
    }


@pytest.mark.parametrize(("document", "client"), [(QUALITY, "OTHER"), (SUPERVISION, "A4"), (PUBLIC, None)])
async def test_to_nobody_else_a_reason_is_shown_of_any_record(
    archived: City, document: str, client: str | None
) -> None:
    answer = await archived.ask(document, {"uscc": L2}, client=client)
    nodes = [edge["node"] for edge in answer.data["subject"]["records"]["edges"]]
    assert {node["quarantineReasons"] and tuple(node["quarantineReasons"]) for node in nodes} <= {None}
    told = answer.disclosure.get("subject.records.edges.node.quarantineReasons", {"level": "CLEAR"})
    assert told["level"] == ("CLEAR" if document is QUALITY else "WITHHELD")  # of its own rows, and it has none


async def test_no_other_agency_does_for_the_same_purpose(archived: City) -> None:
    found = await seen(archived, QUALITY, "OTHER")
    assert found.keys().isdisjoint({SEALED, WAITING})


async def test_nor_does_the_source_for_another_purpose(archived: City) -> None:
    found = await seen(archived, SUPERVISION, "A4")
    assert R2 in found
    assert found.keys().isdisjoint({SEALED, WAITING})


async def test_nor_the_public(archived: City) -> None:
    found = await seen(archived, PUBLIC, None)
    assert R2 in found
    assert found.keys().isdisjoint({SEALED, WAITING})


async def test_others_in_turn_see_nothing_through_the_connection_that_the_source_used(archived: City) -> None:
    """One after the other, and again: what the wall was told of one is not what it knows of the next."""
    for _ in range(3):
        assert {SEALED, WAITING} <= (await seen(archived, QUALITY, "A4")).keys()
        assert (await seen(archived, QUALITY, "OTHER")).keys().isdisjoint({SEALED, WAITING})


async def test_a_person_s_sealed_record_is_seen_by_its_source_as_party_of_a_matter(archived: City) -> None:
    found = await seen(archived, OBJECTION, "TRAFFIC", who=N2, matter="ZD-TRAFFIC")
    assert found.keys() == {R8, DRIVING}
    assert found[DRIVING]["status"] == "SEALED"


@pytest.mark.parametrize("client", ["POLICE", "MARKET"])
async def test_and_by_no_other_party_s_office(archived: City, client: str) -> None:
    found = await seen(archived, OBJECTION, client, who=N2, matter=f"ZD-{client}")
    assert DRIVING not in found


async def test_what_a_minor_did_is_seen_by_its_source_alone(archived: City) -> None:
    assert (await seen(archived, OBJECTION, "TRAFFIC", who=MINOR, matter="ZD-TRAFFIC")).keys() == {YOUNG}
    assert YOUNG not in await seen(archived, OBJECTION, "POLICE", who=MINOR, matter="ZD-POLICE")


async def test_a_public_security_penalty_is_shared_with_nobody_its_source_included(archived: City) -> None:
    """BASIS: PSAPL-136. The grant says so too: the wall hides nothing that was promised."""
    assert R9 not in await seen(archived, OBJECTION, "POLICE", who=N2, matter="ZD-POLICE")
