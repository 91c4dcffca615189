"""policies/catalogue -> the Catalogue: every item of information, and every field that may be disclosed.

Sharing and publication are attributes of an *item*, fixed when the catalogue is drawn up (WH-二(二)1 and 2); class and
disclosure level are attributes of a *field*. Which fields an item has follows from its family (the GraphQL type) and
the interface ``Record``. Never decides who sees what, and never opens a file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from schema.classification import (
    CATEGORIES,
    SUBCATEGORIES,
    DisclosureTerm,
    ElementLevel,
    FieldSet,
    Mask,
    PseudoCategory,
    Store,
)
from schema.demands.demand import Coordinate, TypeName
from schema.policy_file import PolicyFileError, Row, csv_rows, digest_of, toml_rows, unique
from schema.regulations.jurisdictions import region_codes
from schema.regulations.sources import Sources, cited, load_sources
from schema.vocabulary.access import SubjectSide
from schema.vocabulary.catalogue import (
    CatalogueCategory,
    FieldClass,
    ItemNature,
    PublishAttribute,
    ShareAttribute,
)

__all__ = ["Catalogue", "CatalogueField", "CatalogueItem", "PolicyFileError", "load_catalogue"]

FIELDS_FILE = "catalogue/fields.csv"
ROLES_FILE = "trees/roles.csv"

RECORD = TypeName("Record")
PERSON = TypeName("NaturalPerson")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueField:
    coordinate: Coordinate
    zh: str
    field_class: FieldClass
    sets: frozenset[FieldSet]
    masks: tuple[Mask, ...]
    store: Store
    level: ElementLevel
    line: int = field(default=1, compare=False)

    @property
    def type(self) -> TypeName:
        return TypeName(self.coordinate.partition(".")[0])

    @property
    def name(self) -> str:
        return self.coordinate.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """One item (目录信息项). ``family`` is the GraphQL type of its records, None for items without records.

    ``types`` are the GraphQL types whose fields are decided under the item; ``verdicts`` the fields of ``Standing``
    decided under it. ``share_with`` names leaves of trees/roles.csv and matters only for CONDITIONAL items.
    ``person_basis`` is the article that allows publication of a natural person's record of this item, or None.
    """

    code: str
    zh: str
    jurisdiction: str
    category: CatalogueCategory | PseudoCategory
    subcategory: CatalogueCategory | None
    family: TypeName | None
    types: tuple[TypeName, ...]
    verdicts: tuple[Coordinate, ...]
    kinds: frozenset[SubjectSide]
    nature: ItemNature
    legal_basis: tuple[str, ...]
    collecting_department: str
    share_attribute: ShareAttribute
    share_with: tuple[str, ...]
    publish_attribute: PublishAttribute
    person_basis: str | None
    person_name_in_clear: bool
    disclosure_term: DisclosureTerm
    repairable: bool
    update_cycle: str
    version: str
    effective_from: date
    effective_to: date | None
    pseudo: bool  # no item of the published catalogue: links, measures, the clean-record verdict
    file: str = field(default="", compare=False)
    line: int = field(default=1, compare=False)

    @property
    def names_persons(self) -> bool:
        """Whether a published record may name a natural person: then the person's fields are decided here too."""
        return (
            self.family is not None
            and SubjectSide.PERSON in self.kinds
            and self.publish_attribute is PublishAttribute.PUBLIC
        )

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """``digest`` is the catalogue version: SHA-256 over the catalogue files, hex."""

    items: Mapping[str, CatalogueItem]
    fields: Mapping[Coordinate, CatalogueField]
    digest: str

    def fields_of_type(self, name: str) -> tuple[CatalogueField, ...]:
        return tuple(field for field in self.fields.values() if field.type == name)

    def fields_of_class(self, name: str) -> tuple[CatalogueField, ...]:
        return tuple(field for field in self.fields.values() if field.field_class == name)

    def fields_in_set(self, name: str) -> tuple[CatalogueField, ...]:
        return tuple(field for field in self.fields.values() if name in field.sets)

    def fields_of(self, code: str) -> tuple[CatalogueField, ...]:
        """The fields decided under this item: of its types, of the person as its records name it, and its verdicts."""
        item = self.items[code]
        types = (*item.types, PERSON) if item.names_persons else item.types
        own = tuple(field for name in types for field in self.fields_of_type(name))
        return own + tuple(self.fields[coordinate] for coordinate in item.verdicts)

    def items_of(self, category: str) -> tuple[CatalogueItem, ...]:
        return tuple(item for item in self.items.values() if item.category == category)

    def items_of_family(self, family: str) -> tuple[CatalogueItem, ...]:
        return tuple(item for item in self.items.values() if item.family == family)

    def items_deciding(self, coordinate: str) -> tuple[CatalogueItem, ...]:
        """The items under which this field is decided: all of a family's items for a field of that family."""
        return tuple(
            item
            for code, item in self.items.items()
            if any(field.coordinate == coordinate for field in self.fields_of(code))
        )


