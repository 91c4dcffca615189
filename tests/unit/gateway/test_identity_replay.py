"""Identifiers that may be used once: in one process, and across processes on one database."""

import asyncio

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.identity.replay import ASSERTIONS, PROOFS, KeptInDatabase, KeptInMemory, digest_of
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio


async def test_once_for_each_owner() -> None:
    seen = KeptInMemory(clock=lambda: 0.0)

    pairs = [("A1", "x"), ("A1", "x"), ("A2", "x"), ("A1", "y"), ("A", "1x")]
    assert [await seen.first(*pair, 10) for pair in pairs] == [True, False, True, True, True]


async def test_a_full_memory_forgets_only_what_has_expired() -> None:
    now = [0.0]
    seen = KeptInMemory(clock=lambda: now[0], most=2)
    assert await seen.first("A1", "short", 10)
    assert await seen.first("A1", "long", 100)

    assert not await seen.first("A1", "next", 100)
    now[0] = 10.0
    assert not await seen.first("A1", "next", 100)
    now[0] = 11.0
    assert await seen.first("A1", "next", 100)
    assert not await seen.first("A1", "long", 100)


def test_what_is_kept_is_a_digest_that_keeps_owner_and_identifier_apart() -> None:
    assert digest_of("A", "1x") != digest_of("A1", "x")
    assert len(digest_of("A1", "x")) == 32


@pytest.mark.parametrize("table", [ASSERTIONS, PROOFS])
async def test_two_processes_on_one_database_agree(database: FreshDatabase, table: str) -> None:
    role = DatabaseRole.REGISTRY
    async with database.connect(role) as one, database.connect(role) as two:
        both = [KeptInDatabase(connection, table) for connection in (one, two)]

        answers = await asyncio.gather(*(seen.first("A1", "x", 100) for seen in both))

        assert sorted(answers) == [False, True]
        assert await both[0].first("A2", "x", 200)
        assert await both[0].purge(100) == 0
        assert await both[0].purge(101) == 1
        assert not await both[1].first("A2", "x", 200)
