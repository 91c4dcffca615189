"""policies/purposes.toml -> the purposes (事项): who may be asked about, in which part, under which duty.

``roles`` and ``scope`` are hard gates; a purpose opens only what the rules of its group open. Never says which purposes
one department has: that is its own list, in the register of clients.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schema.policy_file import Row, csv_rows, toml_rows, unique
from schema.regulations.sources import Sources, cited
from schema.vocabulary.administration import PurposeScope, QueryDuty, Role

FILE = "purposes.toml"
TREE = "trees/purposes.csv"


LONGEST_PERIOD = 10
"""Years."""
LONGEST_HELD_BACK = 366
"""Days: nothing is kept from its subject without an end."""
HELD_BACK_BY = "PIPL-35"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeGroup:
    """A row of the table of minimum necessity; ``group:{id}`` is its node in trees/purposes.csv."""

    id: str  # "PM-40x"
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One purpose. ``roles`` narrow the scope; with ``any_role`` every role will do.

    ``lists`` are the matters lists it stands on (``Profile.matters_list``), none where it holds ``everywhere``. An
    ``own_list`` purpose opens nothing without a row of the department's own list (WC-二(二)). ``years`` is the period
    of the verdicts that look back. ``held_back_days``: for which the law keeps from the subject that it was looked up,
    until it is told all the same (PIPL-35); None: it is told at once.
    """

    code: str  # "PM-301"
    zh: str
    slug: str  # "TENDER"
    scope: PurposeScope | None  # None: the log or aggregates, no subject at all
    roles: tuple[Role, ...]
    any_role: bool
    duty: QueryDuty
    group: str
    lists: frozenset[str]
    everywhere: bool
    matter_required: bool
    own_list: bool
    clean_record: bool
    years: int
    basis: tuple[str, ...]
    held_back_days: int | None = None
    line: int = field(default=1, compare=False)  # of the file

    @property
    def persons(self) -> bool:
        """Whether natural persons may be asked about."""
        return self.scope in (PurposeScope.NATURAL_PERSONS, PurposeScope.BOTH)

    @property
    def organisations(self) -> bool:
        """Whether organisations may be asked about."""
        return self.scope in (PurposeScope.MARKET_SUBJECTS, PurposeScope.BOTH)

    def allows_role(self, role: str | None) -> bool:
        return role in frozenset(Role) if self.any_role else role in self.roles

    def on_list(self, matters_list: str | None) -> bool:
        return self.everywhere or matters_list in self.lists


def load_groups(files: Mapping[str, bytes]) -> Mapping[str, PurposeGroup]:
    """Every group by its id; each is a node of trees/purposes.csv. Raises PolicyFileError."""
    rows = toml_rows(files, FILE, ("group", "purpose"))["group"]
    unique((row.text("id"), row) for row in rows)
    nodes = {row.text("child") for row in csv_rows(files, TREE, ("child", "parent"))}
    return MappingProxyType({group.id: group for group in (_group(row, nodes) for row in rows)})


def load_purposes(
    files: Mapping[str, bytes], groups: Mapping[str, PurposeGroup], sources: Sources
) -> Mapping[str, Purpose]:
    """Every purpose by its code. Raises PolicyFileError."""
    rows = toml_rows(files, FILE, ("group", "purpose"))["purpose"]
    unique((row.text("code"), row) for row in rows)
    return MappingProxyType({found.code: found for found in (_purpose(row, groups, sources) for row in rows)})


def _group(row: Row, nodes: set[str]) -> PurposeGroup:
    row.only("id", "zh")
    group = PurposeGroup(id=row.text("id"), zh=row.text("zh"))
    if f"group:{group.id}" not in nodes:
        row.refuse(f"group:{group.id} is not in {TREE}", "id")
    return group


_KEYS = (
    "code", "zh", "slug", "scope", "roles", "any_role", "duty", "group", "lists", "everywhere", "matter_required",
    "own_list", "clean_record", "years", "held_back_days", "basis",
)  # fmt: skip


def _purpose(row: Row, groups: Mapping[str, PurposeGroup], sources: Sources) -> Purpose:
    row.only(*_KEYS)
    purpose = Purpose(
        code=row.name("code"),
        zh=row.text("zh"),
        slug=row.text("slug"),
        scope=row.optional_word("scope", PurposeScope),
        roles=row.words("roles", Role),
        any_role=row.flag("any_role"),
        duty=row.word("duty", QueryDuty),
        group=row.text("group"),
        lists=frozenset(row.texts("lists")),
        everywhere=row.flag("everywhere"),
        matter_required=row.flag("matter_required"),
        own_list=row.flag("own_list"),
        clean_record=row.flag("clean_record"),
        years=_years(row),
        held_back_days=row.optional_number("held_back_days"),
        basis=cited(row, "basis", sources),
        line=row.line,
    )
    if purpose.group not in groups:
        row.refuse(f"group {purpose.group} is not defined", "group")
    if bool(purpose.lists) == purpose.everywhere:
        row.refuse("a purpose stands on named matters lists, or everywhere", "lists")
    if purpose.any_role and purpose.roles:
        row.refuse("any_role leaves nothing for roles to narrow", "roles")
    days = purpose.held_back_days
    if days is not None and not (0 < days <= LONGEST_HELD_BACK and HELD_BACK_BY in purpose.basis):
        row.refuse(f"what is held back cites {HELD_BACK_BY}, for 1 to {LONGEST_HELD_BACK} days", "held_back_days")
    return purpose


def _years(row: Row) -> int:
    """The period that is looked back on; no article asks for more than ten years."""
    years = row.optional_number("years") or 3
    if years > LONGEST_PERIOD:
        row.refuse(f"years must be at most {LONGEST_PERIOD}", "years")
    return years
