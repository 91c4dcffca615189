"""The policy in force and one that is to follow it -> whether the second could show more, and in how many cells.

Cells are what a diff counts. What differs beside them counts as wider where it decides who may ask, when, or how a
value is formed, and nothing shows that it does not: a change of doubtful effect is approved like one of known effect.
Rules have no effect but through cells; a source has one, since statute asks for bases of a rank that is in force.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from authz.matrix.diff import Diff, diff
from authz.matrix.evaluation import evaluate
from authz.policy import Policy

_HARMLESS = frozenset({"rule"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """``diff`` is None where there was nothing to compare with; then every open cell counts as widened. ``beside``:
    what could show more without opening a cell, by kind and name."""

    diff: Diff | None
    widened: int
    narrowed: int
    beside: tuple[str, ...]

    @property
    def widens(self) -> bool:
        return bool(self.widened or self.beside)


def weigh(old: Policy | None, new: Policy) -> Weighed:
    """What the new policy could show more than the old one, or than nothing."""
    if old is None:
        return Weighed(diff=None, widened=evaluate(new).open_cells, narrowed=0, beside=())
    found = diff(old, new)
    return Weighed(
        diff=found,
        widened=found.widened_cells,
        narrowed=found.narrowed_cells,
        beside=tuple(_weighty(found, old, new)),
    )


def _weighty(found: Diff, old: Policy, new: Policy) -> Iterator[str]:
    """What differs beside the cells, but for what cannot show more."""
    gone = _gone(old, new)
    for each in found.beside:
        if each.partition(" ")[0] not in _HARMLESS and each not in gone:
            yield each
    before, after = old.regulation, new.regulation
    for name in sorted({*before.groups, *after.groups}):
        if name in after.groups and before.groups.get(name) != after.groups[name]:
            yield f"group {name}"
    if before.calendar != after.calendar:
        yield "calendar"
    if old.model != new.model:
        yield "model"


def _gone(old: Policy, new: Policy) -> frozenset[str]:
    """What only the old policy knows: who may no longer ask for it is shown less. A ceiling or a jurisdiction is not
    among them: without it another one may hold."""
    kinds: tuple[tuple[str, Iterable[str], Container[str]], ...] = (
        ("purpose", old.regulation.purposes, new.regulation.purposes),
        ("item", old.catalogue.items, new.catalogue.items),
        ("field", map(str, old.catalogue.fields), set(map(str, new.catalogue.fields))),
        ("measure", old.regulation.measures, new.regulation.measures),
        ("list", old.regulation.list_types, new.regulation.list_types),
    )
    return frozenset(f"{kind} {name}" for kind, before, after in kinds for name in before if name not in after)
