"""A caller's sight of a world -> everything that this caller may see of each row, cell by cell.

Two cities are twins for a caller if what it may see of them is equal. It is computed from grants and raw rows by the
reference model; nothing of ``resolvers`` or of the second wall is asked. A verdict is seen as the rows that count for
it, and the values by which they count.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from authz.grant import Level, Part
from authz.scopes import MyTarget, Party, effective, holds
from schema.demands.demand import Coordinate
from tests.reference import states
from tests.reference.objects import ROLES, Hanging, Named, Shown
from tests.reference.sight import TYPES, Sight, kind_of
from tests.reference.verdicts import GRAVE, LARGE_FINE
from tests.reference.world import Row, World

Seen = tuple[Any, ...]
"""What is seen of one row; empty where nothing is."""

_OF_THE_ROW = {
    "subject": ("id", "natural", "kind"),
    "record": ("id", "subject_id", "natural", "family", "item", "category", "subcategory"),
    "measure": ("id", "subject_id", "natural", "record_id", "category"),
}
_COUNTING = ("subject_id", "decided_on", "polarity", "supervision_field")


@dataclass(frozen=True, kw_only=True)
class Eye:
    sight: Sight

    def looking_at(self, world: World) -> "Eye":
        """The same caller before another world."""
        return Eye(sight=replace(self.sight, world=world))

    def everything(self) -> Mapping[tuple[str, Any], Seen]:
        """By table and id; rows of which nothing is seen are left out."""
        tables = self.sight.world.tables
        seen = {(name, row["id"]): self.of(name, row) for name in self._looks for row in tables[name]}
        return {key: each for key, each in seen.items() if each}

    def of(self, table: str, row: Row) -> Seen:
        return self._looks[table](row)

    @cached_property
    def _looks(self) -> Mapping[str, Callable[[Row], Seen]]:
        return {
            "subject": self._subject,
            "record": self._record,
            "measure": self._measure,
            "link": self._link,
            "feedback": self._feedback,
        }

    # rows with a part of their own ------------------------------------------------------------------------------------

    def _subject(self, row: Row) -> Seen:
        shown = self._shown(self.sight.part_of_subject(row), row, TYPES[kind_of(row)], "subject")
        facts, day = self.sight.facts(row), self.sight.grant.today
        reached = tuple(name for name, scope in (("party", Party()), ("target", MyTarget(day))) if holds(scope, facts))
        return (*shown, reached) if shown or reached else ()

    def _record(self, row: Row) -> Seen:
        shown = self._shown(self.sight.part_of_record(row), row, row["family"], "record")
        counting = self._counting(row)
        fine, kinds = row["fine_amount"], row["penalty_kinds"]
        large, grave = fine is not None and fine >= LARGE_FINE, not GRAVE.isdisjoint(kinds or ())
        counted = (counting, large, grave, *(row[name] for name in _COUNTING)) if counting else ()
        return (*shown, *counted)

    def _measure(self, row: Row) -> Seen:
        shown = self._shown(self.sight.part_of_measure(row), row, "Measure", "measure")
        counting, grant = self._counting(row), self.sight.grant
        status = states.measure_status(row, grant.today, grant.suspending)
        counted = (counting, row["subject_id"], status, row["category"] == "INC") if counting else ()
        own = self.sight.agency is not None and row["executed_by_id"] == self.sight.agency
        target = own and holds(effective(grant.today), self.sight.facts(row))
        return (*shown, *counted, *((row["subject_id"],) if target else ()))

    def _shown(self, part: Part | None, row: Row, type_name: str, word: str) -> Seen:
        if part is None:
            return ()
        shown = Shown(sight=self.sight, row=row, part=part, type_name=type_name, word=word)
        names = tuple(row[name] for name in _OF_THE_ROW[word])
        return (self._number(part), names, *self._cells(shown), *self._as_named(shown))

    def _cells(self, shown: Shown) -> Iterator[Seen]:
        """The values that are shown of the row's own fields."""
        types = {"record": ("Record", shown.type_name)}.get(shown.word, (shown.type_name,))
        for name in types:
            for coordinate in self._fields[name]:
                if shown.part.of(coordinate).level >= Level.MASKED:
                    yield coordinate, _frozen(shown.field(coordinate.partition(".")[2], {}, "", False))

    def _as_named(self, shown: Shown) -> Iterator[Seen]:
        """The values of a natural person as named in the record."""
        if shown.word == "record" and shown.part.of(Coordinate("Record.subject")).mask == "MASK_AS_NAMED":
            named = Named(sight=self.sight, row=shown.row, part=shown.part)
            for coordinate in self._fields["NaturalPerson"]:
                if shown.part.of(coordinate).level >= Level.MASKED:
                    yield coordinate, _frozen(named.field(coordinate.partition(".")[2], {}, "", False))

    def _counting(self, row: Row) -> tuple[int, ...]:
        """The parts that give a verdict and in which the row lies."""
        item = row.get("item", "MEASURE")
        return tuple(
            self._number(part)
            for part in self._verdict_parts
            if part.item in {item, "CLEAN_RECORD"} and part.kind is kind_of(row)
            if (part.item == "MEASURE") == (item == "MEASURE") and self.sight.lies_in(part, row)
        )

    # rows that hang on others -----------------------------------------------------------------------------------------

    def _link(self, row: Row) -> Seen:
        places = [
            (place, *self._hanging(Hanging(sight=self.sight, row=row, part=above, type_name="Link")))
            for place, above in self._places_of(row)
        ]
        return (row["id"], *places) if places else ()

    def _places_of(self, row: Row) -> Iterator[tuple[str, Part]]:
        """Where the link is shown: edges of its organisation, and entries on lists that name it."""
        world, today = self.sight.world, self.sight.grant.today
        organisation = world.by_id("subject", row["organisation_id"])
        part = None if organisation is None else self.sight.part_of_subject(organisation)
        if part is not None and states.current(row["from_date"], row["to_date"], today):
            for edge, roles in ROLES.items():
                if row["role"] in roles and part.of(Coordinate(f"Organisation.{edge}")).level is Level.CLEAR:
                    yield edge, part
        for entry in self._entries_naming.get(row["id"], ()):
            part = self.sight.part_of_record(entry)
            if part is not None and part.of(Coordinate("ListEntry.personTargets")).level is Level.CLEAR:
                yield f"entry {entry['id']}", part

    def _feedback(self, row: Row) -> Seen:
        measure = self.sight.world.by_id("measure", row["measure_id"])
        part = None if measure is None else self.sight.part_of_measure(measure)
        if part is None or part.of(Coordinate("Measure.feedback")).level is not Level.CLEAR:
            return ()
        shown = Hanging(sight=self.sight, row=row, part=part, type_name="MeasureFeedback")
        return (row["id"], *self._hanging(shown))

    def _hanging(self, shown: Hanging) -> Iterator[Seen]:
        for coordinate in self._fields[shown.type_name]:
            if shown.part.of(coordinate).level >= Level.MASKED:
                yield coordinate, shown.field(coordinate.partition(".")[2], {}, "", False)

    # what follows from the grant and the world ------------------------------------------------------------------------

    def _number(self, part: Part) -> int:
        return self._numbers[id(part)]

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        return {id(part): number for number, part in enumerate(self.sight.grant.parts)}

    @cached_property
    def _verdict_parts(self) -> tuple[Part, ...]:
        return tuple(
            part
            for part in self.sight.grant.parts
            if any(name.startswith("Standing.") and each.level >= Level.VERDICT for name, each in part.fields.items())
            and not part.item.startswith("REGISTRATION")
        )

    @cached_property
    def _fields(self) -> Mapping[str, tuple[Coordinate, ...]]:
        """Fields with a value of their own, by type: stored, or computed from the row."""
        found: dict[str, list[Coordinate]] = {}
        for coordinate, field in self.sight.catalogue.fields.items():
            if field.store in {"plain", "sealed"} or coordinate in _COMPUTED:
                found.setdefault(field.type, []).append(coordinate)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def _entries_naming(self) -> Mapping[int, list[Row]]:
        """The entries on lists that name a link, by its id."""
        found: dict[int, list[Row]] = {}
        for target in self.sight.world.tables["record_person_target"]:
            entry = self.sight.world.by_id("record", target["record_id"])
            if entry is not None:
                found.setdefault(target["link_id"], []).append(entry)
        return found


_COMPUTED = {
    "Record.status", "Record.underObjection", "Record.repairState", "Record.publication", "Measure.status",
    "Measure.suspendedByObjection", "Measure.legalityReview", "MeasureFeedback.late", "NaturalPerson.minor",
    "NaturalPerson.age",
}  # fmt: skip


def _frozen(value: Any) -> Any:
    return repr(value) if isinstance(value, list | dict) else value
