"""What leaves the database of the log, checked by the verifier that others have; and what it finds in a tree."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.export.chains import check_chains
from gateway.ledger.export.proving import NoSuchEntry, NotYetProvable, proof_of
from gateway.ledger.export.slices import export_events, export_lines
from gateway.ledger.export.tile_files import export_tiles
from gateway.ledger.export.trees import BATCH, check_older, check_tree
from gateway.ledger.proof import inclusion_file, lines
from gateway.ledger.proof.checkpoint import opened
from gateway.ledger.proof.directory import CHECKPOINT, Verified, check_directory
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import Key, key
from gateway.ledger.proof.tree import leaf_hash
from gateway.ledger.sequence import store
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.store import Head
from tests.fresh_database import FreshDatabase
from tests.ledger.keeping_cases import ANN, Kept, kept_in
from tests.ledger.logs import LOG, SHARD, Log, log_key

pytestmark = pytest.mark.anyio

NAME = origin(LOG, SHARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A ledger, its sequencer, and a reader of the log."""

    kept: Kept
    log: Log
    reader: asyncpg.Connection

    async def fill(self, number: int) -> list[UUID]:
        """Entries that are sequenced and signed."""
        made = [(await self.kept.tell(ANN)).entry_id for _ in range(number)]
        await self.log.caught_up()
        return made

    async def head(self) -> Head:
        found = await store.head(self.reader, SHARD)
        assert found is not None
        return found

    @property
    def keys(self) -> list[Key]:
        return [key(NAME, each.public) for each in self.log.keys]

    def checked(self, folder: Path) -> Verified:
        return check_directory(lambda name: (folder / name).read_bytes(), NAME, self.keys)


@pytest.fixture
async def shop(database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Shop]:
    async with kept_in(database, tmp_path) as kept, database.connect(DatabaseRole.LEDGER_READER) as reader:
        yield Shop(kept=kept, log=Log(database=database, folder=tmp_path / "notes"), reader=reader)


