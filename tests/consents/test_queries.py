"""Uses of a consent in the line: when one is taken, how pages go on with it, and what becomes of it meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from authz.grant import Grant
from authz.principal import Caller
from gateway.consents.records import By, Reason
from resolvers.fetch import Connection
from schema.errors import Code
from tests.city import Answer, City, city
from tests.consents.granted import Wanted, granted, holder, person, rights
from tests.consents.unguarded import unguarded
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

N2 = {"idNumber": "420199199207280027", "name": "王测试"}
LOAN = "LN20260519-88"
STATED = '@purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject")'
PAGES = f"""
query Pages($who: PersonLookup!, $after: String, $first: Int = 1) {STATED} {{
  subject(by: {{person: $who}}) {{
    records(first: $first, after: $after) {{ edges {{ cursor node {{ decidedOn }} }} pageInfo {{ hasNextPage }} }}
  }}
}}
"""
TICKED = rights("PENALTY PRACTICE_LICENCE HONOUR", "Record.decidedOn")


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database) as found:
        yield found


async def bank(town: City, **more: Any) -> Caller:
    sealer = town.installation.sealer
    given = {"subject": person(sealer, N2["idNumber"], N2["name"]), "rights": TICKED, **more}
    return holder(await town.caller("B1"), await granted(town.installation.consents, Wanted(**given)))


def consent_id(caller: Caller) -> UUID:
    return UUID(str(caller.consent))


async def used(town: City, caller: Caller) -> list[int]:
    """Pages of each use, the first first."""
    return [each.pages for each in await town.installation.consents.uses(consent_id(caller))]


async def page(town: City, caller: Caller, after: str | None = None, **more: object) -> Answer:
    return await town.ask(PAGES, {"who": N2, "after": after, **more}, caller=caller)


def cursor(answer: Answer) -> str:
    found: str = answer.data["subject"]["records"]["edges"][-1]["cursor"]
    return found


# What costs a use ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f"query {STATED} {{ viewer {{ scope }} }}", None),
        (f"query {STATED} {{ catalogue {{ version }} }}", None),
        ("{ viewer { scope } }", None),
        (f'query {STATED} {{ subject(by: {{uscc: "91420199MA9TERT20X"}}) {{ name }} }}', Code.OUT_OF_CONSENT),
        (f'query {STATED} {{ records(filter: {{item: ["IP"]}}) {{ totalCount }} }}', Code.OUT_OF_CONSENT),
        (f'query {STATED} {{ records(after: "x") {{ edges {{ cursor }} }} }}', Code.CURSOR_INVALID),
        (f"query {STATED} {{ recordz }}", Code.DOCUMENT_INVALID),
        ('query @purpose(code: "PM-906") { records { totalCount } }', Code.OUT_OF_CONSENT),
    ],
)
async def test_what_reads_nothing_or_is_refused_costs_no_use(town: City, document: str, code: Code | None) -> None:
    caller = await bank(town)
    assert (await town.ask(document, caller=caller)).code is code
    assert await used(town, caller) == []


async def test_an_explanation_costs_no_use(town: City) -> None:
    caller = await bank(town)
    explained = f"query {STATED} {{ records {{ edges {{ node {{ decidedOn facts }} }} }} }}"
    asked = "query Why($of: String!) { explain(document: $of) { refusal { code } scope } }"
    answer = await town.ask(asked, {"of": explained}, caller=caller)
    assert answer.data["explain"] == {"refusal": None, "scope": "CONSENT"}
    assert await used(town, caller) == []


async def test_without_a_purpose_the_holder_of_a_consent_is_the_public(town: City) -> None:
    """T15: no person, and no word from the register."""
    caller = await bank(town, uses=1)
    look = "query($who: PersonLookup!) { subject(by: {person: $who}) { name } }"
    assert (await town.ask(look, {"who": N2}, caller=caller)).code is Code.PURPOSE_REQUIRED
    public = await town.ask('{ viewer { scope } subjects(filter: {name: "测试"}) { totalCount } }', caller=caller)
    anybody = await town.ask('{ viewer { scope } subjects(filter: {name: "测试"}) { totalCount } }', client="B1")
    assert public.raw == anybody.raw
    assert (await town.entry(public.entry))["consent"] is None
    assert await used(town, caller) == []


async def test_an_operation_costs_one_use_however_much_it_asks(town: City) -> None:
    caller = await bank(town, uses=1)
    both = (
        f"query($who: PersonLookup!) {STATED} {{ subject(by: {{person: $who}}) {{ name }} records {{ __typename }} }}"
    )
    assert (await town.ask(both, {"who": N2}, caller=caller)).code is None
    assert await used(town, caller) == [1]


async def test_an_operation_that_is_granted_anew_costs_one_use(town: City) -> None:
    """The policy changes between the use and the reading: it is read under the next, and the use is that one still."""
    caller, reads = await bank(town), 0

    @asynccontextmanager
    async def changing(grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
        nonlocal reads
        reads += 1
        async with inner(grant, caller) as connection:
            yield _Nothing(connection) if reads == 1 else connection

    inner = town.pipeline.connection
    anew = replace(town, pipeline=replace(town.pipeline, connection=changing))
    assert (await page(anew, caller)).code is None
    assert reads == 2
    assert await used(town, caller) == [1]


class _Nothing:
    """A connection to a database in which the policy is another one by now."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def fetchrow(self, query: str, /, *args: object) -> None:
        return None


