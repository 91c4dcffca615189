"""What ``log fsck`` finds: everything that anybody who has the whole server could do to the tree."""

import asyncio
from pathlib import Path

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.sequence.consistency import findings
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.ledgers import entry
from tests.ledger.logs import SHARD, Log

pytestmark = pytest.mark.anyio

TABLES = ("audit_pending", "audit_seq", "audit_tile", "audit_head")
TAMPERED = {
    "UPDATE audit_pending SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'A1', 'A2'), 'UTF8')": (
        "the leaves of 2026 do not lead to tile 0 of level 0",
    ),
    "DELETE FROM audit_pending WHERE wseq = 3": ("places of 2026 have no leaf", "has not every leaf"),
    "DELETE FROM audit_seq WHERE idx = 300": ("were passed over", "has not every leaf"),
    "UPDATE audit_seq SET idx = 1000000 WHERE idx = 300": ("lie beyond its head",),
    "UPDATE audit_seq SET shard = '2025' WHERE idx = 300": ("places of 2025 lie beyond its head",),
    "DELETE FROM audit_tile": ("do not lead to tile 0 of level 0",),
    "UPDATE audit_tile SET data = decode(repeat('00', 8192), 'hex')": ("do not lead to tile 0 of level 0",),
    "UPDATE audit_head SET root = 'another'": ("do not lead to its head", "was signed at size"),
    "UPDATE audit_head SET noted = noted - 1": ("is of another size",),
    "UPDATE audit_head SET note = 'no note'": ("the note is malformed",),
    "DELETE FROM audit_head": ("has no such tree",),
}


@pytest.fixture
async def log(database: FreshDatabase, tmp_path: Path, open_ledger: OpenLedger) -> Log:
    found = Log(database=database, folder=tmp_path / "ledger")
    async with open_ledger() as ledger:
        await asyncio.gather(*(ledger.append(entry()) for _ in range(400)))
    await found.caught_up()
    return found


async def found(log: Log) -> tuple[str, ...]:
    async with (
        log.database.connect(DatabaseRole.LEDGER_READER) as reader,
        reader.transaction(isolation="repeatable_read", readonly=True),
    ):
        return await findings(reader, log.sequencer().signer, [key.public for key in log.keys])


async def test_a_log_in_order(log: Log) -> None:
    assert await found(log) == ()


@pytest.mark.parametrize("change", TAMPERED)
async def test_every_tampering_is_found(log: Log, change: str) -> None:
    async with log.database.owner() as owner:
        for table in TABLES:
            await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await owner.execute(change)

    told = "; ".join(await found(log))

    assert told
    assert all(words in told for words in TAMPERED[change])


async def test_notes_that_the_log_has_not_signed_are_found(log: Log) -> None:
    path = log.folder / f"notes-{SHARD}"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0].replace("401", "400"), *lines]) + "\n", "utf-8")

    assert await found(log) == ("the notes of 2026 on this host hold one that the log has not signed",)
