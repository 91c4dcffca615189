"""policies/trees -> trees of names: what stands under what, with one root called ``any``.

A rule may name any node; a request may name only a leaf. Casbin links every name to itself, so a request for a group
would be granted what the group is granted: leaves are therefore a list of their own, not a matter of shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schema.policy_file import Row, csv_rows

ROOT = "any"
DEPTH = 8
"""The most links from a leaf to the root. Casbin stops following them, without a word, after ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """``above`` gives every name with all names above it, itself and the root included."""

    above: Mapping[str, frozenset[str]]
    leaves: frozenset[str]
    links: tuple[tuple[str, str], ...]  # child, parent

    def __contains__(self, name: object) -> bool:
        return name == ROOT or name in self.above

    def within(self, leaf: str, name: str) -> bool:
        """Whether the leaf stands under the name. Unknown names stand under nothing."""
        return leaf in self.leaves and name in self.above[leaf]

    def leaves_of(self, name: str) -> frozenset[str]:
        return frozenset(leaf for leaf in self.leaves if name in self.above[leaf])


def read_links(files: Mapping[str, bytes], name: str) -> tuple[tuple[str, str], ...]:
    """The links of a tree file (columns child,parent). Raises PolicyFileError for a second parent, a parent that is not
    in the file, a cycle, or a node more than eight links from the root."""
    rows = csv_rows(files, name, ("child", "parent"))
    parents: dict[str, str] = {}
    for row in rows:
        child = row.text("child")
        if child in parents or child == ROOT:
            row.refuse(f"{child} has a place in the tree already", "child")
        parents[child] = row.text("parent")
    for row in rows:
        _climb(row, parents)
    return tuple(parents.items())


def _climb(row: Row, parents: Mapping[str, str]) -> None:
    name = row.text("child")
    for _ in range(DEPTH - 1):  # leaves may hang one link below what the file holds
        name = parents[name]
        if name == ROOT:
            return
        if name not in parents:
            row.refuse(f"{name} is not in the tree", "parent")
    row.refuse(f"{row.text('child')} does not reach {ROOT} in {DEPTH - 1} links: a cycle, or too deep", "parent")


def tree_of(links: Iterable[tuple[str, str]], leaves: Iterable[str] | None = None) -> Tree:
    """The tree of these links, which must be sound. A name may have several parents; without ``leaves``, whatever has
    nothing below it is one."""
    pairs = tuple(dict.fromkeys(links))
    parents: dict[str, set[str]] = {}
    for child, parent in pairs:
        parents.setdefault(child, set()).add(parent)
    below = {parent for _, parent in pairs}
    return Tree(
        above=MappingProxyType({name: _above(name, parents) for name in parents}),
        leaves=frozenset(parents) - below if leaves is None else frozenset(leaves),
        links=pairs,
    )


def _above(name: str, parents: Mapping[str, set[str]]) -> frozenset[str]:
    found, pending = {ROOT}, [name]
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending.extend(parents.get(each, ()))
    return frozenset(found)
