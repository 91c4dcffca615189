"""US-5, the log: a security officer finds who was given this field of this record in clear, when, for which matter."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.database.scopes import DatabaseRole
from schema.errors import Code
from tests.city import Answer, City
from tests.scenarios.subjects import person

pytestmark = pytest.mark.anyio

L1, L2 = "91420199MA9TERT123", "91420199MA9TERT20X"
N1 = {"idNumber": "420199198503120015", "name": "李测试"}
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
NOBODY = {"idNumber": "420199198503120031", "name": "李测试"}

TENDER = """query($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    subject(by: {uscc: $uscc}) { name records { edges { node { documentNumber facts } } } } }"""
EXPERT = """query($who: PersonLookup!) @purpose(code: "PM-302", matter: "HSZB-2026-0117-P", role: "review_expert") {
    standing(by: {person: $who}) { judgmentDefaulter { answer } seriousList { answer } } }"""
PUBLIC = "query($uscc: String!) { subject(by: {uscc: $uscc}) { name records { edges { node { documentNumber } } } } }"
FIELDS = """id at kind decision reasons system operator operatorRole scope purpose purposeName role matterNumber level
    subjects records fieldsClear fieldsMasked fieldsWithheld documentDigest index leafHash categories consent alerts
    agency { uscc name jurisdiction { code } } basis { citation } policyVersion catalogueVersion operation
    released { subjectReference recordReferences clearCoordinates level }"""
LOG = f"""query($f: AccessFilter, $first: Int! = 50, $after: String) {{
    accessLog(filter: $f, first: $first, after: $after) {{
        totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        edges {{ cursor node {{ {FIELDS} }} }} }} }}"""


async def officer(town: City, given: Mapping[str, Any] | None = None, document: str = LOG, **more: Any) -> Answer:
    return await town.ask(document, {"f": given} | more, client="AUDIT", operator="U1")


async def nodes(town: City, given: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    answer = await officer(town, given)
    assert answer.code is None, answer.body
    return [edge["node"] for edge in answer.data["accessLog"]["edges"]]


async def found(town: City, given: Mapping[str, Any]) -> list[str]:
    """The entries of a search, without the searches themselves."""
    return [node["id"] for node in await nodes(town, {"kind": ["RELEASE", "DENY"], **given})]


@pytest.fixture(scope="module")
async def asked(town: City) -> dict[str, str]:
    """What was asked before the officer comes, by name: the id of its entry."""
    answers = {
        "tender": await town.ask(TENDER, {"uscc": L2}, client="A1"),
        "other firm": await town.ask(TENDER, {"uscc": L1}, client="A1"),
        "expert": await town.ask(EXPERT, {"who": N2}, client="A1"),
        "public": await town.ask(PUBLIC, {"uscc": L2}),
        "refused": await town.ask(TENDER.replace("PM-301", "PM-601"), {"uscc": L2}, client="A1"),
    }
    return {name: str(answer.entry) for name, answer in answers.items()}


# Who, when, for which matter -----------------------------------------------------------------------------------------


async def test_one_query_tells_who_was_given_this_field_of_this_record(town: City, asked: dict[str, str]) -> None:
    (tender,) = [node for node in await nodes(town, {"agency": "A1"}) if node["id"] == asked["tender"]]
    records = [each for row in tender["released"] for each in row["recordReferences"]]
    leaked = {"record": records[0], "coordinate": "Record.documentNumber"}

    traced = [node for node in await nodes(town, leaked) if node["kind"] == "RELEASE"]

    assert {node["id"] for node in traced} >= {asked["tender"]}
    assert asked["other firm"] not in {node["id"] for node in traced}
    (entry,) = [node for node in traced if node["id"] == asked["tender"]]
    assert (entry["system"], entry["operator"], entry["matterNumber"]) == ("A1", "1001", "HSZB-2026-0117")
    assert (entry["agency"]["name"], entry["agency"]["jurisdiction"]) == ("洪山区住房和建设局", {"code": "420111"})
    assert (entry["purpose"], entry["role"], entry["scope"], entry["level"]) == ("PM-301", "bidder", "SHARING", "CLEAR")
    assert entry["categories"]
    assert entry["at"].endswith("+00:00")


async def test_a_field_that_was_masked_was_given_to_nobody(town: City, asked: dict[str, str]) -> None:
    (tender,) = [node for node in await nodes(town, {"agency": "A1"}) if node["id"] == asked["tender"]]
    records = [each for row in tender["released"] for each in row["recordReferences"]]
    for record in records:
        assert asked["tender"] not in await found(town, {"record": record, "coordinate": "Record.facts"})
    assert tender["fieldsMasked"] > 0
    assert "Record.facts" not in {each for row in tender["released"] for each in row["clearCoordinates"]}


async def test_the_field_must_have_been_shown_of_that_very_record(town: City, asked: dict[str, str]) -> None:
    """In one entry, the name was shown of the firm and the number of its records: never the name of a record."""
    (tender,) = [node for node in await nodes(town, {"agency": "A1"}) if node["id"] == asked["tender"]]
    records = [each for row in tender["released"] for each in row["recordReferences"]]
    assert "Organisation.name" in {each for row in tender["released"] for each in row["clearCoordinates"]}
    assert await found(town, {"record": records[0], "coordinate": "Organisation.name"}) == []


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"subject": {"uscc": L2}}, {"tender", "public"}),
        ({"subject": {"uscc": L2}, "coordinate": "Record.documentNumber", "purpose": "PM-301"}, {"tender"}),
        ({"subject": {"uscc": L2}, "purpose": "PM-301"}, {"tender"}),
        ({"subject": {"person": N2}}, {"expert"}),
        ({"subject": {"person": N1}}, set()),
        ({"subject": {"person": NOBODY}}, set()),
        ({"subject": {"id": "x"}}, set()),
        ({"matter": "HSZB-2026-0117"}, {"tender", "other firm", "refused"}),
        ({"matter": "HSZB-2026-9999"}, set()),
        ({"agency": "A1", "operator": "1001"}, {"tender", "other firm", "expert", "refused"}),
        ({"agency": "A1", "operator": "1002"}, set()),
        ({"agency": "A1", "decision": "DENY"}, {"refused"}),
        ({"agency": "A1", "kind": ["RELEASE"]}, {"tender", "other firm", "expert"}),
        ({"agency": "A1", "level": "VERDICT"}, {"expert"}),
        ({"agency": "A1", "coordinate": "Record.documentNumber"}, {"tender", "other firm"}),
        ({"agency": "A1", "coordinate": "Record.documentNumber", "level": "CLEAR"}, {"tender", "other firm"}),
        ({"purpose": "PM-302"}, {"expert"}),
        ({"consent": "01890000-0000-7000-8000-000000000000"}, set()),
        ({"consent": "none"}, set()),
        ({"record": "00" * 32}, set()),
        ({"record": "zz"}, set()),
        ({"documentDigest": "00"}, set()),
        ({"alert": "A1"}, set()),
    ],
)  # fmt: skip
async def test_searches(town: City, asked: dict[str, str], given: dict[str, Any], names: set[str]) -> None:
    assert set(await found(town, given)) & set(asked.values()) == {asked[name] for name in names}


async def test_a_search_by_document_finds_all_who_sent_it(town: City, asked: dict[str, str]) -> None:
    digest = next(
        node["documentDigest"] for node in await nodes(town, {"agency": "A1"}) if node["id"] == asked["tender"]
    )
    assert set(await found(town, {"documentDigest": digest})) == {asked["tender"], asked["other firm"]}


async def test_a_search_by_time_holds_the_first_moment_and_not_the_last(town: City, asked: dict[str, str]) -> None:
    times = {node["id"]: node["at"] for node in await nodes(town, {"agency": "A1"})}
    at = times[asked["expert"]]
    assert asked["expert"] in await found(town, {"from": at})
    assert asked["expert"] not in await found(town, {"to": at})
    assert asked["tender"] in await found(town, {"to": at})
    assert asked["tender"] not in await found(town, {"from": at})


# Pages ---------------------------------------------------------------------------------------------------------------


async def test_pages_hold_every_entry_once_the_newest_first(town: City, asked: dict[str, str]) -> None:
    whole = await found(town, {"agency": "A1"})
    paged: list[str] = []
    after = None
    while True:
        page = (await officer(town, {"agency": "A1"}, first=2, after=after)).data["accessLog"]
        paged += [edge["node"]["id"] for edge in page["edges"]]
        assert page["totalCount"] == len(whole)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == whole == sorted(whole, reverse=True)


async def test_a_cursor_is_one_of_its_search(town: City, asked: dict[str, str]) -> None:
    cursor = (await officer(town, {"agency": "A1"}, first=1)).data["accessLog"]["edges"][0]["cursor"]
    assert (await officer(town, {"agency": "A2"}, after=cursor)).code is Code.CURSOR_INVALID
    assert (await officer(town, {"agency": "A1"}, after="x")).code is Code.CURSOR_INVALID
    records = await town.ask("{ records(first: 1) { edges { cursor } } }")
    other = records.data["records"]["edges"][0]["cursor"]
    assert (await officer(town, {"agency": "A1"}, after=other)).code is Code.CURSOR_INVALID


@pytest.mark.parametrize("first", [0, 101])
async def test_a_page_is_limited_as_pages_of_data_are(town: City, first: int) -> None:
    assert (await officer(town, first=first)).code is Code.LIMIT_EXCEEDED


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "document"),
    [
        (None, "{ accessLog { totalCount } }"),
        ("A1", "{ accessLog { totalCount } }"),
        ("A3", "{ accessLog { totalCount } }"),
        ("B1", "{ accessLog { totalCount } }"),
        (
            "A1",
            'query @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") { accessLog { totalCount } }',
        ),
        ("A1", 'query @purpose(code: "PM-904") { accessLog { totalCount } }'),
    ],
)
async def test_the_log_is_for_nobody_else(town: City, client: str | None, document: str) -> None:
    answer = await town.ask(document, client=client)
    assert answer.code is Code.PURPOSE_NOT_ALLOWED
    assert "data" not in answer.body


async def test_a_staff_number_alone_names_nobody(town: City) -> None:
    assert (await officer(town, {"operator": "1001"})).code is Code.DOCUMENT_INVALID


async def test_of_fields_that_were_masked_nothing_is_known(town: City) -> None:
    assert (await officer(town, {"coordinate": "Record.facts", "level": "MASKED"})).code is Code.DOCUMENT_INVALID


# The log of the log --------------------------------------------------------------------------------------------------


async def test_reading_the_log_is_in_the_log(town: City, asked: dict[str, str]) -> None:
    answer = await officer(town, {"subject": {"person": N2}})
    leaf = await town.entry(answer.entry)
    assert (leaf["kind"], leaf["principal"], leaf["purpose"]) == ("read-log", "AUDIT", "PM-904")
    assert leaf["counts"]["subjects"] == 1
    assert all(value not in str(leaf) for value in N2.values())

    (entry,) = [node for node in await nodes(town, {"kind": ["READ_LOG"]}) if node["id"] == answer.entry]
    assert (entry["system"], entry["operator"], entry["agency"], entry["scope"]) == ("AUDIT", "U1", None, "AUDIT")
    about = await nodes(town, {"subject": {"person": N2}, "kind": ["READ_LOG"]})
    assert answer.entry in {node["id"] for node in about}


async def test_a_subject_that_is_known_and_one_that_is_not_look_alike(town: City, asked: dict[str, str]) -> None:
    known, unknown = [await officer(town, {"subject": {"person": who}, "purpose": "PM-601"}) for who in (N1, NOBODY)]
    assert known.raw == unknown.raw
    assert known.data["accessLog"]["totalCount"] == 0


# Never the data ------------------------------------------------------------------------------------------------------


async def test_no_answer_holds_a_value_of_the_data(town: City, asked: dict[str, str]) -> None:
    """Every text of the register that identifies anyone, and every text of a record."""
    async with town.database.owner() as owner:
        values = {
            *(row[0] for row in await owner.fetch("SELECT name FROM subject WHERE name IS NOT NULL")),
            *(row[0] for row in await owner.fetch("SELECT uscc FROM subject WHERE uscc IS NOT NULL")),
            *(row[0] for row in await owner.fetch("SELECT document_number FROM record")),
            *N1.values(),
            *N2.values(),
        } - {None}
    assert len(values) > 20
    body = (await officer(town, first=100)).raw.decode()
    assert [value for value in values if value in body] == []


async def test_the_log_is_read_as_its_reader_alone(town: City) -> None:
    """The role that reads the log has no right on any data: without its index nothing is found elsewhere."""
    async with town.database.connect(DatabaseRole.LEDGER_READER) as reader:
        assert await reader.fetchval("SELECT count(*) FROM audit_index") > 0


async def test_explain_tells_of_every_entry(town: City) -> None:
    document = (
        "query($d: String!) { explain(document: $d) { scope refusal { code } fields { coordinate level rows } } }"
    )
    answer = await town.ask(
        document, {"d": "{ accessLog { edges { node { at operator } } } }"}, client="AUDIT", operator="U1"
    )
    assert answer.data["explain"]["fields"] == [
        {"coordinate": f"AccessEntry.{name}", "level": "CLEAR", "rows": "every entry of the log"}
        for name in ("at", "operator")
    ]
    answer = await town.ask(document, {"d": "{ accessLog { edges { node { at } } } }"}, client="A1")
    assert answer.data["explain"]["refusal"] == {"code": "PURPOSE_NOT_ALLOWED"}


async def test_a_subject_is_no_officer(town: City) -> None:
    caller = person(town, N2)
    for given in ({"agency": "A1", "operator": "1001"}, {"subject": {"person": N2}}, {"coordinate": "Record.facts"}):
        answer = await town.ask(LOG, {"f": given}, caller=caller)
        assert answer.code is Code.FIELD_NOT_FILTERABLE
