"""Rules -> for every value of every dimension the rules that match it: one bit for each rule, in their order.

A point of the space is matched by the intersection of its values' sets. A rule can be exchanged for another without
reading the rest again, which is what makes thousands of changed policies affordable. Decides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from authz.cells import Reach
from authz.grant import Kind, Relation, Scope
from authz.matrix.axes import Axes
from authz.rules import Entitlement
from authz.trees import ROOT


class Columns(NamedTuple):
    """For each dimension, the rules by value."""

    departments: tuple[int, ...]
    jurisdictions: tuple[int, ...]
    errands: tuple[int, ...]
    items: tuple[int, ...]
    channels: tuple[int, ...]
    kinds: tuple[int, ...]
    relations: tuple[int, ...]
    conditions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """``items`` numbers the items. Rules are numbered as they stand in ``reaches``."""

    axes: Axes
    items: Mapping[str, int]
    reaches: tuple[Reach, ...]
    columns: Columns

    def at(self, channel: Scope, item: str, kind: Kind, relation: Relation) -> int:
        """The rules that match there, for whatever asker and field."""
        number = self.items.get(item)
        if number is None:
            return 0
        found = self.columns.channels[_CHANNELS.index(channel)] & self.columns.items[number]
        return found & self.columns.kinds[_KINDS.index(kind)] & self.columns.relations[_RELATIONS.index(relation)]

    def under(self, condition: Entitlement) -> int:
        return self.columns.conditions[_CONDITIONS.index(condition)]

    def speaking(self, rules: int, fields: int) -> int:
        """Those of the rules that speak of one of the fields."""
        return sum(1 << number for number in numbers(rules) if self.reaches[number].bits & fields)

    def exchanged(self, number: int, reach: Reach) -> "Tables":
        """The tables with another rule in the place of this one."""
        bit, values = 1 << number, _values(reach, self.axes, self.items)
        columns = (
            tuple(rules | bit if wanted >> value & 1 else rules & ~bit for value, rules in enumerate(column))
            for wanted, column in zip(values, self.columns, strict=True)
        )
        reaches = (*self.reaches[:number], reach, *self.reaches[number + 1 :])
        return Tables(axes=self.axes, items=self.items, reaches=reaches, columns=Columns(*columns))


_CHANNELS, _KINDS, _RELATIONS, _CONDITIONS = tuple(Scope), tuple(Kind), tuple(Relation), tuple(Entitlement)


def tables_of(reaches: tuple[Reach, ...], axes: Axes, items: tuple[str, ...]) -> Tables:
    """The tables of these rules over these axes and items."""
    numbered = {item: number for number, item in enumerate(items)}
    names = (axes.departments, axes.jurisdictions, axes.errands, items, _CHANNELS, _KINDS, _RELATIONS, _CONDITIONS)
    columns = [[0] * len(each) for each in names]
    for number, reach in enumerate(reaches):
        for column, values in zip(columns, _values(reach, axes, numbered), strict=True):
            for value in numbers(values):
                column[value] |= 1 << number
    return Tables(axes=axes, items=numbered, reaches=reaches, columns=Columns(*map(tuple, columns)))


def _values(reach: Reach, axes: Axes, items: Mapping[str, int]) -> tuple[int, ...]:
    """The values of each dimension that the rule matches, in the order of ``Columns``."""
    rule = reach.rule
    where = axes.jurisdictions if reach.jurisdictions is None else reach.jurisdictions
    return (
        axes.departments_in(reach.departments),
        axes.jurisdictions_in(where),
        _errands(reach, axes),
        sum(1 << items[item] for item in reach.items if item in items),
        1 << _CHANNELS.index(rule.channel),
        sum(1 << number for number, kind in enumerate(_KINDS) if rule.kind in (None, kind)),
        sum(1 << number for number, relation in enumerate(_RELATIONS) if rule.relation in (None, relation)),
        1 << _CONDITIONS.index(rule.entitlement),
    )


def _errands(reach: Reach, axes: Axes) -> int:
    return sum(
        1 << number
        for number, errand in enumerate(axes.errands)
        if errand.purpose in reach.purposes and reach.rule.role in (ROOT, errand.role)
    )


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits, lowest first."""
    while bits:
        bit = bits & -bits
        yield bit.bit_length() - 1
        bits ^= bit
