"""Two policies -> every cell in which they differ, and whether the second shows more there.

More is a higher level, a masked form or rows that are not known to be narrower. Rows are compared by what they mean on
every day on which an instrument changes, not by name alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from authz.grant import Level, Relation
from authz.matrix.axes import Box
from authz.matrix.days import sample_days
from authz.matrix.decision import Decision
from authz.matrix.lens import Lens, Place, askers
from authz.matrix.one_mask import SHOWS
from authz.policy import Policy
from authz.regime import Regime
from authz.rows import RowName, RowSource, rows_of
from authz.scopes import NOTHING, RowScope

_WITHIN_SHARED = {
    RowSource.RECORD: frozenset({RowName.PUBLISHED, RowName.SHARED_3Y, RowName.OWN_MEASURE}),
    RowSource.MEASURE: frozenset({RowName.PUBLISHED}),
}


Meaning: TypeAlias = tuple[RowScope, Mapping[str, frozenset[str]] | None]
"""Which rows, and who is told of which of them where that makes the relation."""


class Form(NamedTuple):
    """How a field is shown. ``row`` names the rows of which it is, "" where it is not shown."""

    level: Level
    mask: str
    row: str


HIDDEN = Form(Level.NONE, "", "")


class Change(NamedTuple):
    """From one form to another, in rows that may mean another thing. ``wider``: the second shows more."""

    before: Form
    after: Form
    wider: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Some fields of one place that some askers see otherwise. Fields are numbered as the second policy has them, with
    those that only the first knows behind."""

    place: Place
    askers: Box
    change: Change
    fields: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Two lenses over the same axes. ``moved`` gives the number of each field of the first in the second."""

    policies: tuple[Policy, Policy]
    lenses: tuple[Lens, Lens]
    regimes: tuple[tuple[Regime, ...], tuple[Regime, ...]]  # of each policy, on every day that could differ
    moved: tuple[int, ...] | None
    one_regime: bool  # rows of one name are the same rows in both
    meant: dict[tuple[int, str, Place], tuple[Meaning, ...]] = field(default_factory=dict, repr=False)

    def differences(self, place: Place, only: int = 0) -> Iterator[Difference]:
        """What differs at this place; with ``only``, where one of these rules matches under either."""
        for box, rules in askers(place, self.lenses, only):
            old, new = (lens.decide(each, place) for lens, each in zip(self.lenses, rules, strict=True))
            if old != new or self.moved is not None or not self.one_regime:
                for before, one in self._forms(old, 0):
                    for after, other in self._forms(new, 1):
                        common = self._common(one, other)
                        if common and (before != after or self._rows_differ(before, after, place)):
                            change = Change(before, after, self._wider(before, after, place))
                            if before.level or after.level:
                                yield Difference(place=place, askers=box, change=change, fields=common)

    def _forms(self, decision: Decision, side: int) -> Iterator[tuple[Form, int]]:
        """Each form with its fields; last whatever is hidden."""
        verdicts, shown = self.lenses[side].space.verdicts, decision.shown
        for level, mask, fields in decision.pieces():
            for bits, row in ((fields & ~verdicts, decision.row), (fields & verdicts, decision.verdict_row)):
                if bits:
                    yield Form(level, mask or "", row or ""), self._numbered(bits, side)
        yield HIDDEN, ~self._numbered(shown, side)

    def _common(self, one: int, other: int) -> int:
        return one & other if one >= 0 or other >= 0 else 0

    def _numbered(self, bits: int, side: int) -> int:
        if self.moved is None or side == 1:
            return bits
        return sum(1 << self.moved[number] for number in range(bits.bit_length()) if bits >> number & 1)

    def _rows_differ(self, before: Form, after: Form, place: Place) -> bool:
        return self._rows(0, before.row, place) != self._rows(1, after.row, place)

    def _rows(self, side: int, row: str, place: Place) -> tuple[Meaning, ...]:
        """What the name means on each of the days."""
        key = (side, row, place)
        if key not in self.meant:
            facts = self.lenses[side].space.facts.get(place.item)
            meaning: tuple[Meaning, ...] = ((NOTHING, None),) * len(self.regimes[side])
            if row and facts is not None:
                name = RowName(row)
                meaning = tuple(
                    (rows_of(name, facts.source, place.kind, facts.family, each), _told(place.relation, each))
                    for each in self.regimes[side]
                )
            self.meant[key] = meaning
        return self.meant[key]

    def _wider(self, before: Form, after: Form, place: Place) -> bool:
        if before.level is Level.NONE or after.level is Level.NONE:
            return after.level > before.level
        masks = after.level is before.level and not _mask_within(after.mask, before.mask)
        return after.level > before.level or masks or self._rows_wider(before, after, place)

    def _rows_wider(self, before: Form, after: Form, place: Place) -> bool:
        if not self._rows_differ(before, after, place):
            return False
        facts = self.lenses[1].space.facts.get(place.item)
        return facts is None or not _rows_within(after.row, before.row, facts.source, place.relation)


def _told(relation: Relation, regime: Regime) -> Mapping[str, frozenset[str]] | None:
    """Who is told of which measures, where that decides who has the relation."""
    return regime.reporting if relation is Relation.REPORTED else None


def _rows_within(row: str, other: str, source: RowSource, relation: Relation) -> bool:
    """Whether rows of the one name are known to lie within those of the other, whatever the day."""
    if other == RowName.SOURCE and relation is Relation.SOURCE:
        return True  # of its own rows the source sees all
    if source is RowSource.SUBJECT:
        return row == RowName.OWN_MEASURE
    return other == RowName.SHARED and row in _WITHIN_SHARED[source]


def _mask_within(mask: str, other: str) -> bool:
    """Whether the form shows no more than the other; forms of different values are not known to."""
    return mask == other or (mask in SHOWS and other in SHOWS and SHOWS[mask] <= SHOWS[other])


def comparison(old: Policy, new: Policy, lenses: tuple[Lens, Lens]) -> Comparison:
    """The comparison of these policies through lenses over common axes."""
    days = sample_days(old, new)
    before, after = (tuple(policy.regime(day) for day in days) for policy in (old, new))
    return Comparison(
        policies=(old, new),
        lenses=lenses,
        regimes=(before, after),
        moved=_moved(old, new),
        one_regime=before == after,
    )


def _moved(old: Policy, new: Policy) -> tuple[int, ...] | None:
    if old.space.coordinates == new.space.coordinates:
        return None
    names = coordinates_of(old, new)
    return tuple(names.index(each) for each in old.space.coordinates)


def coordinates_of(old: Policy, new: Policy) -> tuple[str, ...]:
    """The fields of the second, and behind them those that only the first knows."""
    return tuple(dict.fromkeys((*new.space.coordinates, *old.space.coordinates)))
