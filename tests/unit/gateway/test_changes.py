"""Mutations: an agency keeps its own matters, all or nothing, and with the log or not at all."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import Ledger
from gateway.ledger.entry import Entry
from gateway.ledger.receipt import Receipt
from schema.errors import Code, LedgerError
from tests.city import TODAY, Answer, City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import ADD, BUILDERS, CLOSE, EXPERT, FOODS, LOOK, OPEN, offices, opening

pytestmark = pytest.mark.anyio

NUMBER = "HSZB-2026-0200"
ASK = """
    query ($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0200", role: "bidder") {
      subject(by: {uscc: $uscc}) { name }
    }
"""


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with offices(database) as found:
        yield found


async def numbers(town: City) -> list[str]:
    async with town.database.owner() as owner:
        return [row["number"] for row in await owner.fetch("SELECT number FROM matter ORDER BY number")]


def refusal(answer: Answer) -> tuple[Code | None, dict[str, Any]]:
    return answer.code, answer.body


async def test_an_opened_matter_is_what_was_handed_in(town: City) -> None:
    opened = await town.ask(OPEN, opening(), client="A1")

    assert opened.data["openMatter"] == {
        "number": NUMBER,
        "open": True,
        "openedOn": TODAY.isoformat(),
        "closedOn": None,
        "operators": ["1001"],
        "parties": [{"role": "bidder", "kind": "organisation"}, {"role": "review_expert", "kind": "person"}],
        "purpose": {"code": "PM-301"},
        "agency": {"name": "洪山区住房和建设局", "uscc": "1142019900TERT0292"},
    }


async def test_parties_are_kept_as_digests_alone(town: City) -> None:
    await town.ask(OPEN, opening(), client="A1")

    sealer = town.installation.sealer
    async with town.database.owner() as owner:
        rows = await owner.fetch('SELECT party_digest, role, "natural" FROM matter_party')
    assert {(row["party_digest"], row["role"], row["natural"]) for row in rows} == {
        (sealer.organisation_digest(BUILDERS), "bidder", False),
        (sealer.person_digest("RESIDENT_ID", EXPERT["idNumber"], EXPERT["name"]), "review_expert", True),
    }


async def test_a_matter_serves_from_its_opening_to_its_closing(town: City) -> None:
    before = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")
    await town.ask(OPEN, opening(), client="A1")
    during = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")
    closed = await town.ask(CLOSE, {"number": NUMBER}, client="A1")
    after = await town.ask(ASK, {"uscc": BUILDERS}, client="A1")

    assert (before.code, during.code, after.code) == (Code.MATTER_NOT_OPEN, None, Code.MATTER_NOT_OPEN)
    assert closed.data["closeMatter"] == {"number": NUMBER, "open": False, "closedOn": TODAY.isoformat()}


async def test_parties_are_added_and_none_is_named_twice(town: City) -> None:
    await town.ask(OPEN, opening(), client="A1")
    further = [{"by": {"uscc": FOODS}, "role": "bidder"}, {"by": {"uscc": BUILDERS.lower()}, "role": "bidder"}]

    for _ in range(2):
        added = await town.ask(ADD, {"number": NUMBER, "parties": further}, client="A1")

    roles = sorted(party["role"] for party in added.data["addMatterParties"]["parties"])
    assert roles == ["bidder", "bidder", "review_expert"]


@pytest.mark.parametrize("document", [CLOSE, ADD])
async def test_a_matter_of_another_agency_cannot_be_told_from_none(town: City, document: str) -> None:
    await town.ask(OPEN, opening(), client="A1")
    parties = [{"by": {"uscc": FOODS}, "role": "bidder"}]

    def given(number: str) -> dict[str, Any]:
        return {"number": number, "parties": parties} if document is ADD else {"number": number}

    of_another = await town.ask(document, given(NUMBER), client="A4")
    of_nobody = await town.ask(document, given("HSZB-2026-0201"), client="A4")

    assert refusal(of_another) == refusal(of_nobody)
    assert of_another.code is Code.MATTER_NOT_OPEN
    assert (await town.ask(LOOK, {"number": NUMBER}, client="A1")).data == {"matter": {"number": NUMBER, "open": True}}
    async with town.database.owner() as owner:
        assert await owner.fetchval("SELECT count(*) FROM matter_party") == 2


async def test_a_number_is_the_agencys_own_and_taken_once(town: City) -> None:
    await town.ask(OPEN, opening(), client="A1")

    of_another = await town.ask(OPEN, opening(purpose="PM-401"), client="A4")
    again = await town.ask(OPEN, opening(), client="A1")

    assert (of_another.code, again.code) == (None, Code.MATTER_NOT_OPEN)
    assert of_another.data["openMatter"]["purpose"] == {"code": "PM-401"}
    mine = await town.ask("query ($n: String!) { matter(number: $n) { purpose { code } } }", {"n": NUMBER}, client="A1")
    assert mine.data == {"matter": {"purpose": {"code": "PM-301"}}}


async def test_a_closed_matter_stays_closed(town: City) -> None:
    await town.ask(OPEN, opening(), client="A1")
    await town.ask(CLOSE, {"number": NUMBER}, client="A1")
    parties = [{"by": {"uscc": FOODS}, "role": "bidder"}]

    answers = [
        await town.ask(CLOSE, {"number": NUMBER}, client="A1"),
        await town.ask(ADD, {"number": NUMBER, "parties": parties}, client="A1"),
        await town.ask(OPEN, opening(), client="A1"),
    ]

    assert [answer.code for answer in answers] == [Code.MATTER_NOT_OPEN] * 3


@pytest.mark.parametrize(
    ("client", "purpose", "code"),
    [
        (None, "PM-301", Code.UNAUTHENTICATED),
        ("A1", "PM-401", Code.PURPOSE_NOT_ALLOWED),
        ("A1", "PM-999", Code.PURPOSE_NOT_ALLOWED),
        ("B1", "PM-901", Code.PURPOSE_NOT_ALLOWED),
        ("AUDIT", "PM-904", Code.PURPOSE_NOT_ALLOWED),
    ],
)
async def test_only_an_agency_opens_and_only_for_its_purposes(
    town: City, client: str | None, purpose: str, code: Code
) -> None:
    answer = await town.ask(OPEN, opening(purpose=purpose), client=client)

    assert answer.code is code
    assert await numbers(town) == []


async def test_the_changes_of_one_operation_stand_or_fall_together(town: City) -> None:
    both = """
        mutation ($input: OpenMatterInput!) {
          opened: openMatter(input: $input) { number }
          closed: closeMatter(number: "HSZB-2026-0999") { number }
        }
    """
    answer = await town.ask(both, opening(), client="A1")

    assert answer.code is Code.MATTER_NOT_OPEN
    assert await numbers(town) == []


async def test_several_changes_are_made_in_their_order(town: City) -> None:
    both = """
        mutation ($input: OpenMatterInput!) {
          opened: openMatter(input: $input) { open }
          closed: closeMatter(number: "HSZB-2026-0200") { open agency { name } }
        }
    """
    answer = await town.ask(both, opening(), client="A1")

    assert answer.data == {
        "opened": {"open": True},
        "closed": {"open": False, "agency": {"name": "洪山区住房和建设局"}},
    }


async def test_a_change_that_cannot_be_logged_is_not_made(town: City) -> None:
    async with town.database.owner() as owner:
        role = town.database.credentials.name(DatabaseRole.LEDGER_WRITER)
        await owner.execute(f"REVOKE INSERT ON audit_pending FROM {role}")
        with pytest.raises(LedgerError):
            await town.ask(OPEN, opening(), client="A1")

    assert await numbers(town) == []


async def test_more_changes_at_once_than_the_register_has_connections(town: City) -> None:
    most = town.installation.settings.registry_pool
    inputs = [opening(f"HSZB-2026-{number:04}") for number in range(1, 4 * most + 1)]

    async with asyncio.timeout(60):  # they would wait for each other for ever
        answers = await asyncio.gather(*(town.ask(OPEN, given, client="A1") for given in inputs))

    assert {answer.code for answer in answers} == {None}
    assert len(await numbers(town)) == 4 * most


async def test_the_entry_says_that_something_was_changed_and_whose_matter_it_was_not(town: City) -> None:
    opened = await town.ask(OPEN, opening(), client="A1")
    refused = await town.ask(CLOSE, {"number": NUMBER}, client="A4")

    first, second = await town.entry(opened.entry), await town.entry(refused.entry)
    assert (first["action"], first["kind"], first["principal"]) == ("mutation", "release", "A1")
    assert (second["action"], second["kind"], second["principal"]) == ("mutation", "deny", "A4")
    assert second["decision"]["reasons"] == ["MATTER_NOT_OPEN"]


async def test_the_entry_tells_who_was_named_as_a_party(town: City) -> None:
    opened = await town.ask(OPEN, opening(), client="A1")
    added = await town.ask(ADD, {"number": NUMBER, "parties": [{"by": {"uscc": FOODS}, "role": "bidder"}]}, client="A1")

    assert [(await town.entry(each.entry))["counts"]["subjects"] for each in (opened, added)] == [2, 1]


async def test_a_change_goes_to_its_end_when_nobody_waits_for_it(town: City) -> None:
    reached, going = asyncio.Event(), asyncio.Event()
    log = town.pipeline.ledger

    class Slow:
        def admit(self) -> None:
            log.admit()

        async def append(self, entry: Entry) -> Receipt:
            receipt = await log.append(entry)
            reached.set()
            await going.wait()
            return receipt

    town.pipeline = replace(town.pipeline, ledger=cast(Ledger, Slow()))
    asking = asyncio.create_task(town.ask(OPEN, opening(), client="A1"))
    await reached.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await numbers(town) == []
    going.set()
    town.pipeline = replace(town.pipeline, ledger=log)
    others = [await town.ask(LOOK, {"number": NUMBER}, client="A1") for _ in range(50)]
    assert others[-1].data == {"matter": {"number": NUMBER, "open": True}}
