"""An installation with a policy in force, and the credit office of its city, which may approve another one.

OFFICE/1001 and OFFICE/1002 may approve; MARKETS/1001, of another department, may not.
"""

import secrets
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path

import asyncpg

from gateway import clients
from gateway.founding import establish, versions_at
from gateway.keys import folder as key_folder
from gateway.ledger.proof.chains import StoredLeaf
from gateway.settings import Settings, read_settings
from gateway.versions.changing import Approval, Versions
from tests.city import PATIENCE
from tests.fresh_database import FreshDatabase
from tests.ledger.ledgers import members, verified
from tests.rows import agency, insert
from tests.unit.authz.shipped import Files, appended, shipped, without

UNTIL = date(2027, 12, 31)
CREDIT, MARKETS = "CREDIT-OFFICE", "MARKETS-OFFICE"
ARTICLE = "WH-二(二)2"
TWO = ("OFFICE/1001", "OFFICE/1002")
BY_TWO = Approval(named=TWO, basis=(ARTICLE,))
BACK = Approval(named=TWO[:1], reason="shown too little")


def narrower() -> Files:
    """The shipped policies without two fields in public."""
    return without(shipped(), "PUB-ORG-ADDRESS", "PUB-ORG-TAX-NUMBER")


def commented() -> Files:
    """The shipped policies under another version."""
    return appended(shipped(), "purposes.toml", "# nothing\n")


def settings_for(database: FreshDatabase) -> Settings:
    return read_settings({"CREDIT_GATEWAY_DATABASE_URL": database.url} | PATIENCE, home=database.home)


async def found_office(database: FreshDatabase) -> None:
    """Put the shipped policies in force and register who may approve others."""
    settings = settings_for(database)
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    await establish(settings, database.url)
    async with database.owner() as owner:
        await register(owner, database.home)


def versions_in(database: FreshDatabase) -> AbstractAsyncContextManager[Versions]:
    return versions_at(settings_for(database), database.url)


async def register(owner: asyncpg.Connection, home: Path) -> None:
    """Those who may approve and one who may not."""
    await insert(
        owner,
        "agency",
        agency(81, uscc=CREDIT, name="武汉市信用办", department="dept.credit_office", jurisdiction="420100"),
        agency(82, uscc=MARKETS, name="武汉市市场监督管理局", department="dept.market_supervision"),
    )
    for name, uscc in (("OFFICE", CREDIT), ("MARKETS", MARKETS)):
        new = clients.NewClient(id=name, agency=uscc, role="AGENCY", jwks=clients.make_key(home, name), purposes=())
        await clients.add(owner, new)
        for number in ("1001", "1002"):
            await clients.add_operator(owner, name, number, UNTIL, UNTIL)


async def state(owner: asyncpg.Connection) -> tuple[object, ...]:
    """All that an activation changes."""
    row = await owner.fetchrow("SELECT policy_version, catalogue_version, bundle FROM authz_state")
    items = await owner.fetch("SELECT item, published FROM wall_item ORDER BY item")
    counts = [await owner.fetchval(f"SELECT count(*) FROM {name}") for name in ("policy_change", "policy_bundle")]  # noqa: S608
    return (tuple(row), tuple(map(tuple, items)), *counts)


async def version_in_force(owner: asyncpg.Connection) -> str:
    found: str = await owner.fetchval("SELECT policy_version FROM authz_state")
    return found


async def steps(owner: asyncpg.Connection) -> list[tuple[str, str, str]]:
    """The log's entries about policies in the order in which they were made: action, principal, version."""
    leaves: list[StoredLeaf] = sorted((await verified(owner)).values(), key=lambda leaf: leaf.id)
    found = [members(leaf.leaf) for leaf in leaves]
    return [(each["action"], each["principal"], each["policy"]["version"]) for each in found if each["kind"] == "admin"]