async def test_twenty_at_once_with_one_use_left_are_one_answer(town: City) -> None:
    """T18."""
    caller = await bank(town, uses=1)
    alike = [replace(town, statements=[]) for _ in range(20)]
    answers = await asyncio.gather(*(page(each, caller) for each in alike))
    codes = [each.code for each in answers]
    assert sorted(codes, key=str) == sorted([None, *[Code.CONSENT_ENDED] * 19], key=str)
    assert await used(town, caller) == [1]
    for answer in answers:
        kind = (await town.entry(answer.entry))["kind"]
        assert kind == ("release" if answer.code is None else "deny")


async def test_a_node_whose_clock_is_wrong_changes_nothing(town: City) -> None:
    """T25: the database says when a consent begins and ends."""
    caller = await bank(town, days=1)
    clock = town.pipeline.clock
    for off in (timedelta(seconds=-30), timedelta(seconds=30), timedelta(days=400), timedelta(days=-400)):
        wrong = replace(town, pipeline=replace(town.pipeline, clock=lambda off=off: clock() + off))  # type: ignore[misc]
        if abs(off) < timedelta(days=1):
            assert (await page(wrong, caller)).code is None
        stands = await wrong.pipeline.consents.stand(caller.consent) if caller.consent else None
        assert stands is not None
    await _let_end(town, caller)
    behind = replace(town, pipeline=replace(town.pipeline, clock=lambda: clock() - timedelta(days=400)))
    assert (await page(behind, caller)).code is Code.CONSENT_ENDED


async def _let_end(town: City, caller: Caller) -> None:
    async with town.database.owner() as owner, unguarded(owner):
        moved = "granted_at = granted_at - interval '60 days', not_before = not_before - interval '60 days'"
        await owner.execute(
            f"UPDATE consent SET {moved}, expires_at = expires_at - interval '60 days' WHERE id = $1",  # noqa: S608
            consent_id(caller),
        )


# Pages ---------------------------------------------------------------------------------------------------------------


async def test_the_pages_of_one_question_are_one_use(town: City) -> None:
    """Also of the last use, with which nothing else can be asked any more."""
    caller = await bank(town, uses=1)
    first = await page(town, caller)
    assert first.data["subject"]["records"]["pageInfo"]["hasNextPage"]
    second = await page(town, caller, cursor(first), first=5)
    assert second.code is None
    assert second.data["subject"]["records"]["edges"] != first.data["subject"]["records"]["edges"]
    assert await used(town, caller) == [2]
    assert (await page(town, caller)).code is Code.CONSENT_ENDED
    entries = [await town.entry(each.entry) for each in (first, second)]
    assert [each["counts"]["use"] for each in entries] == [1, 1]


