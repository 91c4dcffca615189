"""Matters are remembered, and decide nothing for that: what another process changes holds for the next answer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date

import pytest

from authz.principal import Matter, Party
from gateway.recent_matters import RecentMatters
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import BUILDERS, BUILDERS_NAME, EXPERT, bidding

pytestmark = pytest.mark.anyio

NUMBER = "HSZB-2026-0200"
BIDDER = 'query ($by: SubjectLookup!) @purpose(code: "PM-301", matter: "HSZB-2026-0200", role: "bidder") {'
NAMED = BIDDER + " subject(by: $by) { name } }"
STANDPOINT = 'query @purpose(code: "PM-301", matter: "HSZB-2026-0200", role: "bidder") { viewer { scope } }'
BY_CODE: Mapping[str, object] = {"by": {"uscc": BUILDERS}}


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


async def change(town: City, statement: str, *values: object) -> None:
    """As another process would, of which this one hears nothing."""
    async with town.database.owner() as owner:
        await owner.execute(statement, *values)


async def asked_of_the_register(town: City) -> list[str]:
    """Counts, from here on, how often the pipeline asks the register for a matter."""
    find, numbers = town.pipeline.matters.find, list[str]()

    async def counted(client: str, number: str) -> Matter | None:
        numbers.append(number)
        return await find(client, number)

    town.pipeline = replace(town.pipeline, matters=RecentMatters(counted))
    return numbers


async def test_a_warm_answer_does_not_ask_the_register(town: City) -> None:
    asked = await asked_of_the_register(town)
    answers = [await town.ask(NAMED, BY_CODE, client="A1") for _ in range(3)]

    assert [answer.data["subject"]["name"] for answer in answers] == [BUILDERS_NAME] * 3
    assert asked == [NUMBER]


@pytest.mark.parametrize("document", [NAMED, STANDPOINT], ids=("reads data", "reads none"))
async def test_a_matter_closed_elsewhere_is_closed_for_the_next_answer(town: City, document: str) -> None:
    variables = BY_CODE if document is NAMED else {}
    before = await town.ask(document, variables, client="A1")
    await change(town, "UPDATE matter SET closed_on = $1", date(2026, 5, 1))
    after = await town.ask(document, variables, client="A1")

    assert before.code is None
    assert after.code is Code.MATTER_NOT_OPEN


async def test_a_matter_removed_elsewhere_is_there_no_longer(town: City) -> None:
    await town.ask(NAMED, BY_CODE, client="A1")
    await change(town, "DELETE FROM matter_party")
    await change(town, "DELETE FROM matter")

    assert (await town.ask(NAMED, BY_CODE, client="A1")).code is Code.MATTER_NOT_OPEN


async def test_one_registered_anew_is_another_one(town: City) -> None:
    """Under the same number, for other staff."""
    await town.ask(NAMED, BY_CODE, client="A1")
    await change(town, "DELETE FROM matter_party")
    await change(town, "DELETE FROM matter")
    await change(
        town,
        "INSERT INTO matter (client_id, number, purpose, opened_on, operators) VALUES ('A1', $1, 'PM-301', $2, $3)",
        NUMBER,
        date(2026, 5, 6),
        ["1009"],
    )

    assert (await town.ask(NAMED, BY_CODE, client="A1")).code is Code.MATTER_NOT_OPEN


async def test_a_matter_opened_again_elsewhere_is_not_refused(town: City) -> None:
    await change(town, "UPDATE matter SET closed_on = $1", date(2026, 5, 1))
    closed = await town.ask(NAMED, BY_CODE, client="A1")
    await change(town, "UPDATE matter SET closed_on = NULL")

    assert closed.code is Code.MATTER_NOT_OPEN
    assert (await town.ask(NAMED, BY_CODE, client="A1")).code is None


async def test_a_party_named_elsewhere_can_be_asked_about(town: City) -> None:
    person = {"by": {"person": EXPERT}}
    document = NAMED.replace("PM-301", "PM-302").replace("HSZB-2026-0200", "EXPERTS").replace("bidder", "review_expert")
    await change(
        town,
        "INSERT INTO matter (client_id, number, purpose, opened_on, operators) "
        "VALUES ('A1', 'EXPERTS', 'PM-302', $1, $2)",
        date(2026, 5, 6),
        ["1001"],
    )
    before = await town.ask(document, person, client="A1")
    digest = town.installation.sealer.person_digest("RESIDENT_ID", EXPERT["idNumber"], EXPERT["name"])
    add = "INSERT INTO matter_party VALUES ('A1', 'EXPERTS', $1, 'review_expert', true)"
    await change(town, add, digest)
    after = await town.ask(document, person, client="A1")
    await change(town, "UPDATE matter_party SET role = 'bidder' WHERE matter_number = 'EXPERTS'")
    again = await town.ask(document, person, client="A1")

    assert before.code is Code.SUBJECT_NOT_COVERED
    assert after.code is None
    assert again.code is Code.SUBJECT_NOT_COVERED


# the memory alone -----------------------------------------------------------------------------------------------------


class Register:
    """A register in memory."""

    def __init__(self, *matters: Matter) -> None:
        self.matters = {(each.client, each.number): each for each in matters}

    async def find(self, client: str, number: str) -> Matter | None:
        return self.matters.get((client, number))


def tender(number: str = "M-1", *parties: Party) -> Matter:
    return Matter(
        number=number,
        client="A1",
        purpose="PM-301",
        opened_on=date(2026, 5, 6),
        closed_on=None,
        operators=frozenset({"1001"}),
        parties=parties,
    )


async def test_what_is_remembered_holds_while_the_register_says_the_same() -> None:
    register = Register(tender())
    recent = RecentMatters(register.find)
    first = recent.recalled()
    await first.find("A1", "M-1")
    assert await first.hold()

    named = tender("M-1", Party(digest=b"\x01" * 32, role="bidder", natural=False))
    register.matters["A1", "M-1"] = named
    second = recent.recalled()
    assert await second.find("A1", "M-1") == tender()
    assert not await second.hold()
    assert await recent.recalled().find("A1", "M-1") == named


async def test_none_is_never_remembered() -> None:
    register = Register()
    recent = RecentMatters(register.find)
    told = recent.recalled()
    assert await told.find("A1", "M-1") is None
    register.matters["A1", "M-1"] = tender()

    assert not await told.hold()
    assert await recent.recalled().find("A1", "M-1") == tender()


async def test_the_least_recently_read_is_forgotten_first() -> None:
    recent = RecentMatters(Register(tender("M-1"), tender("M-2"), tender("M-3")).find, most=2)
    for number in ("M-1", "M-2", "M-1", "M-3"):
        await recent.find("A1", number)

    assert recent.remembered("A1", "M-1") == tender("M-1")
    assert recent.remembered("A1", "M-3") == tender("M-3")
    assert recent.remembered("A1", "M-2") is None
