"""Catalogue, regulation and trees -> the closed space of names over which rules speak and decisions are made.

Whatever is not in the space is denied: it has no cell. Sets of fields are integers, one bit for each field of the
catalogue, so that a cell is a few bitwise operations. Decides nothing, and reads no rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from authz.grant import ItemCode, Kind
from authz.rows import RowSource
from authz.trees import ROOT, Tree, read_links, tree_of
from schema.catalogue import Catalogue, CatalogueItem
from schema.demands.demand import Coordinate
from schema.regulations.regulation import Regulation
from schema.vocabulary.administration import Role

ROLES_FILE = "trees/roles.csv"
PURPOSES_FILE = "trees/purposes.csv"
FIELDS_FILE = "trees/field_classes.csv"

NO_ROLE = "none"
"""The part of a subject in an operation that names none."""


class Sharing(StrEnum):
    """共享属性 (WH-二(二)1)."""

    UNCONDITIONAL = "UNCONDITIONAL"
    CONDITIONAL = "CONDITIONAL"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What decisions need to know of a catalogue item. ``fields`` are the bits that are decided under it; ``links``
    names the item under which links that hang on its rows are decided."""

    code: ItemCode
    source: RowSource
    family: str | None
    kinds: frozenset[Kind]
    fields: Mapping[Kind, int]
    sharing: Sharing
    recipients: frozenset[str]
    public: bool
    jurisdictions: frozenset[str] | None  # of its records; None: everywhere
    links: ItemCode | None = None
    effective_from: date = date.min
    effective_to: date | None = None

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """``lineages`` gives each jurisdiction with its superiors, the nation first; ``masks`` a field's masked forms."""

    roles: Tree
    purposes: Tree
    items: Tree
    fields: Tree
    lineages: Mapping[str, tuple[str, ...]]
    parties: frozenset[str]
    facts: Mapping[str, ItemFacts]
    coordinates: tuple[Coordinate, ...]
    masks: Mapping[Coordinate, frozenset[str]]
    verdicts: int  # the fields of Standing

    def bits_of(self, name: str) -> int:
        """The fields below a node of the field tree."""
        return sum(1 << number for number, each in enumerate(self.coordinates) if self.fields.within(each, name))

    def named(self, bits: int) -> Iterator[tuple[Coordinate, int]]:
        """The fields of these bits, each with its own bit, in the order of the catalogue."""
        while bits:
            bit = bits & -bits
            yield self.coordinates[bit.bit_length() - 1], bit
            bits ^= bit


def space_of(files: Mapping[str, bytes], catalogue: Catalogue, regulation: Regulation) -> Space:
    """The space of these policy files. Raises PolicyFileError for a tree that is not sound."""
    coordinates = tuple(catalogue.fields)
    lineages = {code: regulation.lineage(code) for code in regulation.jurisdictions}
    return Space(
        roles=tree_of(read_links(files, ROLES_FILE)),
        purposes=_purposes(files, regulation),
        items=tree_of(_item_links(catalogue), catalogue.items),
        fields=_fields(files, catalogue),
        lineages=MappingProxyType(lineages),
        parties=frozenset(Role),
        facts=MappingProxyType({code: _facts(catalogue, item, lineages) for code, item in catalogue.items.items()}),
        coordinates=coordinates,
        masks=MappingProxyType({name: frozenset(field.masks) for name, field in catalogue.fields.items()}),
        verdicts=sum(1 << number for number, name in enumerate(coordinates) if name.startswith("Standing.")),
    )


def _purposes(files: Mapping[str, bytes], regulation: Regulation) -> Tree:
    codes = ((code, f"group:{purpose.group}") for code, purpose in regulation.purposes.items())
    return tree_of((*read_links(files, PURPOSES_FILE), *codes), regulation.purposes)


def _fields(files: Mapping[str, bytes], catalogue: Catalogue) -> Tree:
    links = list(read_links(files, FIELDS_FILE))
    for coordinate, field in catalogue.fields.items():
        links.append((coordinate, f"class:{field.field_class}"))
        links += [(coordinate, f"set:{each}") for each in sorted(field.sets)]
    return tree_of(links, catalogue.fields)


def _item_links(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for code, item in catalogue.items.items():
        category = f"category:{item.category}"
        yield category, ROOT
        if item.subcategory is None:
            yield code, category
        else:
            yield f"subcategory:{item.subcategory}", category
            yield code, f"subcategory:{item.subcategory}"


def _facts(catalogue: Catalogue, item: CatalogueItem, lineages: Mapping[str, tuple[str, ...]]) -> ItemFacts:
    below = frozenset(code for code, line in lineages.items() if item.jurisdiction in line)
    return ItemFacts(
        code=ItemCode(item.code),
        source=_source(item),
        family=item.family,
        kinds=frozenset(Kind(each) for each in item.kinds),
        fields=MappingProxyType({kind: _bits(catalogue, item, kind) for kind in Kind}),
        sharing=Sharing(item.share_attribute),
        recipients=frozenset(item.share_with),
        public=item.publish_attribute == "PUBLIC",
        jurisdictions=None if below == frozenset(lineages) else below,
        links=_links(catalogue, item),
        effective_from=item.effective_from,
        effective_to=item.effective_to,
    )


def _source(item: CatalogueItem) -> RowSource:
    if "Measure" in item.types:
        return RowSource.MEASURE
    return RowSource.SUBJECT if {"Organisation", "NaturalPerson", "Link"} & set(item.types) else RowSource.RECORD


def _links(catalogue: Catalogue, item: CatalogueItem) -> ItemCode | None:
    """Links hang on organisations and, as responsible persons, on list entries; they have an item of their own."""
    if not {"Organisation", "ListEntry"} & set(item.types):
        return None
    return next((ItemCode(code) for code, each in catalogue.items.items() if each.types == ("Link",)), None)


_OF_OTHER_KIND = {Kind.ORGANISATION: "NaturalPerson.", Kind.PERSON: "Organisation."}


def _bits(catalogue: Catalogue, item: CatalogueItem, kind: Kind) -> int:
    """The fields of its types and its verdicts; under a record of a person also the person, as named in that record."""
    types = (*item.types, "NaturalPerson") if item.family else item.types
    own = {field.coordinate for name in types for field in catalogue.fields_of_type(name)} | set(item.verdicts)
    return sum(
        1 << number
        for number, coordinate in enumerate(catalogue.fields)
        if coordinate in own and not coordinate.startswith(_OF_OTHER_KIND[kind])
    )
