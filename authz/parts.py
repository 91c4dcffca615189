"""Cells of one item and kind of subject -> its parts of a grant, in the order in which they are tried.

The first part whose rows hold is the part of a row, so a closer relation comes before a more distant one, and rows that
the public may see as well before the rest. A row outside a closer relation's part falls to the next: nobody loses by
being closer, so a deny is never of one relation only (``authz.rules``). Decides no field.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from authz.cells import Cells, Fields, Speaking
from authz.grant import Disclosure, Kind, Level, Part, Relation
from authz.regime import Regime
from authz.rows import RowName, RowSource, all_of, rows_of
from authz.scopes import NOTHING, All, In, RowScope
from authz.space import ItemFacts
from schema.demands.demand import Coordinate

Share: TypeAlias = tuple[RowScope, Fields, bool]
"""Rows, what is shown of them, and whether they are public anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the rules say of one item, kind and relation. ``row`` names the rows that are shown, ``verdict_row`` those
    that count for a verdict; None where there are none."""

    speaking: Speaking
    row: RowName | None
    verdict_row: RowName | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One item and kind of subject. ``persons`` is how a natural person is reached at all; of every row for others."""

    facts: ItemFacts
    kind: Kind
    regime: Regime
    persons: RowScope

    def parts(
        self, cells: Iterable[tuple[Relation, RowScope, Cell]], public: Cell | None, memory: Cells
    ) -> Iterator[Part]:
        """The parts of these cells, closest relation first; a part that no row can reach is left out."""
        seen = {_conditions(NOTHING)}
        for relation, condition, cell in cells:
            for rows, fields, published in self._shares(cell, public, memory):
                reached = all_of(condition, rows)
                if (conditions := _conditions(reached)) not in seen:
                    seen.add(conditions)
                    yield Part(
                        item=self.facts.code,
                        kind=self.kind,
                        relation=relation,
                        published=published,
                        rows=reached,
                        fields=fields,
                    )

    def _shares(self, cell: Cell, public: Cell | None, memory: Cells) -> Iterator[Share]:
        """Where the rows that are shown are not those that count for a verdict: both, shown only, counting only."""
        fields = memory.fields(cell.speaking)
        answered = {name: each for name, each in _verdicts(fields).items() if each.level is not Level.NONE}
        counting = self._rows(cell.verdict_row)
        if cell.row is None or not shows_rows(fields):
            if answered:
                yield counting, answered, False
            return
        shown = self._rows(cell.row)
        if not answered or shown == counting:
            yield from self._split(shown, fields, cell, public, memory)
            return
        yield from self._split(all_of(shown, counting), fields, cell, public, memory)
        yield from self._split(shown, _rest(fields), cell, public, memory)
        yield counting, answered, False

    def _split(self, rows: RowScope, fields: Fields, cell: Cell, public: Cell | None, memory: Cells) -> Iterator[Share]:
        """First the rows that are public anyway, with whatever is shown to the public besides."""
        if public is not None and public.row is not None and shows_rows(memory.fields(public.speaking)):
            more = _rest(memory.merged(cell.speaking, public.speaking)) | _verdicts(fields)
            if more != fields:
                yield all_of(rows, self._rows(public.row)), MappingProxyType(more), True
        yield rows, fields, False

    def _rows(self, name: RowName | None) -> RowScope:
        facts = self.facts
        if name is None:
            return NOTHING
        scopes = [rows_of(name, facts.source, self.kind, facts.family, self.regime), self.persons]
        if facts.source is RowSource.RECORD and facts.jurisdictions is not None:
            scopes.append(In("jurisdiction", tuple(sorted(facts.jurisdictions))))
        return all_of(*scopes)


def is_verdict(coordinate: Coordinate) -> bool:
    """Whether the field belongs to the standing of a subject, which is computed from rows and shows none."""
    return coordinate.startswith("Standing.")


def shows_rows(fields: Fields) -> bool:
    """Whether rows with these fields are shown at all, and do not merely count for a verdict."""
    return any(each.level >= Level.SUMMARY and not is_verdict(name) for name, each in fields.items())


def _conditions(scope: RowScope) -> frozenset[RowScope]:
    """The conditions that must all hold, in no order: equal for scopes that hold of the same rows."""
    return frozenset(scope.parts if isinstance(scope, All) else (scope,))


def _verdicts(fields: Fields) -> dict[Coordinate, Disclosure]:
    return {name: each for name, each in fields.items() if is_verdict(name)}


def _rest(fields: Fields) -> dict[Coordinate, Disclosure]:
    return {name: each for name, each in fields.items() if not is_verdict(name)}
