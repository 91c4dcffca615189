"""The table of minimum necessity -> limits over every cell: the most that rules may open for each purpose.

``ceilings.csv`` speaks of sharing by group of purposes, kind of subject and column of items; ``ceilings_fields.csv`` of
everything else, field by field. A purpose without a row opens nothing. BASIS: PIPL-6, WH-二(六)2, WC-二(二).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from authz.grant import Kind, Level, Relation, Scope
from authz.matrix.breach import Breach, Written, breaches
from authz.matrix.lens import Place
from authz.matrix.limits import NOTHING_AT_ALL, Limit, Most, up_to
from authz.matrix.world import World
from authz.rows import RowName, RowSource
from schema.regulations.ceilings import FILE as TABLE
from schema.regulations.ceilings import ITEMS, Ceiling, CeilingCell, CeilingNote
from schema.regulations.regulation import FieldCeiling

CEILING = "CEILING"
ARTICLES = ("PIPL-6", "WH-二(六)2", "WC-二(二)")
LONGEST = timedelta(days=366)

_RELATION = {
    CeilingNote.OWN_FIELD: Relation.OWN_FIELD,
    CeilingNote.OWN_MEASURE: Relation.TARGET,
    CeilingNote.OWN_RECORD: Relation.SOURCE,
}
_CURRENT = {
    RowSource.SUBJECT: frozenset(RowName),
    RowSource.RECORD: frozenset({RowName.SHARED, RowName.SHARED_3Y, RowName.OWN_MEASURE, RowName.PUBLISHED}),
    RowSource.MEASURE: frozenset({RowName.SHARED, RowName.PUBLISHED}),
}
"""The rows that may be shared with whoever is not their source, nor told of them."""

_ECHO = {
    Kind.ORGANISATION: ("set:core", "set:navigation"),
    Kind.PERSON: (
        "set:core", "set:navigation", "NaturalPerson.name", "NaturalPerson.idType", "NaturalPerson.status",
    ),
}  # fmt: skip
_FULL = (
    "class:PUBLIC_ID", "class:PUBLIC_ID_PERSON", "class:PUBLIC_META", "set:core", "set:edge",
    "Organisation.registeredAddress",
)  # fmt: skip
_FULL_MASKED = ("class:FREE_TEXT", "class:ENTITY_CONTACT", "Organisation.contactPerson")
_NOT_FULL = ("Link.person", "ListEntry.personTargets", "Measure.feedback")
_NEVER = ("class:INFORMANT", "class:SENSITIVE_PI", "class:FINANCIAL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """The table as it stands on one day."""

    day: date

    def limits(self, world: World, place: Place) -> Iterator[Limit]:
        """For each place what each purpose may open at most; purposes with one bound together."""
        found = dict.fromkeys(world.policy.regulation.purposes, NOTHING_AT_ALL)
        for purpose, most in (*_table(world, place), *self._rows(world, place)):
            found[purpose] = found[purpose].joined(most) if found[purpose] is not NOTHING_AT_ALL else most
        bounds: dict[Most, list[str]] = {}
        for purpose, most in found.items():
            bounds.setdefault(most, []).append(purpose)
        for most, purposes in bounds.items():
            yield Limit(askers=world.errands(purposes), most=most)

    def _rows(self, world: World, place: Place) -> Iterator[tuple[str, Most]]:
        """What the rows of single fields say, by purpose."""
        space = world.policy.space
        shared = place.channel is Scope.SHARING and place.relation not in (Relation.SOURCE, Relation.REPORTED)
        rows = _CURRENT[world.facts(place).source] if shared else None
        for row in world.policy.regulation.field_ceilings:
            if _speaks(row, place) and row.holds(self.day) and space.items.within(place.item, row.item):
                most = up_to(Level[row.level.name], world.fields(row.field), rows)
                yield from ((purpose, most) for purpose in space.purposes.leaves_of(row.purpose))


def _speaks(row: FieldCeiling, place: Place) -> bool:
    return (
        row.channel.value == place.channel.value
        and (row.kind is None or row.kind.value == place.kind.value)
        and (row.relation is None or row.relation.value == place.relation.value)
    )


def _table(world: World, place: Place) -> Iterator[tuple[str, Most]]:
    """What the table says of the item, by purpose; of sharing alone."""
    regulation = world.policy.regulation
    for ceiling in regulation.ceilings if place.channel is Scope.SHARING else ():
        named = ceiling.kind.value == place.kind.value and place.item in ITEMS[ceiling.column]
        if named and _applies(ceiling.note, place):
            most = _cell(world, place, ceiling)
            yield from ((each.code, most) for each in regulation.purposes.values() if each.group == ceiling.group)


def _applies(note: CeilingNote | None, place: Place) -> bool:
    return note is None or _RELATION.get(note, place.relation) is place.relation


def _cell(world: World, place: Place, ceiling: Ceiling) -> Most:
    """The meaning of one cell (``schema.regulations.ceilings.CeilingCell``) for the fields of the item."""
    rows = _rows_of(world, place, ceiling.note)
    answers = up_to(Level.VERDICT, _verdicts(world, place, ceiling.note), rows)
    match ceiling.cell:
        case CeilingCell.VERDICT:
            return answers.joined(_echo(world, place, rows))
        case CeilingCell.SUMMARY:
            extract = world.fields("set:extract")
            fines = world.fields("Penalty.fineAmount") if place.kind is Kind.ORGANISATION else 0
            return answers.joined(up_to(Level.CLEAR, extract | fines, rows))
        case CeilingCell.FULL if ceiling.note in (CeilingNote.OWN_RECORD, CeilingNote.OWN_MEASURE):
            return answers.joined(up_to(Level.CLEAR, _own(world), rows))
        case CeilingCell.FULL:
            hidden = world.fields(*_NOT_FULL, *_NEVER) | _persons(world)
            clear, masked = world.fields(*_FULL) & ~hidden, world.fields(*_FULL_MASKED) & ~hidden
            return answers.joined(up_to(Level.CLEAR, clear, rows)).joined(up_to(Level.MASKED, masked, rows))


def _rows_of(world: World, place: Place, note: CeilingNote | None) -> frozenset[RowName] | None:
    match note:
        case CeilingNote.THREE_YEARS:
            return frozenset({RowName.SHARED_3Y})
        case CeilingNote.OWN_MEASURE:
            return frozenset({RowName.OWN_MEASURE})
        case CeilingNote.OWN_RECORD:
            return None
    return _CURRENT[world.facts(place).source]


def _verdicts(world: World, place: Place, note: CeilingNote | None) -> int:
    """The verdicts of the item; of penalties only that of the own field, or of serious ones, where the cell says so."""
    own = world.facts(place).fields[place.kind] & world.fields("set:verdict")
    match note:
        case CeilingNote.OWN_FIELD:
            return own & world.fields("Standing.fieldPenalty")
        case CeilingNote.SERIOUS_ONLY:
            return own & world.fields("Standing.majorPenalty")
    return own


def _echo(world: World, place: Place, rows: frozenset[RowName] | None) -> Most:
    """Of the register: what the caller gave itself, and the way to the verdicts."""
    if world.facts(place).source is not RowSource.SUBJECT or place.item == "LINK":
        return NOTHING_AT_ALL
    number = up_to(Level.MASKED, world.fields("NaturalPerson.idNumber"), rows)
    return up_to(Level.CLEAR, world.fields(*_ECHO[place.kind]), rows).joined(number)


def _own(world: World) -> int:
    """Everything of one's own rows but what nobody may see, and persons who have a row of their own."""
    return ~(world.fields(*_NEVER) | _persons(world))


