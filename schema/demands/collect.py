"""A document, an operation and the structure of its variables -> Demand: the tree of what is asked, in catalogue terms.

Every field is named by its coordinate, whatever its alias and through whatever interface or fragment it is reached.
Decides nothing about who may see what, and leaves the values of variables where they are.
"""

from collections.abc import Mapping
from types import MappingProxyType

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from schema.coordinates import coordinate_of
from schema.demands.demand import (
    Ask,
    Branch,
    Condition,
    Demand,
    Leaf,
    Lookup,
    Page,
    Root,
    Selection,
    Slot,
    Sort,
    TypeName,
    Typename,
)
from schema.demands.digest import digest_of
from schema.demands.filters import CONDITIONS, sort_of
from schema.demands.merge import Merger, Sets
from schema.demands.slots import Arguments
from schema.demands.statement import stated_of
from schema.documents.document import TYPENAME, Document, Operation
from schema.documents.limits import LIMITS, Limits, exceeded, keep
from schema.documents.survey import Tally

_LOOKED_UP = frozenset({"subject", "standing"})
_BATCH = "standings"


def demand_of(
    document: Document,
    operation: Operation,
    variables: Mapping[str, object],
    schema: GraphQLSchema,
    limits: Limits = LIMITS,
    tally: Tally | None = None,
) -> Demand:
    """The demand of one operation under coerced variables. Errors: DOCUMENT_INVALID, LIMIT_EXCEEDED."""
    collector = _Collector(document, variables, schema, limits, tally or Tally())
    stated = stated_of(operation.node, collector.arguments, schema)
    roots = collector.roots(operation)
    return Demand(
        operation=operation.kind,
        name=operation.name,
        stated=stated,
        roots=roots,
        document_digest=document.digest,
        digest=digest_of(document.digest, operation.kind, operation.name, stated, roots),
        depth=operation.measured.depth,
        cost=operation.measured.cost,
    )


