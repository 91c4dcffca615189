"""US-6, the trail: a subject sees who looked at it, when, for what, and nothing of anybody else.

BASIS: PIPL-44, PIPL-45. Three people, four agencies: what each trail must hold is written down here when the question
is asked, apart from the log.
"""

from typing import Any

import pytest

from schema.errors import Code
from tests.city import Answer, City
from tests.scenarios.subjects import firm, person

pytestmark = pytest.mark.anyio

L1, L2 = "91420199MA9TERT123", "91420199MA9TERT20X"
N1 = {"idNumber": "420199198503120015", "name": "李测试"}
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
N3 = {"idNumber": "420799197909050035", "name": "张测试"}

ASKING = """query($who: PersonLookup!) @purpose(code: "%s", matter: "%s", role: "%s") {
    standing(by: {person: $who}) { judgmentDefaulter { answer } seriousList { answer } } }"""
OPEN = "mutation($m: OpenMatterInput!) { openMatter(input: $m) { number } }"
FIRM = """query($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    subject(by: {uscc: $uscc}) { name records { edges { node { documentNumber facts } } } } }"""
BOTH = """query($a: String!, $b: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    a: subject(by: {uscc: $a}) { name } b: subject(by: {uscc: $b}) { name } }"""
SHOWN = """id at kind decision reasons agency { name } system operatorRole purpose purposeName matterNumber
    level records fieldsClear fieldsMasked fieldsWithheld categories consent basis { citation } leafHash scope role"""
HELD_BACK = """operator subjects operation documentDigest alerts
    released { subjectReference recordReferences clearCoordinates level }"""
TRAIL = """query($f: AccessFilter, $first: Int! = 50, $after: String) {
    accessLog(filter: $f, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { cursor node { %s } } } }"""

ASKED = (
    ("A1", N2, "PM-302", "HSZB-2026-0117-P", "review_expert"),
    ("A2", N2, "PM-601", "WHGWY-2026-00321", "candidate"),
    ("A8", N2, "PM-204", "WCCG-2026-0009", "review_expert"),
    ("A9", N3, "PM-809", "EZRS-2026-0012", "candidate"),
    ("A1", N1, "PM-302", "HSZB-2026-0118-P", "review_expert"),
    ("A2", N2, "PM-601", "WHGWY-2026-00321", "candidate"),
)


async def trail(town: City, who: dict[str, str], given: dict[str, Any] | None = None, **more: Any) -> Answer:
    return await town.ask(TRAIL % f"{SHOWN} {HELD_BACK}", {"f": given} | more, caller=person(town, who))


