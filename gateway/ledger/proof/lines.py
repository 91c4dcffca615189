"""A slice of a log as JSON Lines that prove themselves: the leaves as objects, after a first line that proves them.

The first line holds the checkpoint and the hashes of the complete subtrees before and after the slice; with the leaves
between them they lead to the root that the log has signed. Every line is canonical JSON, so a line has one spelling.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .canonical import CanonicalError, canonical, read
from .checkpoint import Checkpoint, opened
from .errors import FormatError, ProofError
from .note import Key
from .runs import Runs
from .spelling import base64, digest
from .tree import Nodes, leaf_hash, node_hash, root_of

FORMAT = "credit-log-lines/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What was found good: the leaves [begin, end) of the log of this checkpoint."""

    checkpoint: Checkpoint
    begin: int
    end: int


def write(
    begin: int, end: int, leaves: Iterable[bytes], *, size: int, nodes: Nodes, checkpoint: bytes
) -> Iterator[bytes]:
    """The lines of the leaves [begin, end), each with its newline. ``checkpoint``: the note of the head of ``size``.

    Raises:
        ProofError: the slice is not in the tree, or has not as many leaves.
    """
    if not 0 <= begin <= end <= size:
        raise ProofError("the slice is not in the tree")
    yield _line(
        {
            "after": [base64(nodes(level, index)) for level, index in cover(end, size)],
            "before": [base64(nodes(level, index)) for level, index in cover(0, begin)],
            "begin": begin,
            "checkpoint": checkpoint.decode(),
            "end": end,
            "format": FORMAT,
        }
    )
    index = begin
    for leaf in leaves:
        yield _line({"index": index, "leaf": read(leaf), "leaf_hash": leaf_hash(leaf).hex()})
        index += 1
    if index != end:
        raise ProofError("the slice has not as many leaves")


def check(lines: Iterable[bytes], origin: str, keys: Sequence[Key]) -> Slice:
    """The slice in those lines.

    Raises:
        ProofError: the first step that fails.
    """
    rest = iter(lines)
    # 1. The log has signed the head that the slice is proven by.
    head = _object(next(rest, b""), {"after", "before", "begin", "checkpoint", "end", "format"})
    checkpoint = opened(_text(head["checkpoint"]).encode(), origin, keys)
    begin, end = _bounds(head, checkpoint.size)
    # 2. Every line holds the next leaf, and its hash.
    runs = Runs(whole=begin == 0)
    hashes = [_leaf(line, index, runs) for index, line in enumerate(rest, begin)]
    if len(hashes) != end - begin:
        raise ProofError("the lines are not as many as the first one says")
    if (begin, end) == (0, checkpoint.size):
        runs.close()  # the alert that names a gap of a slice may stand outside of it
    # 3. Leaves and hashes lead to the root.
    known = {**_known(head["before"], 0, begin), **_known(head["after"], end, checkpoint.size)}
    known |= {(0, index): one for index, one in enumerate(hashes, begin)}
    if root_of(checkpoint.size, _filled(known)) != checkpoint.root:
        raise ProofError("the lines do not lead to the root of the checkpoint")
    return Slice(checkpoint=checkpoint, begin=begin, end=end)


def cover(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest complete subtrees that together hold the leaves [begin, end): a compact range, as (level, index)."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def _filled(known: Mapping[tuple[int, int], bytes]) -> Nodes:
    """Nodes that are known, or made of known ones."""

    def node(level: int, index: int) -> bytes:
        found = known.get((level, index))
        if found is not None:
            return found
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def _known(told: object, begin: int, end: int) -> dict[tuple[int, int], bytes]:
    places = tuple(cover(begin, end))
    if not isinstance(told, list) or len(told) != len(places):
        raise FormatError("the slice has not the hashes beside it")
    return {place: digest(_text(one)) for place, one in zip(places, told, strict=True)}


def _leaf(line: bytes, index: int, runs: Runs) -> bytes:
    found = _object(line, {"index", "leaf", "leaf_hash"})
    leaf = canonical(found["leaf"])
    made = leaf_hash(leaf)
    if found["index"] != index or isinstance(found["index"], bool):
        raise ProofError(f"line {index} of the log is not at its place")
    if found["leaf_hash"] != made.hex():
        raise ProofError(f"leaf {index} does not match its hash")
    runs.add(leaf)
    return made


def _bounds(head: Mapping[str, object], size: int) -> tuple[int, int]:
    begin, end = head["begin"], head["end"]
    if type(begin) is not int or type(end) is not int or head["format"] != FORMAT:
        raise FormatError("not lines of a log, of version 1")
    if not 0 <= begin <= end <= size:
        raise ProofError("the slice is not in the tree")
    return begin, end


def _object(line: bytes, keys: set[str]) -> Mapping[str, object]:
    try:
        value = read(line.removesuffix(b"\n"))
    except CanonicalError:
        value = None
    if not isinstance(value, Mapping) or value.keys() != keys or not line.endswith(b"\n"):
        raise FormatError("a line is not one of a log")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise FormatError("a line is not one of a log")
    return value


def _line(value: Mapping[str, object]) -> bytes:
    return canonical(value) + b"\n"
