"""Two processes on one database: every alert rule counts what was done at both, and neither of them alone did enough.

Each is an installation of its own, with its own ledger and chains; one watch, as the watcher's role, judges what both
have written. Refused consents, which the line does not produce, are written through the ledgers.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.approvals.officers import Officer
from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.exchange import CLIENT_KEY, Arrival, GraphQLRequest
from gateway.installation import opened
from gateway.ledger.append import Ledger
from gateway.ledger.entry import Decision, Entry, Kind, Operator
from gateway.log.vaults import milliseconds
from gateway.watch.account import Step, handled
from gateway.watch.acts import Fired, Rule
from gateway.watch.thresholds import DAY, MINUTE, Thresholds, shipped
from gateway.watch.watching import Watch
from gateway.watching import watch_on
from schema.errors import Code
from schema.identifiers import resident_check
from tests.city import ADDRESS, City
from tests.fresh_database import FreshDatabase, fresh_database
from tests.ledger.logs import Log
from tests.unit.gateway.offices import BUILDERS, OPEN, bidding
from tests.unit.gateway.policy_office import settings_for

pytestmark = pytest.mark.anyio

ROLES = {"PM-302": "review_expert", "PM-601": "candidate"}
"""As what four persons are parties of a matter of A1, by its purpose."""
LOOK_UP = """query ($who: SubjectLookup!) @purpose(code: "PURPOSE", role: "ROLE", matter: "HSZB-PURPOSE") {
    standing(by: $who) { majorPenalty { answer } } }"""
BIDDER = """query ($uscc: String!) @purpose(code: "PM-301", role: "bidder", matter: "NUMBER") {
    subject(by: {uscc: $uscc}) { name } }"""
DENIED = 'query @purpose(code: "PM-401", role: "supervised") { viewer { kind } }'
WHO_ASKED = "query ($who: SubjectLookup!) { accessLog(filter: {subject: $who}) { totalCount } }"
WHO_I_AM = "{ viewer { kind } }"
ELSEWHERE = "198.51.100.7"


def expert(number: int) -> Mapping[str, str]:
    """An invented person of whom nothing is known."""
    body = f"42019919800102{200 + number}"
    return {"idNumber": body + resident_check(body), "name": "王测试"}


# Acts: at which process, and their numbers from 0 ------------------------------------------------------------------


async def asked(
    at: City, document: str, variables: Mapping[str, object], client: str = "A1", code: Code | None = None
) -> UUID:
    answer = await at.ask(document, variables, client=client)
    assert answer.code is code, answer.body
    return UUID(answer.entry)


async def look_up(at: City, number: int, purpose: str = "PM-302") -> UUID:
    document = LOOK_UP.replace("PURPOSE", purpose).replace("ROLE", ROLES[purpose])
    return await asked(at, document, {"who": {"person": expert(number)}})


async def look_up_for_another_purpose(at: City, number: int) -> UUID:
    return await look_up(at, 0, [*ROLES][number])


async def look_up_bidder(at: City, number: int) -> UUID:
    return await asked(at, BIDDER.replace("NUMBER", "HSZB-2026-0200"), {"uscc": BUILDERS})


async def try_matter(at: City, number: int) -> UUID:
    document = BIDDER.replace("NUMBER", f"HSZB-2026-090{number}")
    return await asked(at, document, {"uscc": BUILDERS}, code=Code.MATTER_NOT_OPEN)


async def ask_without_right(at: City, number: int) -> UUID:
    return await asked(at, DENIED, {}, code=Code.PURPOSE_NOT_ALLOWED)


async def protect_and_look_up(at: City, number: int) -> UUID:
    if number > 0:
        return await look_up(at, 0)
    officer = Officer(client="AUDIT", number="1001", organisation="AUDIT")
    receipt = await at.installation.ledger.append(handled(Step.PROTECTED, officer, "an office holder"))
    internal = at.installation.sealer.internal_id("person", f"RESIDENT_ID:{expert(0)['idNumber']}")
    digest = at.installation.vault.digest("subject", internal.to_bytes(8))
    async with at.database.owner() as owner:
        await owner.execute("INSERT INTO watch_protected (subject_ref, since) VALUES ($1, $2)", digest, receipt.t)
    return receipt.entry_id


async def come_from_elsewhere(at: City, number: int) -> UUID:
    arrival = Arrival(address=(ADDRESS, ELSEWHERE)[number])
    reply = await at.pipeline(GraphQLRequest(query=WHO_I_AM), await at.caller("A4"), arrival)
    assert reply.code is None
    return UUID(reply.entry)


async def use_consent_of_another(at: City, number: int) -> UUID:
    who = Operator(number="1001", role=None, method=CLIENT_KEY)
    reasons = (Code.OUT_OF_CONSENT,)
    entry = Entry(kind=Kind.DENY, principal="B1", decision=Decision.DENY, operator=who, reasons=reasons)
    return (await at.installation.ledger.append(entry)).entry_id


async def search_for_one_person(at: City, number: int) -> UUID:
    return await asked(at, WHO_ASKED, {"who": {"person": expert(0)}}, client="AUDIT")


# The rules, and what makes them fire ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``act`` done ``times`` times is found, counted as ``figures``; under the shipped thresholds but for ``lower``, by
    table. ``told``: how many of the newest acts the finding names."""

    rule: Rule
    act: Callable[[City, int], Awaitable[UUID]]
    figures: Mapping[str, int]
    lower: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    times: int = 4
    told: int = 4

    def thresholds(self) -> Thresholds:
        found = shipped()
        return replace(found, **{name: replace(getattr(found, name), **low) for name, low in self.lower.items()})


