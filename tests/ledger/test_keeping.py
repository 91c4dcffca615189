"""Side rows on a real database: sealed for each person alone, held, erased and dropped, and never without a trace."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.keys.vault import KEPT
from gateway.ledger.errors import LedgerUnavailable
from gateway.ledger.keeping.erasure import NothingKept, SubjectHeld
from gateway.ledger.keeping.index import Status
from gateway.ledger.keeping.opening import NotOpened
from gateway.ledger.keeping.retention import TooSoon, first_id, years_ago
from gateway.ledger.keeping.subject_keys import SubjectKey
from tests.fresh_database import FreshDatabase
from tests.ledger.keeping_cases import ANN, BEN, YEAR, Hands, Kept, kept_in, told
from tests.ledger.ledgers import members, verified

pytestmark = pytest.mark.anyio


@pytest.fixture
async def kept(database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Kept]:
    async with kept_in(database, tmp_path) as found:
        yield found


async def restored(kept: Kept, backup: asyncpg.Record) -> SubjectKey:
    return SubjectKey(
        id=backup["id"], subject_ref=backup["subject_ref"], year=backup["year"], wrapped=backup["wrapped_dek"]
    )


async def test_what_was_written_is_what_is_found(kept: Kept) -> None:
    receipt = await kept.tell(ANN, BEN)
    keys = await kept.keys()

    assert {key["subject_ref"] for key in keys.values()} == {kept.ref(ANN), kept.ref(BEN)}
    assert {key["year"] for key in keys.values()} == {YEAR}
    assert ANN.hex().encode() in await kept.opened(receipt)
    assert await kept.counted() == {"ok": 4}  # two persons, an organisation, who acted


async def test_two_processes_that_race_take_the_same_keys(database: FreshDatabase, tmp_path: Path) -> None:
    persons = [n.to_bytes(8) for n in range(60)]
    async with kept_in(database, tmp_path, seed=1) as one, kept_in(database, tmp_path, seed=2) as other:
        orders = persons, persons[::-1]
        for _ in range(3):
            await asyncio.gather(*(each.tell(*order) for each in (one, other) for order in orders))
        assert len(await one.keys()) == len(persons)
        assert await one.counted() == {"ok": 12 * (len(persons) + 2)}


async def test_without_its_keys_no_entry_is_written(database: FreshDatabase, kept: Kept, tmp_path: Path) -> None:
    await kept.tell(ANN)
    kept.vault.years.destroy(YEAR)
    (tmp_path / f"subjects-{YEAR}.secret").write_text("spoilt")
    before = await verified(kept.owner)

    with pytest.raises(LedgerUnavailable):
        await kept.tell(BEN)

    assert await verified(kept.owner) == before
    await kept.tell()  # what concerns no person needs none


async def test_erasure_leaves_every_proof_valid(kept: Kept) -> None:
    receipt, other = await kept.tell(ANN, BEN), await kept.tell(BEN)
    leaves = await verified(kept.owner)
    mine, theirs, firm = await kept.rows(receipt)

    erased = await kept.erase(ANN)

    assert (erased.keys, erased.rows, erased.restricted) == (1, 1, 0)
    after = await verified(kept.owner)
    assert {entry: after[entry] for entry in leaves} == leaves
    gone, *rest = await kept.rows(receipt)
    assert rest == [theirs, firm]
    assert (gone["salt"], gone["ct"], gone["subject_ref"], gone["record_refs"]) == (None, None, None, [])
    assert members(leaves[receipt.entry_id].leaf)["released"][0]["c"] == mine["commitment"].hex()
    assert await kept.counted() == {"ok": 7, "redacted": 1}
    assert BEN.hex().encode() in await kept.opened(other)


async def test_the_entry_of_an_erasure_counts_and_names_nobody(kept: Kept) -> None:
    await kept.tell(ANN)
    erased = await kept.erase(ANN)
    leaf = (await verified(kept.owner))[erased.entry].leaf
    said = {each["name"]: each["value"] for each in members(leaf)["vars"]}

    assert members(leaf)["kind"] == "key"
    assert (said["keys"], said["rows"], said["restricted"]) == (1, 1, 0)
    assert kept.ref(ANN).hex().encode() not in leaf
    for key in await kept.keys():
        assert str(key).encode() not in leaf


async def test_a_backup_of_the_keys_opens_nothing_without_the_key_of_the_year(kept: Kept) -> None:
    receipt = await kept.tell(ANN)
    (row, _), (backup,) = await kept.rows(receipt), (await kept.keys()).values()
    key, place = await restored(kept, backup), receipt.entry_id.bytes + bytes(4)
    await kept.erase(ANN)
    assert kept.vault.open(row["ct"], aad=place, dek_id=row["dek_id"], key=key)  # a backup of both, within its 35 days

    kept.vault.years.destroy(YEAR)

    with pytest.raises(NotOpened):
        kept.vault.open(row["ct"], aad=place, dek_id=row["dek_id"], key=key)


async def test_no_process_writes_under_a_key_that_was_erased(database: FreshDatabase, tmp_path: Path) -> None:
    hands = Hands()
    async with kept_in(database, tmp_path, hands=hands) as one, kept_in(database, tmp_path, seed=2, hands=hands) as two:
        await two.tell(ANN)
        (old,) = await one.keys()
        meanwhile = []

        async def pause(seconds: float) -> None:
            """The other process has the key at hand still, and uses it; then its time has passed."""
            meanwhile.append(await two.tell(ANN))
            await hands.pause(seconds)

        keeper = one.keeper
        one.keeper = type(keeper)(
            connection=keeper.connection,
            append=keeper.append,
            clock=keeper.clock,
            pause=pause,
            kept=keeper.kept,
            confirm=keeper.confirm,
        )
        erased = await one.erase(ANN)
        later = await two.tell(ANN)

        assert hands.pauses == [keeper.settling]
        assert keeper.settling >= KEPT + keeper.confirm
        assert erased.rows == 2
        assert (await one.rows(meanwhile[0]))[0]["ct"] is None
        assert {row["dek_id"] for row in await one.rows(later) if row["subject_ref"]}.isdisjoint({str(old)})
        assert ANN.hex().encode() in await two.opened(later)
        assert await one.counted() == {"ok": 8, "redacted": 2}


async def test_a_held_subject_is_not_erased_and_that_is_logged(kept: Kept) -> None:
    receipt = await kept.tell(ANN)
    assert await kept.hold(ANN) == 1

    with pytest.raises(SubjectHeld):
        await kept.erase(ANN)

    assert ANN.hex().encode() in await kept.opened(receipt)
    told_of = [members(leaf.leaf) for leaf in (await verified(kept.owner)).values()]
    acts = [(each["action"], each["decision"]["result"]) for each in sorted(told_of, key=lambda each: each["t"])]
    assert acts[1:] == [("subject-held", "allow"), ("subject-erased", "deny")]
    assert await kept.hold(ANN, on=False) == 1
    assert (await kept.erase(ANN)).rows == 1


async def test_a_hold_that_begins_while_an_erasure_waits_stops_it(kept: Kept, database: FreshDatabase) -> None:
    receipt = await kept.tell(ANN)

    async def pause(_: float) -> None:
        async with database.connect(DatabaseRole.LEDGER_KEEPER) as other:
            await other.execute("UPDATE subject_key SET hold = true WHERE subject_ref = $1", kept.ref(ANN))

    keeper = kept.keeper
    kept.keeper = type(keeper)(
        connection=keeper.connection,
        append=keeper.append,
        clock=keeper.clock,
        pause=pause,
        kept=keeper.kept,
        confirm=keeper.confirm,
    )
    with pytest.raises(SubjectHeld):
        await kept.erase(ANN)
    assert ANN.hex().encode() in await kept.opened(receipt)


async def test_nothing_can_be_held_of_somebody_unknown(kept: Kept) -> None:
    with pytest.raises(NothingKept):
        await kept.hold(ANN)


async def test_while_its_term_runs_a_subject_is_restricted_and_not_erased(kept: Kept) -> None:
    receipt = await kept.tell(ANN)

    erased = await kept.erase(ANN, year=YEAR + 5, mistaken=False)

    assert (erased.keys, erased.rows, erased.restricted) == (0, 0, 1)
    assert kept.hands.pauses == []
    assert ANN.hex().encode() in await kept.opened(receipt)
    ended = await kept.erase(ANN, year=YEAR + 6, mistaken=False)
    assert (ended.keys, ended.rows, ended.restricted) == (1, 1, 0)


async def test_an_erasure_that_the_log_does_not_take_erases_nothing(kept: Kept) -> None:
    receipt = await kept.tell(ANN)
    await kept.ledger.__aexit__()

    with pytest.raises(LedgerUnavailable):
        await kept.erase(ANN)

    assert ANN.hex().encode() in await kept.opened(receipt)


async def test_at_the_end_of_the_term_rows_and_keys_go_and_held_ones_stay(kept: Kept) -> None:
    old, held = await kept.tell(ANN), await kept.tell(BEN)
    await kept.hold(BEN)
    kept.hands.move_to(date(2032, 6, 1))
    fresh = await kept.tell(ANN)

    dropped = await kept.prune(date(2027, 1, 1), date(2032, 6, 1))

    assert (dropped.disclosures, dropped.actors, dropped.keys, dropped.years) == (3, 2, 1, ())
    assert await kept.rows(old) == []
    assert BEN.hex().encode() in await kept.opened(held)
    assert ANN.hex().encode() in await kept.opened(fresh)
    assert (await kept.index()).sound
    await kept.hold(BEN, on=False)
    assert (await kept.prune(date(2027, 1, 1), date(2032, 6, 1))).years == (YEAR,)
    assert kept.vault.years.before(2033) == (2032,)
    assert (await kept.index()).sound


async def test_nothing_is_dropped_before_its_time(kept: Kept) -> None:
    today = date(2028, 2, 29)
    assert years_ago(today, 3) == date(2025, 2, 28)
    with pytest.raises(TooSoon):
        await kept.prune(date(2025, 3, 1), today)
    assert await kept.counted() == {}
    assert first_id(date(2026, 5, 20)).bytes[:6] == (1_779_206_400_000).to_bytes(6)


# Tampering ----------------------------------------------------------------------------------------------------------

THIS = "WHERE entry_id = $1 AND n = 0"
"""What the statements below call THIS."""
FORGERIES = {
    "its salt": "UPDATE audit_disclosure SET salt = sha256(salt) THIS",
    "its text": "UPDATE audit_disclosure SET ct = set_byte(ct, 20, (get_byte(ct, 20) + 1) % 256) THIS",
    "whom it is found by": "UPDATE audit_disclosure SET subject_ref = sha256(subject_ref) THIS",
    "that it is found": "UPDATE audit_disclosure SET subject_ref = NULL THIS",
    "the records": "UPDATE audit_disclosure SET record_refs = '{}' THIS",
    "the fields": "UPDATE audit_disclosure SET clear_coordinates = '{}' THIS",
    "its commitment": "UPDATE audit_disclosure SET commitment = sha256(commitment) THIS",
    "another's text": """
        UPDATE audit_disclosure SET (salt, ct) = (
            SELECT salt, ct FROM audit_disclosure WHERE entry_id = $1 AND n = 1
        ) THIS
    """,
    "a row more": """
        INSERT INTO audit_disclosure
        SELECT entry_id, 700, subject_ref, record_refs, clear_coordinates, salt, ct, dek_id FROM audit_disclosure THIS
    """,
    "a row of no entry": """
        INSERT INTO audit_disclosure
        SELECT gen_random_uuid(), n, subject_ref, record_refs, clear_coordinates, salt, ct, dek_id
        FROM audit_disclosure THIS
    """,
    "who acted": "UPDATE audit_actor SET operator_ref = sha256(operator_ref) WHERE entry_id = $1",
    "which matter": "UPDATE audit_actor SET matter_ref = NULL WHERE entry_id = $1",
    "the seed": "UPDATE audit_actor SET seed = sha256(seed) WHERE entry_id = $1",
}
LOSSES = {
    "a row": "DELETE FROM audit_disclosure THIS",
    "who acted": "DELETE FROM audit_actor WHERE entry_id = $1",
    "its seed": "UPDATE audit_actor SET seed = NULL WHERE entry_id = $1",
    "as if erased": "UPDATE audit_disclosure SET salt = NULL, ct = NULL, subject_ref = NULL, record_refs = '{}' THIS",
    "its key": "UPDATE audit_disclosure SET dek_id = gen_random_uuid() THIS",
}


@pytest.mark.parametrize("what", FORGERIES)
@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
async def test_a_side_row_that_was_tampered_with_is_forged(kept: Kept, what: str, many: bool) -> None:
    receipt = await kept.tell(*_persons(many))
    await kept.owner.execute(FORGERIES[what].replace("THIS", THIS), receipt.entry_id)

    report = await kept.index()

    assert not report.sound
    assert report.counts[Status.FORGED]
    assert report.counts[Status.MISSING] == 0
    assert {status for _, _, status in report.found} == {"FORGED"}


@pytest.mark.parametrize("what", LOSSES)
@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
async def test_a_side_row_that_is_gone_is_missing(kept: Kept, what: str, many: bool) -> None:
    receipt = await kept.tell(*_persons(many))
    await kept.erase(BEN)  # an entry that excuses other rows
    await kept.owner.execute(LOSSES[what].replace("THIS", THIS), receipt.entry_id)

    report = await kept.index()

    assert (report.sound, report.counts[Status.MISSING], report.counts[Status.FORGED]) == (False, 1, 0)
    assert report.counts[Status.REDACTED] == 1


def _persons(many: bool) -> tuple[bytes, ...]:
    """More than a leaf lists one by one stand under a root."""
    return (ANN, BEN, *(n.to_bytes(8) for n in range(2000, 2210 if many else 2000)))


async def test_an_erased_row_excuses_no_other(kept: Kept) -> None:
    """Whoever empties another row and names the destroyed key in it has used up the excuse of a row."""
    receipt = await kept.tell(ANN, BEN)
    erased = await kept.erase(ANN)
    (key,) = [each["id"] for each in (await kept.keys()).values() if each["destroyed_by"] == erased.entry]
    await kept.owner.execute(
        "UPDATE audit_disclosure SET salt = NULL, ct = NULL, subject_ref = NULL, record_refs = '{}', dek_id = $2 "
        "WHERE entry_id = $1 AND n = 1",
        receipt.entry_id,
        str(key),
    )

    report = await kept.index()

    assert (report.counts[Status.REDACTED], report.counts[Status.MISSING]) == (1, 1)


async def test_a_key_that_was_destroyed_without_an_entry_excuses_nothing(kept: Kept) -> None:
    await kept.tell(ANN)
    other = await kept.erase(BEN)
    await kept.owner.execute(
        "UPDATE subject_key SET wrapped_dek = NULL, subject_ref = NULL, retired_at = 1, destroyed_at = 1, "
        "destroyed_by = $1",
        other.entry,
    )
    await kept.owner.execute(
        "UPDATE audit_disclosure SET salt = NULL, ct = NULL, subject_ref = NULL, record_refs = '{}' "
        "WHERE subject_ref IS NOT NULL"
    )
    assert (await kept.index()).counts[Status.MISSING] == 1


async def test_many_persons_of_one_entry_can_lose_one(kept: Kept) -> None:
    await kept.tell(*_persons(many=True))
    await kept.erase(BEN)
    assert (await kept.index()).sound
    assert (await kept.counted())["redacted"] == 1


# Rights -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_pending SET leaf = ''",
        "DELETE FROM audit_pending",
        "SELECT leaf FROM audit_pending",
        "SELECT ct FROM audit_disclosure",
        "SELECT ct FROM audit_actor",
        "UPDATE audit_actor SET seed = NULL",
        "UPDATE audit_disclosure SET commitment = NULL",
        "UPDATE audit_disclosure SET dek_id = ''",
        "INSERT INTO audit_disclosure (entry_id) VALUES (gen_random_uuid())",
        "INSERT INTO subject_key (id) VALUES (gen_random_uuid())",
        "DELETE FROM subject_key",
        "UPDATE subject_key SET year = 1",
        "SELECT name FROM subject",
    ],
)
async def test_the_keeper_may_do_no_more_than_it_has_to(database: FreshDatabase, statement: str) -> None:
    async with database.connect(DatabaseRole.LEDGER_KEEPER) as keeper:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await keeper.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE subject_key SET hold = true", "UPDATE subject_key SET wrapped_dek = ''", "DELETE FROM subject_key"],
)
async def test_the_writer_takes_keys_and_changes_none(database: FreshDatabase, statement: str) -> None:
    async with database.connect(DatabaseRole.LEDGER_WRITER) as writer:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await writer.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subject_key SET wrapped_dek = ''",
        "UPDATE subject_key SET subject_ref = ''",
        "UPDATE subject_key SET retired_at = NULL",
        "UPDATE subject_key SET retired_at = 2",
        "UPDATE subject_key SET year = 2027",
        "DELETE FROM subject_key",
        "TRUNCATE subject_key",
    ],
)
async def test_no_key_comes_back(kept: Kept, statement: str) -> None:
    await kept.tell(ANN)
    await kept.owner.execute("UPDATE subject_key SET retired_at = 1")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await kept.owner.execute(statement)
    await kept.erase(ANN)
    (key,) = await kept.keys()
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await kept.owner.execute("UPDATE subject_key SET restricted_at = 1 WHERE id = $1", key)
    assert isinstance(key, UUID)
    assert told(ANN).released[0].natural
