"""Counts at the leaves of a tree of departments -> which nodes may be told, so that no small group can be worked out.

A group is small where it counts one or more and fewer than ``SMALL_GROUP``. Whoever knows the told totals and the told
parts knows their differences, and nothing else: the leaves fall into told leaves and, for each told total, what remains
of it after the told parts below it. INVARIANT: none of these is small; then no sum or difference of them is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from resolvers.readings import SMALL_GROUP

Path: TypeAlias = tuple[str, ...]


class Group(NamedTuple):
    """``sums`` add up where groups are joined; ``persons`` counts distinct subjects, so of a union it is the least
    there can be."""

    sums: tuple[int, ...]
    persons: int = 0

    @property
    def small(self) -> bool:
        return any(is_small(each) for each in (*self.sums, self.persons))

    def joined(self, other: "Group") -> "Group":
        sums = tuple(a + b for a, b in zip(self.sums, other.sums, strict=True))
        return Group(sums, max(self.persons, other.persons))


def is_small(count: int) -> bool:
    return 0 < count < SMALL_GROUP


def without_few(count: int, *persons: int) -> int | None:
    """The count, unless few natural persons are among it: organisations are counted in public too."""
    return None if any(map(is_small, persons)) else count


def tellable(leaves: Mapping[Path, Group], within: frozenset[Path] | None = None) -> frozenset[Path]:
    """The paths, of leaves and of totals (their beginnings), that may be told together; ``within``: no others."""
    if not leaves:
        return frozenset()
    width = len(next(iter(leaves.values())).sums)
    root = _Node(path=(), nothing=Group((0,) * width))
    for path, group in leaves.items():
        root.put(path, group)
    for child in root.below.values():
        _settle(child, within)
    root.told = False  # what stands above all is nobody's total
    return frozenset(node.path for node in root.all() if node.told)


@dataclass(slots=True, kw_only=True)
class _Node:
    path: Path
    nothing: Group
    group: Group | None = None  # of a leaf
    told: bool = True
    below: dict[str, "_Node"] = field(default_factory=dict)

    def put(self, path: Path, group: Group) -> None:
        node = self
        for name in path:
            node = node.below.setdefault(name, _Node(path=(*node.path, name), nothing=self.nothing))
        node.group = group

    def all(self) -> Iterator["_Node"]:
        yield self
        for child in self.below.values():
            yield from child.all()

    def own(self) -> Sequence[Group]:
        return () if self.group is None else (self.group,)

    def untold(self) -> Group:
        """What remains of it after the told parts below it; of a told leaf, nothing."""
        below = [child.untold() for child in self.below.values() if not child.told]
        return self._join((*below, *(() if self.told else self.own())))

    def size(self) -> int:
        return sum(sum(each.group.sums) for each in self.all() if each.group is not None)

    def _join(self, groups: Iterable[Group]) -> Group:
        found = self.nothing
        for each in groups:
            found = found.joined(each)
        return found


def _settle(node: _Node, within: frozenset[Path] | None) -> None:
    for child in node.below.values():
        _settle(child, within)
    if (within is not None and node.path not in within) or any(group.small for group in node.own()):
        node.told = False
        return
    while node.told and node.untold().small:
        give = _least(node)
        if give is None:
            node.told = False
        else:
            give.told = False


def _told(node: _Node) -> Iterator[_Node]:
    """The nearest told nodes below."""
    for child in node.below.values():
        if child.told:
            yield child
        else:
            yield from _told(child)


def _least(node: _Node) -> _Node | None:
    """The smallest of them that counts anything."""
    found = ((child.size(), child.path, child) for child in _told(node))
    return min((each for each in found if each[0]), key=lambda each: each[:2], default=(0, (), None))[2]
