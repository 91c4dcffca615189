"""Logs for tests of verifiers: leaves of invented writers, grown into tiles, signed with a key from a seed, as files.

As a program it writes one: ``python -m tests.ledger.sample_logs DIRECTORY SIZE`` prints the key that checks it.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.ledger.proof import note, tiles
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.chains import FIRST_PREVIOUS
from gateway.ledger.proof.checkpoint import Checkpoint
from gateway.ledger.proof.inclusion_file import ProofFile
from gateway.ledger.proof.tree import Nodes, inclusion, leaf_hash
from tests.ledger.ledgers import START

ORIGIN = "credit.420199/audit/2026"
WRITERS = 3


@dataclass(frozen=True, slots=True)
class SampleKey:
    """A key with its private half, from a seed of equal bytes."""

    name: str = ORIGIN
    seed: int = 7

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        return note.vkey(self.name, self.public)

    @property
    def key(self) -> note.Key:
        return note.key(self.name, self.public)

    def sign(self, text: str) -> bytes:
        return note.sign(text, self.name, self.public, self.private.sign)


@dataclass(frozen=True, slots=True)
class SampleLog:
    """A log, its tiles by path, and who signs it."""

    leaves: tuple[bytes, ...]
    files: dict[str, bytes]
    root: bytes
    by: SampleKey = SampleKey()

    @property
    def checkpoint(self) -> bytes:
        return self.by.sign(Checkpoint(origin=self.by.name, size=len(self.leaves), root=self.root).text)

    @property
    def nodes(self) -> Nodes:
        return tiles.node_reader(self._tile, len(self.leaves))

    def _tile(self, level: int, n: int) -> bytes:
        return self.files[tiles.path(level, n, min(256, (len(self.leaves) >> 8 * level) - 256 * n))]

    def proof(self, index: int) -> ProofFile:
        hashes = inclusion(index, len(self.leaves), self.nodes)
        return ProofFile(index=index, hashes=hashes, checkpoint=self.checkpoint, extra=self.leaves[index])

    def read(self, name: str) -> bytes:
        """As from a directory."""
        found = {"checkpoint": self.checkpoint, **self.files}
        if name not in found:
            raise FileNotFoundError(name)
        return found[name]

    def save(self, folder: Path) -> Path:
        """As a directory, which is given back."""
        for name, data in {"checkpoint": self.checkpoint, **self.files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder


def sample_leaves(count: int) -> Iterator[bytes]:
    """Leaves of three writers in turn, each with a chain of its own."""
    tips = [FIRST_PREVIOUS] * WRITERS
    for n in range(count):
        wseq, writer = divmod(n, WRITERS)
        members = {
            "id": str(UUID(int=n)),
            "kind": "release",
            "t": START + n,
            "v": 1,
            "wprev": tips[writer].hex(),
            "writer": str(UUID(int=writer)),
            "wseq": wseq,
        }
        leaf = canonical(members)
        tips[writer] = leaf_hash(leaf)
        yield leaf


def grown(leaves: Sequence[bytes]) -> SampleLog:
    """The log of these leaves."""
    tree = tiles.extend(0, {}, [leaf_hash(leaf) for leaf in leaves])
    files = {tiles.path(tile.level, tile.n, tile.width): tile.data for tile in tree.tiles}
    for n, width in tiles.widths(tiles.ENTRIES, len(leaves)):
        files[tiles.path(tiles.ENTRIES, n, width)] = tiles.bundle(leaves[n * tiles.WIDTH : n * tiles.WIDTH + width])
    return SampleLog(leaves=tuple(leaves), files=files, root=tree.root)


@cache
def sample_log(size: int) -> SampleLog:
    """A good log of that size; a smaller one is its beginning."""
    return grown(tuple(sample_leaves(size)))


def tampered(log: SampleLog) -> dict[str, SampleLog]:
    """What somebody with the disk but without the key can do to a log of more than 300 leaves. Its head stays."""
    bundle, tile = tiles.path(tiles.ENTRIES, 0), tiles.path(0, 0)
    leaves = list(log.leaves)
    edited = grown([*leaves[:5], leaves[5].replace(b"release", b"deny"), *leaves[6:]])
    swapped = grown([*leaves[:5], leaves[6], leaves[5], *leaves[7:]])
    deleted = grown([*leaves[:5], *leaves[6:]])
    return {
        "edited leaf": _with(log, {bundle: edited.files[bundle]}),
        "edited leaf and its hash": _with(log, {name: edited.files[name] for name in (bundle, tile)}),
        "edited leaf and all tiles": replace(log, files=edited.files),
        "deleted leaf": replace(log, files=deleted.files),
        "swapped leaves": _with(log, {bundle: swapped.files[bundle]}),
        "swapped leaves and their hashes": _with(log, {name: swapped.files[name] for name in (bundle, tile)}),
        "truncated bundle": _with(log, {bundle: log.files[bundle][:-1]}),
        "truncated tile": _with(log, {tile: log.files[tile][:-32]}),
        "truncated log": replace(log, files=grown(leaves[:-1]).files),
    }


def _with(log: SampleLog, files: dict[str, bytes]) -> SampleLog:
    return replace(log, files={**log.files, **files})


def main() -> None:
    """Write a log of a size into a directory, and print its key."""
    log = sample_log(int(sys.argv[2]))
    log.save(Path(sys.argv[1]))
    print(log.by.vkey)


if __name__ == "__main__":
    main()
