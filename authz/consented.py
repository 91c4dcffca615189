"""Parts of a grant and the rights that a consent gives -> what both allow, and what the consent leaves out.

Only ever takes away. What a row bears in any case (its id, kind, place, the echo of an identifier that the caller gave,
the way to other rows) goes with the items that are in the consent, and with the register's row of its subject.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from authz.asked import Walk
from authz.cells import Fields
from authz.grant import Disclosure, Grant, Level, Part, Reason
from authz.principal import Rights
from authz.rows import RowSource
from authz.space import ItemFacts, Space
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate, Demand, value_of
from schema.errors import Code, PolicyError

BORNE = ("set:core", "set:identity", "set:navigation", "Standing.identityMatch")
LEADING = ("Record.subject", "Record.measures", "Measure.subject", "Measure.record")
"""Nodes of the field tree: what a row bears in any case, and edges to rows that are decided for themselves."""

_NAMING = frozenset({"item", "category"})
_LISTED = {"records": RowSource.RECORD, "measures": RowSource.MEASURE}


def narrowed(parts: Iterable[Part], rights: Rights, space: Space) -> tuple[Part, ...]:
    """The parts of items in the consent, their fields held to it. BASIS: WH-二(六)2, PIPL-14, PIPL-23."""
    bits = 0
    for name in (*BORNE, *LEADING):
        bits |= space.bits_of(name)
    kept = rights.fields | {coordinate for coordinate, _ in space.named(bits)}
    kept -= frozenset(_ways_to_nothing(rights, space))
    return tuple(
        replace(part, fields=_held(part.fields, kept)) for part in parts if _is_in(space.facts[part.item], rights)
    )


def left_out(opened: Iterable[Part], parts: Iterable[Part]) -> frozenset[Coordinate]:
    """The fields that some of the first parts show and none of the second."""
    return _shown(opened) - _shown(parts)


def check_named(
    demand: Demand, variables: Mapping[str, object], grant: Grant, rights: Rights, catalogue: Catalogue
) -> None:
    """Refuse a filter that names an item or a category of which nothing is in the consent: an empty list would read as
    if there were no such record. Raises PolicyError OUT_OF_CONSENT."""
    items = [item for code, item in catalogue.items.items() if code in rights.items]
    known = {name for item in items for name in (item.code, item.category, item.subcategory)}
    for found in Walk(demand=demand, grant=grant, catalogue=catalogue).connections():
        for asked in found.page.conditions:
            named = value_of(asked.value, variables) if asked.key in _NAMING else None
            words = named if isinstance(named, list | tuple) else [named] if named is not None else []
            if not known.issuperset(map(str, words)):
                raise PolicyError(Code.OUT_OF_CONSENT, "The consent does not cover what the filter names.")


def _is_in(facts: ItemFacts, rights: Rights) -> bool:
    """The register's own row of the subject says who it is, and is how anything else is reached."""
    return facts.source is RowSource.SUBJECT or facts.code in rights.items


def _ways_to_nothing(rights: Rights, space: Space) -> Iterable[Coordinate]:
    """Connections to rows none of which is in the consent: an empty one would look like an answer."""
    consented = {space.facts[code].source for code in rights.items if code in space.facts}
    for coordinate in space.coordinates:
        source = _LISTED.get(coordinate.partition(".")[2])
        if source is not None and source not in consented:
            yield coordinate


def _held(fields: Fields, kept: frozenset[Coordinate]) -> Fields:
    return MappingProxyType({name: each if name in kept else _withheld(each) for name, each in fields.items()})


def _withheld(disclosure: Disclosure) -> Disclosure:
    """What the policy shows and the consent does not; what the policy withholds it withholds for its own reasons."""
    if disclosure.level is Level.NONE:
        return disclosure
    return replace(disclosure, level=Level.NONE, mask=None, reason=Reason.NOT_IN_CONSENT)


def _shown(parts: Iterable[Part]) -> frozenset[Coordinate]:
    return frozenset(name for part in parts for name, each in part.fields.items() if each.level is not Level.NONE)
