"""A city whose agencies asked for a quarter under a clock of the test's own, and what was asked, written down apart."""

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import asyncpg

from gateway.database.scopes import DatabaseRole
from gateway.installation import CHINA
from gateway.ledger.append import Ledger
from schema.errors import Code
from tests.city import Answer, City, city
from tests.fresh_database import FreshDatabase
from tests.rows import insert, organisation, person, record
from tests.scenarios.filing import admit, filed, take

AFTERWARDS = date(2026, 7, 10)
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
N3 = {"idNumber": "420799197909050035", "name": "张测试"}
L1, L2, L3 = "91420199MA9TERT123", "91420199MA9TERT20X", "91420799MA9TERT39R"
FIRMS = (L1, L2, L3, "91370199MA9TERT47K", "92420199MA9TERT55D", "12420199MA9TERT63G", "93420199MA9TERT710")
UNKNOWN = "52420199MA9TERT8XY"
A4, A5, A7, A9 = "1142019900TERT045P", "1142079900TERT053H", "1242079900TERT07X1", "1142079900TERT096Y"
EZ_OFFICE = "1142079900TERT15XP"
OFFICE = {
    "uscc": EZ_OFFICE,
    "name": "鄂州市社会信用体系建设领导小组办公室",
    "kind": "GOV_DEPT",
    "department": "dept.credit_office",
    "jurisdiction": "420700",
    "level": "CITY",
    "agreement_until": "2099-12-31",
}
VERDICTS = "judgmentDefaulter { answer } seriousList { answer } majorPenalty { answer } sanctioned { answer }"
CHECK = (
    "query ($who: SubjectLookup!, $m: String) @purpose(code: %s, matter: $m, role: %s) { standing(by: $who) { %s } }"
)
OPEN = "mutation ($m: OpenMatterInput!) { openMatter(input: $m) { number } }"
LOOK = "query ($m: String!) @purpose(code: %s, matter: $m, role: %s) { viewer { kind } }"


@dataclass(slots=True)
class Tally:
    """Of one agency for one purpose."""

    queries: int = 0
    subjects: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    refusals: Counter[Code] = field(default_factory=Counter)


@dataclass(slots=True)
class Used:
    """``now``: of the log and the pipeline, in ms since the epoch."""

    town: City
    now: int
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def at(self, moment: str) -> None:
        """In China's time."""
        self.now = int(datetime.fromisoformat(moment).replace(tzinfo=CHINA).timestamp() * 1000)

    def tally(self, client: str, purpose: str) -> Tally:
        return self.tallies.setdefault((client, purpose), Tally())

    async def check(self, client: str, purpose: str, role: str, matter: str | None, who: Mapping[str, Any]) -> Answer:
        """One look-up, and what became of it."""
        document = CHECK % (f'"{purpose}"', f'"{role}"', VERDICTS)
        answer = await self.town.ask(document, {"who": who, "m": matter}, client=client)
        tally = self.tally(client, purpose)
        if answer.code is not None:
            tally.refusals[answer.code] += 1
            return answer
        tally.queries += 1
        tally.subjects.add(str(who))
        verdicts = answer.data["standing"].values()
        tally.answers.update(verdict["answer"] for verdict in verdicts if verdict is not None)
        return answer

    async def open(self, client: str, number: str, purpose: str, role: str, *uscc: str) -> None:
        parties = [{"by": {"uscc": each}, "role": role} for each in uscc]
        given = {"number": number, "purpose": purpose, "operators": ["1001"], "parties": parties}
        answer = await self.town.ask(OPEN, {"m": given}, client=client)
        assert answer.code is None, answer.raw

    async def look(self, client: str, number: str, purpose: str, role: str) -> None:
        """A query for the matter that looks up nobody."""
        answer = await self.town.ask(LOOK % (f'"{purpose}"', f'"{role}"'), {"m": number}, client=client)
        assert answer.code is None, answer.raw
        self.tally(client, purpose).queries += 1


@asynccontextmanager
async def used(database: FreshDatabase) -> AsyncIterator[Used]:
    async with city(database) as town:
        found = Used(town, 0)
        await _offices(town)
        role, names = DatabaseRole.LEDGER_WRITER, database.credentials

        async def connect() -> asyncpg.Connection:
            return await asyncpg.connect(database.url, user=names.name(role), password=names.secrets[role])

        ledger = Ledger(
            connect=connect,
            vault=town.installation.vault,
            process="test",
            clock=lambda: found.now,
            random=secrets.token_bytes,
        )
        async with ledger:
            town.pipeline = replace(
                town.pipeline, ledger=ledger, clock=lambda: datetime.fromtimestamp(found.now / 1000, CHINA)
            )
            await _asked(found)
            await _matters(found)
            await _published(town)
            found.at("2026-07-10T09:00:00")
            await town.move_to(AFTERWARDS)
            yield found


