"""A field of a GraphQL object type to its place in the catalogue, and to the closed list its texts come from.

Fields of reference data, connections and the log have no place in the catalogue: no grant decides them.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from graphql import GraphQLInterfaceType, GraphQLObjectType
from strawberry.types.field import StrawberryField

from schema.build import DEFINITION, graphql_schema
from schema.demands.demand import Coordinate, TypeName
from schema.types.describing import LABEL, VOCABULARY
from schema.vocabulary.words import Word

_BOUND = ("Link", "Standing", "Measure", "MeasureFeedback")  # besides subjects and records


def coordinate_of(type_name: str, field_name: str) -> Coordinate | None:
    """The catalogue coordinate of a field of a concrete object type; a label has that of the field it labels.

    Fields that every record has are declared by ``Record``. None for ``__typename``, for interfaces, for types that are
    not bound to the catalogue and for fields that do not exist.
    """
    return declaring().get((TypeName(type_name), labelled_by(type_name, field_name) or field_name))


def labelled_by(type_name: str, field_name: str) -> str | None:
    """For ``xLabel``, the name ``x``; None for every other field."""
    return field_name.removesuffix("Label") if (type_name, field_name) in _labels() else None


def vocabulary_of(type_name: str, field_name: str) -> type[Word] | None:
    """The closed list of a field ``x`` or of its label; None where its texts are free. Types may be interfaces."""
    return _labels().get((type_name, field_name)) or _labels().get((type_name, f"{field_name}Label"))


def english_name(coordinate: Coordinate) -> str:
    """The first words of the field's description: "Date of the decision". Errors: KeyError for what is no field."""
    type_name, _, field_name = coordinate.partition(".")
    kind = graphql_schema().type_map[type_name]
    if not isinstance(kind, GraphQLInterfaceType | GraphQLObjectType):
        raise KeyError(coordinate)
    described = kind.fields[field_name].description or field_name
    return described.partition(" (")[0].rstrip(".")


@cache
def types_of(interface: str) -> tuple[TypeName, ...]:
    """The object types of an interface, in the order of the schema: the families of ``Record``."""
    kind = graphql_schema().type_map.get(interface)
    if not isinstance(kind, GraphQLInterfaceType):
        return ()
    return tuple(TypeName(possible.name) for possible in graphql_schema().get_possible_types(kind))


@cache
def declaring() -> Mapping[tuple[TypeName, str], Coordinate]:
    """(concrete type, field) to coordinate, for every field bound to the catalogue; labels are not in it."""
    return MappingProxyType(dict(_bound_fields()))


def _bound_fields() -> Iterator[tuple[tuple[TypeName, str], Coordinate]]:
    families = types_of("Record")
    common = _fields("Record")
    for name in (*types_of("Subject"), *families, *map(TypeName, _BOUND)):
        for field in _fields(name):
            declared_by = "Record" if name in families and field in common else name
            yield (name, field), Coordinate(f"{declared_by}.{field}")


def _fields(name: str) -> tuple[str, ...]:
    kind = graphql_schema().type_map[name]
    if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return ()
    return tuple(field for field in kind.fields if labelled_by(name, field) is None)


@cache
def _labels() -> Mapping[tuple[str, str], type[Word]]:
    found: dict[tuple[str, str], type[Word]] = {}
    for name, kind in graphql_schema().type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, definition in kind.fields.items():
                described = definition.extensions.get(DEFINITION)
                if isinstance(described, StrawberryField) and LABEL in described.metadata:
                    found[name, field] = described.metadata[VOCABULARY]
    return MappingProxyType(found)
