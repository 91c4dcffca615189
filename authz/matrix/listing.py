"""A matrix -> who sees what at which level for which purpose and on which basis, as lines of a table.

The public part of it may itself be published (WH-二(三)2). Complete: a cell that is in no line is closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from authz.grant import Level
from authz.matrix.axes import Box
from authz.matrix.evaluation import Block
from authz.matrix.lens import Place
from authz.matrix.naming import CONSENTS, KINDS, RELATIONS, Names
from authz.matrix.rectangles import Extent, joined
from authz.matrix.world import World

COLUMNS = (
    "channel", "who", "jurisdictions", "purposes", "consent", "items", "kinds", "relations", "level", "mask", "rows",
    "fields", "cells", "basis",
)  # fmt: skip


class Shown(NamedTuple):
    """What the cells of a line have in common."""

    channel: str
    level: Level
    mask: str
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rectangle. Names are those of the trees; ``cells`` counts every combination."""

    shown: Shown
    extent: Extent
    who: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    purposes: tuple[str, ...]
    consent: str
    items: tuple[str, ...]
    kinds: tuple[str, ...]
    relations: tuple[str, ...]
    fields: tuple[str, ...]
    basis: tuple[str, ...]

    @property
    def cells(self) -> int:
        return self.extent.cells

    def row(self) -> tuple[str, ...]:
        """The line as cells of a table, in the order of ``COLUMNS``."""
        names = (self.who, self.jurisdictions, self.purposes, (self.consent,), self.items, self.kinds, self.relations)
        shown = (self.shown.level.name, self.shown.mask, self.shown.rows)
        texts = (" ".join(each).replace(" as ", "/") for each in names)
        return (self.shown.channel, *texts, *shown, " ".join(self.fields), str(self.cells), " ".join(self.basis))


def listing(world: World, about: Extent | None = None) -> tuple[Line, ...]:
    """Every open cell, or those within an extent, in as few lines as joining gives."""
    return next(listings(world, (about,)))


def listings(world: World, abouts: Iterable[Extent | None]) -> Iterator[tuple[Line, ...]]:
    """The same for several extents, each by itself."""
    names = names_of(world)
    pieces = tuple(_pieces(world, names.items))
    for about in abouts:
        found = joined(_within(pieces, about)).items()
        lines = (_line(shown, extent, notes, names) for (shown, extent), notes in found)
        yield tuple(sorted(lines, key=lambda line: (line.shown.channel, line.items, line.kinds, -line.shown.level)))


def everything(world: World) -> Extent:
    """The extent of the whole space."""
    axes = world.matrix.axes
    sizes = (
        len(world.policy.space.coordinates), len(axes.departments), len(axes.errands), len(RELATIONS), len(KINDS),
        len(world.policy.space.facts), len(axes.jurisdictions), 2,
    )  # fmt: skip
    return Extent._make((1 << size) - 1 for size in sizes)


def _within(
    pieces: Iterable[tuple[Shown, Extent, frozenset[str]]], about: Extent | None
) -> Iterator[tuple[Shown, Extent, frozenset[str]]]:
    for shown, extent, notes in pieces:
        found = extent if about is None else Extent._make(one & other for one, other in zip(extent, about, strict=True))
        if all(found):
            yield shown, found, notes


def names_of(world: World) -> Names:
    """The names of the world's own space."""
    space = world.policy.space
    items = tuple(sorted(space.facts))
    return Names(axes=world.matrix.axes, space=space, items=items, coordinates=space.coordinates)


def _pieces(world: World, items: tuple[str, ...]) -> Iterator[tuple[Shown, Extent, frozenset[str]]]:
    for place, blocks in world.matrix.blocks.items():
        for block in blocks:
            for level, mask, fields in block.decision.pieces():
                for shown, bits in _by_rows(world, place, block, level, mask, fields):
                    basis = (rule.basis for rule, _ in world.openers(block, level, bits))
                    notes = frozenset(each for some in basis for each in some)
                    yield shown, extent_of(place, block.askers, bits, items), notes


def _by_rows(
    world: World, place: Place, block: Block, level: Level, mask: str | None, fields: int
) -> Iterator[tuple[Shown, int]]:
    """Verdicts may count other rows than are shown."""
    verdicts = world.policy.space.verdicts
    rows = ((fields & ~verdicts, block.decision.row), (fields & verdicts, block.decision.verdict_row))
    for bits, row in rows:
        if bits:
            yield Shown(place.channel, level, mask or "", row or ""), bits


def extent_of(place: Place, askers: Box, fields: int, items: tuple[str, ...]) -> Extent:
    """These fields of one place, for these askers."""
    return Extent(
        fields=fields,
        departments=askers.departments,
        errands=askers.errands,
        relations=1 << RELATIONS.index(place.relation),
        kinds=1 << KINDS.index(place.kind),
        items=1 << items.index(place.item),
        jurisdictions=askers.jurisdictions,
        consents=askers.consents,
    )


def _line(shown: Shown, extent: Extent, basis: frozenset[str], names: Names) -> Line:
    return Line(
        shown=shown,
        extent=extent,
        who=names.departments(extent.departments),
        jurisdictions=names.jurisdictions(extent.jurisdictions),
        purposes=names.purposes(extent.errands),
        consent=CONSENTS[extent.consents],
        items=names.items_of(extent.items),
        kinds=names.kinds(extent.kinds),
        relations=names.relations(extent.relations),
        fields=names.fields(extent),
        basis=tuple(sorted(basis)),
    )
