"""Reference data (mappings by GraphQL field name) -> the asked selection of it.

For what is public as such: catalogue, purposes, measures list, agencies, verdicts in words. No grant is needed, and
nothing here reads the database.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from resolvers.labels import Labels
from resolvers.readings import Reading, label
from schema.coordinates import labelled_by
from schema.demands.demand import Ask, Branch, Page, Selection, Typename

MappingShaper: TypeAlias = Callable[[Any, Reading], Any]

_LABELLED: Mapping[tuple[str, str], str] = {("Verdict", "label"): "answer"}
"""Labels that are not named after their field."""


def mapping_shaper(selection: Selection, labels: Labels) -> MappingShaper:
    """A function of (a mapping, a list of them, or null; the request): the same in the asked selection."""
    makers = {
        str(name): [(ask.key, _entry(ask, str(name), labels)) for ask in asks] for name, asks in selection.types.items()
    }
    only = next(iter(makers))

    def one(value: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
        entries = makers[value.get("__typename", only)]
        return {key: entry(value, reading) for key, entry in entries}

    def shape(value: Any, reading: Reading) -> Any:
        if value is None:
            return None
        if isinstance(value, Mapping):
            return one(value, reading)
        return [shape(item, reading) for item in value]

    return shape


def _entry(ask: Ask, type_name: str, labels: Labels) -> MappingShaper:
    if isinstance(ask, Typename):
        return lambda value, reading: type_name
    if isinstance(ask, Page):
        raise TypeError("reference data has no connections")
    field = ask.field
    if isinstance(ask, Branch):
        nested = mapping_shaper(ask.selection, labels)
        return lambda value, reading: nested(value.get(field), reading)
    slot = ask.label
    if slot is None:
        return lambda value, reading: value.get(field)
    source = _LABELLED.get((type_name, field)) or labelled_by(type_name, field) or field
    words = labels.of(f"{type_name}.{source}")
    return lambda value, reading: label(words, value.get(source), reading.language(slot))
