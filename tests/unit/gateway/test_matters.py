"""The register of matters as rows: what is found is what was registered, and nobody changes another's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import asyncpg
import pytest

from authz.principal import Matter, Party
from gateway import matters
from gateway.database.scopes import DatabaseRole
from schema.errors import Code, PolicyError
from tests.fresh_database import FreshDatabase
from tests.rows import insert

pytestmark = pytest.mark.anyio

TODAY = date(2026, 5, 20)
BIDDER = Party(digest=b"\x01" * 32, role="bidder", natural=False)
EXPERT = Party(digest=b"\x02" * 32, role="review_expert", natural=True)
TENDER = Matter(
    number="HSZB-2026-0117",
    client="A1",
    purpose="PM-301",
    opened_on=date(2026, 5, 6),
    closed_on=None,
    operators=frozenset({"1001", "1004"}),
    parties=(BIDDER, EXPERT),
)


@pytest.fixture
async def registry(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the role that the gateway itself has, with two clients registered."""
    async with database.owner() as owner:
        for client in ("A1", "A2"):
            await insert(owner, "client", {"client_id": client, "role": "AUDIT", "jwks": "{}"})
    async with database.connect(DatabaseRole.REGISTRY) as connection:
        yield connection


async def test_what_was_registered_is_found(registry: asyncpg.Connection) -> None:
    await matters.register(registry, TENDER)

    assert await matters.find(registry, "A1", TENDER.number) == TENDER
    assert await matters.find(registry, "A1", TENDER.number.lower()) is None


async def test_a_taken_number_leaves_the_first_matter_as_it_was(registry: asyncpg.Connection) -> None:
    await matters.register(registry, TENDER)

    with pytest.raises(PolicyError) as refused:
        await matters.register(registry, replace(TENDER, purpose="PM-302", parties=()))

    assert refused.value.code is Code.MATTER_NOT_OPEN
    assert await matters.find(registry, "A1", TENDER.number) == TENDER


async def test_two_clients_may_use_one_number(registry: asyncpg.Connection) -> None:
    other = replace(TENDER, client="A2", purpose="PM-601", parties=(EXPERT,))
    for matter in (TENDER, other):
        await matters.register(registry, matter)
    await matters.close(registry, TENDER.number, "A1", TODAY)

    assert await matters.find(registry, "A1", TENDER.number) == replace(TENDER, closed_on=TODAY)
    assert await matters.find(registry, "A2", TENDER.number) == other


async def test_a_party_has_as_many_roles_as_were_named(registry: asyncpg.Connection) -> None:
    await matters.register(registry, replace(TENDER, parties=(BIDDER,)))

    await matters.add_parties(registry, "A1", TENDER.number, (BIDDER, replace(BIDDER, role="agent"), EXPERT))

    found = await matters.find(registry, "A1", TENDER.number)
    assert found is not None
    assert found.parties == (replace(BIDDER, role="agent"), BIDDER, EXPERT)


async def test_only_its_client_closes_a_matter_and_only_once(registry: asyncpg.Connection) -> None:
    await matters.register(registry, TENDER)

    with pytest.raises(PolicyError):
        await matters.close(registry, TENDER.number, "A2", TODAY)
    assert await matters.find(registry, "A1", TENDER.number) == TENDER
    await matters.close(registry, TENDER.number, "A1", TODAY)
    with pytest.raises(PolicyError):
        await matters.close(registry, TENDER.number, "A1", date(2026, 6, 1))

    assert await matters.find(registry, "A1", TENDER.number) == replace(TENDER, closed_on=TODAY)
