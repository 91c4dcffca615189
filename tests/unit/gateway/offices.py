"""An empty city in which two agencies, a bank and the auditors are registered, each with one operator (1001).

A1 asks about bidders and review experts, A4 supervises markets. Nobody they could ask about is known.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway import clients
from gateway.database.scopes import DatabaseRole
from gateway.settings import PREFIX
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert, organisation, record

UNTIL = date(2027, 12, 31)
HOUSING, MARKETS, BANK = "1142019900TERT0292", "1142019900TERT045P", "91420199MA9TERT98X"
CLIENTS = (
    ("A1", HOUSING, "AGENCY", ("PM-301", "PM-302")),
    ("A4", MARKETS, "AGENCY", ("PM-301", "PM-401")),
    ("B1", BANK, "BANK", ("PM-901",)),
    ("AUDIT", None, "AUDIT", ("PM-904",)),
)
BUILDERS, FOODS = "91420199MA9TERT123", "91420199MA9TERT20X"
BUILDERS_NAME = "武汉测试建设有限公司"
EXPERT = {"idNumber": "420199199207280027", "name": "王测试"}


@asynccontextmanager
async def bidding(database: FreshDatabase) -> AsyncIterator[City]:
    """With one company that has a published penalty, and an open matter of A1 in which it bids: HSZB-2026-0200."""
    async with offices(database) as found:
        async with database.owner() as owner:
            await insert(owner, "agency", agency())
            builders = found.installation.sealer.internal_id("organisation", BUILDERS)
            await insert(owner, "subject", organisation(builders, uscc=BUILDERS, name=BUILDERS_NAME))
            await insert(owner, "record", record(11, builders, item="PENALTY"))
        await found.ask(OPEN, opening(), client="A1")
        yield found


@asynccontextmanager
async def offices(database: FreshDatabase) -> AsyncIterator[City]:
    async with city(database, empty=True) as found:
        async with database.owner() as owner:
            await insert(owner, "agency", *_agencies())
        async with database.connect(DatabaseRole.REGISTRY) as registry:
            for client, uscc, role, purposes in CLIENTS:
                jwks = clients.make_key(database.home, client)
                new = clients.NewClient(id=client, agency=uscc, role=role, jwks=jwks, purposes=purposes)
                await clients.add(registry, new)
                await clients.add_operator(registry, client, "1001", UNTIL, UNTIL)
        yield found


def _agencies() -> tuple[Any, ...]:
    return (
        agency(1, uscc=HOUSING, name="洪山区住房和建设局", department="dept.housing", jurisdiction="420111"),
        agency(4, uscc=MARKETS, name="武汉市市场监督管理局", department="dept.market_supervision"),
        agency(9, uscc=BANK, name="武汉测试银行", kind="BANK", department="bank"),
    )


def opening(number: str = "HSZB-2026-0200", **changes: Any) -> dict[str, Any]:
    """Variables of ``OPEN``: a tender with one bidder and one review expert."""
    parties = [{"by": {"uscc": BUILDERS}, "role": "bidder"}, {"by": {"person": EXPERT}, "role": "review_expert"}]
    given = {"number": number, "purpose": "PM-301", "operators": ["1001"], "parties": parties}
    return {"input": {**given, **changes}}


OPEN = """
    mutation Open($input: OpenMatterInput!) {
      openMatter(input: $input) { number open openedOn closedOn operators parties { role kind } purpose { code }
                                  agency { name uscc } }
    }
"""
CLOSE = "mutation ($number: String!) { closeMatter(number: $number) { number open closedOn } }"
ADD = """
    mutation ($number: String!, $parties: [MatterPartyInput!]!) {
      addMatterParties(number: $number, parties: $parties) { parties { role kind } }
    }
"""
LOOK = "query ($number: String!) { matter(number: $number) { number open } }"


def registered_home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an installation with these offices, for commands that are run in this process."""

    async def found() -> None:
        async with offices(database):
            pass

    asyncio.run(found())
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", database.url)
    return database.home
