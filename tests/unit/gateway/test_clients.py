"""Clients and operators as those who run an installation write them, and keys made for trial clients."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from gateway import clients
from gateway.clients import NewClient, NotANameError, UnknownError
from gateway.database.scopes import DatabaseRole
from gateway.identity import jose
from gateway.identity.register import StoredClients
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert
from tests.unit.gateway.offices import BANK, HOUSING

pytestmark = pytest.mark.anyio

UNTIL = date(2027, 12, 31)
NEW = NewClient(id="A1", agency=HOUSING, role="AGENCY", jwks='{"keys": []}', purposes=("PM-301",))


@pytest.fixture
async def registry(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    async with database.owner() as owner:
        await insert(owner, "agency", agency(1, uscc=HOUSING, department="dept.housing"), agency(2, uscc=BANK))
    async with database.connect(DatabaseRole.REGISTRY) as connection:
        yield connection


async def test_a_registered_client_is_what_identity_reads(registry: asyncpg.Connection, tmp_path: Path) -> None:
    await clients.add(registry, replace(NEW, jwks=clients.make_key(tmp_path, "A1")))
    await clients.add_operator(registry, "A1", "1001", UNTIL, date(2026, 1, 1))

    stored = StoredClients(registry)
    client, staff = await stored.client("A1"), await stored.staff("A1", "1001")
    assert client is not None
    assert staff is not None
    assert (client.usable, set(client.purposes), client.key_bound) == (True, {"PM-301"}, False)
    assert client.keys.keys() == {clients.read_key(tmp_path, "A1").kid}
    assert (staff.operator.agreement_until, staff.operator.trained_until) == (UNTIL, date(2026, 1, 1))


async def test_a_client_is_replaced_whole(registry: asyncpg.Connection) -> None:
    await clients.add(registry, NEW)
    await clients.add(registry, replace(NEW, agency=BANK, role="BANK", purposes=("PM-901",)))

    assert await clients.listed(registry) == [{"id": "A1", "role": "BANK", "purposes": ["PM-901"], "suspended": False}]


async def test_staff_are_renewed(registry: asyncpg.Connection) -> None:
    await clients.add(registry, NEW)
    for day in (date(2026, 1, 1), UNTIL):
        await clients.add_operator(registry, "A1", "1001", day, day)

    staff = await StoredClients(registry).staff("A1", "1001")
    assert staff is not None
    assert staff.operator.may_ask(UNTIL)


async def test_who_is_not_known_is_not_registered(registry: asyncpg.Connection) -> None:
    with pytest.raises(UnknownError):
        await clients.add(registry, replace(NEW, agency="91420199MA9TERT123"))
    with pytest.raises(UnknownError):
        await clients.add_operator(registry, "A1", "1001", UNTIL, UNTIL)

    assert await clients.listed(registry) == []


async def test_auditors_belong_to_no_agency(registry: asyncpg.Connection, tmp_path: Path) -> None:
    jwks = clients.make_key(tmp_path, "AUDIT")
    await clients.add(registry, NewClient(id="AUDIT", agency=None, role="AUDIT", jwks=jwks, purposes=()))

    client = await StoredClients(registry).client("AUDIT")
    assert client is not None
    assert (client.agency, client.usable) == (None, True)


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", "x" * 65, "张"])
async def test_what_no_token_could_name_is_refused(registry: asyncpg.Connection, name: str) -> None:
    with pytest.raises(NotANameError):
        await clients.add(registry, replace(NEW, id=name))
    with pytest.raises(NotANameError):
        await clients.add_operator(registry, "A1", name, UNTIL, UNTIL)


@pytest.mark.parametrize("name", ["", "../x", "a/b"])
def test_a_key_is_made_nowhere_but_in_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotANameError):
        clients.make_key(tmp_path / "home", name)

    assert list(tmp_path.rglob("*")) == []


def test_a_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = clients.make_key(tmp_path, "A1"), clients.make_key(tmp_path, "A1")

    path = clients.key_path(tmp_path, "A1")
    assert first == second
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    (published,) = json.loads(first)["keys"]
    assert "d" not in published
    assert jose.read_key_set(first).keys() == {clients.read_key(tmp_path, "A1").kid}


def test_the_private_key_is_in_no_repr(tmp_path: Path) -> None:
    jwks = clients.make_key(tmp_path, "A1")

    assert jwks not in repr(replace(NEW, jwks=jwks))
    assert "PRIVATE" not in repr(clients.read_key(tmp_path, "A1"))