class _Collector:
    """Builds the tree. Equal levels are built once and shared, so the tree is no larger than the document asks."""

    def __init__(
        self, document: Document, variables: Mapping[str, object], schema: GraphQLSchema, limits: Limits, tally: Tally
    ) -> None:
        self.arguments = Arguments(variables, limits)
        self._schema = schema
        self._limits = limits
        self._tally = tally
        self._merger = Merger(document.fragments, variables, schema, tally)
        self._selections: dict[tuple[object, ...], Selection] = {}
        self._weights: dict[int, int] = {}
        self._asks: dict[tuple[object, ...], Ask] = {}

    def roots(self, operation: Operation) -> tuple[Root, ...]:
        kind = self._schema.get_root_type(operation.node.operation)
        if kind is None:
            raise TypeError("a valid operation has a root type")
        fields = self._merger.fields((operation.node.selection_set,), kind)
        return tuple(self._root(key, nodes, kind) for key, nodes in fields.items())

    def _root(self, key: str, nodes: tuple[FieldNode, ...], kind: GraphQLObjectType) -> Root:
        name = nodes[0].name.value
        arguments = {} if name == TYPENAME else self.arguments.slots(kind.fields[name].args, nodes[0].arguments)
        return Root(
            key=key,
            field=name,
            arguments=arguments,
            lookup=self._lookup(arguments["by"]) if name in _LOOKED_UP else None,
            lookups=arguments["by"] if name == _BATCH else None,
            ask=self._ask(key, nodes, kind),
        )

    def _lookup(self, slot: Slot) -> Lookup:
        [(by, value)] = self.arguments.entries(slot).items()  # @oneOf: validation and coercion let nothing else through
        return Lookup(by=by, value=value)

    # selections ------------------------------------------------------------------------------------------------------

    def _selection(self, sets: Sets, kind: GraphQLNamedType) -> Selection:
        known = (kind.name, *map(id, sets))
        if known not in self._selections:
            levels = self._merger.fields_by_type(sets, self._possible(kind))
            selection = self._selections[known] = Selection(
                types=MappingProxyType(
                    {
                        TypeName(possible.name): tuple(self._ask(key, nodes, possible) for key, nodes in fields.items())
                        for possible, fields in levels
                    }
                )
            )
            self._weigh(selection)
        return self._selections[known]

    def _weigh(self, selection: Selection) -> None:
        """Shared levels count as often as they stand in the tree: who walks it may not know that they are shared."""
        below = (ask.selection for asks in selection.types.values() for ask in asks if isinstance(ask, Branch | Page))
        asks = sum(map(len, selection.types.values())) + sum(self._weights[id(inner)] for inner in below)
        keep(self._limits, "asks", asks)
        self._weights[id(selection)] = asks

    def _possible(self, kind: GraphQLNamedType) -> tuple[GraphQLObjectType, ...]:
        if is_abstract_type(kind):
            return tuple(self._schema.get_possible_types(kind))
        return (kind,) if isinstance(kind, GraphQLObjectType) else ()

    def _ask(self, key: str, nodes: tuple[FieldNode, ...], parent: GraphQLObjectType) -> Ask:
        self._tally.steps += 1
        if self._tally.steps > self._limits.asks:
            exceeded(self._limits, "asks")
        name = nodes[0].name.value
        if name == TYPENAME:
            return Typename(key=key)
        known = (key, coordinate_of(parent.name, name), str(parent.fields[name].type), *map(id, nodes))
        if known not in self._asks:
            self._asks[known] = self._field(key, nodes, parent)
        return self._asks[known]

    def _field(self, key: str, nodes: tuple[FieldNode, ...], parent: GraphQLObjectType) -> Ask:
        field = parent.fields[nodes[0].name.value]
        named = get_named_type(field.type)
        if is_leaf_type(named):
            return self._leaf(key, nodes[0], parent, field)
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        if named.name.endswith("Connection") and isinstance(named, GraphQLObjectType):
            return self._page(key, nodes[0], parent, sets, named)
        return Branch(
            key=key,
            field=nodes[0].name.value,
            coordinate=coordinate_of(parent.name, nodes[0].name.value),
            type=named.name,
            many=is_list_type(get_nullable_type(field.type)),
            selection=self._selection(sets, named),
            arguments=self._slots(field, nodes[0]),
        )

    def _leaf(self, key: str, node: FieldNode, parent: GraphQLObjectType, field: GraphQLField) -> Leaf:
        arguments = self._slots(field, node)
        return Leaf(
            key=key,
            field=node.name.value,
            coordinate=coordinate_of(parent.name, node.name.value),
            label=arguments.get("lang") if arguments else None,
            arguments=arguments,
        )

    def _slots(self, field: GraphQLField, node: FieldNode) -> Mapping[str, Slot] | None:
        return self.arguments.slots(field.args, node.arguments) if field.args else None

    # pages -----------------------------------------------------------------------------------------------------------

    def _page(self, key: str, node: FieldNode, parent: GraphQLObjectType, sets: Sets, kind: GraphQLObjectType) -> Page:
        field = parent.fields[node.name.value]
        arguments = self.arguments.slots(field.args, node.arguments)
        selection = self._selection(sets, kind)
        rows = get_named_type(kind.fields["edges"].type)
        row = get_named_type(rows.fields["node"].type) if isinstance(rows, GraphQLObjectType) else rows
        asked = selection.types[TypeName(kind.name)]
        return Page(
            key=key,
            field=node.name.value,
            coordinate=coordinate_of(parent.name, node.name.value),
            type=row.name,
            conditions=self._conditions(field, arguments.get("filter")),
            sorts=self._sorts(field, arguments.get("orderBy"), node),
            first=arguments["first"],
            after=self._present(arguments.get("after")),
            counted=any(isinstance(ask, Leaf) and ask.field == "totalCount" for ask in asked),
            selection=selection,
        )

    def _present(self, slot: Slot | None) -> Slot | None:
        return slot if slot is not None and self.arguments.value(slot) is not None else None

    def _conditions(self, field: GraphQLField, slot: Slot | None) -> tuple[Condition, ...]:
        if slot is None:
            return ()
        tests = CONDITIONS[get_named_type(field.args["filter"].type).name]
        return tuple(
            Condition(coordinate=tests[key][0], key=key, operator=tests[key][1], value=value)
            for key, value in sorted(self.arguments.entries(slot).items())
        )

    def _sorts(self, field: GraphQLField, slot: Slot | None, node: FieldNode) -> tuple[Sort, ...]:
        orders = self.arguments.value(slot) if slot else None
        if not isinstance(orders, list):
            return ()
        keep(self._limits, "sorts", len(orders), node)
        kind = get_named_type(field.args["orderBy"].type).name
        return tuple(sort_of(kind, order) for order in orders)
