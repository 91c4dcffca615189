"""The tree and its leaves as tiles (c2sp.org/tlog-tiles): what an append makes or changes, and hashes found in tiles.

A tile holds up to 256 hashes of one level of 8; level -1 is an entry bundle, the leaves themselves. Tiles come and go
as bytes; where they are stored is not known here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .errors import FormatError, ProofError
from .tree import Nodes, root, root_of

WIDTH = 256
HEIGHT = 8
ENTRIES = -1  # the level of an entry bundle
HASH_BYTES = 32
ENTRY_LIMIT = 2**16 - 1  # bytes of a leaf, of which the length is written in two


@dataclass(frozen=True, slots=True)
class Tile:
    """The ``n``-th tile of its level; ``width``: how many hashes or leaves, 1 to 256; ``data``: as it is served."""

    level: int
    n: int
    width: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A tree after an append. ``edge``: the data of the right-most tile of each level where it is partial; ``tiles``:
    every tile made or changed."""

    size: int
    edge: Mapping[int, bytes]
    tiles: tuple[Tile, ...]
    root: bytes


def path(level: int, n: int, width: int = WIDTH) -> str:
    """Where a tile is served, or lies in a directory: ``tile/0/x001/067``, ``tile/entries/000.p/5``."""
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{'entries' if level == ENTRIES else level}/{'/'.join(groups)}{partial}"


def widths(level: int, size: int) -> Iterator[tuple[int, int]]:
    """The tiles that a tree of ``size`` has at a level: (n, width), all but the last full."""
    total = size >> HEIGHT * max(level, 0)
    return ((begin // WIDTH, min(WIDTH, total - begin)) for begin in range(0, total, WIDTH))


def levels(size: int) -> range:
    """The levels at which a tree of ``size`` has tiles of hashes."""
    return range((size.bit_length() + HEIGHT - 1) // HEIGHT)


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Each leaf after its length in two bytes. Raises ``FormatError`` for a leaf over 65,535 bytes."""
    if any(len(leaf) > ENTRY_LIMIT for leaf in leaves):
        raise FormatError("a leaf is too long for a bundle")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The leaves of a bundle. Raises ``FormatError`` unless there are exactly ``width``."""
    leaves, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        leaves.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(leaves) != width:
        raise FormatError("the bundle does not hold its leaves")
    return tuple(leaves)


def split(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile. Raises ``FormatError`` unless there are exactly ``width``."""
    if len(data) != width * HASH_BYTES:
        raise FormatError("the tile does not hold its hashes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def extend(size: int, edge: Mapping[int, bytes], hashes: Sequence[bytes]) -> Grown:
    """The tree of ``size`` leaves with more behind them, of which these are the hashes.

    Raises:
        FormatError: the edge is not that of a tree of ``size``.
    """
    after, tiles, level, climbing = dict(edge), list[Tile](), 0, list(hashes)
    while climbing:
        before = size >> HEIGHT * level
        parts = list(_parts(before // WIDTH, [*split(edge.get(level, b""), before % WIDTH), *climbing]))
        made = [Tile(level, n, len(part), b"".join(part)) for n, part in parts]
        _keep_edge(after, made)
        tiles += made
        level, climbing = level + 1, [root(part) for _, part in parts if len(part) == WIDTH]
    total = size + len(hashes)
    return Grown(size=total, edge=after, tiles=tuple(tiles), root=_root(total, after))


def node_reader(read: Callable[[int, int], bytes], size: int) -> Nodes:
    """Finds hashes in the tiles of a tree of ``size``. ``read(level, n)`` gives the data of a tile of hashes, which may
    be wider than the tree had it."""

    def node(level: int, index: int) -> bytes:
        if index + 1 << level > size:
            raise ProofError("the tree has no such node")
        floor, height = divmod(level, HEIGHT)
        n, at = divmod(index << height, WIDTH)
        data = read(floor, n)[at * HASH_BYTES : (at + (1 << height)) * HASH_BYTES]
        return root(split(data, 1 << height))

    return node


def _parts(first: int, items: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Items in tiles, the first of which is the ``first``-th of its level."""
    return ((first + at // WIDTH, items[at : at + WIDTH]) for at in range(0, len(items), WIDTH))


def _keep_edge(edge: dict[int, bytes], tiles: Sequence[Tile]) -> None:
    """The last of the tiles of one level is its edge while it is partial."""
    last = tiles[-1]
    edge.pop(last.level, None)
    if last.width < WIDTH:
        edge[last.level] = last.data


def _root(size: int, edge: Mapping[int, bytes]) -> bytes:
    """Every peak of a tree stands in a partial tile, at the edge."""
    return root_of(size, node_reader(lambda level, _: edge.get(level, b""), size))
