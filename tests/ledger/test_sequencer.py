"""The tree over the log: places, tiles and notes, while nothing fails."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.proof.note import key, open_note, vkey
from gateway.ledger.proof.tree import EMPTY_ROOT, leaf_hash, root
from gateway.ledger.sequence.backlog import UNSEQUENCED
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.signer import ROLL
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.ledgers import entry, members, verified
from tests.ledger.logs import LOG, SHARD, SLOW, YEAR, Log, log_key

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(database: FreshDatabase, tmp_path: Path) -> Log:
    return Log(database=database, folder=tmp_path / "ledger")


def ids(leaves: tuple[bytes, ...]) -> list[str]:
    return [members(leaf)["id"] for leaf in leaves]


async def test_every_leaf_gets_one_place(log: Log, open_ledger: OpenLedger) -> None:
    await log.caught_up()
    async with open_ledger() as ledger:
        receipts = await asyncio.gather(*(ledger.append(entry()) for _ in range(600)))
        await log.caught_up()
        more = await ledger.append(entry())
        await log.caught_up()
    (leaves,) = (await log.verified()).values()
    (head,) = await log.heads()
    assert sorted(ids(leaves[1:])) == sorted(str(each.entry_id) for each in (*receipts, more))
    assert members(leaves[0])["action"] == "shard-opened"
    assert head.noted == head.size == 602
    async with log.database.owner() as owner:
        await verified(owner)  # its own leaves stand in chains like all others
        assert await owner.fetchval("SELECT count(*) FROM audit_tile") == 2


async def test_leaves_of_a_chain_keep_their_order(log: Log, open_ledger: OpenLedger) -> None:
    log.pace = type(SLOW)(round=0.01, standby=0.01, batch=7)
    async with open_ledger() as ledger:
        await asyncio.gather(*(ledger.append(entry()) for _ in range(50)))
        await log.caught_up()
    (leaves,) = (await log.verified()).values()
    places = [(members(leaf)["writer"], members(leaf)["wseq"]) for leaf in leaves]
    for writer in {writer for writer, _ in places}:
        counters = [wseq for each, wseq in places if each == writer]
        assert counters == list(range(len(counters)))


async def test_a_backlog_is_worked_off_in_steps(log: Log, open_ledger: OpenLedger) -> None:
    log.pace = type(SLOW)(round=0.01, standby=0.01, batch=10)
    async with open_ledger() as ledger:
        await asyncio.gather(*(ledger.append(entry()) for _ in range(45)))
    sequencer = log.sequencer()
    sizes = []
    async with log.connected() as connection:
        while await sequencer.round(connection):
            sizes.append((await log.heads())[0].noted)
    assert sizes == [11, 21, 31, 41]
    assert (await log.heads())[0].noted == 46


async def test_what_is_late_follows_everything_committed_before_it(log: Log, open_ledger: OpenLedger) -> None:
    async with open_ledger(late=True) as administration, open_ledger() as ledger:
        last = await administration.append(entry(principal="A9"))
        await asyncio.gather(*(ledger.append(entry()) for _ in range(20)))
        await log.caught_up()
    (leaves,) = (await log.verified()).values()
    assert ids(leaves)[-1] == str(last.entry_id)


async def test_finished_chains_are_not_looked_at_again(log: Log, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger:
        await ledger.append(entry())
        await log.caught_up()
        async with log.database.owner() as owner:
            open_chains = await owner.fetchval("SELECT count(*) FROM audit_writer WHERE NOT sealed")
    await log.caught_up()
    async with log.database.owner() as owner:
        assert (open_chains, await owner.fetchval("SELECT count(*) FROM audit_writer WHERE NOT sealed")) == (2, 0)


async def test_looking_for_new_leaves_costs_the_same_however_long_the_log(log: Log) -> None:
    """200,000 leaves with places, in 2,000 finished chains and one at work: a look reads a few pages."""
    async with log.database.owner() as owner:
        await owner.execute("""
            INSERT INTO audit_writer (writer, process, started, last_wseq, closed, sealed)
            SELECT md5(n::text)::uuid, 'p', 1, 99, CASE WHEN n > 1 THEN 2 END, n > 1 FROM generate_series(1, 2000) AS n;
            INSERT INTO audit_pending SELECT md5(n::text)::uuid, wseq, md5(n || '/' || wseq)::uuid, 'leaf', 'hash', 1
            FROM generate_series(1, 2000) AS n, generate_series(0, 99) AS wseq;
            INSERT INTO audit_seq SELECT '2026', row_number() OVER () - 1, writer, wseq FROM audit_pending;
        """)
        await owner.execute("ANALYZE audit_writer, audit_pending, audit_seq")
        plan = await owner.fetchval("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + UNSEQUENCED.replace("$1", "4096"))
    text = str(plan)
    assert "Seq Scan" not in text
    for index in ("audit_writer_unsealed", "audit_seq_leaf", "audit_pending_pkey"):
        assert f'"{index}"' in text
    assert int(text.split('"Shared Hit Blocks": ')[1].split(",")[0]) < 50


async def test_removed_leaves_are_told_once_and_later_ones_still_get_places(log: Log, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger:
        receipts = await asyncio.gather(*(ledger.append(entry()) for _ in range(40)))
        gone = (
            max(receipts, key=lambda each: (each.writer, each.wseq)),
            min(receipts, key=lambda each: (each.writer, each.wseq)),
        )
        await removed(log, *(each.entry_id for each in gone))
        for _ in range(3):
            await log.caught_up()
    (leaves,) = (await log.verified()).values()
    alerts = [members(leaf) for leaf in leaves if members(leaf)["kind"] == "alert"]
    assert [alert["action"] for alert in alerts] == ["leaves-missing"]
    assert {(gap["writer"], gap["first"], gap["last"]) for gap in alerts[0]["details"]["missing"]} == {
        (str(each.writer), each.wseq, each.wseq) for each in gone
    }
    assert len(leaves) == 38 + 2


async def removed(log: Log, *entries: UUID) -> None:
    """Leaves deleted by whoever has the whole server."""
    async with log.database.owner() as owner:
        await owner.execute("ALTER TABLE audit_pending DISABLE TRIGGER audit_pending_append_only")
        await owner.execute("DELETE FROM audit_pending WHERE id = ANY($1)", list(entries))
        await owner.execute("ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_append_only")


async def test_w6_any_two_notes_are_consistent(log: Log, open_ledger: OpenLedger) -> None:
    sequencer = log.sequencer()
    async with open_ledger() as ledger:
        for count in (1, 3, 300, 5, 0, 200):
            await asyncio.gather(*(ledger.append(entry()) for _ in range(count)))
            await log.caught_up(sequencer)
    (leaves,) = (await log.verified()).values()
    lines = (log.folder / f"notes-{SHARD}").read_text().splitlines()
    assert len(lines) == 5
    assert len(leaves) == 510
    sizes = [sequencer.signer.notes.at(SHARD, *_head(leaves, size)) for size in (2, 5, 305, 310, 510)]
    assert all(sizes)


def _head(leaves: tuple[bytes, ...], size: int) -> tuple[int, bytes]:
    return size, root([leaf_hash(leaf) for leaf in leaves[:size]])


async def test_a_new_year_begins_a_new_shard(log: Log, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger:
        before = await ledger.append(entry())
        await log.caught_up()
        log.now += YEAR
        after = await ledger.append(entry())
        await log.caught_up()
        log.now -= YEAR  # a clock that goes back begins none
        await log.caught_up()
    shards = await log.verified()
    old, new = await log.heads()
    assert list(shards) == [old.shard, new.shard] == ["2026", "2027"]
    assert (old.frozen, new.frozen, old.noted, new.noted) == (True, False, 3, 2)
    assert (ids(shards["2026"])[1], ids(shards["2027"])[1]) == (str(before.entry_id), str(after.entry_id))
    last, first = members(shards["2026"][-1]), members(shards["2027"][0])
    name = origin(LOG, "2027")
    assert (last["action"], first["action"]) == ("shard-frozen", "shard-opened")
    assert last["details"]["next"] == {
        "origin": name,
        "vkeys": [vkey(name, log.keys[0].public)],
        "size": 0,
        "root": EMPTY_ROOT.hex(),
    }
    assert first["details"]["previous"] == {"origin": origin(LOG, "2026"), "size": 3, "root": old.root.hex()}


async def test_a_new_key_is_named_and_both_sign_for_thirty_days(log: Log, open_ledger: OpenLedger) -> None:
    sequencer = log.sequencer()
    await log.caught_up(sequencer)
    first, second = log.keys[0], log_key(2)
    log.keys = [second, first]
    signed = []
    async with open_ledger() as ledger:
        for passed in (0, ROLL - 1, ROLL):
            log.now += passed if passed < ROLL else 1
            await ledger.append(entry())
            await log.caught_up(sequencer)
            name = origin(LOG, SHARD)
            (head,) = await log.heads()
            note = open_note(head.note or b"", [key(name, each.public) for each in log.keys])
            signed.append([each.public for each in note.signed_by])
    assert signed == [[second.public, first.public], [second.public, first.public], [second.public]]
    (leaves,) = (await log.verified()).values()
    named = [members(leaf)["details"] for leaf in leaves if members(leaf)["action"] == "log-keys-named"]
    assert named == [{"vkeys": [vkey(origin(LOG, SHARD), second.public)]}]


CHANGES = (
    *(
        f"{change} {table}"
        for table in ("audit_seq", "audit_tile", "audit_head", "audit_key", "audit_missing")
        for change in ("DELETE FROM", "TRUNCATE")
    ),
    "UPDATE audit_seq SET idx = idx + 1000000",
    "UPDATE audit_tile SET n = n + 1000000",
    "UPDATE audit_key SET since = 0",
    "UPDATE audit_missing SET last = 1",
    "UPDATE audit_head SET size = size - 1",
    "UPDATE audit_head SET root = 'another'",
    "UPDATE audit_head SET noted = noted - 1",
    "UPDATE audit_head SET shard = '2025'",
    "UPDATE audit_writer SET sealed = true WHERE closed IS NULL",
)


async def test_without_a_private_key_nothing_is_given_out_unsigned(log: Log, open_ledger: OpenLedger) -> None:
    log.keys = [replace(log.keys[0], sign=None)]
    async with open_ledger() as ledger:
        await ledger.append(entry())

    with pytest.raises(ValueError, match="no key"):
        await log.caught_up()

    async with log.database.owner() as owner:
        assert await owner.fetchval("SELECT count(*) FROM audit_head WHERE note IS NOT NULL") == 0


async def test_nobody_takes_anything_back(log: Log, open_ledger: OpenLedger) -> None:
    async with open_ledger() as ledger, log.database.owner() as owner:
        await asyncio.gather(*(ledger.append(entry()) for _ in range(300)))
        await log.caught_up()
        for change in CHANGES:
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await owner.execute(change)


@pytest.mark.parametrize("role", sorted(DatabaseRole))
async def test_no_role_takes_anything_back(log: Log, role: DatabaseRole) -> None:
    own = (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)
    await log.caught_up()
    async with log.database.connect(role) as connection:
        await connection.execute("SET default_transaction_read_only = off")
        for change in CHANGES[:-1]:
            with pytest.raises(own if role is DatabaseRole.SEQUENCER else asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
