"""Parts of a grant -> the variants of a row source: groups of rows for which the same cells may be read.

INVARIANT: a cell is read in a variant only if every part in it reads the cell, or holds rows in which the cell's column
is empty by construction (a column of another family). A part that could fill a column it does not show never shares a
variant with one that shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from authz.grant import Kind, Part
from authz.scopes import Any, RowScope
from resolvers.plan import Block, Variants

Key: TypeAlias = tuple[str, ...]
Reads: TypeAlias = Mapping[Key, bool]
"""True: reads it; False: holds it, or could, and does not read it; absent: rows of this part cannot hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    blocks: tuple[Block, ...]
    count: int
    variant: Mapping[int, int]  # index of the part -> its variant
    reading: Mapping[Key, Variants]  # variants in which a key is read; None = all; keys that are never read are absent


def divide(parts: tuple[Part, ...], reads: Sequence[Reads], *, by_item: bool) -> Division:
    """Merge the parts into as few variants as the invariant allows, in the order of the grant. ``reads``: of each part,
    in the same order."""
    merged: list[dict[Key, bool]] = []
    variant: dict[int, int] = {}
    for number, wanted in enumerate(reads):
        variant[number] = _place(wanted, merged)
    keys = {key: None for signature in merged for key, read in signature.items() if read}
    return Division(
        blocks=_blocks(parts, variant, by_item=by_item),
        count=len(merged),
        variant=variant,
        reading={key: _reading(key, merged) for key in keys},
    )


def _place(wanted: Reads, merged: list[dict[Key, bool]]) -> int:
    for number, signature in enumerate(merged):
        if all(signature.get(key, read) == read for key, read in wanted.items()):
            signature.update(wanted)
            return number
    merged.append(dict(wanted))
    return len(merged) - 1


def _reading(key: Key, merged: list[dict[Key, bool]]) -> Variants:
    if not any(signature.get(key, True) is False for signature in merged):
        return None
    return frozenset(number for number, signature in enumerate(merged) if signature.get(key) is True)


def _blocks(parts: tuple[Part, ...], variant: Mapping[int, int], *, by_item: bool) -> tuple[Block, ...]:
    cases: dict[tuple[str, Kind], list[tuple[RowScope, int]]] = {}
    for number, part in enumerate(parts):
        cases.setdefault((part.item, part.kind), []).append((part.rows, variant[number]))
    grouped: dict[tuple[Kind, tuple[tuple[RowScope, int], ...]], list[str]] = {}
    for (item, kind), of_item in cases.items():
        grouped.setdefault((kind, tuple(_joined(of_item))), []).append(item)
    return tuple(
        Block(natural=kind is Kind.PERSON, items=tuple(sorted(items)) if by_item else (), cases=of_group)
        for (kind, of_group), items in grouped.items()
    )


def _joined(cases: Iterable[tuple[RowScope, int]]) -> Iterable[tuple[RowScope, int]]:
    """Neighbouring cases of one variant are one case."""
    scopes: list[RowScope] = []
    last: int | None = None
    for scope, number in cases:
        if scopes and number != last:
            yield _either(scopes), last if last is not None else 0
            scopes = []
        scopes.append(scope)
        last = number
    if scopes and last is not None:
        yield _either(scopes), last


def _either(scopes: list[RowScope]) -> RowScope:
    return scopes[0] if len(scopes) == 1 else Any(tuple(dict.fromkeys(scopes)))
