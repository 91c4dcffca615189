"""S18: one canonical masked form for each viewer and number, so that no two answers rebuild what one hides.

A masked number shows some of its places. What one viewer can collect, in its own scope and in publication, must not be
more than one of the forms shows by itself; a date of birth beside a masked number is as good as eight places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

from authz.grant import Kind, Level, RuleId, Scope
from authz.matrix.axes import Box
from authz.matrix.breach import Breach
from authz.matrix.evaluation import Block
from authz.matrix.lens import Place
from authz.matrix.world import Point, World

ARTICLES = ("PIPL-6", "PIPL-51", "WH-二(二)2")
NUMBER = "NaturalPerson.idNumber"


def _places(*spans: tuple[int, int]) -> frozenset[int]:
    return frozenset(place for first, last in spans for place in range(first, last + 1))


SHOWS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "MASK_ID_FULL": frozenset(),
        "MASK_ID_1_1": _places((1, 1), (18, 18)),
        "MASK_ID_BIRTH8": _places((1, 6), (15, 18)),
        "MASK_ID_COURT": _places((1, 10), (15, 18)),
    }
)
"""The places of a resident number (GB 11643-1999) that each form shows."""

BORN: Mapping[str, frozenset[int]] = MappingProxyType(
    {"NaturalPerson.birthDate": _places((7, 14)), "NaturalPerson.birthYear": _places((7, 10))}
)
"""The places that another field gives away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A part of a number that a rule shows of an item. ``form``: its mask, or the field that gives it away."""

    channel: Scope
    item: str
    form: str
    rule: RuleId
    askers: Box
    cell: Point
    count: int

    @property
    def shows(self) -> frozenset[int]:
        return SHOWS[self.form] if self.form in SHOWS else BORN[self.form]

    def breach(self) -> Breach:
        return Breach(invariant="S18", article=ARTICLES, cell=self.cell, count=self.count, rule=self.rule)


def one_mask(world: World) -> Iterator[Breach]:
    """Two forms in one scope, forms of two scopes that add up, and the courts' form anywhere but where it belongs.

    BASIS: FS2017-7-6. The courts' form is weak, since it shows the year: it is for defaulters, in public, alone.
    """
    found: dict[tuple[object, ...], Seen] = {}
    for seen in _seen(world):
        key = (seen.channel, seen.item, seen.form, seen.rule)
        found[key] = _together(found[key], seen) if key in found else seen
    for one, other in combinations(found.values(), 2):
        if one.form != other.form and _same_viewer(one, other) and _rebuilds(one, other):
            yield other.breach()
    for seen in (*found.values(), *_weak_to_the_subject(world)):
        if seen.form == "MASK_ID_COURT" and (seen.channel, seen.item) != (Scope.PUBLICATION, "DEFAULTER"):
            yield seen.breach()


def _rebuilds(one: Seen, other: Seen) -> bool:
    """In one scope two forms are one too many; a viewer's own scope and publication must not add up."""
    if one.channel is other.channel:
        return bool(one.shows and other.shows)
    return one.shows | other.shows not in (one.shows, other.shows)


def _same_viewer(one: Seen, other: Seen) -> bool:
    """Whether one organisation can see both: in one scope, or in its own and as one of the public."""
    if one.channel is not other.channel:
        return Scope.PUBLICATION in (one.channel, other.channel)
    departments = one.askers.departments & other.askers.departments
    return bool(departments and one.askers.jurisdictions & other.askers.jurisdictions)


def _together(one: Seen, other: Seen) -> Seen:
    askers = Box(*(mine | theirs for mine, theirs in zip(one.askers, other.askers, strict=True)))
    return replace(one, askers=askers, count=one.count + other.count)


def _seen(world: World) -> Iterator[Seen]:
    """Whatever anybody but the subject sees of a number."""
    number = world.fields(NUMBER)
    born = [(name, world.fields(name)) for name in BORN]
    for place, block in world.blocks(Scope.PUBLICATION, Scope.SHARING, Scope.CONSENT):
        mask = block.decision.mask(number) if place.kind is Kind.PERSON else None
        if mask in SHOWS:
            yield from _of(world, place, block, mask or "", Level.MASKED, number)
        for name, bit in born:
            level = block.decision.level(bit)
            if level >= Level.SUMMARY:
                yield from _of(world, place, block, name, level, bit)


def _weak_to_the_subject(world: World) -> Iterator[Seen]:
    """Subjects see their date of birth beside their number, and still the number in the one form of every answer."""
    number = world.fields(NUMBER)
    for place, block in world.blocks(Scope.SELF):
        if place.kind is Kind.PERSON and block.decision.mask(number) == "MASK_ID_COURT":
            yield from _of(world, place, block, "MASK_ID_COURT", Level.MASKED, number)


def _of(world: World, place: Place, block: Block, form: str, level: Level, bit: int) -> Iterator[Seen]:
    cell = world.point(place, block.askers, block, level, bit)
    for rule, _ in world.openers(block, level, bit):
        yield Seen(
            channel=place.channel,
            item=place.item,
            form=form,
            rule=rule.id,
            askers=block.askers,
            cell=cell,
            count=block.askers.size,
        )
