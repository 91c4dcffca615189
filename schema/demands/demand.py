"""What one operation asks for, in catalogue terms: a tree of asks, with the purpose it states.

A ``Demand`` is made from a validated document, the chosen operation and the *structure* of its variables (which are
present, which filter keys they carry, the values of @skip/@include and of enumerations); the values themselves stay
behind in ``Slot``s, so one demand serves every caller who asks the same question of another subject. It never holds a
value that identifies anyone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

Coordinate = NewType("Coordinate", str)
"""``Type.field`` of policies/catalogue/fields.csv: the type that *declares* the field to the catalogue
(``Record.facts`` for every family, ``Organisation.name`` and ``NaturalPerson.name`` for a subject)."""

TypeName = NewType("TypeName", str)
"""A GraphQL object type: ``Penalty``, ``Organisation``, ``Standing``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a value is found at run time: variable ``name``, then keys and indexes; or ``literal`` from the document;
    or ``parts``, an object or list written in the document with variables inside (``{uscc: $uscc}``)."""

    name: str | None = None
    path: tuple[str | int, ...] = ()
    literal: object = None
    parts: "Mapping[str, Slot] | tuple[Slot, ...] | None" = None


class Operator(StrEnum):
    EQ = "eq"
    IN = "in"
    GE = "ge"
    LE = "le"
    CONTAINS = "contains"  # organisation names only


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One filter key. ``coordinate`` is the field whose values it tests."""

    coordinate: Coordinate
    key: str  # the key of the filter input: "category", "item", "decidedFrom"
    operator: Operator
    value: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    coordinate: Coordinate
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One ``SubjectLookup``: ``by`` is "id", "uscc" or "person", whose ``value`` holds idType, idNumber, name."""

    by: str
    value: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Typename:
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar or enumeration. ``label`` is set where a ``xLabel(lang:)`` sibling was asked, decided as its ``x``.

    On types that are not in the catalogue (reference data, connections) ``coordinate`` is empty and ``field`` decides.
    """

    key: str
    field: str  # GraphQL field name, without alias: "fineAmount"
    coordinate: Coordinate | None
    label: Slot | None = None
    arguments: Mapping[str, Slot] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A field whose value is an object or a list of them: an edge of the catalogue, or reference data."""

    key: str
    field: str
    coordinate: Coordinate | None
    type: str  # declared GraphQL type, bare: "Subject", "Link", "CatalogueItem"
    many: bool
    selection: "Selection"
    arguments: Mapping[str, Slot] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A connection. ``selection`` is that of the connection type itself (edges, pageInfo, totalCount), merged and in
    order; its rows may be asked for under several response keys."""

    key: str
    field: str
    coordinate: Coordinate | None  # None at the root
    type: str  # node type: "Record", "Subject", "Measure", "AccessEntry"
    conditions: tuple[Condition, ...]
    sorts: tuple[Sort, ...]
    first: Slot
    after: Slot | None
    counted: bool
    selection: "Selection"


Ask: TypeAlias = Typename | Leaf | Branch | Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """For each possible object type, its asks in response order, after fragments, merging and @skip/@include."""

    types: Mapping[TypeName, tuple[Ask, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One field of Query or Mutation. ``lookup`` is set for subject and standing, ``lookups`` for standings: the slot
    of the whole list."""

    key: str
    field: str
    arguments: Mapping[str, Slot]
    lookup: Lookup | None
    lookups: Slot | None
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """@purpose as written; ``matter`` may be a variable. Code and role are part of the demand's identity."""

    code: str
    matter: Slot | None
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The whole operation. ``digest`` identifies it with its document: a cache key, and the ledger's ``query``."""

    operation: str  # "query" or "mutation"
    name: str | None
    stated: Stated | None
    roots: tuple[Root, ...]
    document_digest: str  # sha-256 of the document bytes, hex
    digest: str
    depth: int
    cost: int


def value_of(slot: Slot, variables: Mapping[str, object]) -> object:
    """The run-time value of a slot; None where the variable or the key is absent."""
    if isinstance(slot.parts, tuple):
        return [value_of(part, variables) for part in slot.parts]
    if slot.parts is not None:
        return {key: value_of(part, variables) for key, part in slot.parts.items()}
    if slot.name is None:
        return slot.literal
    value: object = variables.get(slot.name)
    for step in slot.path:
        if value is None:
            return None
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value