async def _offices(town: City) -> None:
    await take(town, filed("agencies", OFFICE))
    await admit(town, "EZ-OFFICE", EZ_OFFICE, "PM-905")
    await admit(town, "WH-OFFICE", "1142019900TERT1411", "PM-905")
    await admit(town, "A4-OWN", A4, "PM-905")


async def _asked(used: Used) -> None:
    used.at("2026-03-31T23:59:59")
    await used.check("A4", "PM-401", "supervised", "WHSJ-2026-0031", {"uscc": L1})
    used.tallies.clear()  # of the quarter before
    used.at("2026-04-01T00:00:00")
    for uscc in (*FIRMS, UNKNOWN, *FIRMS):
        await used.check("A4", "PM-401", "supervised", "WHSJ-2026-0031", {"uscc": uscc})
    used.at("2026-06-30T23:59:59")
    for uscc in FIRMS[:6]:
        await used.check("A1", "PM-301", "bidder", "HSZB-2026-0117", {"uscc": uscc})
    for _ in range(5):
        await used.check("A1", "PM-302", "review_expert", "HSZB-2026-0117-P", {"person": N2})
    await used.check("A2", "PM-601", "candidate", "WHGWY-2026-00321", {"person": N2})
    for matter in ("HSZB-0000-0000", "HSZB-2025-0990", None):
        await used.check("A1", "PM-301", "bidder", matter, {"uscc": L1})
    await used.check("A1", "PM-301", "bidder", "HSZB-2026-0117", {"person": N2})
    await used.check("A8", "PM-401", "supervised", "WHSJ-2026-0031", {"uscc": L1})
    await used.town.ask('{ subjects(filter: {name: "测试"}) { totalCount } }', client="A4")  # as the public
    kept, used.tallies = used.tallies, {}
    used.at("2026-07-01T00:00:00")
    await used.check("A4", "PM-401", "supervised", "WHSJ-2026-0031", {"uscc": L1})
    await used.check("A8", "PM-401", "supervised", "WHSJ-2026-0031", {"uscc": L1})
    used.tallies = kept


async def _matters(used: Used) -> None:
    """Ezhou must check: one matter is, four are not, and two are of the quarters before and after."""
    used.at("2026-06-01T12:00:00")
    await used.open("A7", "EZCG-1", "PM-805", "supplier", L1, L3)
    await used.open("A7", "EZCG-2", "PM-805", "supplier", L1)
    await used.open("A7", "EZCG-3", "PM-805", "supplier", L1)
    await used.open("A5", "EZCG-1", "PM-813", "applicant", L3)
    await used.check("A7", "PM-805", "supplier", "EZCG-1", {"uscc": L1})
    await used.look("A7", "EZCG-2", "PM-805", "supplier")
    refused = await used.check("A7", "PM-805", "bidder", "EZCG-3", {"uscc": L1})
    assert refused.code is Code.ROLE_REQUIRED
    await used.town.move_to(date(2026, 7, 1))
    await used.open("A7", "EZCG-4", "PM-805", "supplier", L1)


async def _published(town: City) -> None:
    """Ezhou's acts around seven working days: of 28 April with Labour Day between, of 18 June with the Dragon Boat."""
    days = {
        date(2026, 4, 28): (date(2026, 5, 9), date(2026, 5, 11), date(2026, 5, 12)),
        date(2026, 6, 18): (date(2026, 6, 30), date(2026, 7, 1)),
        date(2026, 6, 30): (date(2026, 7, 9),),
        date(2026, 3, 31): (date(2026, 6, 1),),
    }
    acts = [(decided, published) for decided, found in days.items() for published in found]
    async with town.database.owner() as owner:
        known = {row["uscc"]: row["id"] for row in await owner.fetch("SELECT uscc, id FROM agency")}
        await insert(owner, "subject", organisation(1, jurisdiction="420700"), person(2, jurisdiction="420700"))
        for number, (decided, published) in enumerate(acts):
            for add, (uscc, natural) in enumerate(((A5, False), (A4, False), (A9, False), (A9, True))):
                await insert(
                    owner,
                    "record",
                    record(
                        9000 + 10 * number + add,
                        2 if natural else 1,
                        natural=natural,
                        decided_on=decided,
                        published_from=published,
                        authority_id=known[uscc],
                        source_unit_id=known[uscc],
                    ),
                )
