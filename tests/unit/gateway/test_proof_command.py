"""The command of the verifier: one sentence and an exit code for each thing it is asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from gateway.ledger.proof import inclusion_file, lines
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.command import main
from gateway.ledger.proof.runs import MISSING
from tests.ledger.sample_logs import ORIGIN, SampleKey, grown, sample_leaves, sample_log
from tests.unit.gateway.test_proof_receipts import BODY, CLAIMS, LOG, TOKEN, jwk

VKEY = SampleKey().vkey
Capture = pytest.CaptureFixture[str]


@dataclass(frozen=True, slots=True)
class Told:
    code: int
    out: str
    err: str


def run(capture: Capture, *arguments: object, now: int = 0) -> Told:
    try:
        code = main([str(one) for one in arguments], clock=lambda: now)
    except SystemExit as left:
        code = int(str(left.code))
    found = capture.readouterr()
    return Told(code, found.out, found.err)


def test_a_directory(tmp_path: Path, capsys: Capture) -> None:
    folder = sample_log(300).save(tmp_path / "log")
    kept = tmp_path / "kept"
    kept.write_bytes(sample_log(200).checkpoint)
    told = run(capsys, "tiles", folder, "--key", VKEY, "--old", kept)
    assert told == Told(
        0, f"Good: log {ORIGIN}, 300 leaves of 3 writers.\nGood: a continuation of the checkpoint in {kept}.\n", ""
    )
    (folder / "tile/0/001.p/44").unlink()
    told = run(capsys, "tiles", folder, "--key", VKEY)
    assert told == Told(1, "", "Not good: tile/0/001.p/44 cannot be read.\n")


def test_a_directory_of_a_log_that_tells_of_a_loss(tmp_path: Path, capsys: Capture) -> None:
    place = {"id": str(UUID(int=999)), "t": 0, "v": 1, "wprev": "00" * 32, "writer": str(UUID(int=99)), "wseq": 0}
    lost = {"kind": "admin", "details": {"previous": None, "lost": [{}, {}]}, **place}
    gap = {"writer": str(UUID(int=1)), "first": 0, "last": 1}
    alert = {**lost, "kind": "alert", "action": MISSING, "details": {"missing": [gap]}, "writer": str(UUID(int=98))}
    kept = [leaf for n, leaf in enumerate(sample_leaves(9)) if n not in (1, 4)]
    grown([canonical(lost), *kept, canonical(alert)]).save(tmp_path)
    assert run(capsys, "tiles", tmp_path, "--key", VKEY).out.splitlines()[1:] == [
        "Told by the log: 2 leaves were removed before they had a place in it.",
        "Told by the log: it replaces logs of which 2 signed checkpoints are lost.",
    ]


def test_lines(tmp_path: Path, capsys: Capture) -> None:
    log, file = sample_log(300), tmp_path / "slice.jsonl"
    told = lines.write(5, 8, log.leaves[5:8], size=300, nodes=log.nodes, checkpoint=log.checkpoint)
    file.write_bytes(b"".join(told))
    assert run(capsys, "lines", file, "--key", VKEY).out == (
        f"Good: leaves 5 to 8 (not included) of log {ORIGIN}, of 300 leaves.\n"
    )
    file.write_bytes(file.read_bytes()[:-1])
    assert run(capsys, "lines", file, "--key", VKEY).code == 1


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """A folder with what a partner keeps of an answer."""
    (tmp_path / "headers").write_text(f"HTTP/1.1 200 OK\r\nAudit-Entry: {CLAIMS.entry}\r\naudit-receipt: {TOKEN}\r\n")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    (tmp_path / "body").write_bytes(BODY)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [jwk()]}))
    (tmp_path / "proof").write_bytes(inclusion_file.write(LOG.proof(3)))
    return tmp_path


def asked(answer: Path, *more: object, receipt: str = "headers") -> Sequence[object]:
    given = ("--receipt", answer / receipt, "--body", answer / "body", "--issuer-keys", answer / "keys.json")
    return ("receipt", *given, "--key", LOG.by.vkey, *more)


@pytest.mark.parametrize("receipt", ["headers", "token"])
def test_a_receipt_and_its_proof(answer: Path, capsys: Capture, receipt: str) -> None:
    told = run(capsys, *asked(answer, "--proof", answer / "proof", receipt=receipt))
    assert told.code == 0
    assert told.out.splitlines() == [
        "Good: the issuer has signed the receipt.",
        "Good: the receipt is for this body.",
        f"Good: the entry is leaf 3 of log {ORIGIN}, of 9 leaves.",
    ]


def test_a_receipt_without_proof(answer: Path, capsys: Capture) -> None:
    early = run(capsys, *asked(answer), now=CLAIMS.due - 1)
    late = run(capsys, *asked(answer), now=CLAIMS.due)
    given = run(capsys, *asked(answer, "--at", CLAIMS.due - 1), now=CLAIMS.due)
    assert (early.code, late.code, given.code) == (1, 1, 1)
    assert early.out.splitlines()[-1] == "Not yet: the log has until 2026-05-20T02:05:00Z to prove the entry."
    assert late.out.splitlines()[-1].startswith("Evidence against the log: ")
    assert given.out == early.out


def test_a_receipt_for_another_body_says_no_more_than_that(answer: Path, capsys: Capture) -> None:
    (answer / "body").write_bytes(b"420199198503120015")
    told = run(capsys, *asked(answer, "--proof", answer / "proof"))
    assert (told.code, told.err) == (1, "Not good: the receipt is for another body.\n")
    assert told.out == "Good: the issuer has signed the receipt.\n"


def test_an_entry_alone(tmp_path: Path, capsys: Capture) -> None:
    log, file = sample_log(300), tmp_path / "entry.tlog-proof"
    proof = log.proof(7)
    file.write_bytes(inclusion_file.write(proof))
    entry = str(json.loads(log.leaves[7])["id"])
    good = f"Good: the entry is leaf 7 of log {ORIGIN}, of 300 leaves.\n"
    assert run(capsys, "entry", file, "--entry", entry, "--key", VKEY) == Told(0, good, "")
    assert run(capsys, "entry", file, "--entry", str(UUID(int=8)), "--key", VKEY).code == 1
    assert run(capsys, "entry", file, "--entry", entry, "--key", SampleKey(seed=8).vkey).code == 1
    for changed in ({"extra": None}, {"extra": log.leaves[8]}, {"index": 8}):
        file.write_bytes(inclusion_file.write(replace(proof, **changed)))
        assert run(capsys, "entry", file, "--entry", entry, "--key", VKEY).code == 1


def test_headers_without_a_receipt(answer: Path, capsys: Capture) -> None:
    (answer / "headers").write_text("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
    assert run(capsys, *asked(answer)).err == "Not good: not a receipt.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("tiles",),
        ("tiles", "nowhere"),
        ("tiles", "nowhere", "--key", "not-a-key"),
        ("lines", "nowhere", "--key", VKEY),
        ("tiles", ".", "--key", VKEY, "--old", "nowhere"),
        ("receipt", "--key", VKEY),
    ],
    ids=range(7),
)
def test_a_wrong_call(arguments: Sequence[str], capsys: Capture) -> None:
    told = run(capsys, *arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("usage: credit-log-verifier")
