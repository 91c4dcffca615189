"""Planted values that nobody could mistake: in no leaf, no export, no line of the application's log.

They stand in the city's data, in documents, variables, names of operations, matter numbers and staff numbers: of
answers, of refusals and of an error. The line that answers is the real one.
"""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from authz.principal import Operator
from gateway.database.scopes import DatabaseRole
from gateway.exchange import Arrival, GraphQLRequest
from gateway.ledger.export import ocsf
from gateway.ledger.export.slices import export_events, export_lines
from gateway.ledger.export.tile_files import export_tiles
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.sequence import store
from schema.errors import LedgerError
from tests.canaries import CANARIES, birds, documents, spellings
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.ledger.logs import Log

pytestmark = pytest.mark.anyio

PLANTING = (
    'UPDATE subject SET registered_address = $1, name = name || $1 WHERE NOT "natural"',
    "UPDATE record SET facts__redact_text = $1, document_number = document_number || $1",
)


async def plant(town: City) -> None:
    async with town.database.owner() as owner:
        for statement in PLANTING:
            await owner.execute(statement, CANARIES["prose"])


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


async def ask_everything(town: City) -> tuple[int, int]:
    """As the public and as an agency; how many answers and refusals there were."""
    member = await town.caller("A1")
    assert member.operator is not None
    unknown = replace(member, operator=Operator(**_staff(member.operator)))
    codes = []
    for document, variables in documents():
        for caller in (await town.caller(None), member, unknown):
            request = GraphQLRequest(query=document, variables=variables, operation_name=None)
            reply = await town.pipeline(request, caller, Arrival(address=CANARIES["network"]))
            codes.append(reply.code)
    return codes.count(None), len(codes) - codes.count(None)


def _staff(found: Operator) -> dict[str, Any]:
    return {
        "staff_number": CANARIES["staff"],
        "agreement_until": found.agreement_until,
        "trained_until": found.trained_until,
    }


async def test_no_canary_leaves_the_side_rows(
    database: FreshDatabase, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    async with city(database) as town:
        await plant(town)
        answers, refusals = await ask_everything(town)
        assert answers >= 3
        assert refusals >= 9
        await _ask_until_it_breaks(town)
        log = Log(database=database, folder=tmp_path / "notes")
        await log.caught_up()
        installation = town.installation
        async with installation.databases.connection(DatabaseRole.LEDGER_READER) as reader:
            (head,) = await store.heads(reader)
            leaves = await store.leaves(reader, head.shard, 0, head.size)
            await export_tiles(reader, head, tmp_path / "tiles")
            await export_lines(reader, head, tmp_path / "lines", 0, head.noted)
            await export_events(reader, head, tmp_path / "events", 0, head.noted)
            rows = await reader.fetch(
                "SELECT t::text AS t FROM audit_disclosure t UNION ALL SELECT a::text FROM audit_actor a"
            )
        exported = [path.read_bytes().decode("utf-8", "replace") for path in _files(tmp_path)]
        assert len(exported) >= 5
        for leaf in leaves:
            assert birds(leaf.decode()) == []
            assert birds(canonical(ocsf.event(leaf, 0)).decode()) == []
        assert [birds(text) for text in exported] == [[]] * len(exported)
        assert [birds(row) for row in rows] == [[]] * len(rows)
    assert lines.records
    assert birds(lines.text) == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def _ask_until_it_breaks(town: City) -> None:
    """An error of ours: the database ends in the middle. Its text quotes values; the log does not."""

    class Broken:
        async def __aenter__(self) -> Any:
            raise RuntimeError(" ".join(CANARIES.values()))

        async def __aexit__(self, *_: object) -> None: ...

    broken = replace(town.pipeline, connection=lambda grant, caller: Broken())
    document, variables = next(documents())
    request = GraphQLRequest(query=document, variables=variables, operation_name=None)
    try:
        reply = await broken(request, await town.caller(None), Arrival(address=CANARIES["network"]))
    except LedgerError:
        raise AssertionError("the log did not take it") from None
    assert birds(reply.body.decode()) == []


def test_the_watch_sees_a_canary() -> None:
    """Each value is found where it stands, as it is and as JSON spells it."""
    for what, value in CANARIES.items():
        assert what in birds(f"... {value} ...")
        assert what in birds(json.dumps({"x": value}))
        for spelling in spellings(value):
            assert what in birds(spelling)
    assert birds("nothing") == []
