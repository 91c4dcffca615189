"""An operation that asks about the schema alone -> its answer, from graphql-core.

There is one schema for everyone, so the answer depends on nobody. Never runs an operation that asks for data.
"""

from collections.abc import Mapping

from graphql import ExecutionResult, GraphQLSchema
from graphql.execution import execute_sync

from schema.demands.variables import coerce
from schema.documents.document import Document, Operation
from schema.documents.limits import LIMITS, Limits, invalid

FAILED = "the introspection cannot be answered"


def introspect(
    document: Document,
    operation: Operation,
    given: Mapping[str, object],
    schema: GraphQLSchema,
    limits: Limits = LIMITS,
) -> dict[str, object]:
    """The ``data`` of the answer. Errors: ValueError for an operation with data roots; DOCUMENT_INVALID."""
    if not operation.introspection_only:
        raise ValueError("the operation asks for data")
    coerce(operation.variables, given, limits)
    result = execute_sync(
        schema, document.node, variable_values=dict(given), operation_name=operation.name, hide_suggestions=True
    )
    if not isinstance(result, ExecutionResult) or result.errors or result.data is None:
        raise invalid(FAILED, operation.node)
    return dict(result.data)
