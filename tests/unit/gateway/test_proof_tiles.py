"""Tiles hold what the tree of their leaves holds, however it grew; their paths are those of c2sp.org/tlog-tiles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ledger.proof.errors import FormatError, ProofError
from gateway.ledger.proof.tiles import ENTRIES, Grown, Tile, bundle, extend, levels, node_reader, path, unbundle, widths
from gateway.ledger.proof.tree import EMPTY_ROOT, inclusion, leaf_hash, root, root_of

NOTHING = Grown(size=0, edge={}, tiles=(), root=EMPTY_ROOT)


def hashes(begin: int, end: int) -> list[bytes]:
    return [leaf_hash(n.to_bytes(3, "big")) for n in range(begin, end)]


def grown(*sizes: int) -> tuple[Grown, dict[tuple[int, int], Tile]]:
    """A tree grown to each of the sizes in turn, and its tiles, the newest of each place."""
    tree = NOTHING
    held: dict[tuple[int, int], Tile] = {}
    for size in sizes:
        tree = extend(tree.size, tree.edge, hashes(tree.size, size))
        held |= {(tile.level, tile.n): tile for tile in tree.tiles}
    return tree, held


@pytest.mark.parametrize(
    ("level", "n", "width", "expected"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1067, 256, "tile/0/x001/067"),
        (1, 1234067, 256, "tile/1/x001/x234/067"),  # the example of the specification
        (2, 1000, 112, "tile/2/x001/000.p/112"),
        (ENTRIES, 0, 5, "tile/entries/000.p/5"),
        (ENTRIES, 999, 256, "tile/entries/999"),
    ],
)
def test_paths(level: int, n: int, width: int, expected: str) -> None:
    assert path(level, n, width) == expected


def test_the_tiles_of_a_tree_of_70000() -> None:
    """The example of the specification."""
    assert list(levels(70_000)) == [0, 1, 2]
    assert [list(widths(level, 70_000))[-1] for level in levels(70_000)] == [(273, 112), (1, 17), (0, 1)]
    assert len(list(widths(0, 70_000))) == 274
    assert [width for _, width in widths(1, 256)] == [1]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513])
def test_a_tree_grown_at_once(size: int) -> None:
    tree, held = grown(size)
    assert (tree.size, tree.root) == (size, root(hashes(0, size)))
    assert {(tile.level, tile.n, tile.width) for tile in held.values()} == {
        (level, n, width) for level in levels(size) for n, width in widths(level, size)
    }


@settings(max_examples=40)
@given(st.sets(st.integers(1, 1_100), min_size=1, max_size=6).map(sorted))
def test_a_tree_grown_in_steps_is_the_same(sizes: list[int]) -> None:
    tree, held = grown(*sizes)
    once, whole = grown(sizes[-1])
    assert (tree.root, tree.edge, held) == (once.root, once.edge, whole)


def test_a_large_tree() -> None:
    tree, held = grown(60_000, 65_535, 65_536, 66_000)
    assert tree.root == root(hashes(0, 66_000))
    assert tree.edge.keys() == {0, 1, 2}
    found = node_reader(lambda level, n: held[level, n].data, 66_000)
    assert root_of(65_537, found) == root(hashes(0, 65_537))
    assert inclusion(65_999, 66_000, found)


def test_a_tree_that_does_not_extend() -> None:
    tree, _ = grown(300)
    assert extend(300, tree.edge, []) == Grown(size=300, edge=tree.edge, tiles=(), root=tree.root)
    assert extend(0, {}, []) == NOTHING


@pytest.mark.parametrize("level", [0, 1])
def test_an_edge_that_is_not_the_trees(level: int) -> None:
    tree, _ = grown(300)
    with pytest.raises(FormatError):
        extend(300, {**tree.edge, level: tree.edge[level][:-1]}, hashes(300, 600))
    with pytest.raises(FormatError):
        extend(300, {key: data for key, data in tree.edge.items() if key != level}, hashes(300, 600))
    with pytest.raises(FormatError):
        extend(301, tree.edge, hashes(301, 600))


def test_nodes_are_found_in_wider_tiles_but_not_outside_of_the_tree() -> None:
    _, held = grown(300)
    found = node_reader(lambda level, n: held[level, n].data, 200)
    assert root_of(200, found) == root(hashes(0, 200))
    with pytest.raises(ProofError, match="no such node"):
        found(0, 200)
    short = node_reader(lambda level, n: held[level, n].data[:-32], 300)
    with pytest.raises(FormatError):
        short(0, 299)


def test_bundles() -> None:
    assert bundle([b"", b"ab"]) == b"\0\0\0\2ab"
    assert unbundle(b"\0\0\0\2ab", 2) == (b"", b"ab")
    assert unbundle(bundle([b"x" * 65_535]), 1) == (b"x" * 65_535,)
    with pytest.raises(FormatError):
        bundle([b"x" * 65_536])


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\1", b"\0\2a", b"\0\0\0", b"\0\0\0\0"])
def test_a_bundle_that_does_not_hold_one_leaf(data: bytes) -> None:
    with pytest.raises(FormatError):
        unbundle(data, 1)
