"""Loading into a test's own database: keys from a fixed seed, the shipped catalogue, both database roles."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import policies
from gateway.database.scopes import DatabaseRole
from gateway.intake.fixture import fixture_files
from gateway.intake.load import load_files
from gateway.intake.report import LoadReport
from gateway.keys.material import Keys, Purpose, ring
from gateway.keys.sealing import KeyedSealer
from schema.catalogue import load_catalogue
from tests.fresh_database import FreshDatabase

TODAY = date(2026, 5, 20)
CATALOGUE = load_catalogue(policies.contents())
CLIENTS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "B1")

_RINGS = {purpose: ring(purpose, 1, {1: bytes(range(32))}) for purpose in Purpose}
SEALER = KeyedSealer(Keys(rings=_RINGS, signing={}), entropy=random.Random(20260520).randbytes)


async def load(
    database: FreshDatabase, *files: tuple[str, bytes], today: date = TODAY, registry: bool = True, **how: Any
) -> LoadReport:
    """As the intake role and, if ``registry``, as the registry role; ``how``: as ``load_files`` takes it."""
    async with database.connect(DatabaseRole.INTAKE) as intake, database.connect(DatabaseRole.REGISTRY) as asking:
        return await load_files(files, intake, SEALER, CATALOGUE, today, registry=asking if registry else None, **how)


async def load_city(database: FreshDatabase, *, objections: bool = False) -> LoadReport:
    """The whole fixture, with its clients registered in between."""
    agencies, *rest = fixture_files(objections=objections)
    await load(database, agencies)
    async with database.owner() as owner:
        for client in CLIENTS:
            await owner.execute("INSERT INTO client (client_id, role, jwks) VALUES ($1, 'AGENCY', '{}')", client)
    return await load(database, *rest)


async def rows(database: FreshDatabase, query: str, *arguments: object) -> list[Mapping[str, Any]]:
    async with database.owner() as owner:
        return [dict(row) for row in await owner.fetch(query, *arguments)]


async def row(database: FreshDatabase, query: str, *arguments: object) -> Mapping[str, Any]:
    (found,) = await rows(database, query, *arguments)
    return found


def csv_file(name: str, *lines: Sequence[str]) -> tuple[str, bytes]:
    """A CSV file of plain cells."""
    return name, "\r\n".join(",".join(cells) for cells in lines).encode()
