"""An operation of surveyed size -> how deep, how broad and how costly it is, before anything validates it.

Spreads fragments and merges fields under their response keys as an answer would. The survey has bounded how many
selections that can be, so one walk is enough. Tolerates names that do not exist: validation speaks of them later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from schema.documents.limits import Limits, exceeded, keep
from schema.documents.survey import Survey, Tally

INTROSPECTION = frozenset({"__schema", "__type"})

_ROWS = 20  # of a page whose `first` is not given
_BATCH = "standings"
_LIST = 5  # values of a plain list of objects: principals of an organisation, articles under a measure
_INTROSPECTED = {"types": 60, "fields": 15, "possibleTypes": 25, "inputFields": 6, "enumValues": 8, "directives": 6}

Place = tuple[SelectionSetNode, GraphQLNamedType | None]
Found = tuple[FieldNode, GraphQLNamedType | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one operation amounts to. ``cost`` counts fields of the answer times the rows around them; ``steps`` counts
    the nodes visited in the whole document."""

    depth: int
    cost: int
    keys: int
    aliases: int
    product: int
    roots: tuple[str, ...]  # names of the root fields, without aliases
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Above:
    """Where a level stands: how deep, and how many rows there are of it."""

    depth: int = 0
    rows: int = 1  # of the pages around
    factor: int = 1  # of the pages and plain lists around
    introspecting: bool = False


def measure(survey: Survey, schema: GraphQLSchema, limits: Limits, tally: Tally) -> tuple[Measured, ...]:
    """One for each operation, in order. Errors: LIMIT_EXCEEDED."""
    overlaps = _Overlaps(limits)
    measured = []
    for operation in survey.operations:
        scale = _Scale(survey.fragments, schema, limits, tally, overlaps)
        measured.append(scale.operation(operation))
    for fragment in survey.fragments.values():
        # validation checks a fragment by itself as well, also one that nothing spreads
        name = fragment.type_condition.name.value
        above = _Above(introspecting=name.startswith("__"))
        scale = _Scale(survey.fragments, schema, limits, tally, overlaps)
        scale.level([(fragment.selection_set, schema.type_map.get(name))], above)
    return tuple(measured)


