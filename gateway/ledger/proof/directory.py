"""Checks a whole log from a directory of its tiles: every leaf, every tile, the chains, the head; and an older head.

Nothing found in the directory is believed: the tree is grown again from the entry bundles and must lead to the tiles
that lie there and to the root that the log has signed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, opened
from .errors import ProofError
from .note import Key
from .runs import Runs
from .tiles import ENTRIES, HASH_BYTES, HEIGHT, WIDTH, Grown, extend, node_reader, path, split, unbundle, widths
from .tree import EMPTY_ROOT, leaf_hash, root_of

CHECKPOINT = "checkpoint"
Read = Callable[[str], bytes]  # the bytes of a file below the directory; raises OSError

NOTHING = Grown(size=0, edge={}, tiles=(), root=EMPTY_ROOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found good: the head, and from how many writers its leaves come; and what the log itself tells of:
    leaves ``missing`` before they were sequenced, heads that it has ``replaced`` after a backup was restored."""

    checkpoint: Checkpoint
    writers: int
    missing: int
    replaced: int


def check_directory(
    read: Read, origin: str, keys: Sequence[Key], old: Iterable[bytes] = (), first: int = 0
) -> Verified:
    """A log of this name, whole. ``old``: notes of heads kept from earlier days, of which it must be a continuation;
    ``first``: where its leaves begin, if entry bundles before that are no longer kept: their hashes must do.

    Raises:
        ProofError: the first step that fails.
    """
    # 1. The log has signed its head.
    head = opened(_file(read, CHECKPOINT), origin, keys)
    runs = Runs(whole=not first)
    # 2. The leaves lead to the tiles, and the tiles to the root of the head.
    _grow(read, head, runs, first)
    # 3. No leaf was lost before it came into the tree.
    runs.close()
    # 4. What was signed before is a beginning of it.
    for note in old:
        check_older(read, head, opened(note, origin, keys))
    return Verified(checkpoint=head, writers=runs.writers, missing=runs.missing, replaced=runs.replaced)


def check_older(read: Read, head: Checkpoint, old: Checkpoint) -> None:
    """Whether the tree of ``head``, of which the tiles have been checked, began as that of ``old``."""
    if old.size > head.size:
        raise ProofError("the log is shorter than the older checkpoint")

    def tile(level: int, n: int) -> bytes:
        return _file(read, path(level, n, min(WIDTH, (head.size >> HEIGHT * level) - n * WIDTH)))

    if root_of(old.size, node_reader(tile, head.size)) != old.root:
        raise ProofError("the log is not a continuation of the older checkpoint")


def _grow(read: Read, head: Checkpoint, runs: Runs, first: int) -> None:
    tree = NOTHING
    for n, width in widths(ENTRIES, head.size):
        whole = n * WIDTH + width > first
        hashes = _leaves(read, n, width, runs) if whole else split(_file(read, path(0, n, width)), width)
        tree = extend(tree.size, tree.edge, hashes)
        for tile in tree.tiles:
            if tile.width == WIDTH:
                _compare(read, tile.level, tile.n, tile.data)
    for level, data in tree.edge.items():
        _compare(read, level, (head.size >> HEIGHT * level) // WIDTH, data)
    if tree.root != head.root:
        raise ProofError("the leaves do not lead to the root of the checkpoint")


def _leaves(read: Read, n: int, width: int, runs: Runs) -> list[bytes]:
    """The hashes of the leaves of a bundle, once their writers have been looked at."""
    leaves = unbundle(_file(read, path(ENTRIES, n, width)), width)
    for leaf in leaves:
        runs.add(leaf)
    return [leaf_hash(leaf) for leaf in leaves]


def _compare(read: Read, level: int, n: int, data: bytes) -> None:
    name = path(level, n, len(data) // HASH_BYTES)
    if _file(read, name) != data:
        raise ProofError(f"the leaves do not lead to the tile {name}")


def _file(read: Read, name: str) -> bytes:
    try:
        return read(name)
    except OSError:
        raise ProofError(f"{name} cannot be read") from None
