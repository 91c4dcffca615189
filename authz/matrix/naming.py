"""Sets of bits -> names that a lawyer can read: the nodes of the trees that cover a set exactly, and what is left over.

A name stands for all that is below it, within what the rectangle is about. Decides nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from authz.grant import Kind, Relation
from authz.matrix.axes import Axes, named
from authz.matrix.rectangles import Extent
from authz.matrix.tables import numbers
from authz.space import NO_ROLE, Space
from authz.trees import ROOT, Tree

KINDS, RELATIONS = tuple(Kind), tuple(Relation)
MANY_FOR_ONE = 12
"""How many names must be spared before one is worth an exception."""

CONSENTS = {1: "without", 2: "with", 3: ROOT}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """How the values of one space are called. ``nodes`` remembers the bits below every node of each tree."""

    axes: Axes
    space: Space
    items: tuple[str, ...]
    coordinates: tuple[str, ...]
    nodes: dict[str, Mapping[str, int]] = field(default_factory=dict, repr=False)

    def departments(self, bits: int) -> tuple[str, ...]:
        return self._covered("departments", self.space.roles, self.axes.departments, bits)

    def jurisdictions(self, bits: int) -> tuple[str, ...]:
        everywhere = bits == (1 << len(self.axes.jurisdictions)) - 1
        return (ROOT,) if everywhere else named(self.axes.jurisdictions, bits)

    def purposes(self, bits: int) -> tuple[str, ...]:
        """Purposes in all the parts that they admit, under the names of their groups; others with the part."""
        errands = [(number, *self.axes.errands[number]) for number in numbers(bits)]
        codes = dict.fromkeys(purpose for _, purpose, _ in errands)
        whole = frozenset(code for code in codes if self.axes.errands_in({code}) & ~bits == 0)
        everything = tuple(dict.fromkeys(errand.purpose for errand in self.axes.errands))
        names = self._covered("purposes", self.space.purposes, everything, _bits(everything, whole))
        rest = ((purpose, role) for _, purpose, role in errands if purpose not in whole)
        return (*names, *(purpose if role == NO_ROLE else f"{purpose} as {role}" for purpose, role in rest))

    def items_of(self, bits: int) -> tuple[str, ...]:
        return self._covered("items", self.space.items, self.items, bits)

    def kinds(self, bits: int) -> tuple[str, ...]:
        return (ROOT,) if bits == (1 << len(KINDS)) - 1 else tuple(KINDS[number] for number in numbers(bits))

    def relations(self, bits: int) -> tuple[str, ...]:
        return tuple(RELATIONS[number] for number in numbers(bits))

    def fields(self, extent: Extent) -> tuple[str, ...]:
        """The fields under the names of classes and sets, as far as the items of the rectangle have such fields."""
        about = 0
        for item in numbers(extent.items):
            facts = self.space.facts.get(self.items[item])
            for kind in numbers(extent.kinds) if facts is not None else ():
                about |= facts.fields[KINDS[kind]] if facts is not None else 0
        return self._covered("fields", self.space.fields, self.coordinates, extent.fields, about)

    def _covered(
        self, of: str, tree: Tree, leaves: Iterable[str], bits: int, about: int | None = None
    ) -> tuple[str, ...]:
        """The largest nodes whose leaves, within ``about``, are in the set; then the leaves that are left."""
        names = tuple(leaves)
        found, rest = [], bits
        for node, below in self._below(of, tree, names).items():
            wanted = below if about is None else below & about
            missing = wanted & ~bits
            if (wanted & rest).bit_count() > 1 + MANY_FOR_ONE * missing.bit_count():
                found.append(" but not ".join((node, *named(names, missing))))
                rest &= ~wanted
        return (*found, *named(names, rest))

    def _below(self, of: str, tree: Tree, leaves: tuple[str, ...]) -> Mapping[str, int]:
        if of not in self.nodes:
            inner = {ROOT, *(parent for _, parent in tree.links)}
            below = {node: _bits(leaves, tree.leaves_of(node)) for node in sorted(inner)}
            self.nodes[of] = dict(sorted(below.items(), key=lambda each: -each[1].bit_count()))
        return self.nodes[of]


def _bits(names: tuple[str, ...], wanted: frozenset[str]) -> int:
    return sum(1 << number for number, name in enumerate(names) if name in wanted)
