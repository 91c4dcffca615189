"""The notes that have been signed, in files outside the database: one file for each shard, one line for each note.

A note is written and synced before the database is told of it, and the tree it speaks of is committed before it is
signed. So a file may say more than has been given out, and never more than the database holds: a database that holds
less was restored from a backup. A line that was cut short by a crash was given to nobody and is dropped.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.ledger.proof.checkpoint import Checkpoint, read_checkpoint
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.sequence.shards import is_label

LONGEST = 4 * 1024 * 1024  # bytes; then a file begins anew with its last line, and the one before it is kept

_TAIL = 64 * 1024  # bytes; a line has a few hundred
_PREFIX = "notes-"
_EARLIER = ".earlier"


class NotesError(Exception):
    """A file of notes cannot be relied upon, and without it nothing is signed. The sentence names it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path.name} {what}; see docs/ledger.md, The notes outside the database")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A note, and the checkpoint that it signs."""

    note: bytes
    checkpoint: Checkpoint


class Notes:
    """The files in one folder, of 0600 in a folder of 0700. For one process at a time: the leader."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def shards(self) -> tuple[str, ...]:
        """The shards that have notes here."""
        names = (path.name.removeprefix(_PREFIX) for path in self._folder.glob(f"{_PREFIX}*"))
        return tuple(sorted(filter(is_label, names)))

    def last(self, shard: str) -> Signed | None:
        """The newest note of a shard. Raises ``NotesError``."""
        path = self._path(shard)
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            *lines, _unfinished = file.read().split(b"\n")
        return _read(path, lines[-1]) if lines else None

    def at(self, shard: str, size: int, root: bytes) -> Signed | None:
        """The note of one head, as far back as the file reaches. Raises ``NotesError``."""
        return next(
            (each for each in self.all(shard) if (each.checkpoint.size, each.checkpoint.root) == (size, root)), None
        )

    def all(self, shard: str) -> Iterator[Signed]:
        """The notes of a shard as far back as its file reaches, the oldest first. Raises ``NotesError``."""
        path = self._path(shard)
        *lines, _unfinished = path.read_bytes().split(b"\n") if path.exists() else [b""]
        return (_read(path, line) for line in lines)

    def add(self, shard: str, note: bytes) -> None:
        """Append and sync. Raises ``NotesError`` where that fails; it is never tried again, because what a file holds
        after a failed sync is not known."""
        path = self._path(shard)
        try:
            self._add(path, json.dumps({"note": note.decode()}, ensure_ascii=False).encode() + b"\n")
        except OSError:
            raise NotesError(path, "cannot be written") from None

    def mend(self) -> None:
        """Cut off lines that a crash left unfinished; once, before anything is appended."""
        for shard in self.shards():
            path = self._path(shard)
            data = path.read_bytes()
            if not data.endswith(b"\n"):
                _cut(path, data.rfind(b"\n") + 1)

    def _add(self, path: Path, line: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size >= LONGEST:
            self._begin_anew(path, line)
            return
        _append(path, line)
        self._sync_folder()

    def _path(self, shard: str) -> Path:
        return self._folder / f"{_PREFIX}{shard}"

    def _begin_anew(self, path: Path, line: bytes) -> None:
        earlier = path.with_name(path.name + _EARLIER)
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        _append(draft, line)
        earlier.unlink(missing_ok=True)
        os.link(path, earlier)
        draft.replace(path)
        self._sync_folder()

    def _sync_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path, line: bytes) -> Signed:
    try:
        note = json.loads(line)["note"].encode()
        return Signed(note=note, checkpoint=read_checkpoint(note.decode().partition("\n\n")[0] + "\n"))
    except (ValueError, KeyError, TypeError, AttributeError, ProofError):
        raise NotesError(path, "holds what is not a line of notes: it was changed") from None


def _append(path: Path, line: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())