CASES = {
    "A1": Case(rule=Rule.BULK, act=look_up, lower={"bulk": {"per_hour": 3}}, figures={"persons": 4, "usual": 0}),
    "A2": Case(
        rule=Rule.ENUMERATION,
        act=look_up,
        lower={"enumeration": {"looked_up": 4}},
        figures={"tried": 4, "missed": 4},
    ),
    "A4 subjects": Case(rule=Rule.MATTERS, act=look_up, lower={"matters": {"subjects": 3}}, figures={"subjects": 4}),
    "A4 numbers": Case(
        rule=Rule.MATTERS, act=try_matter, lower={"matters": {"unknown_per_hour": 4}}, figures={"numbers": 4}
    ),
    "A5": Case(rule=Rule.PROTECTED, act=protect_and_look_up, figures={}, times=2, told=1),
    "A7 network": Case(rule=Rule.DORMANT, act=come_from_elsewhere, figures={"networks": 1}, times=2, told=1),
    "A8": Case(rule=Rule.SCRAPING, act=look_up_bidder, lower={"scraping": {"per_hour": 3}}, figures={"operations": 4}),
    "A9": Case(rule=Rule.DENIALS, act=ask_without_right, lower={"denials": {"refused": 3}}, figures={"refused": 4}),
    "A11": Case(rule=Rule.CONSENTS, act=use_consent_of_another, figures={"refused": 4}),
    "A12 reader": Case(
        rule=Rule.LOG, act=search_for_one_person, lower={"log": {"looks_at_one": 3}}, figures={"looks": 4}
    ),
    "A13": Case(rule=Rule.PURPOSES, act=look_up_for_another_purpose, figures={"purposes": 2}, times=2, told=2),
}


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES.values()} == set(Rule)


@pytest.mark.parametrize("name", CASES)
async def test_acts_at_two_processes_are_found_together(processes: tuple[City, City], name: str) -> None:
    case, (one, other) = CASES[name], processes
    half = case.times // 2
    async with watching(one, case.thresholds()) as watch:
        await watch.look()
        acts = [await case.act(one, number) for number in range(half)]
        alone = await fired(watch, case.rule)
        acts += [await case.act(other, number) for number in range(half, case.times)]
        together = await fired(watch, case.rule)

    assert alone == []
    assert [(each.figures, set(each.evidence)) for each in together] == [(case.figures, set(acts[-case.told :]))]
    assert (await writers(one, acts[:half])).isdisjoint(await writers(other, acts[half:]))