def _persons(world: World) -> int:
    person = world.fields(*(each.coordinate for each in world.policy.catalogue.fields_of_type("NaturalPerson")))
    return person & ~world.fields("class:INTERNAL", "class:PUBLIC_META")


def check_ceilings(world: World, day: date) -> tuple[Breach, ...]:
    """Every cell beyond the table, by rule, and every row of the table that may not stand."""
    cells = breaches(CEILING, ARTICLES, Ceilings(day=day).limits, world)
    return (*cells, *_rows_that_may_not_stand(world))


def _rows_that_may_not_stand(world: World) -> Iterator[Breach]:
    """BASIS: WC-二(二), WC-二(三)7. A row for matters of a department's own list ends within a year; another row does
    not end, since only such matters are held to the table day by day (``authz.own_lists``)."""
    purposes = world.policy.regulation.purposes.values()
    own_lists = [purpose for purpose in purposes if purpose.own_list]
    for purpose in own_lists:
        if any(ceiling.group == purpose.group for ceiling in world.policy.regulation.ceilings):
            yield _row(f"opens {purpose.code} without an end", (TABLE, 1))
    for row in world.policy.regulation.field_ceilings:
        yield from (_row(says, (row.file, row.line)) for says in _amiss(world, row))


def _amiss(world: World, row: FieldCeiling) -> Iterator[str]:
    space, purposes = world.policy.space, world.policy.regulation.purposes.values()
    if not (row.purpose in space.purposes and row.item in space.items and row.field in space.fields):
        yield "names what is in no tree"
    reached = [each for each in purposes if space.purposes.within(each.code, row.purpose)]
    ends = row.since is not None and row.until is not None and row.until - row.since <= LONGEST
    yield from (f"opens {each.code} for more than a year" for each in reached if each.own_list and not ends)
    if row.until is not None and any(not each.own_list for each in reached):
        yield "ends, and what it opens would not"


def _row(says: str, written: Written) -> Breach:
    return Breach(invariant=CEILING, article=("WC-二(二)", "WC-二(三)7"), cell=says, count=1, written=written)
