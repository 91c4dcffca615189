"""policies/measures.toml and list_types.toml -> the measures list and the kinds of lists, with their categories.

Both say per instrument what it provides and where: the same restriction is administrative in one city and a market
measure in another (C-05), and a category that one city names another may not know. Never says that a measure is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schema.policy_file import Row, toml_rows, unique
from schema.regulations.sources import Sources, known
from schema.vocabulary.administration import BasisRank
from schema.vocabulary.lists import ListCategory, ListTypeCode
from schema.vocabulary.measures import MeasureCategory, MeasureForce, MeasureGroup
from schema.vocabulary.records import Polarity
from schema.vocabulary.subjects import LinkRole, SubjectKind

MEASURES = "measures.toml"
LIST_TYPES = "list_types.toml"

ByInstrument = Mapping[str, tuple[str, ...]]
"""Articles by the instrument that is their prefix: "EZ" -> ("EZ-13",)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEntry:
    """One entry of the measures list. ``classes`` and ``basis`` are by instrument ("EZ" -> MKT; "EZ" -> EZ-13)."""

    id: str  # "ADM-09"
    slug: str  # "TENDER_PROCUREMENT"
    zh: str
    group: MeasureGroup
    category: MeasureCategory
    classes: Mapping[str, MeasureCategory]  # where an instrument classes it otherwise than ``category``
    force: MeasureForce
    discretionary: bool  # the body may, and need not
    legal_organ_only: bool  # ordered by the competent organ of the law alone
    required_rank: tuple[BasisRank, ...]
    target_types: tuple[SubjectKind, ...]
    reach_roles: tuple[LinkRole, ...]
    ability_and_refusal: frozenset[str]  # instruments that ask for ability to perform and refusal
    basis: ByInstrument

    def class_under(self, instrument: str) -> MeasureCategory | None:
        """How the instrument classes it; None where the instrument does not provide it."""
        return self.classes.get(instrument, self.category) if instrument in self.basis else None

    def citations(self) -> tuple[str, ...]:
        return tuple(each for found in self.basis.values() for each in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriousCategory:
    """One kind of conduct that may lead to a list; ``basis`` by the instrument that names it."""

    id: ListCategory  # "SD-M-WAGE_ARREARS"
    zh: str
    labels: Mapping[str, str]  # by instrument, where its words differ
    basis: ByInstrument

    @property
    def family(self) -> str:
        """ "SD-M" of "SD-M-WAGE_ARREARS"."""
        return "-".join(self.id.split("-")[:2])

    def named_by(self, instrument: str) -> bool:
        return instrument in self.basis


@dataclass(frozen=True, slots=True, kw_only=True)
class ListType:
    """One kind of list, with all that WH-二(三)2 makes public: criteria, removal conditions and procedure, remedies."""

    code: ListTypeCode
    zh: str
    polarity: Polarity
    labels: Mapping[str, str]  # by instrument: 黑名单, 严重失信主体名单
    criteria: str
    removal_conditions: str
    removal_procedure: str
    remedies: str
    categories: tuple[SeriousCategory, ...]
    basis: ByInstrument

    def categories_under(self, instrument: str) -> tuple[SeriousCategory, ...]:
        return tuple(category for category in self.categories if category.named_by(instrument))

    def knows(self, category: str, instruments: Iterable[str]) -> bool:
        """Whether these instruments, the nearest first, name this category. The nearest one that names any category
        decides; where it names the family alone, it means all of the family (WH-二(三)1)."""
        nearest = next((found for each in instruments if (found := self.categories_under(each))), ())
        named = {each.id for each in nearest}
        family = "-".join(category.split("-")[:2])
        whole = family in named and not any(each.family == family and each.id != family for each in nearest)
        return not named or category in named or whole


def load_measures(files: Mapping[str, bytes], sources: Sources) -> Mapping[str, MeasureEntry]:
    """The measures list by entry id. Raises PolicyFileError."""
    rows = toml_rows(files, MEASURES, ("measure",))["measure"]
    unique((row.text("id"), row) for row in rows)
    return MappingProxyType({entry.id: entry for entry in (_measure(row, sources) for row in rows)})


def load_list_types(files: Mapping[str, bytes], sources: Sources) -> Mapping[str, ListType]:
    """The kinds of lists by code. Raises PolicyFileError."""
    tables = toml_rows(files, LIST_TYPES, ("list_type", "category"))
    unique((row.text("code"), row) for row in tables["list_type"])
    unique((row.text("id"), row) for row in tables["category"])
    categories = tuple(_category(row, sources) for row in tables["category"])
    return MappingProxyType(
        {found.code: found for found in (_list(row, categories, sources) for row in tables["list_type"])}
    )


def _measure(row: Row, sources: Sources) -> MeasureEntry:
    row.only(
        "id", "slug", "zh", "group", "category", "classes", "force", "discretionary", "legal_organ_only",
        "required_rank", "target_types", "reach_roles", "ability_and_refusal", "basis",
    )  # fmt: skip
    entry = MeasureEntry(
        id=row.name("id"),
        slug=row.text("slug"),
        zh=row.text("zh"),
        group=row.word("group", MeasureGroup),
        category=row.word("category", MeasureCategory),
        classes=MappingProxyType(row.map_of_words("classes", MeasureCategory)),
        force=row.word("force", MeasureForce),
        discretionary=row.flag("discretionary"),
        legal_organ_only=row.flag("legal_organ_only"),
        required_rank=row.words("required_rank", BasisRank),
        target_types=row.words("target_types", SubjectKind),
        reach_roles=row.words("reach_roles", LinkRole),
        ability_and_refusal=frozenset(row.texts("ability_and_refusal")),
        basis=_by_instrument(row, sources),
    )
    _check(entry, row)
    return entry


def _check(entry: MeasureEntry, row: Row) -> None:
    if entry.group is MeasureGroup.G3 and entry.force is MeasureForce.COMPULSORY:
        row.refuse("a measure of group G3 may never be compulsory (WH-二(四)1)", "force")
    if entry.group is MeasureGroup.G1 and not entry.required_rank:
        row.refuse("a measure that reduces rights says which rank of basis it needs (WH-二(四)1)", "required_rank")
    if not entry.target_types:
        row.refuse("a measure says on whom it may be taken", "target_types")
    for instrument in (*entry.classes, *entry.ability_and_refusal):
        if instrument not in entry.basis:
            row.refuse(f"{instrument} does not provide this measure")


def _list(row: Row, categories: tuple[SeriousCategory, ...], sources: Sources) -> ListType:
    row.only(
        "code", "zh", "polarity", "labels", "criteria", "removal_conditions", "removal_procedure", "remedies",
        "categorised", "basis",
    )  # fmt: skip
    return ListType(
        code=row.word("code", ListTypeCode),
        zh=row.text("zh"),
        polarity=row.word("polarity", Polarity),
        labels=_labels(row),
        criteria=row.text("criteria"),
        removal_conditions=row.text("removal_conditions"),
        removal_procedure=row.text("removal_procedure"),
        remedies=row.text("remedies"),
        categories=categories if row.flag("categorised") else (),
        basis=_by_instrument(row, sources),
    )


def _category(row: Row, sources: Sources) -> SeriousCategory:
    row.only("id", "zh", "labels", "basis")
    return SeriousCategory(
        id=row.word("id", ListCategory),
        zh=row.text("zh"),
        labels=_labels(row),
        basis=_by_instrument(row, sources),
    )


def _labels(row: Row) -> Mapping[str, str]:
    table = row.table("labels")
    return MappingProxyType({} if table is None else {key: table.text(key) for key in table.values})


def _by_instrument(row: Row, sources: Sources) -> ByInstrument:
    """The key ``basis``: a list of articles, grouped by their instruments; at least one."""
    citations = row.texts("basis")
    known(row, "basis", citations, sources)
    if not citations:
        row.refuse("basis: no article is cited", "basis")
    found: dict[str, tuple[str, ...]] = {}
    for each in citations:
        instrument = sources[each].instrument.id
        found[instrument] = (*found.get(instrument, ()), each)
    return MappingProxyType(found)
