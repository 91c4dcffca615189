"""A document, a world of raw rows and a caller's grant -> the answer, resolved field by field by graphql-core.

The slow, obvious way to read the interface, against which the planned answers are held. It shares authz and schema with
the gateway and imports nothing of ``resolvers``: no plan, no SQL, no generated code.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
)
from graphql.execution import execute_sync

from schema.build import sdl
from schema.coordinates import labelled_by, vocabulary_of
from schema.vocabulary.words import Language, label
from tests.reference.connections import NotFilterable
from tests.reference.objects import Given, Roots
from tests.reference.sight import Sight

Info: TypeAlias = GraphQLResolveInfo[Any]


@cache
def schema() -> GraphQLSchema:
    """Built from the text that callers get."""
    return build_schema(sdl())


class Failed(Exception):  # noqa: N818
    """graphql-core could not execute the document: a non-null field without a value, for instance."""


def execute(document: str | DocumentNode, variables: Mapping[str, Any], sight: Sight, name: str | None = None) -> Any:
    """The ``data``. Errors: NotFilterable; Failed."""
    node = parse(document) if isinstance(document, str) else document
    result = execute_sync(
        schema(),
        node,
        root_value=Roots(sight=sight),
        variable_values=dict(variables),
        operation_name=name,
        field_resolver=_resolve,
        type_resolver=lambda value, info, kind: value.type_name,
    )
    if not isinstance(result, ExecutionResult):
        raise Failed("the document is executed in parts")
    for error in result.errors or ():
        if isinstance(error.original_error, NotFilterable):
            raise error.original_error
        raise Failed(f"{error.message} at {error.path}") from error.original_error
    return result.data


def _resolve(source: Any, info: Info, **arguments: Any) -> Any:
    """A field, or the label of the field beside which it stands."""
    parent, field = info.parent_type.name, info.field_name
    labelled = "answer" if (parent, field) == ("Verdict", "label") else labelled_by(parent, field)
    if labelled is not None:
        return _label(_value(source, labelled, info, {}), parent, labelled, arguments["lang"])
    return _value(source, field, info, arguments)


def _value(source: Any, field: str, info: Info, arguments: Given) -> Any:
    if isinstance(source, Mapping):
        found = source.get(field)
        return found.isoformat() if isinstance(found, date) else found
    kind = info.parent_type.fields[field].type
    return source.field(field, arguments, get_named_type(kind).name, is_list_type(get_nullable_type(kind)))


def _label(value: Any, parent: str, field: str, language: str) -> Any:
    vocabulary = vocabulary_of(parent, field)
    if vocabulary is None or value is None:
        return None
    words = {word.value: label(word, Language(language)) for word in vocabulary}
    return [words.get(each) for each in value] if isinstance(value, list | tuple) else words.get(value)