async def test_a_folder_of_tiles_is_the_whole_log_and_grows_with_it(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "tiles"
    await shop.fill(300)
    first = await export_tiles(shop.reader, await shop.head(), folder)
    assert shop.checked(folder).checkpoint.size == 301

    await shop.fill(300)
    again = await export_tiles(shop.reader, await shop.head(), folder)

    assert shop.checked(folder).checkpoint.size == 601
    assert (first, again) == (6, 6)  # two tiles and two bundles more or wider, a level above, the checkpoint
    assert await export_tiles(shop.reader, await shop.head(), folder) == 1
    (folder / "tile" / "0" / "001").write_bytes(bytes(8192))
    with pytest.raises(ProofError, match="tile/0/001"):
        shop.checked(folder)


async def test_a_slice_proves_itself(shop: Shop, tmp_path: Path) -> None:
    await shop.fill(40)
    files = await export_lines(shop.reader, await shop.head(), tmp_path / "lines", 7, 30)
    (path,) = (tmp_path / "lines").iterdir()

    found = lines.check(path.read_bytes().splitlines(keepends=True), NAME, shop.keys)

    assert (files, found.begin, found.end, found.checkpoint.size) == (1, 7, 30, 41)
    assert await export_lines(shop.reader, await shop.head(), tmp_path / "lines", 7, 30) == 0
    spoilt = path.read_bytes().replace(b'"principal":"A1"', b'"principal":"A2"', 1)
    with pytest.raises(ProofError):
        lines.check(spoilt.splitlines(keepends=True), NAME, shop.keys)


async def test_a_long_range_is_cut_where_a_later_export_cuts_it(shop: Shop, tmp_path: Path) -> None:
    await shop.fill(20)
    head = await shop.head()
    assert await export_events(shop.reader, head, tmp_path / "events", 0, head.noted) == 1
    (path,) = (tmp_path / "events").iterdir()
    assert path.name == "ocsf-000000000000-000000000021.jsonl"
    assert path.read_bytes().count(b"\n") == 21
    assert head.noted < BATCH


async def test_an_entry_is_proven_once_it_is_signed(shop: Shop) -> None:
    (known,) = await shop.fill(1)
    waiting = (await shop.kept.tell()).entry_id

    proof = inclusion_file.read(await proof_of(shop.reader, known))

    assert proof.extra is not None
    assert inclusion_file.check(proof, leaf_hash(proof.extra), NAME, shop.keys).size == 2
    with pytest.raises(NotYetProvable):
        await proof_of(shop.reader, waiting)
    with pytest.raises(NoSuchEntry):
        await proof_of(shop.reader, UUID(int=1))


async def test_a_tree_that_nobody_touched_is_sound(shop: Shop) -> None:
    await shop.fill(300)
    old = opened((await shop.head()).note or b"", NAME, shop.keys)
    await shop.fill(1)

    signed = await check_tree(shop.reader, await shop.head(), NAME, shop.keys)

    assert signed is not None
    assert (signed.size, await check_chains(shop.reader)) == (302, 302)
    await check_older(shop.reader, await shop.head(), old)
    with pytest.raises(ProofError):
        await check_older(shop.reader, await shop.head(), type(old)(origin=NAME, size=301, root=bytes(32)))
    with pytest.raises(ProofError):
        await check_older(shop.reader, await shop.head(), type(old)(origin=NAME, size=303, root=old.root))


TAMPERING = {
    "a leaf is edited": """
        UPDATE audit_pending SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"A1"', '"A2"'), 'UTF8')
        WHERE (writer, wseq) = (SELECT writer, wseq FROM audit_seq WHERE idx = 5)
    """,
    "a leaf is deleted": """
        DELETE FROM audit_pending WHERE (writer, wseq) = (SELECT writer, wseq FROM audit_seq WHERE idx = 5)
    """,
    "two leaves are swapped": """
        UPDATE audit_seq SET idx = CASE idx WHEN 5 THEN -1 WHEN 6 THEN 5 END WHERE idx IN (5, 6);
        UPDATE audit_seq SET idx = 6 WHERE idx = -1
    """,
    "the end is cut off": "DELETE FROM audit_seq WHERE idx >= 290",
    "a tile is edited": "UPDATE audit_tile SET data = set_byte(data, 9, (get_byte(data, 9) + 1) % 256)",
    "a tile is gone": "DELETE FROM audit_tile",
    "the head is another": "UPDATE audit_head SET root = sha256(root)",
    "the head is older": "UPDATE audit_head SET size = 256, noted = 256",
    "its edge is another": "UPDATE audit_head SET edge[1] = set_byte(edge[1], 9, (get_byte(edge[1], 9) + 1) % 256)",
    "the note is cut": "UPDATE audit_head SET note = substr(note, 1, 50)",
}


@pytest.mark.parametrize("how", TAMPERING)
async def test_a_tree_that_was_tampered_with_is_found(shop: Shop, how: str) -> None:
    await shop.fill(300)
    tables = ("audit_pending", "audit_seq", "audit_tile", "audit_head", "audit_writer")
    for table in tables:
        await shop.kept.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await shop.kept.owner.execute(TAMPERING[how])

    with pytest.raises(ProofError):
        await check_tree(shop.reader, await shop.head(), NAME, shop.keys)


async def test_a_note_of_another_key_is_not_the_log_s(shop: Shop) -> None:
    await shop.fill(3)
    with pytest.raises(ProofError):
        await check_tree(shop.reader, await shop.head(), NAME, [key(NAME, log_key(9).public)])


async def test_a_leaf_of_no_writer_is_found(shop: Shop) -> None:
    await shop.fill(3)
    await shop.kept.owner.execute("ALTER TABLE audit_writer DISABLE TRIGGER USER")
    await shop.kept.owner.execute("DELETE FROM audit_writer")
    with pytest.raises(ProofError, match="no writer"):
        await check_chains(shop.reader)


async def test_erasure_leaves_the_tree_and_every_proof_as_they_were(shop: Shop, tmp_path: Path) -> None:
    (known, *_) = await shop.fill(30)
    before = await proof_of(shop.reader, known)
    erased = await shop.kept.erase(ANN)

    assert erased.rows == 30
    assert await proof_of(shop.reader, known) == before
    await shop.log.caught_up()
    await check_tree(shop.reader, await shop.head(), NAME, shop.keys)
    await export_tiles(shop.reader, await shop.head(), tmp_path / "tiles")
    assert shop.checked(tmp_path / "tiles").checkpoint.size == (await shop.head()).size
    assert (tmp_path / "tiles" / CHECKPOINT).read_bytes() == (await shop.head()).note
    assert await shop.kept.counted() == {"ok": 61, "redacted": 30}
