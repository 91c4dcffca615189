"""Parts of a grant for a matter of a department's own list -> what the table of ceilings still opens on that day.

Such a row ends within a year (``authz.matrix.ceilings``), and what rests on it ends with it: on the day itself, whether
or not anybody takes the rules out. BASIS: WC-二(二), WC-二(三)7. Other purposes rest on rows without an end, to which a
policy is held when it is put in force.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from authz.cells import Fields
from authz.grant import WITHHELD, Disclosure, Level, Part, Reason
from authz.space import Space
from schema.demands.demand import Coordinate
from schema.regulations.regulation import FieldCeiling, Purpose, Regulation
from schema.vocabulary.access import AccessScope


def within_the_table(
    parts: Iterable[Part],
    purpose: Purpose,
    regulation: Regulation,
    space: Space,
    today: date,
    public: Callable[[Part], Fields],
) -> tuple[Part, ...]:
    """The parts of sharing scope without what no row opens on that day; untouched where the purpose is on no list of a
    department's own. ``public``: what the public sees of rows like those of a part, which nobody is shown less of."""
    if not purpose.own_list:
        return tuple(parts)
    rows = tuple(
        row
        for row in regulation.field_ceilings
        if row.channel is AccessScope.SHARING and row.holds(today) and space.purposes.within(purpose.code, row.purpose)
    )
    return tuple(_within(part, tuple(_of(part, rows, space)), space, public) for part in parts)


def _within(part: Part, rows: tuple[FieldCeiling, ...], space: Space, public: Callable[[Part], Fields]) -> Part:
    fields = _held(part, rows, space)
    for name, each in public(part).items() if part.published else ():
        if each.level > fields.get(name, WITHHELD).level:
            fields[name] = each
    return replace(part, fields=MappingProxyType(fields))


def _of(part: Part, rows: Iterable[FieldCeiling], space: Space) -> Iterator[FieldCeiling]:
    for row in rows:
        of_kind = row.kind is None or row.kind.value == part.kind.value
        of_relation = row.relation is None or row.relation.value == part.relation.value
        if of_kind and of_relation and space.items.within(part.item, row.item):
            yield row


def _held(part: Part, rows: tuple[FieldCeiling, ...], space: Space) -> dict[Coordinate, Disclosure]:
    return {name: each if _opens(rows, name, each, space) else _withheld(each) for name, each in part.fields.items()}


def _opens(rows: tuple[FieldCeiling, ...], name: str, disclosure: Disclosure, space: Space) -> bool:
    """Whether some row opens the field at that level; what is withheld needs none."""
    if disclosure.level is Level.NONE:
        return True
    return any(Level[row.level.name] >= disclosure.level and space.fields.within(name, row.field) for row in rows)


def _withheld(disclosure: Disclosure) -> Disclosure:
    return replace(disclosure, level=Level.NONE, mask=None, reason=Reason.CEILING)
