"""The line as a whole: what is answered was logged, for what it was asked, under the policy that is in force."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from authz.grant import Grant
from authz.principal import Caller
from gateway.database.scopes import DatabaseRole
from gateway.in_force import STATE, State
from gateway.pipeline import ATTEMPTS
from schema.errors import Code
from tests.city import TODAY, City
from tests.fresh_database import FreshDatabase
from tests.rows import insert, organisation
from tests.unit.gateway.offices import BUILDERS, BUILDERS_NAME, EXPERT, OPEN, bidding, opening

pytestmark = pytest.mark.anyio

ASK = "query ($uscc: String!) { subject(by: {uscc: $uscc}) { name records { totalCount } } }"
TENDER = """
    query ($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0200", role: "bidder") {
      subject(by: {uscc: $uscc}) { name ... on Organisation { officePhone } }
    }
"""
WHO = {"uscc": BUILDERS}


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


async def count(town: City) -> int:
    async with town.database.owner() as owner:
        found: int = await owner.fetchval("SELECT count(*) FROM audit_pending")
        return found


# What is answered was logged ------------------------------------------------------------------------------------------


async def test_the_entry_tells_what_was_released_for_what(town: City) -> None:
    answer = await town.ask(TENDER, WHO, client="A1")

    leaf = await town.entry(answer.entry)
    assert (leaf["kind"], leaf["principal"], leaf["purpose"], leaf["role"]) == ("release", "A1", "PM-301", "bidder")
    assert (leaf["policy"]["scope"], leaf["case"]["present"]) == ("SHARING", True)
    assert leaf["policy"]["version"] == town.installation.policy.version
    assert leaf["counts"]["subjects"] == 1
    assert leaf["counts"]["bytes"] == len(answer.raw)
    assert leaf["query"]["doc"] == hashlib.sha256(TENDER.encode()).hexdigest()


async def test_an_answer_without_masks_is_allowed_and_one_with_them_is_partial(town: City) -> None:
    clear = await town.ask("query ($uscc: String!) { subject(by: {uscc: $uscc}) { name } }", WHO)
    masked = await town.ask(TENDER, WHO, client="A1")

    results = [(await town.entry(answer.entry))["decision"]["result"] for answer in (clear, masked)]
    assert results == ["allow", "partial"]


@pytest.mark.parametrize(
    ("document", "client", "code"),
    [
        ("{ nonsense }", None, Code.DOCUMENT_INVALID),
        ("{", "A1", Code.DOCUMENT_INVALID),
        (ASK, None, Code.DOCUMENT_INVALID),  # without its variable
        (TENDER.replace("0200", "0201").replace("$uscc: String!", '$uscc: String! = "x"'), "A1", Code.MATTER_NOT_OPEN),
        ("query ($who: PersonLookup!) { subject(by: {person: $who}) { name } }", None, Code.PURPOSE_REQUIRED),
        ("{ accessLog { totalCount } }", "A1", Code.PURPOSE_NOT_ALLOWED),
    ],
)  # fmt: skip
async def test_a_refusal_is_logged_with_its_code(town: City, document: str, client: str | None, code: Code) -> None:
    before = await count(town)

    answer = await town.ask(document, {"who": EXPERT} if "$who" in document else {}, client=client)

    assert (answer.code, list(answer.body)) == (code, ["errors"])
    leaf = await town.entry(answer.entry)
    assert (leaf["kind"], leaf["decision"]["reasons"]) == ("deny", [code.value])
    assert leaf["principal"] == (client or "public")
    assert await count(town) == before + 1


async def test_a_refusal_for_its_matter_is_found_by_that_matter(town: City) -> None:
    answer = await town.ask(TENDER.replace("0200", "0201"), WHO, client="A1")

    assert (await town.entry(answer.entry))["case"] == {
        **(await town.entry(answer.entry))["case"],
        "present": True,
        "format": "LLLL-DDDD-DDDD",
    }
    async with town.database.owner() as owner:
        row = await owner.fetchrow("SELECT matter_ref FROM audit_actor WHERE entry_id = $1::uuid", answer.entry)
    again = await town.ask(TENDER.replace("0200", "0201"), WHO, client="A4")
    async with town.database.owner() as owner:
        other = await owner.fetchrow("SELECT matter_ref FROM audit_actor WHERE entry_id = $1::uuid", again.entry)
    assert row["matter_ref"] == other["matter_ref"] is not None


async def test_an_auditor_reads_no_credit_data(town: City) -> None:
    for document in ("{ records { totalCount } }", "{ measures { totalCount } }", '{ node(id: "x") { id } }'):
        answer = await town.ask(document, client="AUDIT")

        assert (answer.code, answer.statements) == (Code.SUBJECT_NOT_COVERED, ())


async def test_introspection_is_not_logged(town: City) -> None:
    before = await count(town)

    answer = await town.ask("{ __schema { queryType { name } } __typename }")

    assert answer.body == {"data": {"__schema": {"queryType": {"name": "Query"}}, "__typename": "Query"}}
    assert answer.entry is None
    assert await count(town) == before


async def test_roots_stand_in_the_order_in_which_they_were_asked(town: City) -> None:
    document = """query ($who: SubjectLookup!) {
        b: viewer { kind } a: subject(by: $who) { name } t: __typename c: purposes { code } }"""

    answer = await town.ask(document, {"who": WHO})

    assert list(answer.data) == ["b", "a", "t", "c"]
    assert (answer.data["b"], answer.data["t"]) == ({"kind": "PUBLIC"}, "Query")


# Another policy meanwhile ---------------------------------------------------------------------------------------------

OTHER = "0" * 64


async def put_in_force(town: City, version: str) -> None:
    async with town.database.owner() as owner:
        await owner.execute("UPDATE authz_state SET policy_version = $1", version)


def knowing_both(town: City) -> State:
    """A state for which there are two policies: the shipped one, and the same under another version."""
    policy = town.installation.policy

    async def read() -> Mapping[str, object] | None:
        async with town.installation.databases.connection(DatabaseRole.PUBLICATION) as connection:
            row: Mapping[str, object] | None = await connection.fetchrow(STATE)
            return row

    versions = {policy.version: policy, OTHER: replace(policy, version=OTHER)}
    return State(read=read, versions=versions, today=lambda: TODAY)


def flipping(town: City, versions: list[str]) -> Callable[[Grant, Caller], Any]:
    """Connections, just before each of which another policy is put in force."""
    inner = town.pipeline.connection

    @asynccontextmanager
    async def connection(grant: Grant, caller: Caller) -> AsyncIterator[Any]:
        if versions:
            await put_in_force(town, versions.pop(0))
        async with inner(grant, caller) as found:
            yield found

    return connection


async def test_a_policy_that_changes_between_decision_and_reading_is_the_one_that_answers(town: City) -> None:
    before = await count(town)
    town.pipeline = replace(town.pipeline, state=knowing_both(town), connection=flipping(town, [OTHER]))

    answer = await town.ask(ASK, WHO)

    assert answer.data["subject"] == {"name": BUILDERS_NAME, "records": {"totalCount": 1}}
    assert answer.body["extensions"]["disclosure"]["policyVersion"] == OTHER
    assert len(answer.statements) == 2
    assert (await town.entry(answer.entry))["policy"]["version"] == OTHER
    assert await count(town) == before + 1


async def test_a_policy_that_never_rests_answers_nothing(town: City) -> None:
    shipped = town.installation.policy.version
    flips = [(OTHER, shipped)[turn % 2] for turn in range(ATTEMPTS)]
    town.pipeline = replace(town.pipeline, state=knowing_both(town), connection=flipping(town, flips))

    answer = await town.ask(ASK, WHO)

    assert (answer.code, len(answer.statements)) == (Code.INTERNAL, ATTEMPTS)
    assert (await town.entry(answer.entry))["kind"] == "error"


@pytest.mark.parametrize(
    "document", ["{ viewer { policyVersion } }", '{ explain(document: "{ viewer { kind } }") { policyVersion } }']
)
async def test_what_reads_no_credit_data_follows_the_policy_too(town: City, document: str) -> None:
    town.pipeline = replace(town.pipeline, state=knowing_both(town))
    first = await town.ask(document)
    await put_in_force(town, OTHER)
    second = await town.ask(document)

    versions = [answer.body["extensions"]["disclosure"]["policyVersion"] for answer in (first, second)]
    assert versions == [town.installation.policy.version, OTHER]
    assert next(iter(second.data.values()))["policyVersion"] == OTHER


async def test_a_change_is_made_once_though_the_policy_changed_meanwhile(town: City) -> None:
    town.pipeline = replace(town.pipeline, state=knowing_both(town))
    await town.ask("{ viewer { kind } }")
    await put_in_force(town, OTHER)

    answer = await town.ask(OPEN, opening("HSZB-2026-0300"), client="A1")

    assert answer.data["openMatter"]["number"] == "HSZB-2026-0300"


async def test_a_policy_that_is_not_here_answers_nothing_until_it_goes(town: City) -> None:
    shipped = town.installation.policy.version
    await town.ask(ASK, WHO)
    await put_in_force(town, OTHER)
    refused = [await town.ask(ASK, WHO), await town.ask("{ viewer { kind } }"), await town.ask(ASK, WHO)]
    await put_in_force(town, shipped)
    answered = await town.ask(ASK, WHO)

    assert [each.code for each in refused] == [Code.INTERNAL] * 3
    assert all(each.body.keys() == {"errors"} for each in refused)
    assert answered.data["subject"]["name"] == BUILDERS_NAME


async def test_many_at_once_are_each_answered_for_themselves(town: City) -> None:
    async with town.database.owner() as owner:
        await insert(owner, "subject", *(organisation(n, uscc=f"USCC-{n}", name=f"公司{n}") for n in range(100, 140)))
    caller = await town.caller(None)

    async def ask(number: int) -> str:
        answer = await town.ask(ASK, {"uscc": f"USCC-{number}"})
        name: str = answer.data["subject"]["name"]
        return name

    assert caller.operator is None
    assert await asyncio.gather(*map(ask, range(100, 140))) == [f"公司{n}" for n in range(100, 140)]
