"""An object type -> the fields of it that are values: what a document asks that wants to show a row whole."""

from functools import cache

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from schema.build import graphql_schema
from schema.coordinates import labelled_by, vocabulary_of


@cache
def leaves(type_name: str) -> tuple[str, ...]:
    """In the order of the schema; of a word and its label the label alone. Ids are nobody's to read."""
    kind = graphql_schema().type_map[type_name]
    if not isinstance(kind, GraphQLObjectType):
        return ()
    values = (name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type)) and name != "id")
    return tuple(name for name in values if labelled_by(type_name, name) or vocabulary_of(type_name, name) is None)
