"""The Strawberry types to one executable schema and its SDL, once per process.

The schema has no resolvers and no type resolvers: whoever executes it for a test brings its own.
"""

from functools import cache

import strawberry
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry import UNSET
from strawberry.directive import DirectiveLocation
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.query import Query
from schema.types.families import FAMILIES
from schema.types.scalars import SCALARS
from schema.types.subjects import NaturalPerson, Organisation

DEFINITION = "strawberry-definition"  # key of graphql-core's extensions: what Strawberry knows of a type or field


@strawberry.directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    description="The purpose for which an operation is asked; without it the operation is in publication scope.",
)
def purpose(code: str, matter: str | None = UNSET, role: str | None = UNSET) -> None:
    """Declared for its arguments; it is read from the document, never run."""


@cache
def build() -> strawberry.Schema:
    """The one schema. Building it twice from the same types would change them."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        directives=[purpose],
        types=[Organisation, NaturalPerson, *FAMILIES],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _finish(schema._schema)
    return schema


def graphql_schema() -> GraphQLSchema:
    """The same schema as graphql-core knows it: with @purpose and @oneOf, without resolvers."""
    return build()._schema


@cache
def sdl() -> str:
    """The schema definition language text, ending in a newline; ``schema/schema.graphql`` holds the same."""
    return build().as_str() + "\n"


def _finish(schema: GraphQLSchema) -> None:
    """Take out the resolvers, and tell graphql-core what Strawberry checks by itself: which inputs are one-of."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = kind.extensions[DEFINITION].is_one_of
        if isinstance(kind, GraphQLObjectType):
            kind.is_type_of = None
        if isinstance(kind, GraphQLInterfaceType):
            kind.resolve_type = None
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and DEFINITION in kind.extensions:
            for field in kind.fields.values():
                field.resolve = None
