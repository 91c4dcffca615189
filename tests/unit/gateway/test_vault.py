"""The keys of the side rows: sealed for one place, searchable by digest, unbroken when the root is rolled."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.keys.folder import KeysError
from gateway.keys.material import Purpose, ring
from gateway.keys.vault import KEPT, Ready, SubjectVault, year_of
from gateway.keys.years import YearKeys
from gateway.ledger.errors import LedgerUnavailable
from gateway.ledger.keeping.opening import NotOpened
from gateway.ledger.keeping.subject_keys import SubjectKey

pytestmark = pytest.mark.anyio

PLACE = b"entry" + bytes(4)
PERSON, OTHER = b"person", b"other"
MAY = 1_779_242_400_000  # 2026-05-20T10:00+08:00
NEW_YEAR = 1_798_732_800_000  # 2027-01-01T00:00+08:00


class Table:
    """The table of subject keys, without a database: it keeps the first key that it is offered."""

    def __init__(self) -> None:
        self.keys: dict[tuple[bytes, int], SubjectKey] = {}
        self.asked: list[int] = []

    async def fetch(self, query: str, *values: Any) -> Sequence[Mapping[str, Any]]:
        ids, refs, wrapped, year = values
        self.asked.append(len(ids))
        for each, ref, sealed in zip(ids, refs, wrapped, strict=True):
            self.keys.setdefault((ref, year), SubjectKey(id=each, subject_ref=ref, year=year, wrapped=sealed))
        found = [self.keys[ref, year] for ref in refs]
        return [{"id": k.id, "subject_ref": k.subject_ref, "year": k.year, "wrapped_dek": k.wrapped} for k in found]


class Clock:
    def __init__(self) -> None:
        self.now, self.t = 0.0, MAY

    def monotonic(self) -> float:
        return self.now

    def milliseconds(self) -> int:
        return self.t


def vault(folder: Path, *roots: bytes, table: Table | None = None, clock: Clock | None = None) -> SubjectVault:
    clock = clock or Clock()
    secrets = dict(enumerate(roots or (b"r" * 32,), start=1))
    return SubjectVault(
        ring=ring(Purpose.LEDGER_ROWS, len(secrets), secrets),
        years=YearKeys(folder, entropy=Random(7).randbytes),
        fetch=(table or Table()).fetch,
        entropy=Random(1).randbytes,
        clock=clock.milliseconds,
        monotonic=clock.monotonic,
    )


def key_of(table: Table, dek_id: str) -> SubjectKey:
    return next(key for key in table.keys.values() if str(key.id) == dek_id)


async def sealed(kept: SubjectVault, subject: bytes = PERSON) -> tuple[bytes, str]:
    ready = await kept.prepare([subject])
    return ready.seal(b"told", aad=PLACE, subject_ref=ready.digest("subject", subject))


@pytest.mark.parametrize("natural", [True, False])
async def test_what_was_sealed_opens_at_its_place_alone(tmp_path: Path, natural: bool) -> None:
    table = Table()
    kept = vault(tmp_path, table=table)
    ready = await kept.prepare([PERSON])
    ref = ready.digest("subject", PERSON) if natural else None
    ct, dek_id = ready.seal(b"told", aad=PLACE, subject_ref=ref)
    key = key_of(table, dek_id) if natural else None

    assert kept.open(ct, aad=PLACE, dek_id=dek_id, key=key) == b"told"
    with pytest.raises(NotOpened):
        kept.open(ct, aad=PLACE[:-1] + b"\x01", dek_id=dek_id, key=key)
    with pytest.raises(NotOpened):
        kept.open(ct[:-1] + bytes((ct[-1] ^ 1,)), aad=PLACE, dek_id=dek_id, key=key)


async def test_each_person_has_a_key_and_equal_texts_are_sealed_differently(tmp_path: Path) -> None:
    table = Table()
    kept = vault(tmp_path, table=table)
    (one, first), (again, same), (_, other) = await sealed(kept), await sealed(kept), await sealed(kept, OTHER)

    assert (first, one) == (same, one) != (other, again)
    assert one != again
    with pytest.raises(NotOpened):
        kept.open(one, aad=PLACE, dek_id=first, key=key_of(table, other))


async def test_a_wrapped_key_belongs_to_its_subject(tmp_path: Path) -> None:
    table = Table()
    kept = vault(tmp_path, table=table)
    (ct, mine), (_, theirs) = await sealed(kept), await sealed(kept, OTHER)
    swapped = SubjectKey(
        id=key_of(table, mine).id, subject_ref=b"x" * 32, year=2026, wrapped=key_of(table, mine).wrapped
    )

    assert mine != theirs
    with pytest.raises(NotOpened):
        kept.open(ct, aad=PLACE, dek_id=mine, key=swapped)


async def test_a_page_of_persons_costs_one_statement_and_then_none(tmp_path: Path) -> None:
    table = Table()
    kept = vault(tmp_path, table=table)
    persons = [n.to_bytes(8) for n in range(100)]

    await kept.prepare(persons)
    await kept.prepare([*persons, OTHER])
    await kept.prepare([*persons, OTHER])
    await kept.prepare([])

    assert table.asked == [100, 1]


async def test_no_key_is_at_hand_for_longer_than_it_may(tmp_path: Path) -> None:
    table, clock = Table(), Clock()
    kept = vault(tmp_path, table=table, clock=clock)
    for now in (0.0, KEPT - 0.001, KEPT, KEPT + 0.5):
        clock.now = now
        await kept.prepare([PERSON])

    assert table.asked == [1, 1]


async def test_a_new_year_has_new_keys(tmp_path: Path) -> None:
    table, clock = Table(), Clock()
    kept = vault(tmp_path, table=table, clock=clock)
    old, first = await sealed(kept)
    clock.t = NEW_YEAR
    _, second = await sealed(kept)
    kept.years.destroy(2026)

    assert first != second
    assert kept.years.before(2028) == (2027,)
    with pytest.raises(NotOpened):
        kept.open(old, aad=PLACE, dek_id=first, key=key_of(table, first))
    assert year_of(NEW_YEAR - 1) == 2026


async def test_without_the_key_of_the_year_nothing_is_sealed(tmp_path: Path) -> None:
    kept = vault(tmp_path)
    await kept.prepare([PERSON])
    (tmp_path / "subjects-2026.secret").write_text("not a key")

    with pytest.raises(LedgerUnavailable):
        await kept.prepare([OTHER])
    with pytest.raises(KeysError, match="not a key"):
        kept.years.kept(2026)


async def test_a_subject_that_nobody_prepared_is_not_sealed_under_another_key(tmp_path: Path) -> None:
    ready = await vault(tmp_path).prepare([PERSON])

    with pytest.raises(KeyError):
        ready.seal(b"told", aad=PLACE, subject_ref=ready.digest("subject", OTHER))


async def ready_of(folder: Path, *roots: bytes) -> Ready:
    return await vault(folder, *roots).prepare([])


async def test_a_digest_is_of_its_kind_and_of_these_keys(tmp_path: Path) -> None:
    ready, other = await ready_of(tmp_path), await ready_of(tmp_path, b"s" * 32)

    assert ready.digest("subject", b"1") == ready.digest("subject", b"1")
    assert len(ready.digest("subject", b"1")) == 32
    assert len({ready.digest("subject", b"1"), ready.digest("record", b"1"), ready.digest("subject", b"2")}) == 3
    assert other.digest("subject", b"1") != ready.digest("subject", b"1")
    assert ready.digest("ab", b"c") != ready.digest("a", b"bc")


async def test_a_rolled_root_opens_what_was_sealed_before_and_keeps_every_trail(tmp_path: Path) -> None:
    before, after = vault(tmp_path, b"r" * 32), vault(tmp_path, b"r" * 32, b"s" * 32)
    older, newer = await before.prepare([]), await after.prepare([])
    ct, dek_id = older.seal(b"told", aad=PLACE, subject_ref=None)
    resealed, other = newer.seal(b"told", aad=PLACE, subject_ref=None)

    assert after.open(ct, aad=PLACE, dek_id=dek_id, key=None) == b"told"
    assert (dek_id, other) == ("shared-1-2026", "shared-2-2026")
    with pytest.raises(NotOpened):
        before.open(resealed, aad=PLACE, dek_id=other, key=None)
    assert newer.digest("subject", b"1") == older.digest("subject", b"1")


async def test_rows_from_before_there_were_years_still_open(tmp_path: Path) -> None:
    kept = vault(tmp_path)
    ct = bytes(12) + AESGCM(kept.ring.newest[:32]).encrypt(bytes(12), b"told", PLACE)

    assert kept.open(ct, aad=PLACE, dek_id="shared-1", key=None) == b"told"
    with pytest.raises(NotOpened):
        kept.open(ct, aad=PLACE, dek_id="other-1", key=None)


def test_a_key_of_a_year_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    one, other = (YearKeys(tmp_path, entropy=Random(seed).randbytes) for seed in (1, 2))

    assert one.current(2026) == other.current(2026) == one.kept(2026)
    assert one.before(2027) == (2026,)
    assert [path.name for path in tmp_path.iterdir()] == ["subjects-2026.secret"]
    (tmp_path / "subjects-2026.secret").chmod(0o644)
    with pytest.raises(KeysError, match="0600"):
        one.kept(2026)
    with pytest.raises(KeysError, match="not there"):
        one.kept(2025)
