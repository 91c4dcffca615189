"""A request, its notice and what was chosen so far -> the parts of the form, each box with its name and words.

The boxes stand in the order of the notice; none is ticked that the choice does not tick.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.consents.records import Request
from gateway.portal.pages.deciding import FIELD, ITEM, Choice, Particulars
from gateway.portal.pages.naming import Names
from schema.demands.demand import Coordinate
from schema.vocabulary.catalogue import CatalogueCategory

_ORDER = ("NaturalPerson", "Organisation", "Standing", "Record")
"""Types whose fields stand first; then the families of records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """``name`` in the form; ``words`` beside it; ``needs``: what the kinds of record are called that it goes with."""

    name: str
    words: str
    ticked: bool
    sensitive: bool
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Boxes of one kind. ``key``: the text that heads it; ``words``: what heads it where it is a family of records."""

    key: str
    words: str | None
    boxes: tuple[Box, ...]


def item_boxes(request: Request, choice: Choice, names: Names) -> tuple[Box, ...]:
    named = ((ITEM + code, names.item(code)) for code in sorted(request.terms.rights.items))
    return tuple(Box(name=name, words=words, ticked=name in choice.ticked, sensitive=False) for name, words in named)


def field_groups(request: Request, choice: Choice, names: Names, particulars: Particulars) -> tuple[Group, ...]:
    fields = request.terms.rights.fields
    return tuple(
        Group(
            key=type_name if type_name in _ORDER else "family",
            words=None if type_name in _ORDER else family(type_name, names),
            boxes=tuple(_field_boxes(type_name, choice, names, fields, particulars)),
        )
        for type_name in _types(fields)
    )


def family(type_name: str, names: Names) -> str:
    """What a family of records is called."""
    for item in names.catalogue.items.values():
        category = item.subcategory or item.category
        if item.family == type_name and isinstance(category, CatalogueCategory):
            return names.category(category.value)
    return type_name


def _types(fields: Iterable[Coordinate]) -> list[str]:
    found = {each.partition(".")[0] for each in fields}
    return [*(each for each in _ORDER if each in found), *sorted(found - set(_ORDER))]


def _field_boxes(
    type_name: str, choice: Choice, names: Names, fields: Iterable[Coordinate], particulars: Particulars
) -> Iterator[Box]:
    for coordinate in sorted(fields):
        if coordinate.startswith(f"{type_name}."):
            name = FIELD + coordinate
            yield Box(
                name=name,
                words=names.field(coordinate),
                ticked=name in choice.ticked,
                sensitive=coordinate in particulars.sensitive,
                needs=tuple(map(names.item, particulars.items_of(coordinate))),
            )
