"""An explanation says what the very answer would be: the same levels, refusals and columns, and reads no row for it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from tests.city import City, city
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

FOODS = "91420199MA9TERT20X"
WANG = '{person: {idNumber: "420199199207280027", name: "王测试"}}'
NOBODY = '{person: {idNumber: "420199199207280027", name: "王测验"}}'
TENDER = '@purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder")'
CANDIDATE = '@purpose(code: "PM-601", matter: "WHGWY-2026-00321", role: "candidate")'
COMPANY = """
    name status
    ... on Organisation { uscc registeredAddress officePhone contactPhone taxRegistrationNumber financials industry
                          legalRepresentative { name } }
    records(first: 5) { edges { node { documentNumber facts decidedOn severity publication { until }
                                       ... on Penalty { fineAmount penaltyKinds } } } }
    standing { majorPenalty { answer } seriousList { answer } }
"""
ANSWERED = {
    "public": (None, f'{{ subject(by: {{uscc: "{FOODS}"}}) {{ {COMPANY} }} }}'),
    "agency": ("A1", f'query {TENDER} {{ subject(by: {{uscc: "{FOODS}"}}) {{ {COMPANY} }} }}'),
    "supervisor": ("A4", "{ measures { edges { node { status startsOn initiatedBy { name } } } } }"),
    "recruiter": (
        "A2",
        f"query {CANDIDATE} {{ subject(by: {WANG}) {{ name ... on NaturalPerson {{ idNumber phone sex homeAddress }} "
        "standing { identityMatch { answer } sanctioned { answer } } records { edges { node { facts } } } } }",
    ),
}
REFUSED = {
    "no purpose": (None, f"{{ subject(by: {WANG}) {{ name }} }}"),
    "not its purpose": ("A1", f'query {CANDIDATE} {{ subject(by: {{uscc: "{FOODS}"}}) {{ name }} }}'),
    "not covered": ("A2", f'query {CANDIDATE} {{ subject(by: {{uscc: "{FOODS}"}}) {{ name }} }}'),
    "not named": ("A2", f"query {CANDIDATE} {{ subject(by: {NOBODY}) {{ name }} }}"),
    "no matter": ("A1", 'query @purpose(code: "PM-301", role: "bidder") { records { totalCount } }'),
    "closed": ("A1", f'query {TENDER.replace("2026-0117", "2025-0990")} {{ records {{ totalCount }} }}'),
    "no role": ("A1", f'query {TENDER.replace("bidder", "candidate")} {{ records {{ totalCount }} }}'),
    "filter": (None, '{ measures(filter: {startsFrom: "2026-01-01"}) { totalCount } }'),
    "auditor": ("AUDIT", "{ records { totalCount } }"),
    "invalid": (None, "{ nonsense }"),
    "which": (None, "query A { viewer { kind } } query B { viewer { kind } }"),
    "limit": (None, "{ records(first: 101) { totalCount } }"),
}  # fmt: skip
EXPLAIN = """
    query ($document: String!) { explain(document: $document) {
        scope purpose role refusal { code detail }
        fields { coordinate path items kind relation published level mask reason nearestFailedCondition rows columns
                 rules { id allows basis { article } } } } }
