"""The ledger on a real database: what append promises while nothing fails."""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import entry_id
from gateway.ledger.entry import Kind, RowRef
from gateway.ledger.errors import LeafRefused, LedgerUnavailable, ReleaseRefused
from gateway.ledger.lint import lint_leaf
from gateway.ledger.proof.commitments import commit, root
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.ledgers import LICENCE, PENALTY, PERSON, SampleVault, entry, members, released, verified

pytestmark = pytest.mark.anyio

GOOD, ENDED = UUID(int=1), UUID(int=2)
VAULT = SampleVault()


async def test_a_receipt_names_a_leaf_that_others_can_see(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger, database.owner() as owner:
        receipt = await ledger.append(entry())
        leaf = (await verified(owner))[receipt.entry_id]
    assert (leaf.leaf_hash, leaf.writer, leaf.wseq, leaf.t) == (
        receipt.leaf_hash,
        receipt.writer,
        receipt.wseq,
        receipt.t,
    )
    assert members(leaf.leaf)["resp"] == commit("resp", receipt.nonce, hashlib.sha256(b"body").digest()).hex()


async def test_many_callers_fill_chains_without_gaps(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger, database.owner() as owner:
        receipts = await asyncio.gather(*(ledger.append(entry(principal=f"A{n}")) for n in range(600)))
        stored = await verified(owner)
        actors = await owner.fetchval("SELECT count(*) FROM audit_actor")
    assert {receipt.entry_id for receipt in receipts} == stored.keys()
    for n, receipt in enumerate(receipts):
        assert members(stored[receipt.entry_id].leaf)["principal"] == f"A{n}"
    assert actors == 600


async def test_stored_leaves_hold_nothing_personal(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger, database.owner() as owner:
        await ledger.append(entry(released=(released(natural=True, subject=PERSON),)))
        for leaf in (await verified(owner)).values():
            lint_leaf(leaf.leaf)


async def test_a_closed_ledger_closes_its_chains(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger:
        waiting = [asyncio.create_task(ledger.append(entry())) for _ in range(20)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    with pytest.raises(LedgerUnavailable):
        await ledger.append(entry())
    async with database.owner() as owner:
        assert len(await verified(owner)) == 20
        assert await owner.fetchval("SELECT count(*) FROM audit_writer WHERE closed IS NULL") == 0


async def test_who_was_given_a_field_of_a_record_in_clear(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    clear = released(natural=True, subject=PERSON, clear=("Record.facts",))
    masked = released(natural=True, subject=PERSON, clear=("Record.documentNumber",))
    other_row = RowRef(type="Licence", item="LICENCE", ref=LICENCE)
    other = released(natural=True, subject=PERSON, rows=(other_row,), clear=("Record.facts",))
    async with open_ledger() as ledger, database.connect(DatabaseRole.LEDGER_READER) as reader:
        given = await ledger.append(entry(released=(clear,)))
        company = await ledger.append(entry(released=(released(clear=("Record.facts",)),)))
        for not_given in ((masked,), (other,), (masked, other)):
            await ledger.append(entry(released=not_given))
        question = "SELECT entry_id FROM audit_disclosure WHERE record_refs @> $1 AND clear_coordinates @> $2"
        answer = await reader.fetch(question, [VAULT.digest("record", PENALTY)], ["Record.facts"])
        await reader.execute("SET enable_seqscan = off")
        plan = "\n".join(row[0] for row in await reader.fetch("EXPLAIN " + question, [b""], [""]))
    assert {row["entry_id"] for row in answer} == {given.entry_id, company.entry_id}
    assert "audit_disclosure_record" in plan


async def test_side_rows_open_the_leaf(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    persons = tuple(released(natural=True, subject=PERSON + bytes([n])) for n in range(201))
    async with open_ledger() as ledger, database.connect(DatabaseRole.LEDGER_READER) as reader:
        receipt = await ledger.append(entry(released=persons))
        leaf = members(await reader.fetchval("SELECT leaf FROM audit_pending WHERE id = $1", receipt.entry_id))
        rows = await reader.fetch("SELECT * FROM audit_disclosure WHERE entry_id = $1 ORDER BY n", receipt.entry_id)
    commitments = []
    for n, row in enumerate(rows):
        aad = receipt.entry_id.bytes + n.to_bytes(4, "big")
        plain = VAULT.open(row["ct"], aad=aad, subject_ref=row["subject_ref"])
        commitments.append(commit("released", row["salt"], plain))
    assert leaf["released"] == {"n": 201, "root": root(commitments).hex()}


async def test_a_leaf_that_must_not_be_written_is_not(database: FreshDatabase, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger, database.owner() as owner:
        with pytest.raises(LeafRefused):
            await ledger.append(entry(principal="李测试"))
        await ledger.append(entry())
        assert len(await verified(owner)) == 1


async def test_a_release_whose_consent_has_ended_is_not_written(
    database: FreshDatabase, open_ledger: OpenLedger
) -> None:
    asked: list[tuple[bool, tuple[UUID, ...]]] = []

    async def guard(connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]:
        asked.append((connection.is_in_transaction(), tuple(consents)))
        return {GOOD}

    async with open_ledger(guard=guard) as ledger, database.owner() as owner:
        outcomes: list[Any] = await asyncio.gather(
            *(ledger.append(entry(consent=consent)) for consent in (GOOD, ENDED, None, GOOD)), return_exceptions=True
        )
        refusal = await ledger.append(entry(kind=Kind.DENY, consent=ENDED))
        stored = await verified(owner)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Receipt", "ReleaseRefused", "Receipt", "Receipt"]
    assert stored.keys() == {outcomes[n].entry_id for n in (0, 2, 3)} | {refusal.entry_id}
    assert members(stored[outcomes[0].entry_id].leaf)["consent"] == str(GOOD)
    assert all(inside for inside, _ in asked)
    assert {consent for _, consents in asked for consent in consents} == {GOOD, ENDED}


async def test_without_a_consent_register_no_consent_releases(open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger:
        with pytest.raises(ReleaseRefused):
            await ledger.append(entry(consent=GOOD))


@pytest.mark.parametrize(("configured", "used"), [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")])
async def test_commits_are_never_less_than_durable(
    database: FreshDatabase, open_ledger: OpenLedger, configured: str, used: str
) -> None:
    seen: list[str] = []

    async def guard(connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]:
        seen.append(await connection.fetchval("SHOW synchronous_commit"))
        return consents

    async with database.owner() as owner:
        await owner.execute(f"ALTER DATABASE {database.name} SET synchronous_commit = {configured}")
    async with open_ledger(guard=guard) as ledger:
        await ledger.append(entry(consent=GOOD))
    assert seen == [used]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_pending SET leaf = ''",
        "DELETE FROM audit_pending",
        "TRUNCATE audit_pending",
        "DELETE FROM audit_writer",
        "UPDATE audit_writer SET last_wseq = -1",
        "UPDATE audit_writer SET started = 0",
    ],
)
@pytest.mark.parametrize("owner", [True, False], ids=["owner", "writer"])
async def test_nobody_rewrites_the_log(
    database: FreshDatabase, open_ledger: OpenLedger, statement: str, owner: bool
) -> None:
    async with open_ledger() as ledger:
        await ledger.append(entry())
    session = database.owner() if owner else database.connect(DatabaseRole.LEDGER_WRITER)
    async with session as connection:
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError)):
            await connection.execute(statement)
    async with database.owner() as connection:
        assert len(await verified(connection)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ct FROM audit_disclosure",
        "UPDATE audit_disclosure SET ct = NULL",
        "DELETE FROM audit_disclosure",
        "SELECT ct FROM audit_actor",
        "UPDATE audit_actor SET seed = NULL",
        "DELETE FROM audit_actor",
    ],
)
async def test_the_writer_cannot_read_or_remove_side_rows(database: FreshDatabase, statement: str) -> None:
    async with database.connect(DatabaseRole.LEDGER_WRITER) as writer:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await writer.execute(statement)


@pytest.mark.parametrize("random", ["0cc318c4dc0c0c07398f", "fcc3d8c4dc0c0c07398f"])
def test_entry_ids_are_those_of_the_standard(random: str) -> None:
    """The example of RFC 9562 A.6; version and variant replace what is random."""
    assert str(entry_id(0x017F22E279B0, bytes.fromhex(random))) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