def nodes(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code is None, answer.body
    return [edge["node"] for edge in answer.data["accessLog"]["edges"]]


@pytest.fixture(scope="module")
async def kept(town: City) -> list[tuple[str, str, str, str, str]]:
    """Apart from the log: entry, whom it was about, who asked, for what, in which matter."""
    parties = [{"by": {"person": {"idType": "RESIDENT_ID"} | N1}, "role": "review_expert"}]
    matter = {"number": "HSZB-2026-0118-P", "purpose": "PM-302", "operators": ["1001"], "parties": parties}
    opened = await town.ask(OPEN, {"m": matter}, client="A1")
    assert opened.code is None, opened.body
    written = []
    for client, who, purpose, number, role in ASKED:
        answer = await town.ask(ASKING % (purpose, number, role), {"who": who}, client=client)
        assert answer.code is None, answer.body
        written.append((str(answer.entry), who["idNumber"], client, purpose, number))
    named = (str(opened.entry), N1["idNumber"], "A1", "PM-903", "HSZB-2026-0118-P")
    return [*written, named]


@pytest.mark.parametrize("who", [N1, N2, N3], ids=["N1", "N2", "N3"])
async def test_the_trail_is_what_was_asked_and_nothing_else(
    town: City, kept: list[tuple[str, str, str, str, str]], who: dict[str, str]
) -> None:
    answer = await trail(town, who)
    found = [
        (node["id"], who["idNumber"], node["system"], node["purpose"], node["matterNumber"])
        for node in nodes(answer)
        if node["kind"] == "RELEASE"
    ]
    expected = sorted((each for each in kept if each[1] == who["idNumber"]), reverse=True)
    assert found == expected
    assert expected


async def test_a_row_tells_who_when_for_what_and_how_much(town: City, kept: list[tuple[str, ...]]) -> None:
    rows = {node["id"]: node for node in nodes(await trail(town, N2))}
    row = rows[kept[1][0]]
    assert row["agency"]["name"]
    assert row["purposeName"]
    assert (row["scope"], row["decision"] in {"ALLOW", "PARTIAL"}, row["level"]) == ("SHARING", True, "VERDICT")
    assert row["role"] == "candidate"
    assert (row["records"], row["consent"]) == (0, None)
    assert row["basis"]
    assert len(row["leafHash"]) == 64


async def test_staff_others_and_documents_are_not_told(town: City, kept: list[tuple[str, ...]]) -> None:
    answer = await trail(town, N2)
    for node in nodes(answer):
        assert [node[name] for name in ("operator", "subjects", "operation", "documentDigest", "alerts")] == [None] * 5
        assert node["released"] is None
        assert node["operatorRole"] != "1001"
    report = answer.disclosure
    assert report["accessLog.edges.node.operator"] == {
        "coordinate": "AccessEntry.operator",
        "path": "accessLog.edges.node.operator",
        "kind": None,
        "level": "WITHHELD",
        "mask": None,
        "reason": "POLICY",
        "rule": None,
        "basis": ["PIPL-44", "PIPL-45"],
    }
    assert "accessLog.edges.node.at" not in report
    assert b"1001" not in answer.raw


@pytest.mark.parametrize(
    "given",
    [
        {"agency": "A1", "operator": "1001"},
        {"matter": "WHGWY-2026-00321"},
        {"subject": {"person": N1}},
        {"record": "00" * 32},
        {"coordinate": "Record.facts"},
        {"level": "CLEAR"},
        {"documentDigest": "00" * 32},
        {"alert": "A1"},
    ],
    ids=lambda given: " ".join(given),
)
async def test_a_trail_is_searched_by_what_it_shows_alone(town: City, given: dict[str, Any]) -> None:
    answer = await trail(town, N2, given)
    assert answer.code is Code.FIELD_NOT_FILTERABLE


async def test_it_is_searched_by_agency_purpose_and_time(town: City, kept: list[tuple[str, ...]]) -> None:
    at = next(node["at"] for node in nodes(await trail(town, N2)) if node["id"] == kept[2][0])
    for given, places in (
        ({"agency": "A2"}, [5, 1]),
        ({"purpose": "PM-302"}, [0]),
        ({"from": at, "agency": "A8"}, [2]),
        ({"to": at, "agency": "A8"}, []),
        ({"agency": "A9"}, []),
    ):
        assert [node["id"] for node in nodes(await trail(town, N2, given))] == [kept[n][0] for n in places], given


async def test_looking_at_the_trail_is_logged_and_does_not_lengthen_it(town: City, kept: list[tuple[str, ...]]) -> None:
    before = nodes(await trail(town, N3))
    viewing = await trail(town, N3)
    assert nodes(viewing) == before
    leaf = await town.entry(viewing.entry)
    assert (leaf["kind"], leaf["purpose"], leaf["policy"]["scope"]) == ("read-log", "PM-902", "SELF")
    looked = nodes(await trail(town, N3, {"kind": ["READ_LOG"]}))
    assert viewing.entry in {node["id"] for node in looked}
    assert {node["system"] for node in looked} <= {"portal", "AUDIT"}


async def test_a_cursor_of_one_trail_is_nothing_to_another(town: City, kept: list[tuple[str, ...]]) -> None:
    cursor = (await trail(town, N2, first=1)).data["accessLog"]["edges"][0]["cursor"]
    assert (await trail(town, N2, first=1, after=cursor)).code is None
    assert (await trail(town, N1, first=1, after=cursor)).code is Code.CURSOR_INVALID


async def test_somebody_of_whom_nothing_is_known_has_an_empty_trail(town: City) -> None:
    nobody = {"idNumber": "420199198503120031", "name": "李测试"}
    answer = await trail(town, nobody)
    assert (nodes(answer), answer.data["accessLog"]["totalCount"]) == ([], 0)


# Organisations -------------------------------------------------------------------------------------------------------


async def of_firm(town: City, uscc: str) -> dict[str | None, dict[str, Any]]:
    answer = await town.ask(TRAIL % f"{SHOWN} {HELD_BACK}", caller=firm(town, uscc))
    return {node["id"]: node for node in nodes(answer)}


async def test_a_firm_sees_the_trail_of_the_firm(town: City, kept: list[tuple[str, ...]]) -> None:
    alone = await town.ask(FIRM, {"uscc": L1}, client="A1")
    rows = await of_firm(town, L1)
    assert set(rows) & {each[0] for each in kept} == set()
    row = rows[alone.entry]
    assert (row["system"], row["matterNumber"], row["level"]) == ("A1", "HSZB-2026-0117", "CLEAR")
    assert row["records"] == 1
    assert row["categories"] == ["LICENCE", "REGISTRATION"]
    assert alone.entry not in await of_firm(town, L2)


async def test_of_firms_that_were_shown_together_none_is_told_of_the_other(town: City) -> None:
    both = await town.ask(BOTH, {"a": L1, "b": L2}, client="A1")
    for uscc in (L1, L2):
        row = (await of_firm(town, uscc))[both.entry]
        assert [row[name] for name in ("records", "fieldsClear", "fieldsMasked", "fieldsWithheld")] == [None] * 4
        assert (row["level"], row["subjects"], row["released"]) == ("CLEAR", None, None)


# What is not one's own matter, and what was erased --------------------------------------------------------------------


async def test_the_number_of_a_matter_is_told_to_its_parties_alone(town: City, kept: list[tuple[str, ...]]) -> None:
    other = "UPDATE matter_party SET party_digest = %s WHERE matter_number = 'EZRS-2026-0012'"
    async with town.database.owner() as owner:
        await owner.execute(other % "party_digest || '\\x00'::bytea")
        answer = await trail(town, N3)
        await owner.execute(other % "substring(party_digest FROM 1 FOR 32)")
    (row,) = [node for node in nodes(answer) if node["id"] == kept[3][0]]
    assert (row["system"], row["matterNumber"]) == ("A9", None)


async def test_what_was_erased_is_in_no_trail(town: City, kept: list[tuple[str, ...]]) -> None:
    entry = kept[4][0]
    async with town.database.owner() as owner:
        ref = await owner.fetchval("SELECT subject_ref FROM audit_disclosure WHERE entry_id = $1::uuid", entry)
        await owner.execute("UPDATE audit_disclosure SET subject_ref = NULL WHERE entry_id = $1::uuid", entry)
        answer = await trail(town, N1)
        await owner.execute("UPDATE audit_disclosure SET subject_ref = $2 WHERE entry_id = $1::uuid", entry, ref)
    assert ref is not None
    assert entry not in {node["id"] for node in nodes(answer)}
    assert entry in {node["id"] for node in nodes(await trail(town, N1))}