async def test_an_account_that_slept_since_it_was_used_at_another_process_is_found(
    processes: tuple[City, City],
) -> None:
    early, late = processes
    ago = shipped().dormant.days * DAY
    async with slow_ledger(early, ago) as ledger, watching(late, shipped()) as watch:
        slow = replace(early, pipeline=replace(early.pipeline, ledger=ledger))
        await asked(slow, WHO_I_AM, {}, client="A4")
        alone = await fired(replace(watch, clock=lambda: milliseconds() - ago), Rule.DORMANT)
        woken = await asked(late, WHO_I_AM, {}, client="A4")
        together = await fired(watch, Rule.DORMANT)

    assert alone == []
    assert [(each.figures, each.evidence) for each in together] == [({"days": 60}, (woken,))]


async def test_entries_in_their_places_do_not_hide_those_of_another_process(
    processes: tuple[City, City], tmp_path: Path
) -> None:
    sealed, late = processes
    ahead = shipped().log.seal * MINUTE + MINUTE
    async with watching(late, shipped(), ahead=ahead) as watch:
        await asked(sealed, WHO_I_AM, {})
        await Log(database=sealed.database, folder=tmp_path, now=milliseconds()).caught_up()
        alone = await fired(watch, Rule.LOG)
        await asked(late, WHO_I_AM, {})
        together = await fired(watch, Rule.LOG)

    assert alone == []
    assert [each.about for each in together] == ["log:seal"]


# Two processes, and who watches them ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def founded(module_database: FreshDatabase) -> FreshDatabase:
    """A city in which A1 may look four persons up, for either of two purposes."""

    async def found() -> None:
        async with bidding(module_database) as town:
            async with module_database.owner() as owner:
                await owner.execute("UPDATE client SET purposes = purposes || $1 WHERE client_id = 'A1'", ["PM-601"])
            for purpose, role in ROLES.items():
                parties = [{"by": {"person": expert(number)}, "role": role} for number in range(4)]
                opening = {"number": f"HSZB-{purpose}", "purpose": purpose, "operators": ["1001"], "parties": parties}
                await asked(town, OPEN, {"input": opening})

    asyncio.run(found())
    return module_database


@pytest.fixture
def database(
    founded: FreshDatabase, database_server: EmbeddedServer, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    """A copy of it, of this test alone."""
    with fresh_database(database_server, founded.home, database_credentials, template=founded.name) as fresh:
        yield fresh


@pytest.fixture
async def processes(database: FreshDatabase) -> AsyncIterator[tuple[City, City]]:
    async with process(database) as one, process(database) as other:
        yield one, other


@asynccontextmanager
async def process(database: FreshDatabase) -> AsyncIterator[City]:
    async with opened(settings_for(database)) as installation:
        yield City(installation=installation, database=database, pipeline=installation.pipeline)


@asynccontextmanager
async def watching(town: City, thresholds: Thresholds, ahead: int = 0) -> AsyncIterator[Watch]:
    """``ahead``: ms by which its clock goes before the real one."""
    async with town.database.connect(DatabaseRole.WATCHER) as connection:
        watch = watch_on(connection, town.installation.ledger, town.installation.vault, ())
        yield replace(watch, thresholds=thresholds, clock=lambda: milliseconds() + ahead)


async def fired(watch: Watch, rule: Rule) -> list[Fired]:
    """What it finds now by that rule."""
    return [each.fired for each in await watch.look() if each.fired.rule is rule]


async def writers(town: City, entries: Sequence[UUID]) -> set[UUID]:
    """The chains that these entries stand in."""
    async with town.database.connect(DatabaseRole.WATCHER) as connection:
        rows = await connection.fetch("SELECT writer FROM audit_pending WHERE id = ANY($1::uuid[])", entries)
    return {row["writer"] for row in rows}


@asynccontextmanager
async def slow_ledger(town: City, behind: int) -> AsyncIterator[Ledger]:
    """A ledger of this process whose clock is so many ms behind."""
    role, credentials = DatabaseRole.LEDGER_WRITER, town.database.credentials

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(town.database.url, user=credentials.name(role), password=credentials.secrets[role])

    vault = town.installation.vault
    async with Ledger(
        connect=connect,
        vault=vault,
        process="slow",
        clock=lambda: milliseconds() - behind,
        random=secrets.token_bytes,
    ) as ledger:
        yield ledger
