"""A policy with its matrix -> the words in which statute speaks of it: fields by class, askers by department, places.

Never changes either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from authz.grant import Level, Scope
from authz.matrix.axes import Box, first
from authz.matrix.decision import opening
from authz.matrix.evaluation import Block, Matrix, evaluate
from authz.matrix.lens import Place
from authz.policy import Policy
from authz.rules import Rule
from authz.space import ItemFacts

AGENCY = "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One cell of the space, as a counterexample. ``level`` is the level at which it is shown."""

    channel: str
    department: str
    jurisdiction: str
    purpose: str
    role: str
    consent: bool
    item: str
    kind: str
    relation: str
    field: str
    level: str
    mask: str | None

    def __str__(self) -> str:
        part = "" if self.role == "none" else f" as {self.role}"
        shown = f"{self.level} ({self.mask})" if self.mask else self.level
        consent = " with a consent" if self.consent else ""
        asker = f"{self.department} of {self.jurisdiction} for {self.purpose}{part}{consent}"
        return f"{self.channel}: {asker} sees {self.field} {shown} of {self.item}, {self.kind}, {self.relation}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """``known`` remembers the fields below each name."""

    policy: Policy
    matrix: Matrix
    known: dict[str, int] = field(default_factory=dict, repr=False)

    def fields(self, *names: str) -> int:
        """The fields below these nodes of the field tree."""
        found = 0
        for name in names:
            if name not in self.known:
                self.known[name] = self.policy.space.bits_of(name)
            found |= self.known[name]
        return found

    def facts(self, place: Place) -> ItemFacts:
        return self.policy.space.facts[place.item]

    def everyone(self) -> Box:
        return self.matrix.axes.everyone

    def departments(self, names: Iterable[str]) -> Box:
        """Everybody of these departments."""
        return self.everyone()._replace(departments=self.matrix.axes.departments_in(names))

    def others(self, names: Iterable[str]) -> Box:
        """Everybody of any other department."""
        everyone = self.everyone()
        return everyone._replace(departments=everyone.departments & ~self.matrix.axes.departments_in(names))

    def errands(self, purposes: Iterable[str]) -> Box:
        """Everybody who asks for one of these purposes."""
        return self.everyone()._replace(errands=self.matrix.axes.errands_in(purposes))

    def blocks(self, *channels: Scope) -> Iterator[tuple[Place, Block]]:
        for place, blocks in self.matrix.blocks.items():
            if place.channel in channels:
                yield from ((place, block) for block in blocks)

    def openers(self, block: Block, level: Level, fields: int) -> Iterator[tuple[Rule, int]]:
        """The allows that open any of these fields at the level to this block, each with those that it opens."""
        for reach in opening(self.matrix.lens.matching(block.rules), level, fields):
            yield reach.rule, reach.bits & fields

    def point(self, place: Place, askers: Box, block: Block, level: Level, fields: int) -> Point:
        """The first cell of these."""
        axes, number = self.matrix.axes, first(fields)
        errand = axes.errands[first(askers.errands)]
        return Point(
            channel=place.channel,
            department=axes.departments[first(askers.departments)],
            jurisdiction=axes.jurisdictions[first(askers.jurisdictions)],
            purpose=errand.purpose,
            role=errand.role,
            consent=askers.consents == 2,
            item=place.item,
            kind=place.kind,
            relation=place.relation,
            field=self.policy.space.coordinates[number],
            level=level.name,
            mask=block.decision.mask(1 << number) if level is Level.MASKED else None,
        )


def world_of(policy: Policy) -> World:
    return World(policy=policy, matrix=evaluate(policy))