def load_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """The catalogue of these policy files (name below policies/ -> content). Raises PolicyFileError."""
    sources = load_sources(files)
    fields = _fields(files)
    names = sorted(name for name in files if name.startswith("catalogue/") and name.endswith(".toml"))
    rows = tuple(row for name in names for row in toml_rows(files, name, ("item",))["item"])
    unique((row.text("code"), row) for row in rows)
    around = _Surroundings(fields=fields, leaves=_role_leaves(files), regions=region_codes(files), sources=sources)
    items = sorted((_item(row, around) for row in rows), key=lambda item: _ORDER.index(item.category))
    return Catalogue(
        items=MappingProxyType({item.code: item for item in items}),
        fields=fields,
        digest=digest_of(files, [*names, FIELDS_FILE]),
    )


_ORDER = (*CatalogueCategory, *PseudoCategory)


def _fields(files: Mapping[str, bytes]) -> Mapping[Coordinate, CatalogueField]:
    rows = csv_rows(files, FIELDS_FILE, ("coordinate", "zh", "class", "sets", "masks", "store", "level"))
    unique((row.text("coordinate"), row) for row in rows)
    return MappingProxyType({field.coordinate: field for field in map(_field, rows)})


def _field(row: Row) -> CatalogueField:
    coordinate = row.text("coordinate")
    if coordinate.count(".") != 1:
        row.refuse("coordinate must be Type.field")
    return CatalogueField(
        coordinate=Coordinate(coordinate),
        zh=row.text("zh"),
        field_class=row.word("class", FieldClass),
        sets=frozenset(_split(row, "sets").words("sets", FieldSet)),
        masks=_split(row, "masks").words("masks", Mask),
        store=row.word("store", Store),
        level=row.word("level", ElementLevel),
        line=row.line,
    )


def _split(row: Row, key: str) -> Row:
    """The row with this cell read as words divided by spaces."""
    cell = row.optional_text(key)
    return Row(file=row.file, line=row.line, values={key: cell.split() if cell else []}, lines={})


def _role_leaves(files: Mapping[str, bytes]) -> frozenset[str]:
    rows = csv_rows(files, ROLES_FILE, ("child", "parent"))
    parents = {row.text("parent") for row in rows}
    return frozenset(row.text("child") for row in rows) - parents


