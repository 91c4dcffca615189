"""``log verify|export|proof|receipt``: what the log holds, shown to be whole and given out so that it shows it itself.

Whoever reads the log is entered in it first.
"""

import argparse
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.installation import Installation, log_of, opened
from gateway.keys.material import Use
from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.export.chains import check_chains
from gateway.ledger.export.files import write
from gateway.ledger.export.proving import proof_of
from gateway.ledger.export.slices import export_events, export_lines
from gateway.ledger.export.tile_files import export_tiles
from gateway.ledger.export.trees import check_older, check_tree
from gateway.ledger.keeping.account import INSTALLATION
from gateway.ledger.keeping.index import IndexReport, verify_index
from gateway.ledger.proof import inclusion_file
from gateway.ledger.proof.checkpoint import opened as opened_checkpoint
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import Key, key
from gateway.ledger.proof.receipts import check_body, check_kept, read_receipt
from gateway.ledger.sequence import store
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.store import Head
from gateway.settings import Settings

FORMATS = ("tiles", "jsonl", "ocsf")
_MOST = 10**9 - 1


def add(kinds: Commands) -> None:
    """Below ``log``."""
    verifying = command(kinds, "verify", verify, "check every chain, tile and head, and with --index every side row")
    verifying.add_argument("--index", action="store_true", help="recompute every commitment of the side rows too")
    verifying.add_argument("--old", type=read.file, action="append", default=[], help="a checkpoint kept from before")
    exporting = command(kinds, "export", export, "write leaves to a folder, for others to check or to watch")
    exporting.add_argument("folder", type=read.folder)
    exporting.add_argument("--format", choices=FORMATS, required=True)
    exporting.add_argument("--from", dest="begin", type=read.number(0, _MOST), default=0, help="the first leaf")
    exporting.add_argument("--to", dest="end", type=read.number(0, _MOST), help="the leaf after the last one")
    exporting.add_argument("--shard", help="a year; the newest by default")
    proving = command(kinds, "proof", prove, "write the proof of one entry, for anybody to check")
    proving.add_argument("entry", type=entry, help="the id of the entry, as the header Audit-Entry has it")
    proving.add_argument("--out", type=Path, help="a file; ENTRY.tlog-proof by default")
    redeeming = command(kinds, "receipt", redeem, "check a receipt and the answer it is for, and prove its entry")
    redeeming.add_argument("receipt", type=read.file, help="the value of the header Audit-Receipt")
    redeeming.add_argument("--body", type=read.file, required=True, help="the exact bytes of the answer")


def entry(given: str) -> UUID:
    """The id of an entry. Errors: ``ArgumentTypeError``."""
    try:
        return UUID(given)
    except ValueError:
        raise argparse.ArgumentTypeError("an entry has an id such as 019e431c-7904-7483-b0c0-9edf11b3a1b1") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The log, in one snapshot of the reader's role."""

    installation: Installation
    connection: asyncpg.Connection

    def origin(self, shard: str) -> str:
        return origin(log_of(self.installation.settings), shard)

    def keys(self, shard: str) -> Sequence[Key]:
        """Those that may have signed it."""
        return [key(self.origin(shard), each.public_bytes) for each in self.installation.keys.signing[Use.LEDGER]]

    async def head(self, shard: str | None) -> Head:
        """A signed head. Errors: ``Failure``."""
        found = await (store.published(self.connection) if shard is None else store.head(self.connection, shard))
        if found is None or found.note is None:
            raise Failure("the log has no signed checkpoint there yet")
        return found


