"""Values that came with a request -> coerced values, and the structure of them that a demand depends on.

Coerced values are plain: texts, numbers, dates, lists, mappings keyed as the schema names them, and enumerations as the
names of their values. What graphql-core says about a value that does not fit quotes it, so none of that is let out.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
)
from graphql.utilities.coerce_input_value import coerce_input_literal, coerce_input_value

from schema.documents.limits import LIMITS, NOT_TEXT, Limits, exceeded, invalid, is_text, position
from schema.errors import Code, DocumentError

PURPOSE = "purpose"

UNFIT = "the value of a variable does not fit its type"
MISSING = "a required variable is missing"
UNFIT_LITERAL = "a value does not fit the type of its place"

_KEPT_ENUMS = frozenset({"RecordOrderField", "MeasureOrderField", "Direction"})  # they say how rows are ordered
_KEPT_ARGUMENTS = frozenset({"code", "role"})  # of @purpose: part of what is asked, not of whom


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A declaration. ``kept`` where the text itself belongs to the structure: it states the purpose or the role."""

    name: str
    type: GraphQLInputType
    default: ValueNode | None
    kept: bool
    line: int | None
    column: int | None


def declared(operation: OperationDefinitionNode, schema: GraphQLSchema) -> tuple[Variable, ...]:
    """The variables of a valid operation, in order."""
    kept = frozenset(_stating(operation))
    return tuple(_declared(operation, schema, kept))


def _declared(operation: OperationDefinitionNode, schema: GraphQLSchema, kept: frozenset[str]) -> Iterator[Variable]:
    for node in operation.variable_definitions or ():
        kind = type_from_ast(schema, node.type)
        if not is_input_type(kind):
            raise invalid(UNFIT, node)
        line, column = position(node)
        name = node.variable.name.value
        yield Variable(name=name, type=kind, default=node.default_value, kept=name in kept, line=line, column=column)


def _stating(operation: OperationDefinitionNode) -> Iterator[str]:
    for directive in operation.directives or ():
        for argument in directive.arguments or ():
            named = directive.name.value == PURPOSE and argument.name.value in _KEPT_ARGUMENTS
            if named and isinstance(argument.value, VariableNode):
                yield argument.value.name.value


def coerce(
    variables: tuple[Variable, ...], given: Mapping[str, object], limits: Limits = LIMITS
) -> Mapping[str, object]:
    """Coerced values by name, defaults filled in; a variable that was not given and has none is absent.

    Values of undeclared variables are counted and dropped. Errors: LIMIT_EXCEEDED, DOCUMENT_INVALID.
    """
    _weigh(given, limits)
    found = ((variable.name, _value(variable, given)) for variable in variables)
    return MappingProxyType({name: value for name, value in found if value is not Undefined})


def _weigh(given: Mapping[str, object], limits: Limits) -> None:
    """Count what was sent before anything recurses into it."""
    waiting: list[tuple[object, int]] = [(value, 1) for value in given.values()]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if seen + len(waiting) > limits.values:
            exceeded(limits, "values")
        if depth > limits.value_depth:
            exceeded(limits, "value_depth")
        if isinstance(value, str) and len(value) > limits.text:
            exceeded(limits, "text")
        if isinstance(value, list) and len(value) > limits.items:
            exceeded(limits, "items")
        parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        waiting.extend((part, depth + 1) for part in parts)


def _value(variable: Variable, given: Mapping[str, object]) -> object:
    if variable.name in given:
        return _fit(variable, given[variable.name])
    if variable.default is not None:
        return literal(variable.default, variable.type)
    if is_non_null_type(variable.type):
        raise _refusal(MISSING, variable)
    return Undefined


def _fit(variable: Variable, value: object) -> object:
    try:
        coerced = coerce_input_value(value, variable.type)
    except Exception:  # whatever an input type raises would name what was sent
        coerced = Undefined
    if coerced is Undefined:
        raise _refusal(UNFIT, variable)
    if not _storable(coerced):
        raise _refusal(NOT_TEXT, variable)
    return plain(coerced, variable.type)


def _refusal(sentence: str, variable: Variable) -> DocumentError:
    return DocumentError(Code.DOCUMENT_INVALID, sentence, line=variable.line, column=variable.column)


def literal(node: ValueNode, kind: GraphQLInputType) -> object:
    """The plain value of a literal without variables. Errors: DOCUMENT_INVALID."""
    try:
        coerced = coerce_input_literal(node, kind)
    except Exception:  # as above
        coerced = Undefined
    if coerced is Undefined:
        raise invalid(UNFIT_LITERAL, node)
    if not _storable(coerced):
        raise invalid(NOT_TEXT, node)
    return plain(coerced, kind)


def plain(value: object, kind: GraphQLInputType) -> object:
    """A coerced value without Python's enumerations."""
    inner = get_nullable_type(kind)
    if value is None:
        return None
    if isinstance(value, list) and is_list_type(inner):
        return [plain(item, inner.of_type) for item in value]
    if isinstance(value, dict) and isinstance(inner, GraphQLInputObjectType):
        return {key: plain(part, inner.fields[key].type) for key, part in value.items()}
    if isinstance(inner, GraphQLEnumType):
        return inner.serialize(value)
    return value


def _storable(value: object) -> bool:
    """No NUL and no half character anywhere: no database takes them, and no log should."""
    if isinstance(value, str):
        return "\0" not in value and is_text(value)
    if isinstance(value, list):
        return all(_storable(part) for part in value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(part) for key, part in value.items())
    return True


def structure(variables: tuple[Variable, ...], coerced: Mapping[str, object]) -> Hashable:
    """What of the values a demand depends on: presence, keys, emptiness, conditions, orders, purpose and role.

    Never a value that identifies anyone: texts, numbers and dates count only as present.
    """
    return tuple(
        (variable.name, coerced[variable.name] if variable.kept else _shape(coerced[variable.name], variable.type))
        for variable in variables
        if variable.name in coerced
    )


def _shape(value: object, kind: GraphQLInputType) -> Hashable:
    inner = get_nullable_type(kind)
    if value is None:
        return None
    if isinstance(value, list) and is_list_type(inner):
        return _shapes(value, inner.of_type)
    if isinstance(value, dict) and isinstance(inner, GraphQLInputObjectType):
        return tuple(
            (key, _shape(value[key], field.type)) for key, field in inner.fields.items() if value.get(key) is not None
        )
    if inner is GraphQLBoolean or (isinstance(inner, GraphQLEnumType) and inner.name in _KEPT_ENUMS):
        return str(value)
    return ...


def _shapes(items: list[object], kind: GraphQLInputType) -> Hashable:
    """Lists count by what they order by, and otherwise only by not being empty."""
    named = get_named_type(kind)
    ordering = isinstance(named, GraphQLInputObjectType) and any(
        get_named_type(field.type).name in _KEPT_ENUMS for field in named.fields.values()
    )
    return tuple(_shape(item, kind) for item in items[: LIMITS.sorts + 1]) if ordering else bool(items)
