"""Two policies -> what the second shows more and what it shows less, as readable rectangles with counts.

The only door for a change: whatever a new policy opens stands here, and whoever approves it reads this. What differs
and opens no cell by itself (a purpose, a ceiling, the words of a rule) is named beside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from authz.matrix.axes import axes_of
from authz.matrix.comparison import Change, Comparison, Difference, Form, comparison, coordinates_of
from authz.matrix.lens import lens_of
from authz.matrix.listing import extent_of
from authz.matrix.naming import CONSENTS, Names
from authz.matrix.rectangles import Extent, joined
from authz.policy import Policy

COLUMNS = (
    "direction", "channel", "who", "jurisdictions", "purposes", "consent", "items", "kinds", "relations", "fields",
    "from", "to", "cells",
)  # fmt: skip

Named = Mapping[str, object]
Said = tuple[str, Change]
"""Channel and change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One rectangle of cells that all change alike."""

    channel: str
    change: Change
    extent: Extent
    who: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    purposes: tuple[str, ...]
    consent: str
    items: tuple[str, ...]
    kinds: tuple[str, ...]
    relations: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def cells(self) -> int:
        return self.extent.cells

    def row(self) -> tuple[str, ...]:
        """In the order of ``COLUMNS``."""
        names = (self.who, self.jurisdictions, self.purposes, (self.consent,), self.items, self.kinds, self.relations)
        texts = (" ".join(each).replace(" as ", "/") for each in (*names, self.fields))
        direction = "widened" if self.change.wider else "narrowed"
        before, after = said(self.change.before), said(self.change.after)
        after += " as now defined" if before == after else ""
        return (direction, self.channel, *texts, before, after, str(self.cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """``beside``: what differs otherwise, by kind and name ("purpose PM-301", "rule PUB-ORG-CORE")."""

    old: str
    new: str
    widened: tuple[Changed, ...]
    narrowed: tuple[Changed, ...]
    beside: tuple[str, ...]

    @property
    def widened_cells(self) -> int:
        return sum(each.cells for each in self.widened)

    @property
    def narrowed_cells(self) -> int:
        return sum(each.cells for each in self.narrowed)


def diff(old: Policy, new: Policy) -> Diff:
    """Every difference between the two, over all that either of them knows."""
    axes = axes_of(old, new)
    compared = comparison(old, new, (lens_of(old, axes), lens_of(new, axes)))
    places = dict.fromkeys(place for lens in compared.lenses for place in lens.places())
    found = [each for place in places for each in compared.differences(place)]
    changed = changed_of(found, compared)
    return Diff(
        old=old.version,
        new=new.version,
        widened=tuple(each for each in changed if each.change.wider),
        narrowed=tuple(each for each in changed if not each.change.wider),
        beside=tuple(_beside(old, new)),
    )


def changed_of(differences: list[Difference], compared: Comparison) -> tuple[Changed, ...]:
    """The rectangles of these differences, those with most cells first."""
    old, new = compared.policies
    items = tuple(sorted({*old.space.facts, *new.space.facts}))
    names = Names(axes=compared.lenses[1].axes, space=new.space, items=items, coordinates=coordinates_of(old, new))
    pieces = joined(_piece(each, items) for each in differences)
    changed = (_changed(channel, change, extent, names) for (channel, change), extent in pieces)
    return tuple(sorted(changed, key=lambda each: -each.cells))


def _piece(each: Difference, items: tuple[str, ...]) -> tuple[Said, Extent, frozenset[str]]:
    extent = extent_of(each.place, each.askers, each.fields, items)
    return (each.place.channel, each.change), extent, frozenset()


def _changed(channel: str, change: Change, extent: Extent, names: Names) -> Changed:
    return Changed(
        channel=channel,
        change=change,
        extent=extent,
        who=names.departments(extent.departments),
        jurisdictions=names.jurisdictions(extent.jurisdictions),
        purposes=names.purposes(extent.errands),
        consent=CONSENTS[extent.consents],
        items=names.items_of(extent.items),
        kinds=names.kinds(extent.kinds),
        relations=names.relations(extent.relations),
        fields=names.fields(extent),
    )


def said(form: Form) -> str:
    """A form in words: ``CLEAR of shared``, ``MASKED (MASK_ID_COURT) of published``, ``withheld``."""
    if not form.row:
        return "withheld"
    mask = f" ({form.mask})" if form.mask else ""
    return f"{form.level.name}{mask} of {form.row}"


def _beside(old: Policy, new: Policy) -> Iterator[str]:
    """Whatever is not equal, by name."""
    one, other = old.regulation, new.regulation
    kinds: tuple[tuple[str, Named, Named], ...] = (
        ("rule", _rules(old), _rules(new)),
        ("item", dict(old.catalogue.items), dict(new.catalogue.items)),
        ("field", _fields(old), _fields(new)),
        ("purpose", one.purposes, other.purposes),
        ("measure", one.measures, other.measures),
        ("list", one.list_types, other.list_types),
        ("jurisdiction", one.jurisdictions, other.jurisdictions),
        ("source", one.sources, other.sources),
        ("ceiling", _ceilings(old), _ceilings(new)),
    )
    for kind, before, after in kinds:
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield f"{kind} {name}"


def _fields(policy: Policy) -> Named:
    return {str(coordinate): found for coordinate, found in policy.catalogue.fields.items()}


def _rules(policy: Policy) -> Named:
    """The rules without the place at which they are written."""
    return {rule.id: replace(rule, file="", line=0) for rule in policy.rules}


def _ceilings(policy: Policy) -> Named:
    """The rows of the table, and those of single fields without the place at which they are written."""
    found: dict[str, object] = {}
    for cell in policy.regulation.ceilings:
        found[f"{cell.group} {cell.kind} {cell.column} {cell.note or 'any'}"] = cell
    for row in policy.regulation.field_ceilings:
        place = f"{row.channel} {row.purpose} {row.kind or 'any'} {row.item} {row.relation or 'any'}"
        found[f"{place} {row.field} {row.level}"] = replace(row, file="", line=0)
    return found
