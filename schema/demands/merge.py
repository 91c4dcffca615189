"""Selection sets and an object type -> the fields of one level, merged under their response keys in response order.

This is CollectFields of the GraphQL specification, for every object type that a level may have. Object types to which
the same fragments apply are collected once. Never reads an argument, except those of @skip and @include.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)
from graphql.language import BooleanValueNode

from schema.documents.limits import invalid
from schema.documents.survey import Tally

Fields = Mapping[str, tuple[FieldNode, ...]]
Sets = tuple[SelectionSetNode, ...]

NULL_CONDITION = "a variable without a value stands where a condition is required"

_EXPECTED = {"skip": False, "include": True}


class Merger:
    """Merges under the coerced variables of one operation."""

    def __init__(
        self,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
        schema: GraphQLSchema,
        tally: Tally,
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._schema = schema
        self._tally = tally
        self._conditions: dict[int, frozenset[str]] = {}

    def fields_by_type(
        self, sets: Sets, types: tuple[GraphQLObjectType, ...]
    ) -> Iterator[tuple[GraphQLObjectType, Fields]]:
        """The merged fields for each of the possible types."""
        conditions = sorted(frozenset().union(*(self._named(found) for found in sets)))
        merged: dict[tuple[bool, ...], Fields] = {}
        for kind in types:
            applying = tuple(self._applies(name, kind) for name in conditions)
            if applying not in merged:
                merged[applying] = self.fields(sets, kind)
            yield kind, merged[applying]

    def fields(self, sets: Sets, kind: GraphQLObjectType) -> Fields:
        """The merged fields for one type; a fragment counts where it is spread first."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selections in sets:
            self._collect(selections, kind, found, spread)
        return {key: tuple(nodes) for key, nodes in found.items()}

    def _collect(
        self, selections: SelectionSetNode, kind: GraphQLObjectType, found: dict[str, list[FieldNode]], spread: set[str]
    ) -> None:
        for selection in selections.selections:
            self._tally.steps += 1
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                found.setdefault((selection.alias or selection.name).value, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if not selection.type_condition or self._applies(selection.type_condition.name.value, kind):
                    self._collect(selection.selection_set, kind, found, spread)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                fragment = self._fragments[selection.name.value]
                if self._applies(fragment.type_condition.name.value, kind):
                    spread.add(selection.name.value)
                    self._collect(fragment.selection_set, kind, found, spread)

    def _included(self, selection: SelectionNode) -> bool:
        return all(self._holds(directive) for directive in selection.directives or ())

    def _holds(self, directive: DirectiveNode) -> bool:
        expected = _EXPECTED.get(directive.name.value)
        if expected is None:
            return True
        value = next(argument.value for argument in directive.arguments or () if argument.name.value == "if")
        if isinstance(value, BooleanValueNode):
            return value.value is expected
        given = self._variables.get(value.name.value) if isinstance(value, VariableNode) else None
        if given is None:
            raise invalid(NULL_CONDITION, value)
        return given is expected

    def _applies(self, name: str, kind: GraphQLObjectType) -> bool:
        if name == kind.name:
            return True
        condition = self._schema.type_map[name]
        return is_abstract_type(condition) and self._schema.is_sub_type(condition, kind)

    def _named(self, selections: SelectionSetNode) -> frozenset[str]:
        """The types that fragments of this level are on, in reach of any type."""
        known = self._conditions.get(id(selections))
        if known is None:
            known = self._conditions[id(selections)] = frozenset(self._names(selections))
        return known

    def _names(self, selections: SelectionSetNode) -> Iterator[str]:
        for selection in selections.selections:
            self._tally.steps += 1
            if isinstance(selection, InlineFragmentNode):
                if selection.type_condition:
                    yield selection.type_condition.name.value
                yield from self._named(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                yield fragment.type_condition.name.value
                yield from self._named(fragment.selection_set)
