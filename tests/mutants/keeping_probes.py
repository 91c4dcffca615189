"""Probes of the keeping of side rows: keys that are bound and short-lived, holds, terms, excuses that are checked."""

import asyncio
import tempfile
from collections.abc import Awaitable
from datetime import date
from pathlib import Path

import asyncpg

from gateway.database.scopes import DatabaseRole
from gateway.keys.vault import KEPT, SubjectVault
from gateway.ledger.keeping import erasure
from gateway.ledger.keeping.erasure import SubjectHeld
from gateway.ledger.keeping.index import IndexReport, Status, verify_index
from gateway.ledger.keeping.keeper import Keeper
from gateway.ledger.keeping.opening import NotOpened
from gateway.ledger.keeping.retention import TooSoon, prune
from gateway.ledger.keeping.subject_keys import SubjectKey
from gateway.ledger.receipt import Receipt
from tests.ledger.keeping_cases import told
from tests.mutants.probing import probe, pure
from tests.mutants.town import Town
from tests.unit.gateway.test_vault import PERSON, PLACE, Clock, Table, key_of, vault

_PERSONS = iter(range(900_000, 1_000_000))


@pure
def keys_of_persons_are_bound_and_short_lived() -> None:
    """A text opens at its place alone, a key for its subject alone; after ten seconds the table is asked again."""
    table, clock = Table(), Clock()
    with tempfile.TemporaryDirectory() as folder:
        kept = vault(Path(folder), table=table, clock=clock)
        ready = asyncio.run(kept.prepare([PERSON]))
        ct, dek_id = ready.seal(b"told", aad=PLACE, subject_ref=ready.digest("subject", PERSON))
        key = key_of(table, dek_id)
        other = SubjectKey(id=key.id, subject_ref=bytes(32), year=key.year, wrapped=key.wrapped)
        assert _opens(kept, ct, PLACE, dek_id, key)
        assert not _opens(kept, ct, b"elsewhere", dek_id, key)
        assert not _opens(kept, ct, PLACE, dek_id, other)
        clock.now = KEPT + 1
        asyncio.run(kept.prepare([PERSON]))
    assert table.asked == [1, 1]


def _opens(kept: SubjectVault, ct: bytes, place: bytes, dek_id: str, key: SubjectKey) -> bool:
    try:
        return kept.open(ct, aad=place, dek_id=dek_id, key=key) == b"told"
    except NotOpened:
        return False


@pure
def nothing_is_dropped_before_its_term() -> None:
    async def never(_: object) -> Receipt:
        raise AssertionError("it was entered in the log")

    keeper = Keeper(connection=None, append=never, clock=lambda: 0, pause=asyncio.sleep, kept=KEPT, confirm=1.0)
    dropping = prune(keeper, date(2024, 1, 1), today=date(2026, 5, 20), reason="x", years=(), destroy=lambda year: None)
    try:
        asyncio.run(dropping)
    except TooSoon:
        return
    raise AssertionError


async def _act(town: Town, subject: bytes, *, hold: bool) -> bool:
    """Hold or erase somebody; whether it was done."""
    installation = town.city.installation

    async def at_once(_: float) -> None: ...

    async with town.city.database.connect(DatabaseRole.LEDGER_KEEPER) as connection:
        keeper = Keeper(
            connection=connection,
            append=installation.ledger.append,
            clock=installation.vault.clock,
            pause=at_once,
            kept=KEPT,
            confirm=1.0,
        )
        ref = installation.vault.digest("subject", subject)
        doing: Awaitable[object] = (
            erasure.hold(keeper, ref, on=True, reason="x")
            if hold
            else erasure.erase(keeper, ref, year=9999, reason="x", mistaken=True)
        )
        try:
            await doing
        except SubjectHeld:
            return False
        except asyncpg.CheckViolationError:
            return True  # only the table itself stood in the way
    return True


async def _told(town: Town) -> tuple[bytes, Receipt]:
    subject = next(_PERSONS).to_bytes(8)
    return subject, await town.city.installation.ledger.append(told(subject))


async def _index(town: Town) -> IndexReport:
    async with town.city.database.owner() as owner:
        return await verify_index(owner.fetch, town.city.installation.vault)


@probe
async def held_subjects_are_not_erased(town: Town) -> None:
    """Until they are released."""
    subject, _ = await _told(town)
    assert await _act(town, subject, hold=True)
    assert not await _act(town, subject, hold=False)


@probe
async def side_rows_are_excused_by_the_log_alone(town: Town) -> None:
    """One that was erased is; one that was emptied by hand, or changed, is not."""
    subject, _ = await _told(town)
    assert await _act(town, subject, hold=False)
    before = await _index(town)
    assert before.counts[Status.REDACTED]
    _, emptied = await _told(town)
    _, changed = await _told(town)
    async with town.city.database.owner() as owner:
        await owner.execute(
            "UPDATE audit_disclosure SET salt = NULL, ct = NULL, subject_ref = NULL, record_refs = '{}' "
            "WHERE entry_id = $1 AND n = 0",
            emptied.entry_id,
        )
        await owner.execute(
            "UPDATE audit_disclosure SET subject_ref = sha256(subject_ref) WHERE entry_id = $1 AND n = 0",
            changed.entry_id,
        )
    after = await _index(town)
    for status in (Status.MISSING, Status.FORGED):
        assert after.counts[status] == before.counts[status] + 1
