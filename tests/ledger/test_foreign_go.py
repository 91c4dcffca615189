"""The log as Go's checksum database sees it: golang.org/x/mod/sumdb, which nobody here has written, judges it.

`.ci/programs` installs it. What it cannot see is said where it stands: it knows no chains of writers.
"""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.ledger.export.tile_files import export_tiles
from gateway.ledger.proof import inclusion_file
from gateway.ledger.proof.command import main
from gateway.ledger.proof.directory import CHECKPOINT
from gateway.ledger.proof.note import vkey
from gateway.ledger.sequence import store
from gateway.ledger.sequence.shards import origin
from tests.fresh_database import FreshDatabase
from tests.ledger.conftest import OpenLedger
from tests.ledger.ledgers import entry
from tests.ledger.logs import LOG as LOG_NAME
from tests.ledger.logs import SHARD, Log
from tests.ledger.sample_logs import SampleKey, SampleLog, grown, sample_log, tampered

SOURCE = Path(__file__).with_name("go")
SIZES = (1, 2, 255, 256, 257, 511, 66_000)
LOG = sample_log(600)
TAMPERED = tampered(LOG)


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("go") / "checker"
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", made, "."], cwd=SOURCE, env=os.environ | settings, check=True)
    return made


def accepted(checker: Path, what: str, path: Path, *old: Path, vkey: str = LOG.by.vkey) -> bool:
    done = subprocess.run([checker, what, vkey, path, *old], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert bool(done.stderr) == bool(done.returncode)
    return done.returncode == 0


def note(folder: Path, log: SampleLog) -> Path:
    made = folder / "kept-checkpoint"
    made.write_bytes(log.checkpoint)
    return made


@pytest.mark.parametrize("size", SIZES)
def test_a_good_log(checker: Path, tmp_path: Path, size: int) -> None:
    assert accepted(checker, "log", sample_log(size).save(tmp_path))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 600])
def test_a_log_goes_on_from_what_it_was(checker: Path, tmp_path: Path, size: int) -> None:
    assert accepted(checker, "log", LOG.save(tmp_path / "log"), note(tmp_path, sample_log(size)))


@pytest.mark.parametrize("way", TAMPERED)
def test_a_tampered_log(checker: Path, tmp_path: Path, way: str) -> None:
    assert not accepted(checker, "log", TAMPERED[way].save(tmp_path))


def test_an_older_log_brought_back(checker: Path, tmp_path: Path) -> None:
    assert not accepted(checker, "log", sample_log(300).save(tmp_path / "log"), note(tmp_path, LOG))


def test_a_log_that_forked(checker: Path, tmp_path: Path) -> None:
    forked = grown((LOG.leaves[0].replace(b"release", b"deny"), *LOG.leaves[1:]))
    assert accepted(checker, "log", forked.save(tmp_path / "log"))
    assert not accepted(checker, "log", tmp_path / "log", note(tmp_path, sample_log(300)))


def test_the_key_of_another(checker: Path, tmp_path: Path) -> None:
    assert not accepted(checker, "log", LOG.save(tmp_path), vkey=SampleKey(seed=8).vkey)


@pytest.mark.parametrize("index", [0, 255, 256, 599])
def test_a_proof(checker: Path, tmp_path: Path, index: int) -> None:
    file = tmp_path / "leaf.tlog-proof"
    good = inclusion_file.write(LOG.proof(index))
    file.write_bytes(good)
    assert accepted(checker, "proof", file)
    for old, new in ((b"index ", b"index 1"), (b"\n600\n", b"\n601\n"), (b"extra ", b"extra AAAA")):
        file.write_bytes(good.replace(old, new))
        assert not accepted(checker, "proof", file)


@pytest.mark.anyio
async def test_what_the_ledger_wrote_and_the_sequencer_grew(
    checker: Path, database: FreshDatabase, open_ledger: OpenLedger, tmp_path: Path
) -> None:
    """A real log, exported after each of its days: by Go, and by our own command."""
    log, folder, kept = Log(database=database, folder=tmp_path / "notes"), tmp_path / "tiles", []
    async with open_ledger() as ledger, database.connect(DatabaseRole.LEDGER_READER) as reader:
        for day, entries in enumerate((1, 40, 400)):
            await asyncio.gather(*(ledger.append(entry()) for _ in range(entries)))
            await log.caught_up()
            head = await store.head(reader, SHARD)
            assert head is not None
            await export_tiles(reader, head, folder)
            kept.append(tmp_path / f"day-{day}")
            kept[-1].write_bytes((folder / CHECKPOINT).read_bytes())
    key = vkey(origin(LOG_NAME, SHARD), log.keys[0].public)
    assert accepted(checker, "log", folder, *kept, vkey=key)
    assert main(["tiles", str(folder), "--key", key, *(f"--old={path}" for path in kept)]) == 0
