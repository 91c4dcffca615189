"""Checks the chains of stored rows: verify or raise, from rows alone, without database, keys or network.

It finds an edited, deleted, exchanged or cut leaf. It cannot find a writer that was deleted whole, row and leaves; that
is what the published tree is for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from .canonical import CanonicalError, read
from .errors import ChainError
from .tree import leaf_hash

FIRST_PREVIOUS = bytes(32)  # stands before the first leaf of a chain


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLeaf:
    """A row of ``audit_pending``."""

    writer: UUID
    wseq: int
    id: UUID
    leaf: bytes
    leaf_hash: bytes
    t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWriter:
    """A row of ``audit_writer``, as far as it says where the chain ends."""

    writer: UUID
    last_wseq: int


def verify_chains(leaves: Iterable[StoredLeaf], writers: Iterable[StoredWriter]) -> int:
    """Every chain, each to its end. Gives the number of leaves verified.

    Raises:
        ChainError: the first step that fails, with the writer and the place.
    """
    ends = tuple(writers)
    chains: dict[UUID, list[StoredLeaf]] = {end.writer: [] for end in ends}
    for leaf in leaves:
        # 1. Every leaf belongs to a known writer.
        if leaf.writer not in chains:
            raise ChainError("unknown writer", leaf.writer, leaf.wseq)
        chains[leaf.writer].append(leaf)
    for end in ends:
        verify_chain(sorted(chains[end.writer], key=attrgetter("wseq")), end)
    return sum(map(len, chains.values()))


def verify_chain(leaves: Sequence[StoredLeaf], end: StoredWriter) -> None:
    """One chain, its leaves in order of ``wseq``."""
    previous = FIRST_PREVIOUS
    for place, leaf in enumerate(leaves):
        # 2. No gap: counters follow each other from 0.
        if leaf.wseq != place:
            raise ChainError("a leaf is missing", leaf.writer, place)
        # 3. The leaf is the one that was hashed.
        if leaf_hash(leaf.leaf) != leaf.leaf_hash:
            raise ChainError("the leaf does not match its hash", leaf.writer, place)
        # 4. The leaf speaks of this row and of the leaf before it.
        if _stated(leaf) != _expected(leaf, previous):
            raise ChainError("the leaf does not belong at its place", leaf.writer, place)
        previous = leaf.leaf_hash
    # 5. The chain ends where its writer says.
    if len(leaves) != end.last_wseq + 1:
        raise ChainError("the chain was cut", end.writer, len(leaves))


def _stated(leaf: StoredLeaf) -> Mapping[str, object]:
    try:
        value = read(leaf.leaf)
    except CanonicalError:
        value = None
    if not isinstance(value, Mapping):
        raise ChainError("the leaf is not canonical JSON", leaf.writer, leaf.wseq)
    return {key: value.get(key) for key in ("id", "t", "wprev", "writer", "wseq")}


def _expected(leaf: StoredLeaf, previous: bytes) -> Mapping[str, object]:
    return {
        "id": str(leaf.id),
        "t": leaf.t,
        "wprev": previous.hex(),
        "writer": str(leaf.writer),
        "wseq": leaf.wseq,
    }
