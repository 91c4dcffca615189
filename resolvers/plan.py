"""The plan of one operation: which rows are read from where, which columns, and how each becomes part of the answer.

A ``ReadPlan`` is a tree of ``RowNode``s. It holds decisions only: no SQL text (``statements``), no values of variables,
no rows. Two callers with equal grants who ask the same share it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from authz.grant import Kind
from authz.scopes import RowScope
from resolvers.bindings import Decode, Source
from schema.demands.demand import Branch, Condition, Coordinate, Leaf, Page, Slot, Sort, TypeName

Variants: TypeAlias = frozenset[int] | None
"""The variants of a row in which a cell is read; None = in every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows of one kind (and, for records, of these items): the first case whose scope holds names the variant."""

    natural: bool
    items: tuple[str, ...]
    cases: tuple[tuple[RowScope, int], ...]


@dataclass(frozen=True, slots=True)
class ColumnCell:
    name: str
    variants: Variants = None


@dataclass(frozen=True, slots=True)
class DerivedCell:
    coordinate: Coordinate
    variants: Variants = None


@dataclass(frozen=True, slots=True)
class FlagCell:
    """True in these variants: the person is shown as named in the record."""

    variants: Variants


@dataclass(frozen=True, slots=True)
class VariantCell:
    """The number of the row's variant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictTest:
    """Rows that count for a verdict about one kind of subject."""

    kind: Kind
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class VerdictCell:
    """One verdict: true where a counted row exists, null where this kind of subject gets no answer."""

    field: str
    tests: tuple[VerdictTest, ...]
    since_years: int | None
    supervision_field: str | None


@dataclass(frozen=True, slots=True)
class NestedCell:
    node: "RowNode"
    variants: Variants = None


Cell: TypeAlias = ColumnCell | DerivedCell | FlagCell | VariantCell | VerdictCell | NestedCell


class Shape(StrEnum):
    ONE = "one"  # a row or null
    MANY = "many"  # an array of rows
    PAGE = "page"  # row(array of rows, row(total, natural persons) or null)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """How a nested row hangs on its parent: ``child`` = ``parent``; links also by role, and by ``current`` date."""

    child: str
    parent: str
    roles: tuple[str, ...] = ()
    through_targets: bool = False  # person targets of a list entry


class By(StrEnum):
    """How a root row is found."""

    LOOKUP = "lookup"  # subject
    EACH = "each"  # standings: one row for each look-up, found or not
    NODE = "node"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How the rows of a root field are found; ``kinds`` are those the look-up can mean."""

    by: By
    lookup: str | None = None  # "id", "uscc" or "person"
    value: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """A connection: what narrows it, in which order, how far, and what a cursor of it is bound to."""

    path: str
    conditions: tuple[Condition, ...]
    sorts: tuple[Sort, ...]
    first: Slot
    after: Slot | None
    counted: bool
    bound: tuple[Slot, ...]  # every argument on the way here, own conditions included


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What one variant of a type releases, for the log: coordinates, and how many fields at each level."""

    clear: tuple[Coordinate, ...]
    masked: tuple[Coordinate, ...]
    withheld: int
    basis: tuple[str, ...]
    summaries: int = 0  # of those masked
    verdicts: int = 0
    levels: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        masked = len(self.masked) - self.summaries - self.verdicts
        levels = {"full": len(self.clear), "masked": masked, "summary": self.summaries, "verdict": self.verdicts}
        levels |= {"withheld": self.withheld}
        object.__setattr__(self, "levels", {level: number for level, number in levels.items() if number})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNode:
    source: Source
    shape: Shape
    entrance: Entrance | None
    attach: Attach | None
    blocks: tuple[Block, ...]
    cells: tuple[Cell, ...]
    views: tuple["View", ...]  # of a connection: one for each node selection, in document order; else just one
    released: Mapping[tuple[TypeName, int], Released]
    order: tuple[Sort, ...] = ()  # of a connection that asks for none
    paging: Paging | None = None
    page: Page | None = None


# How cells become the answer ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The same in every row: the type's name, or null for what is withheld."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ident:
    """The row's id, sealed for the viewer; ``kind`` says what it is an id of."""

    key: str
    cell: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The first of these cells that is not null (at most one is, in any variant)."""

    key: str
    cells: tuple[tuple[int, Decode], ...]
    leaf: Leaf
    coordinate: Coordinate
    constant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An object of the regulations, found by the code in the cell."""

    key: str
    cell: int
    branch: Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A publication term."""

    key: str
    cell: int
    branch: Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictOut:
    key: str
    cell: int
    field: str
    branch: Branch
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """Nested rows: the first cell that is not null. ``named``: the person as named in this very row, where flagged."""

    key: str
    cells: tuple[int, ...]
    flag: int | None = None
    named: tuple["Output", ...] = ()


Output: TypeAlias = Fixed | Ident | Value | Reference | Term | VerdictOut | Child

View: TypeAlias = Mapping[TypeName, tuple[Output, ...]]
"""What each type of row becomes under one selection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootNode:
    """One data root: response key and what it reads. ``nodes`` has one node for each kind of row that may be meant."""

    key: str
    nodes: tuple[RowNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    roots: tuple[RootNode, ...]