async def test_a_cursor_takes_another_question_nowhere(town: City) -> None:
    """The page of another document, or with another argument, is another question and costs another use."""
    caller = await bank(town, uses=2)
    first = await page(town, caller)
    wider = PAGES.replace("decidedOn", "decidedOn status")
    answer = await town.ask(wider, {"who": N2, "after": cursor(first)}, caller=caller)
    assert answer.code is None
    assert await used(town, caller) == [1, 1]
    assert (await town.ask(wider, {"who": N2, "after": cursor(answer)}, caller=caller)).code is None
    assert await used(town, caller) == [1, 2]
    assert (await town.ask(wider, {"who": N2, "after": cursor(first)}, caller=caller)).code is Code.CONSENT_ENDED


async def test_after_twenty_pages_the_next_costs_a_use(town: City) -> None:
    caller = await bank(town, uses=1)
    found = cursor(await page(town, caller))
    codes = [(await page(town, caller, found)).code for _ in range(20)]
    assert codes == [*[None] * 19, Code.CONSENT_ENDED]
    assert await used(town, caller) == [20]


async def test_after_ten_minutes_the_next_page_costs_a_use(town: City) -> None:
    caller = await bank(town, uses=1)
    found = cursor(await page(town, caller))
    async with town.database.owner() as owner, unguarded(owner):
        earlier = "UPDATE consent_use SET at = at - interval '10 minutes' WHERE consent = $1"
        await owner.execute(earlier, consent_id(caller))
    assert (await page(town, caller, found)).code is Code.CONSENT_ENDED


async def test_a_cursor_of_another_consent_is_none(town: City) -> None:
    caller, other = await bank(town), await bank(town)
    found = cursor(await page(town, caller))
    assert (await page(town, other, found)).code is Code.CURSOR_INVALID
    assert await used(town, other) == []


@pytest.mark.parametrize("end", ["revoked", "suspended", "expired"])
async def test_between_two_pages_a_consent_may_end(town: City, end: str) -> None:
    caller, register = await bank(town), town.installation.consents
    found = cursor(await page(town, caller))
    match end:
        case "revoked":
            assert await register.revoke(consent_id(caller), Reason.SUBJECT, By.SUBJECT)
        case "suspended":
            assert await register.suspend(consent_id(caller), Reason.OFFICER, By.OFFICER)
        case _:
            await _let_end(town, caller)
    answer = await page(town, caller, found)
    assert (answer.code, answer.statements) == (Code.CONSENT_ENDED, ())
    assert "data" not in answer.body
    assert (await town.entry(answer.entry))["consent"] == caller.consent


# In flight -----------------------------------------------------------------------------------------------------------


async def test_what_was_read_before_a_revocation_is_not_sent_after_it(town: City) -> None:
    caller, inner = await bank(town), town.pipeline.connection

    @asynccontextmanager
    async def slow(grant: Grant, asking: Caller) -> AsyncIterator[Connection]:
        async with inner(grant, asking) as connection:
            yield connection
        await town.installation.consents.revoke(consent_id(caller), Reason.SUBJECT, By.SUBJECT)

    answer = await page(replace(town, pipeline=replace(town.pipeline, connection=slow)), caller)
    assert answer.code is Code.CONSENT_ENDED
    assert "data" not in answer.body
    entry = await town.entry(answer.entry)
    assert (entry["kind"], entry["consent"], entry["released"]) == ("deny", caller.consent, [])
    assert await used(town, caller) == [1]


async def test_a_key_that_is_not_that_of_the_consent_opens_nothing_and_suspends_it(town: City) -> None:
    """T27."""
    caller = await bank(town)
    assert (await page(town, replace(caller, thumbprint=None))).code is Code.CONSENT_ENDED
    assert (await page(town, caller)).code is None
    assert (await page(town, replace(caller, thumbprint="1" * 43))).code is Code.CONSENT_ENDED
    assert (await page(town, caller)).code is Code.CONSENT_ENDED
    record = await town.installation.consents.consent(consent_id(caller))
    assert record is not None
    assert record.reason is Reason.KEY_CHANGED