@asynccontextmanager
async def reading(settings: Settings, action: str) -> AsyncIterator[Reading]:
    """``action`` is what the log says of it."""
    async with opened(settings) as installation:
        await installation.ledger.append(
            Entry(kind=Kind.READ_LOG, principal=INSTALLATION, decision=Decision.ALLOW, action=action)
        )
        # COMMIT POINT: that the log is read is durable; only from here on is it read.
        async with (
            installation.databases.connection(DatabaseRole.LEDGER_READER) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute("SET LOCAL statement_timeout = 0")
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield Reading(installation=installation, connection=connection)


async def verify(settings: Settings, options: argparse.Namespace) -> int:
    async with reading(settings, "log-verified") as log:
        try:
            leaves = await check_chains(log.connection)
            shards = [await _verified(log, head) for head in await store.heads(log.connection)]
            for old in options.old:
                await _continued(log, old.read_bytes())
        except ProofError as failure:
            tell(options, {"sound": False, "says": str(failure)}, f"NOT SOUND: {failure}")
            return 1
        index = await verify_index(log.connection.fetch, log.installation.vault) if options.index else None
    value = {"sound": index is None or index.sound, "leaves": leaves, "shards": shards, **_told(index)}
    signed = [f"{each['shard']}: {each['size']} leaves in the tree, {each['signed']} of them signed" for each in shards]
    tell(options, value, f"{leaves} leaves, every chain whole", *signed, *_lines(index))
    return 0 if value["sound"] else 1


async def _verified(log: Reading, head: Head) -> dict[str, Any]:
    signed = await check_tree(log.connection, head, log.origin(head.shard), log.keys(head.shard))
    return {"shard": head.shard, "size": head.size, "signed": 0 if signed is None else signed.size}


async def _continued(log: Reading, note: bytes) -> None:
    """Errors: ``ProofError`` where the log did not begin as it was signed then."""
    shard = note.partition(b"\n")[0].decode(errors="replace").rpartition("/")[2]
    head = await store.head(log.connection, shard)
    old = opened_checkpoint(note, log.origin(shard), log.keys(shard))
    if head is None:
        raise ProofError(f"{shard} is gone")
    await check_older(log.connection, head, old)


def _told(index: IndexReport | None) -> dict[str, Any]:
    if index is None:
        return {}
    found = [{"entry": str(each), "row": row, "status": status.value} for each, row, status in index.found]
    return {"index": {status.value: number for status, number in index.counts.items()}, "found": found}


def _lines(index: IndexReport | None) -> list[str]:
    if index is None:
        return []
    counts = ", ".join(f"{number} {status}" for status, number in index.counts.items())
    found = [f"{status}: entry {each}, {'actor' if row is None else f'row {row}'}" for each, row, status in index.found]
    return [f"side rows: {counts}", *found]


async def export(settings: Settings, options: argparse.Namespace) -> int:
    async with reading(settings, "log-exported") as log:
        head = await log.head(options.shard)
        end = head.noted if options.end is None else options.end
        if not options.begin <= end <= head.noted:
            raise Failure(f"the signed checkpoint holds leaves 0 to {head.noted}, the last not included", status=2)
        if options.format == "tiles":
            files = await export_tiles(log.connection, head, options.folder, options.begin)
        else:
            write_range = export_lines if options.format == "jsonl" else export_events
            files = await write_range(log.connection, head, options.folder, options.begin, end)
    told = {"shard": head.shard, "from": options.begin, "to": end, "signed": head.noted, "files": files}
    tell(options, told, f"{head.shard}: leaves {options.begin} to {end} of {head.noted} signed, {files} new files")
    return 0


async def prove(settings: Settings, options: argparse.Namespace) -> int:
    async with reading(settings, "log-proved") as log:
        data = await proof_of(log.connection, options.entry)
    path = options.out or Path(f"{options.entry}.tlog-proof")
    write(path, data)
    tell(options, {"entry": str(options.entry), "file": str(path)}, f"the proof is in {path}")
    return 0


async def redeem(settings: Settings, options: argparse.Namespace) -> int:
    async with reading(settings, "log-redeemed") as log:
        keys = {each.kid: each.public_bytes for each in log.installation.keys.signing[Use.RECEIPT]}
        claims = read_receipt(options.receipt.read_text("ascii", "replace").strip(), keys)
        check_body(claims, options.body.read_bytes())
        proof = inclusion_file.read(await proof_of(log.connection, UUID(claims.entry)))
        found = await store.find(log.connection, UUID(claims.entry))
        shard = found.shard if found is not None and found.shard is not None else ""
        head = check_kept(claims, proof, log.keys(shard))
    tell(
        options,
        {"entry": claims.entry, "index": proof.index, "origin": head.origin, "size": head.size},
        f"entry {claims.entry} is leaf {proof.index} of {head.origin}, of {head.size} leaves, and is of this answer",
    )
    return 0