_KEYS = (
    "code", "zh", "jurisdiction", "category", "subcategory", "family", "types", "verdicts", "kinds", "nature",
    "legal_basis", "collecting_department", "share_attribute", "share_with", "publish_attribute", "person_basis",
    "person_name_in_clear", "disclosure_term", "repairable", "update_cycle", "version", "effective_from",
    "effective_to", "pseudo",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What an item may refer to."""

    fields: Mapping[Coordinate, CatalogueField]
    leaves: frozenset[str]
    regions: frozenset[str]
    sources: Sources


def _item(row: Row, around: _Surroundings) -> CatalogueItem:
    row.only(*_KEYS)
    family = row.optional_text("family")
    item = CatalogueItem(
        code=row.name("code"),
        zh=row.text("zh"),
        jurisdiction=row.text("jurisdiction"),
        category=_category(row),
        subcategory=row.optional_word("subcategory", CatalogueCategory),
        family=TypeName(family) if family else None,
        types=(RECORD, TypeName(family)) if family else tuple(map(TypeName, row.texts("types"))),
        verdicts=tuple(Coordinate(f"Standing.{name}") for name in row.texts("verdicts")),
        kinds=frozenset(row.words("kinds", SubjectSide)),
        nature=row.word("nature", ItemNature),
        legal_basis=cited(row, "legal_basis", around.sources),
        collecting_department=row.text("collecting_department"),
        share_attribute=row.word("share_attribute", ShareAttribute),
        share_with=row.texts("share_with"),
        publish_attribute=row.word("publish_attribute", PublishAttribute),
        person_basis=row.optional_text("person_basis"),
        person_name_in_clear=row.flag("person_name_in_clear"),
        disclosure_term=row.word("disclosure_term", DisclosureTerm),
        repairable=row.flag("repairable"),
        update_cycle=row.text("update_cycle"),
        version=row.text("version"),
        effective_from=row.day("effective_from"),
        effective_to=row.last_day("effective_to", since="effective_from"),
        pseudo=row.flag("pseudo"),
        file=row.file,
        line=row.line,
    )
    for key, sentence in (*_dangling(item, around), *_contradictions(item)):
        row.refuse(sentence, key)
    return item


def _category(row: Row) -> CatalogueCategory | PseudoCategory:
    if row.flag("pseudo") and row.text("category") in frozenset(PseudoCategory):
        return row.word("category", PseudoCategory)
    return row.word("category", CatalogueCategory)


def _dangling(item: CatalogueItem, around: _Surroundings) -> Iterator[tuple[str, str]]:
    """References to what is not there: key and sentence."""
    types = {field.type for field in around.fields.values()}
    for name in item.types:
        if name not in types:
            yield "family", f"{name} has no field in {FIELDS_FILE}"
    for verdict in item.verdicts:
        if verdict not in around.fields:
            yield "verdicts", f"{verdict} is not in {FIELDS_FILE}"
    if item.collecting_department not in around.leaves:
        yield "collecting_department", f"{item.collecting_department} is not a leaf of {ROLES_FILE}"
    for leaf in item.share_with:
        if leaf not in around.leaves:
            yield "share_with", f"{leaf} is not a leaf of {ROLES_FILE}"
    if item.jurisdiction not in around.regions:
        yield "jurisdiction", f"{item.jurisdiction} has no file of its own"
    if item.person_basis is not None and item.person_basis not in around.sources:
        yield "person_basis", f"{item.person_basis} is not a known article"


def _contradictions(item: CatalogueItem) -> Iterator[tuple[str, str]]:
    """What is wrong with an item whose every key is well formed: key and sentence."""
    if item.category in frozenset(CatalogueCategory) - CATEGORIES:
        yield "category", f"{item.category} is a sub-type, not a category"
    if item.subcategory is not None and item.subcategory not in _sub_types(item.category):
        yield "subcategory", f"{item.subcategory} is no sub-type of {item.category}"
    if not item.kinds:
        yield "kinds", "an item must say which kinds of subject it is about"
    if item.share_with and item.share_attribute is not ShareAttribute.CONDITIONAL:
        yield "share_with", "only a conditionally shared item names its recipients (WH-二(二)1)"
    if item.share_attribute is ShareAttribute.CONDITIONAL and not item.share_with:
        yield "share_attribute", "a conditionally shared item must name its recipients (WH-二(二)1)"
    if item.person_name_in_clear and item.person_basis is None:
        yield "person_name_in_clear", "a person's name in clear needs a basis (WH-二(二)2)"
    if item.person_basis is not None and item.publish_attribute is not PublishAttribute.PUBLIC:
        yield "person_basis", "an item that is not public needs no basis for publishing persons"


def _sub_types(category: CatalogueCategory | PseudoCategory) -> frozenset[CatalogueCategory]:
    return SUBCATEGORIES.get(category, frozenset()) if isinstance(category, CatalogueCategory) else frozenset()
