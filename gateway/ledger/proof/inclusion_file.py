"""The proof that a leaf is in a log, as a file (c2sp.org/tlog-proof@v1): writing, reading and checking it.

The file needs nothing beside it but the leaf and the key of the log. ``extra`` is not authenticated: a reader may use
it only to find the leaf, never instead of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .checkpoint import Checkpoint, opened
from .errors import FormatError
from .note import Key
from .spelling import base64, digest, number, octets
from .tree import check_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
FILE_LIMIT = 2_000_000  # bytes
HASHES_LIMIT = 63  # of a tree that can be numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """``hashes``: from the leaf's sibling to the root's child; ``checkpoint``: the note; ``extra``: our leaf itself."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def write(proof: ProofFile) -> bytes:
    """The bytes of the file."""
    extra = [] if proof.extra is None else [f"extra {base64(proof.extra)}"]
    lines = [HEADER, *extra, f"index {proof.index}", *map(base64, proof.hashes), "", ""]
    return "\n".join(lines).encode() + proof.checkpoint


def read(data: bytes) -> ProofFile:
    """The proof in a file. Raises ``FormatError`` for any other spelling of it; the checkpoint is not opened yet."""
    head, separator, checkpoint = data.partition(b"\n\n")
    if len(data) > FILE_LIMIT or not separator:
        raise FormatError("not a proof of a log")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise FormatError("not a proof of a log") from None
    if lines.pop(0) != HEADER:
        raise FormatError("not a proof of a log, of version 1")
    extra = octets(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index ") or len(lines) > HASHES_LIMIT + 1:
        raise FormatError("the proof has no index, or too many hashes")
    index = number(lines.pop(0)[6:])
    return ProofFile(index=index, hashes=tuple(map(digest, lines)), checkpoint=checkpoint, extra=extra)


def check(proof: ProofFile, leaf: bytes, origin: str, keys: Iterable[Key]) -> Checkpoint:
    """Whether the leaf of hash ``leaf`` is in the log, and the checkpoint that says so.

    Raises:
        ProofError: the checkpoint does not open with ``keys``, or the leaf is not in its tree.
    """
    found = opened(proof.checkpoint, origin, keys)
    check_inclusion(index=proof.index, size=found.size, leaf=leaf, proof=proof.hashes, root=found.root)
    return found
