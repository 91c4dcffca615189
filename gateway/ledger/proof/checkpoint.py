"""The head of a log (c2sp.org/tlog-checkpoint): whose it is, how many leaves it has, and their root.

Extension lines are refused: no log of ours writes them, and no monitor could audit them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .errors import FormatError
from .note import Key, open_note
from .spelling import base64, digest, number
from .tree import EMPTY_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """``origin``: the name of the log; ``size``: its leaves; ``root``: 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64(self.root)}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text. Raises ``FormatError`` for any other spelling of it."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not lines[0].isprintable():
        raise FormatError("a checkpoint has three lines")
    found = Checkpoint(origin=lines[0], size=number(lines[1]), root=digest(lines[2]))
    if not found.size and found.root != EMPTY_ROOT:
        raise FormatError("an empty tree has another root")
    return found


def opened(data: bytes, origin: str, keys: Iterable[Key]) -> Checkpoint:
    """The checkpoint of a log, signed by a key that bears its name.

    Raises:
        NoteError: the note does not open with ``keys``.
        FormatError: its text is not a checkpoint, or not of this log.
    """
    note = open_note(data, keys)
    found = read_checkpoint(note.text)
    if found.origin != origin:
        raise FormatError("the checkpoint is of another log")
    if all(key.name != origin for key in note.signed_by):
        raise FormatError("the log has not signed the checkpoint")
    return found