"""


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database) as found:
        yield found


async def explained(town: City, client: str | None, document: str) -> dict[str, Any]:
    operator = "U1" if client == "AUDIT" else "1001"
    answer = await town.ask(EXPLAIN, {"document": document}, client=client, operator=operator)
    assert answer.statements == ()
    found: dict[str, Any] = answer.data["explain"]
    return found


def levels(fields: list[Mapping[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in fields:
        found.setdefault(each["path"], set()).add(each["level"])
    return found


@pytest.mark.parametrize("who", ANSWERED)
async def test_it_says_what_the_answer_says_about_itself(town: City, who: str) -> None:
    client, document = ANSWERED[who]

    said = await explained(town, client, document)
    answer = await town.ask(document, client=client)

    disclosure = answer.body["extensions"]["disclosure"]
    assert (said["refusal"], said["scope"], said["purpose"]) == (None, disclosure["scope"], disclosure["purpose"])
    told = levels(disclosure["fields"])
    for path, shown in levels(said["fields"]).items():
        assert told.get(path, {"CLEAR"}) <= shown, path
        assert (shown == {"CLEAR"}) == (path not in told), path
    assert said["fields"]


@pytest.mark.parametrize("who", ANSWERED)
async def test_the_columns_that_it_names_are_those_that_are_read(town: City, who: str) -> None:
    client, document = ANSWERED[who]

    said = await explained(town, client, document)
    answer = await town.ask(document, client=client)

    (statement,) = answer.statements
    named = {column for each in said["fields"] for column in each["columns"]}
    assert named
    for column in named:
        table, _, name = column.partition(".")
        assert f".{name}" in statement, column
        assert table in statement, column
    withheld = {each["coordinate"] for each in said["fields"] if not each["columns"]}
    assert withheld.isdisjoint({"Organisation.name"})


@pytest.mark.parametrize("why", REFUSED)
async def test_it_refuses_in_the_words_of_the_answer(town: City, why: str) -> None:
    client, document = REFUSED[why]

    said = await explained(town, client, document)
    answer = await town.ask(document, client=client, operator="U1" if client == "AUDIT" else "1001")

    (error,) = answer.body["errors"]
    assert said["refusal"] == {"code": error["extensions"]["code"], "detail": error["message"]}
    assert said["fields"] == []


async def test_it_does_not_tell_the_known_from_the_unknown(town: City) -> None:
    known, unknown = (
        f'{{ subject(by: {{uscc: "{code}"}}) {{ {COMPANY} }} }}' for code in (FOODS, "91420199MA9TERT123")
    )

    assert await explained(town, None, known) == await explained(town, None, unknown)


async def test_every_rule_that_it_names_stands_in_the_policies_with_its_articles(town: City) -> None:
    rules = {rule.id: rule for rule in town.installation.policy.rules}
    client, document = ANSWERED["agency"]

    named = [rule for each in (await explained(town, client, document))["fields"] for rule in each["rules"]]

    assert named
    for rule in named:
        assert rule["allows"] == rules[rule["id"]].allows
        assert len(rule["basis"]) == len(rules[rule["id"]].basis) > 0


FACTS = """
    subject(by: {uscc: "91420199MA9TERT20X"}) {
      ... on Organisation { financials }
      records { edges { node { facts ... on Penalty { fineAmount } } } }
      standing { fieldPenalty { answer } cleanRecord { answer } }
    }
"""


async def test_a_newcomer_learns_what_to_ask_for(town: City) -> None:
    """From an agency whose list has seven purposes, and who stated none; the parts of rows that the public sees."""
    said = await explained(town, "A4", f"{{ {FACTS} }}")

    hints = {
        each["coordinate"]: each["nearestFailedCondition"] for each in said["fields"] if "PENALTY" in each["items"]
    }
    hints |= {each["coordinate"]: each["nearestFailedCondition"] for each in said["fields"] if not each["items"]}
    supervision = "PM-401 PM-402 PM-403 PM-404 PM-405 PM-406 as supervised, in a registered matter"
    assert hints["Record.facts"] == (
        f"{supervision}: CLEAR of what the caller provided or initiated; "
        "or PM-834: CLEAR of what the caller provided or initiated"
    )
    assert hints["Penalty.fineAmount"] is None
    assert hints["Standing.fieldPenalty"] == f"{supervision}: VERDICT"
    assert hints["Standing.cleanRecord"].startswith("no purpose of this caller shows more: ")


async def test_and_that_no_purpose_shows_it_with_the_articles(town: City) -> None:
    said = await explained(town, *ANSWERED["recruiter"])

    told = {each["coordinate"]: (each["level"], each["nearestFailedCondition"]) for each in said["fields"]}
    nothing = "no purpose of this caller shows more: "
    assert told["NaturalPerson.homeAddress"] == ("WITHHELD", f"{nothing}PIPL-6 PIPL-34")
    assert told["NaturalPerson.idNumber"] == ("MASKED", f"{nothing}PIPL-6 PIPL-34")
    assert told["NaturalPerson.name"] == ("CLEAR", None)
    assert told["Standing.sanctioned"] == ("VERDICT", None)


async def test_a_bank_learns_of_a_consent(town: City) -> None:
    said = await explained(town, "B1", f"{{ {FACTS} }}")

    (hint,) = (each["nearestFailedCondition"] for each in said["fields"] if each["coordinate"].endswith("financials"))
    assert hint == "PM-901 as data_subject, with a consent that ticks it: CLEAR"


async def test_the_public_learns_why(town: City) -> None:
    said = await explained(town, None, f"{{ {FACTS} }}")

    (hint,) = (each["nearestFailedCondition"] for each in said["fields"] if each["coordinate"].endswith("financials"))
    assert hint.startswith("no purpose of this caller shows more: ")
    assert "WH-二(二)2" in hint


async def test_explaining_a_mutation_changes_nothing(town: City) -> None:
    document = 'mutation { closeMatter(number: "HSZB-2026-0117") { open } }'

    await explained(town, "A1", document)

    looked = await town.ask('{ matter(number: "HSZB-2026-0117") { open } }', client="A1")
    assert looked.data == {"matter": {"open": True}}


async def test_an_explanation_is_logged_as_a_question_of_its_own(town: City) -> None:
    answer = await town.ask(EXPLAIN, {"document": ANSWERED["agency"][1]}, client="A1")

    leaf = await town.entry(answer.entry)
    assert (leaf["kind"], leaf["counts"]["subjects"], leaf["released"]) == ("release", 0, [])
