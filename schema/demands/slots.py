"""Arguments of a field -> Slots: where each value will be found when the operation runs.

A value written without variables is a literal; one variable is a reference to it; an object or list with variables
inside keeps its parts. Looks at values only to see whether they are present.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from graphql import (
    ArgumentNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from schema.demands.demand import Slot, value_of
from schema.demands.variables import UNFIT_LITERAL, literal, plain
from schema.documents.limits import LIMITS, Limits, invalid, keep

NULL_GIVEN = "a variable without a value stands where a value is required"


class Arguments:
    """Reads arguments under the coerced variables of one operation."""

    def __init__(self, variables: Mapping[str, object], limits: Limits = LIMITS) -> None:
        self._variables = variables
        self._limits = limits

    def slots(
        self, declared: Mapping[str, GraphQLArgument], given: tuple[ArgumentNode, ...] | None
    ) -> Mapping[str, Slot]:
        """One slot for each argument that has a value, by default or given. Errors: DOCUMENT_INVALID."""
        nodes = {argument.name.value: argument.value for argument in given or ()}
        found = ((name, self._argument(nodes.get(name), argument)) for name, argument in declared.items())
        return MappingProxyType({name: slot for name, slot in found if slot is not None})

    def value(self, slot: Slot) -> object:
        """The value now; only its structure may be relied on."""
        return value_of(slot, self._variables)

    def entries(self, slot: Slot) -> Mapping[str, Slot]:
        """The keys of an input object that hold a value, with the slot of each."""
        value = self.value(slot)
        keys = [key for key, part in value.items() if part is not None] if isinstance(value, dict) else []
        return {key: self._entry(slot, key, value) for key in keys}

    def _entry(self, slot: Slot, key: str, value: object) -> Slot:
        if isinstance(slot.parts, Mapping):
            return slot.parts[key]
        if slot.name is not None:
            return Slot(name=slot.name, path=(*slot.path, key))
        return Slot(literal=value[key] if isinstance(value, dict) else None)

    def _argument(self, node: ValueNode | None, declared: GraphQLArgument | GraphQLInputField) -> Slot | None:
        if node is None or self._absent(node):
            default = coerce_default_value(declared)
            return None if default is Undefined else Slot(literal=plain(default, declared.type))
        return self._slot(node, declared.type)

    def _absent(self, node: ValueNode) -> bool:
        return isinstance(node, VariableNode) and node.name.value not in self._variables

    def _slot(self, node: ValueNode, kind: GraphQLInputType) -> Slot:
        inner = get_nullable_type(kind)
        if isinstance(node, VariableNode):
            return self._reference(node, kind)
        if not _varies(node):
            return self._literal(node, kind)
        if is_list_type(inner):
            nodes = node.values if isinstance(node, ListValueNode) else (node,)
            keep(self._limits, "items", len(nodes), node)
            return Slot(parts=tuple(self._item(item, inner.of_type) for item in nodes))
        if isinstance(node, ObjectValueNode) and isinstance(inner, GraphQLInputObjectType):
            return Slot(parts=self._parts(node, inner))
        raise invalid(UNFIT_LITERAL, node)  # a scalar with variables inside: validation has let none through

    def _reference(self, node: VariableNode, kind: GraphQLInputType) -> Slot:
        if is_non_null_type(kind) and self._variables.get(node.name.value) is None:
            raise invalid(NULL_GIVEN, node)
        return Slot(name=node.name.value)

    def _literal(self, node: ValueNode, kind: GraphQLInputType) -> Slot:
        for found in _lists(node):
            keep(self._limits, "items", len(found.values), found)
        return Slot(literal=literal(node, kind))

    def _item(self, node: ValueNode, kind: GraphQLInputType) -> Slot:
        return Slot(literal=None) if self._absent(node) and not is_non_null_type(kind) else self._slot(node, kind)

    def _parts(self, node: ObjectValueNode, kind: GraphQLInputObjectType) -> Mapping[str, Slot]:
        nodes = {field.name.value: field.value for field in node.fields}
        found = {name: self._argument(nodes.get(name), field) for name, field in kind.fields.items()}
        parts = {name: slot for name, slot in found.items() if slot is not None}
        if kind.is_one_of and [self.value(slot) is None for slot in parts.values()] != [False]:
            raise invalid(UNFIT_LITERAL, node)  # validation sees two keys, but not that the one variable is null
        return MappingProxyType(parts)


def _lists(node: ValueNode) -> Iterator[ListValueNode]:
    """Every list written in a value."""
    if isinstance(node, ListValueNode):
        yield node
        for value in node.values:
            yield from _lists(value)
    if isinstance(node, ObjectValueNode):
        for field in node.fields:
            yield from _lists(field.value)


def _varies(node: ValueNode) -> bool:
    """Whether a variable stands anywhere inside."""
    if isinstance(node, ListValueNode):
        return any(_varies(value) for value in node.values)
    if isinstance(node, ObjectValueNode):
        return any(_varies(field.value) for field in node.fields)
    return isinstance(node, VariableNode)
