"""A committed head -> a signed note: only if it continues what has been signed before, whatever the database says.

What was signed stands in the files of notes (``notes.py``). The newest key signs, and the one before it as long as the
roll of the key is young. Nothing here writes to the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import asyncpg

from gateway.ledger.proof.checkpoint import Checkpoint
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import add_signature, sign
from gateway.ledger.proof.tree import EMPTY_ROOT, check_consistency
from gateway.ledger.sequence import store
from gateway.ledger.sequence.errors import NotSigned
from gateway.ledger.sequence.notes import Notes, NotesError
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.store import Head
from gateway.ledger.sequence.tree import consistency_at

ROLL = 30 * 24 * 3600 * 1000  # ms for which the key before the newest still signs


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """An Ed25519 key of the log. ``sign`` is absent once its private half is destroyed."""

    public: bytes
    sign: Callable[[bytes], bytes] | None = field(repr=False)


def signing(keys: Sequence[LogKey], since: Mapping[bytes, int], now: int) -> tuple[LogKey, ...]:
    """Those of ``keys``, newest first, that sign at ``now``: each until ``ROLL`` after its successor was named.

    ``since``: when the log named a key; one that it has not named yet is named now.
    """
    active = list(keys[:1])
    for newer, older in pairwise(keys):
        if now - since.get(newer.public, now) < ROLL:
            active.append(older)
    return tuple(key for key in active if key.sign is not None)


class Signer:
    """``log``: the origin without shard; ``keys``: those of the log, newest first, read anew at each signing."""

    def __init__(self, *, log: str, keys: Callable[[], Sequence[LogKey]], notes: Notes) -> None:
        self.log = log
        self.keys = keys
        self.notes = notes

    async def check(self, connection: asyncpg.Connection, shard: str, at: Head | None) -> None:
        """That a head continues what was signed of its shard, unless it was abandoned: then nothing is signed of it.

        Raises:
            NotSigned: it is smaller, has another root at the same size, or has grown from something else.
        """
        last = self.notes.last(shard)
        if last is None or (at is not None and at.abandoned):
            return
        old = last.checkpoint
        try:
            if at is None:
                raise ProofError("there is no such tree")
            proof = await consistency_at(connection, at, old.size)
            check_consistency(old=old.size, old_root=old.root, new=at.size, new_root=at.root, proof=proof)
        except ProofError:
            found = None if at is None else at.size
            raise NotSigned(origin(self.log, shard), old.size, found) from None

    async def continues(self, connection: asyncpg.Connection) -> bool:
        """Whether the database holds all that was signed, as far as the notes on this host tell; of a file that cannot
        be relied upon nobody knows. The connection is in a transaction of one snapshot."""
        heads = {head.shard: head for head in await store.heads(connection)}
        try:
            for shard in self.notes.shards():
                await self.check(connection, shard, heads.get(shard))
        except (NotSigned, NotesError):
            return False
        return True

    async def sign(self, connection: asyncpg.Connection, at: Head, signers: Sequence[LogKey]) -> bytes:
        """The note of a committed head; on disk before it is returned.

        Raises:
            NotSigned: as ``check``.
        """
        # INVARIANT: any two notes are consistent (W6). What the database says is held against the file each time.
        await self.check(connection, at.shard, at)
        note = self._note(at, signers)
        last = self.notes.last(at.shard)
        if last is None or last.note != note:
            self.notes.add(at.shard, note)
        return note

    def _note(self, at: Head, signers: Sequence[LogKey]) -> bytes:
        name = origin(self.log, at.shard)
        text = Checkpoint(origin=name, size=at.size, root=at.root if at.size else EMPTY_ROOT).text
        note = b""
        for key in signers:
            if key.sign is not None:
                note = (
                    add_signature(note, name, key.public, key.sign) if note else sign(text, name, key.public, key.sign)
                )
        if not note:
            raise ValueError("no key signs this log")
        return note