class _Overlaps:
    """Pairs of selections under one response key, in the whole document."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pairs = 0

    def add(self, fields: list[Found]) -> None:
        self._pairs += len(fields) * (len(fields) - 1) // 2
        keep(self._limits, "overlaps", self._pairs, fields[0][0])


class _Scale:
    """Measures one definition."""

    def __init__(
        self,
        fragments: Mapping[str, FragmentDefinitionNode],
        schema: GraphQLSchema,
        limits: Limits,
        tally: Tally,
        overlaps: _Overlaps,
    ) -> None:
        self._fragments = fragments
        self._schema = schema
        self._limits = limits
        self._tally = tally
        self._overlaps = overlaps
        self._depth = self._cost = self._keys = self._aliases = 0
        self._product = 1

    def operation(self, operation: OperationDefinitionNode) -> Measured:
        place = (operation.selection_set, self._schema.get_root_type(operation.operation))
        roots = self._merged([place])
        keep(self._limits, "roots", len(roots), operation)
        self.level([place], _Above())
        return Measured(
            depth=self._depth,
            cost=self._cost,
            keys=self._keys,
            aliases=self._aliases,
            product=self._product,
            roots=tuple(fields[0][0].name.value for fields in roots.values()),
            steps=self._tally.steps,
        )

    def level(self, places: Iterable[Place], above: _Above) -> None:
        """The fields of one level of the answer, and below each its own level."""
        for fields in self._merged(places).values():
            self._overlaps.add(fields)
            self._count(fields, above)
            below = self._below(fields, above)
            self._keep(fields[0][0], below)
            inner = [(node.selection_set, self._type(node, kind)) for node, kind in fields if node.selection_set]
            if inner:
                self.level(inner, below)

    def _merged(self, places: Iterable[Place]) -> dict[str, list[Found]]:
        fields: dict[str, list[Found]] = {}
        for selections, kind in places:
            self._flatten(selections, kind, fields)
        return fields

    def _flatten(
        self, selections: SelectionSetNode, kind: GraphQLNamedType | None, into: dict[str, list[Found]]
    ) -> None:
        for selection in selections.selections:
            self._tally.steps += 1
            if isinstance(selection, FieldNode):
                into.setdefault((selection.alias or selection.name).value, []).append((selection, kind))
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments.get(selection.name.value)
                if fragment:
                    condition = self._schema.type_map.get(fragment.type_condition.name.value)
                    self._flatten(fragment.selection_set, condition, into)
            elif isinstance(selection, InlineFragmentNode):
                named = selection.type_condition
                condition = self._schema.type_map.get(named.name.value) if named else kind
                self._flatten(selection.selection_set, condition, into)

    def _count(self, fields: list[Found], above: _Above) -> None:
        self._keys += 1
        self._cost += above.factor
        self._aliases += sum(1 for node, _ in fields if node.alias)

    def _below(self, fields: list[Found], above: _Above) -> _Above:
        introspecting = above.introspecting or any(node.name.value in INTROSPECTION for node, _ in fields)
        if introspecting:
            rows, factor = 1, max(_INTROSPECTED.get(node.name.value, 1) for node, _ in fields)
        else:
            rows = max(self._rows(node, kind) or 1 for node, kind in fields)
            factor = max(self._rows(node, kind) or _listed(self._field(node, kind), kind) for node, kind in fields)
        return _Above(
            depth=above.depth + 1,
            rows=above.rows * rows,
            factor=above.factor * factor,
            introspecting=introspecting,
        )

    def _keep(self, node: FieldNode, below: _Above) -> None:
        self._depth = max(self._depth, below.depth)
        self._product = max(self._product, below.rows)
        keep(self._limits, "introspection_depth" if below.introspecting else "depth", below.depth, node)
        keep(self._limits, "product", below.rows, node)
        keep(self._limits, "keys", self._keys, node)
        keep(self._limits, "aliases", self._aliases, node)
        keep(self._limits, "cost", self._cost, node)

    def _field(self, node: FieldNode, kind: GraphQLNamedType | None) -> GraphQLField | None:
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            return None
        return self._schema.get_field(kind, node.name.value)

    def _type(self, node: FieldNode, kind: GraphQLNamedType | None) -> GraphQLNamedType | None:
        field = self._field(node, kind)
        return get_named_type(field.type) if field else None

    def _rows(self, node: FieldNode, kind: GraphQLNamedType | None) -> int | None:
        """Rows of a page or a batch, None for every other field."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if node.name.value == _BATCH:
            return _items(given.get("by"), self._limits)
        field = self._field(node, kind)
        if "first" in given or (field and "first" in field.args):
            return _first(given.get("first"), self._limits)
        return None


def _first(value: ValueNode | None, limits: Limits) -> int:
    if value is None:
        return _ROWS
    if not isinstance(value, IntValueNode):
        return limits.first  # a variable may hold anything that is allowed
    # the text of a number is as long as its writer likes, and only short ones are worth reading
    rows = int(value.value) if len(value.value) <= len(str(limits.first)) else limits.first + 1
    if not 1 <= rows <= limits.first:
        exceeded(limits, "first", value)
    return rows


def _items(value: ValueNode | None, limits: Limits) -> int:
    if isinstance(value, ObjectValueNode):
        return 1
    found = max(1, len(value.values)) if isinstance(value, ListValueNode) else limits.items
    keep(limits, "items", found, value)
    return found


def _listed(field: GraphQLField | None, parent: GraphQLNamedType | None) -> int:
    """The nominal length of a plain list of objects; the edges of a page are counted by the page."""
    if field is None or parent is None or parent.name.endswith("Connection"):
        return 1
    listed = is_list_type(get_nullable_type(field.type)) and is_composite_type(get_named_type(field.type))
    return _LIST if listed else 1
