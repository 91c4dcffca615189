"""The command of the verifier: reads files, checks them, says in one sentence what holds or which step failed.

Exit codes: 0 what was given is good; 1 it is not, or not yet; 2 the call was wrong. It opens files alone, and repeats
nothing of what an answer or a leaf says.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import inclusion_file, lines
from .directory import check_directory
from .errors import ProofError
from .note import Key, read_vkey
from .receipts import Claims, check_body, check_kept, read_keys, read_receipt
from .runs import stated
from .tree import leaf_hash

PROGRAM = "credit-log-verifier"

Say = Callable[[str], None]


def main(arguments: Sequence[str] | None = None, clock: Callable[[], float] = time.time) -> int:
    """Run the command. ``clock`` gives seconds since the epoch."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command == "receipt" and asked.at is None:
        asked.at = int(clock())
    try:
        good: bool = asked.check(asked, print)
    except ProofError as reason:
        print(f"Not good: {reason}.", file=sys.stderr)
        return 1
    except OSError as reason:
        parser.error(f"{reason.filename} cannot be read")
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__.partition("\n")[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    tiles = commands.add_parser("tiles", help="check a whole log from a directory of its tiles")
    tiles.add_argument("directory", type=Path)
    tiles.add_argument("--old", type=Path, action="append", default=[], help="a checkpoint kept from an earlier day")
    tiles.add_argument("--from", dest="first", type=int, default=0, help="the first leaf whose bundle is still kept")
    tiles.set_defaults(check=_tiles)
    slices = commands.add_parser("lines", help="check a slice of a log, JSON Lines")
    slices.add_argument("file", type=Path)
    slices.set_defaults(check=_lines)
    entry = commands.add_parser("entry", help="check the proof of one entry, without the answer that it tells of")
    entry.add_argument("proof", type=Path, help="the file of the proof")
    entry.add_argument("--entry", required=True, help="which entry it is to prove")
    entry.set_defaults(check=_entry)
    receipt = commands.add_parser("receipt", help="check the receipt of an answer, and that its entry was kept")
    receipt.add_argument("--receipt", type=Path, required=True, help="the two headers of the answer, or the JWS alone")
    receipt.add_argument("--body", type=Path, required=True, help="the exact bytes of the answer")
    receipt.add_argument("--issuer-keys", type=Path, required=True, help="the receipt keys of the issuer, a JWK set")
    receipt.add_argument("--proof", type=Path, help="the proof of the entry, once the log gives it")
    receipt.add_argument("--at", type=int, help="the time of the check, seconds since the epoch (default: now)")
    receipt.set_defaults(check=_receipt)
    for each in (tiles, slices, entry, receipt):
        each.add_argument("--key", type=_key, action="append", required=True, help="a key of the log: name+id+key")
    return parser


def _key(text: str) -> Key:
    try:
        return read_vkey(text)
    except ProofError as reason:
        raise argparse.ArgumentTypeError(str(reason)) from None


def _tiles(asked: argparse.Namespace, say: Say) -> bool:
    found = check_directory(
        lambda name: (asked.directory / name).read_bytes(),
        asked.key[0].name,
        asked.key,
        [old.read_bytes() for old in asked.old],
        asked.first,
    )
    say(f"Good: log {found.checkpoint.origin}, {found.checkpoint.size} leaves of {found.writers} writers.")
    if found.missing:
        say(f"Told by the log: {found.missing} leaves were removed before they had a place in it.")
    if found.replaced:
        say(f"Told by the log: it replaces logs of which {found.replaced} signed checkpoints are lost.")
    for old in asked.old:
        say(f"Good: a continuation of the checkpoint in {old}.")
    return True


def _lines(asked: argparse.Namespace, say: Say) -> bool:
    with asked.file.open("rb") as file:
        found = lines.check(file, asked.key[0].name, asked.key)
    log = found.checkpoint
    say(f"Good: leaves {found.begin} to {found.end} (not included) of log {log.origin}, of {log.size} leaves.")
    return True


def _entry(asked: argparse.Namespace, say: Say) -> bool:
    proof = inclusion_file.read(asked.proof.read_bytes())
    leaf = proof.extra or b""
    if stated(leaf)["id"] != asked.entry:
        raise ProofError("the leaf is of another entry")
    origin = proof.checkpoint.partition(b"\n")[0].decode("utf-8", "replace")
    head = inclusion_file.check(proof, leaf_hash(leaf), origin, asked.key)
    say(f"Good: the entry is leaf {proof.index} of log {head.origin}, of {head.size} leaves.")
    return True


def _receipt(asked: argparse.Namespace, say: Say) -> bool:
    claims = read_receipt(
        _token(asked.receipt.read_text("ascii", "replace")), read_keys(asked.issuer_keys.read_bytes())
    )
    say("Good: the issuer has signed the receipt.")
    check_body(claims, asked.body.read_bytes())
    say("Good: the receipt is for this body.")
    if asked.proof is None:
        say(_overdue(claims, asked.at))
        return False
    proof = inclusion_file.read(asked.proof.read_bytes())
    head = check_kept(claims, proof, asked.key)
    say(f"Good: the entry is leaf {proof.index} of log {head.origin}, of {head.size} leaves.")
    return True


def _overdue(claims: Claims, now: int) -> str:
    due = f"{datetime.fromtimestamp(claims.due, UTC):%Y-%m-%dT%H:%M:%SZ}"
    if now < claims.due:
        return f"Not yet: the log has until {due} to prove the entry."
    return f"Evidence against the log: the entry was to be provable from {due}, and there is no proof of it."


def _token(text: str) -> str:
    """The receipt in the headers of an answer, or a receipt alone."""
    headers = dict(_header(line) for line in text.splitlines() if ":" in line)
    return headers.get("audit-receipt", "") if headers else text.strip()


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()
