"""Expected cells, as data -> which of them hold, and which rules they speak for.

One line names a cell of the space and what must be shown in it: by whom, for what, of what, at which level, by which
rule. Lawyers write them beside the rules; a change that was not meant turns one of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from authz.grant import Kind, Level, Relation, RuleId, Scope
from authz.matrix.axes import WITH_CONSENT, WITHOUT_CONSENT, Box, Errand
from authz.matrix.decision import NOTHING_SHOWN
from authz.matrix.evaluation import Block
from authz.matrix.lens import Place
from authz.matrix.world import World
from authz.rules import LevelName
from schema.policy_file import Row, csv_rows

FILE = "expectations.csv"
COLUMNS = (
    "channel", "department", "jurisdiction", "purpose", "role", "consent", "item", "kind", "relation", "field",
    "level", "mask", "rule",
)  # fmt: skip
WITHHELD = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One line. ``role`` is ``none`` where none is stated; ``rule`` None where nothing is shown."""

    department: str
    jurisdiction: str
    errand: Errand
    consent: bool
    place: Place
    field: str
    level: Level
    mask: str | None
    rule: RuleId | None
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """``but``: what is so instead, None where the expectation holds. ``rules``: those that open the cell."""

    expectation: Expectation
    but: str | None
    rules: tuple[RuleId, ...]

    def __str__(self) -> str:
        wanted = self.expectation
        where = f"{wanted.file}:{wanted.line}: {wanted.field} of {wanted.place.item}"
        return f"{where} should be {wanted.level.name}, but {self.but}" if self.but else f"{where} is as expected"


def load_expectations(files: Mapping[str, bytes], name: str = FILE) -> tuple[Expectation, ...]:
    """The lines of the file. Raises PolicyFileError."""
    return tuple(map(_expectation, csv_rows(files, name, COLUMNS)))


def _expectation(row: Row) -> Expectation:
    withheld = row.text("level") == WITHHELD
    rule = row.optional_text("rule")
    if withheld is not (rule is None):
        row.refuse("what is shown names the rule that shows it, and nothing else does", "rule")
    return Expectation(
        department=row.text("department"),
        jurisdiction=row.text("jurisdiction"),
        errand=Errand(row.text("purpose"), row.text("role")),
        consent=row.text("consent") == "with",
        place=Place(
            row.word("channel", Scope), row.text("item"), row.word("kind", Kind), row.word("relation", Relation)
        ),
        field=row.text("field"),
        level=Level.NONE if withheld else Level[row.word("level", LevelName)],
        mask=row.optional_text("mask"),
        rule=None if rule is None else RuleId(rule),
        file=row.file,
        line=row.line,
    )


def meet(expectations: Iterable[Expectation], world: World) -> tuple[Met, ...]:
    """Every expectation with what is so."""
    return tuple(_met(each, world) for each in expectations)


def _met(wanted: Expectation, world: World) -> Met:
    box, bit = _asker(wanted, world), world.fields(wanted.field)
    if box is None or bit.bit_count() != 1 or wanted.place.item not in world.policy.space.facts:
        return Met(expectation=wanted, but="there is no such cell", rules=())
    block = next((each for each in world.matrix.blocks.get(wanted.place, ()) if each.askers.common(box)), None)
    decision = block.decision if block is not None else NOTHING_SHOWN
    level, mask = decision.level(bit), decision.mask(bit)
    rules = tuple(_rules(world, block, level, bit))
    return Met(expectation=wanted, but=_but(wanted, level, mask, rules), rules=rules)


def _but(wanted: Expectation, level: Level, mask: str | None, rules: tuple[RuleId, ...]) -> str | None:
    if level is not wanted.level:
        return f"is {level.name}"
    if mask != wanted.mask:
        return f"is masked as {mask}"
    return None if wanted.rule is None or wanted.rule in rules else f"by {', '.join(rules)}"


def _rules(world: World, block: Block | None, level: Level, bit: int) -> Iterator[RuleId]:
    if block is not None and level is not Level.NONE:
        yield from (rule.id for rule, _ in world.openers(block, level, bit))


def _asker(wanted: Expectation, world: World) -> Box | None:
    """The one asker; None where the space has no such name."""
    axes = world.matrix.axes
    box = Box(
        axes.departments_in({wanted.department}),
        axes.jurisdictions_in({wanted.jurisdiction}),
        sum(1 << number for number, errand in enumerate(axes.errands) if errand == wanted.errand),
        WITH_CONSENT if wanted.consent else WITHOUT_CONSENT,
    )
    return box if all(box) else None
