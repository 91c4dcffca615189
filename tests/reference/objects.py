"""What stands at each place of an answer: a row under its part of the grant, with the fields that the part discloses.

``field(name, arguments, type, many)`` gives the value of one field. Edges lead on where they are in clear.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from authz.grant import Disclosure, Kind, Level, Part
from schema.demands.demand import Coordinate
from tests.reference import states
from tests.reference.connections import Connections, kinds_of
from tests.reference.forms import on_the_wire, stored
from tests.reference.pages import page
from tests.reference.sight import TYPES, Sight, kind_of
from tests.reference.verdicts import Verdicts
from tests.reference.world import Row

Given = Mapping[str, Any]

ROLES = {
    "legalRepresentative": {"LEGAL_REP"},
    "principals": {"PRINCIPAL"},
    "executives": {"EXECUTIVE", "DIRECTOR"},
    "practitioners": {"PRACTITIONER"},
    "shareholders": {"SHAREHOLDER"},
    "operator": {"OPERATOR"},
    "guardian": {"GUARDIAN"},
}
REGULATED = {"CatalogueItem", "Jurisdiction", "MeasureListEntry", "LegalBasis"}
CONNECTED = {"RecordConnection": "Record", "MeasureConnection": "Measure"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A row that exists for this caller. ``part`` decides its fields."""

    sight: Sight
    row: Row
    part: Part
    type_name: str
    word: str  # of its id

    def field(self, name: str, arguments: Given, type_name: str, many: bool) -> Any:
        if name == "id":
            return self.sight.seal(self.word, self.row["id"])
        coordinate = self.coordinate(name)
        disclosure = self.part.of(coordinate)
        if type_name == "Verdict":
            raise KeyError(name)
        if type_name in CONNECTED:
            return self._connection(CONNECTED[type_name], arguments) if disclosure.level is Level.CLEAR else None
        if coordinate == "Record.subject" and disclosure.mask == "MASK_AS_NAMED":
            return Named(sight=self.sight, row=self.row, part=self.part)
        if type_name in {"Agency", "Subject", "NaturalPerson", "Record", "Link", "MeasureFeedback", "Standing"}:
            return self._edge(name, many) if disclosure.level is Level.CLEAR else None
        return self._leaf(coordinate, disclosure, type_name)

    def coordinate(self, name: str) -> Coordinate:
        """Fields that every record has are declared by the interface."""
        common = Coordinate(f"Record.{name}")
        family = self.word == "record" and common in self.sight.catalogue.fields
        return common if family else Coordinate(f"{self.type_name}.{name}")

    def _leaf(self, coordinate: Coordinate, disclosure: Disclosure, type_name: str) -> Any:
        computed = self._computed()
        if coordinate in computed:
            return computed[coordinate] if disclosure.level is Level.CLEAR else None
        value = stored(self.sight.catalogue.fields[coordinate], disclosure, self.row, self.sight.sealer.open_value)
        return regulated(self.sight, value, type_name) if type_name in REGULATED else on_the_wire(value, type_name)

    def _computed(self) -> Mapping[str, Any]:
        """What no column says."""
        row, today, suspending = self.row, self.sight.grant.today, self.sight.grant.suspending
        if self.word == "measure":
            return {
                "Measure.status": states.measure_status(row, today, suspending),
                "Measure.suspendedByObjection": states.suspended(row, today, suspending),
                "Measure.legalityReview": self.sight.legality_review(row),
            }
        if self.word == "record":
            return {
                "Record.status": states.record_status(row, today),
                "Record.underObjection": states.under_objection(row, today),
                "Record.repairState": states.repair_state(row, today),
                "Record.publication": states.publication(row, today),
            }
        if self.type_name == "NaturalPerson":
            return {"NaturalPerson.minor": states.minor(row, today), "NaturalPerson.age": states.age(row, today)}
        return {}

    # edges ------------------------------------------------------------------------------------------------------------

    def _edge(self, name: str, many: bool) -> Any:
        world = self.sight.world
        match name:
            case "subject":
                return subject(self.sight, world.by_id("subject", self.row["subject_id"]))
            case "record":
                return record(self.sight, world.by_id("record", self.row["record_id"]))
            case "standing":
                return Standing(sight=self.sight, row=self.row, kind=kind_of(self.row), part=self.part)
            case "feedback":
                return self._feedback()
            case "personTargets":
                targets = world.hanging("record_person_target", "record_id", self.row["id"])
                reached = [world.by_id("link", each["link_id"]) for each in targets]
                return self._links([link for link in reached if link is not None])
        if name in ROLES:
            found = self._current_links(ROLES[name])
            return found if many else next(iter(found), None)
        columns = {"authority": "authority_id", "sourceUnit": "source_unit_id"} | {
            "recognisingDepartment": "recognising_department_id",
            "initiatedBy": "initiated_by_id",
            "executedBy": "executed_by_id",
        }
        return agency(self.sight, self.row[columns[name]])

    def _current_links(self, roles: set[str]) -> "list[Hanging]":
        today = self.sight.grant.today
        links = self.sight.world.hanging("link", "organisation_id", self.row["id"])
        return self._links(
            link
            for link in links
            if link["role"] in roles and states.current(link["from_date"], link["to_date"], today)
        )

    def _links(self, links: Iterable[Row]) -> "list[Hanging]":
        """Latest first, and decided with the row that they hang on."""
        ordered = sorted(links, key=lambda link: (-(link["from_date"] or date.max).toordinal(), link["id"]))
        return [Hanging(sight=self.sight, row=link, part=self.part, type_name="Link") for link in ordered]

    def _feedback(self) -> "list[Hanging]":
        found = self.sight.world.hanging("feedback", "measure_id", self.row["id"])
        ordered = sorted(found, key=lambda row: (row["reported_on"] or date.max, row["id"]))
        return [Hanging(sight=self.sight, row=row, part=self.part, type_name="MeasureFeedback") for row in ordered]

    def _connection(self, type_name: str, arguments: Given) -> Any:
        """Rows about this subject, of its kind; or the measures that this record triggered, on whomever."""
        column, kinds = "subject_id", kinds_of(self.part.kind)
        if self.word == "record":
            column, kinds = "record_id", kinds_of()
        table = "record" if type_name == "Record" else "measure"
        rows = self.sight.world.hanging(table, column, self.row["id"])
        return connection(self.sight, type_name, rows, arguments, kinds)


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """A link or feedback: a row without an id, decided with another."""

    sight: Sight
    row: Row
    part: Part
    type_name: str

    def field(self, name: str, arguments: Given, type_name: str, many: bool) -> Any:
        coordinate = Coordinate(f"{self.type_name}.{name}")
        disclosure = self.part.of(coordinate)
        if type_name == "Agency":
            shown = disclosure.level is Level.CLEAR
            return agency(self.sight, self.row["executed_by_id"]) if shown else None
        if type_name == "NaturalPerson":
            shown = disclosure.level is Level.CLEAR
            return subject(self.sight, self.sight.world.by_id("subject", self.row["person_id"])) if shown else None
        if coordinate == "MeasureFeedback.late":
            measure = self.sight.world.by_id("measure", self.row["measure_id"])
            shown = disclosure.level is Level.CLEAR and measure is not None
            return states.late(self.row, measure or {}) if shown else None
        field = self.sight.catalogue.fields[coordinate]
        return on_the_wire(stored(field, disclosure, self.row, self.sight.sealer.open_value), type_name)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A natural person as named in one record: nothing but what that record holds, under an id of that record."""

    sight: Sight
    row: Row
    part: Part
    type_name: str = "NaturalPerson"

    def field(self, name: str, arguments: Given, type_name: str, many: bool) -> Any:
        if name == "id":
            return self.sight.seal("named", self.row["id"])
        disclosure = self.part.of(Coordinate(f"NaturalPerson.{name}"))
        if name == "kind":
            return "NATURAL_PERSON" if disclosure.level is Level.CLEAR else None
        if disclosure.level < Level.MASKED or type_name in {*CONNECTED, *REGULATED, "Standing", "Link"}:
            return None
        field = self.sight.catalogue.fields[Coordinate(f"NaturalPerson.{name}")]
        return on_the_wire(stored(field, disclosure, self.row, self.sight.sealer.open_value, named=True), type_name)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The verdicts about a subject; ``row`` None for an identifier that nobody here bears."""

    sight: Sight
    kind: Kind
    row: Row | None = None
    part: Part | None = None
    type_name: str = "Standing"

    def field(self, name: str, arguments: Given, type_name: str, many: bool) -> Any:
        if name != "subject":
            return Verdicts(sight=self.sight).verdict(name, self.row, self.kind)
        if self.row is None or self.part is None:
            return None
        shown = self.part.of(Coordinate("Standing.subject")).level is Level.CLEAR
        return subject(self.sight, self.row) if shown else None


@dataclass(frozen=True, kw_only=True)
class Agency:
    """Public, whoever asks."""

    sight: Sight
    row: Row
    type_name: str = "Agency"

    def field(self, name: str, arguments: Given, type_name: str, many: bool) -> Any:
        if name == "id":
            return self.sight.seal("agency", self.row["id"])
        value = self.row["supervision_field" if name == "supervisionField" else name]
        return self.sight.regulations.place(value) if name == "jurisdiction" else value


def subject(sight: Sight, row: Row | None) -> Shown | None:
    part = None if row is None else sight.part_of_subject(row)
    if row is None or part is None:
        return None
    return Shown(sight=sight, row=row, part=part, type_name=TYPES[part.kind], word="subject")


def record(sight: Sight, row: Row | None) -> Shown | None:
    part = None if row is None else sight.part_of_record(row)
    if row is None or part is None:
        return None
    return Shown(sight=sight, row=row, part=part, type_name=row["family"], word="record")


def measure(sight: Sight, row: Row | None) -> Shown | None:
    part = None if row is None else sight.part_of_measure(row)
    if row is None or part is None:
        return None
    return Shown(sight=sight, row=row, part=part, type_name="Measure", word="measure")


def agency(sight: Sight, internal: int | None) -> Agency | None:
    row = sight.world.by_id("agency", internal)
    return None if row is None else Agency(sight=sight, row=row)


def regulated(sight: Sight, code: Any, type_name: str) -> Any:
    """The object of the regulations for which a stored text stands."""
    if code is None:
        return None
    found = sight.regulations
    match type_name:
        case "CatalogueItem":
            return found.item(code)
        case "Jurisdiction":
            return found.place(code)
        case "MeasureListEntry":
            return found.measure(code)
    return found.bases.get(code)


def connection(
    sight: Sight, type_name: str, rows: Iterable[Row], arguments: Given, kinds: frozenset[Kind], *, root: bool = False
) -> dict[str, Any]:
    """One page of the rows of this type that exist for the caller."""
    identity = "Organisation.id" if type_name == "Subject" else f"{type_name}.id"
    make = {"Record": record, "Measure": measure, "Subject": subject}[type_name]
    shown: dict[int, Shown] = {}
    for row in rows:
        listed = not root or sight.may_be_listed(row, row.get("item", "MEASURE"), identity)
        if kind_of(row) in kinds and listed and (found := make(sight, row)) is not None:
            shown[row["id"]] = found
    parts = sight.listed_parts(identity, kinds, root=root)
    connections = Connections(sight=sight)
    matching = connections.matching(type_name, (each.row for each in shown.values()), arguments, parts)
    orders = connections.order(type_name, arguments, parts)
    return page(matching, orders, arguments, sight.grant, lambda row: shown[row["id"]])


@dataclass(frozen=True, kw_only=True)
class Roots:
    """The fields of Query that read rows or regulations."""

    sight: Sight

    def field(self, name: str, arguments: Given, type_name: str, many: bool) -> Any:
        sight, tables = self.sight, self.sight.world.tables
        match name:
            case "node":
                return self._node(arguments["id"])
            case "subject":
                return subject(sight, self._looked_up(arguments["by"])[0])
            case "standing":
                return self._standing(arguments["by"])
            case "standings":
                return [self._standing(by) for by in arguments["by"]]
            case "subjects":
                return connection(
                    sight, "Subject", tables["subject"], arguments, kinds_of(Kind.ORGANISATION), root=True
                )
            case "records":
                return connection(sight, "Record", tables["record"], arguments, kinds_of(), root=True)
            case "measures":
                return connection(sight, "Measure", tables["measure"], arguments, kinds_of(), root=True)
        return self._regulation(name, arguments)

    def _regulation(self, name: str, arguments: Given) -> Any:
        found, place = self.sight.regulations, arguments.get("jurisdiction")
        match name:
            case "catalogue":
                return found.items(place, arguments.get("category"))
            case "purposes":
                return found.purposes(place)
            case "measureList":
                return found.measures(place)
            case "listTypes":
                return found.list_types(place)
        raise KeyError(name)

    def _node(self, text: str) -> Shown | None:
        word, internal = self.sight.opened(text) or ("", 0)
        world = self.sight.world
        match word:
            case "subject":
                return subject(self.sight, world.by_id("subject", internal))
            case "record":
                return record(self.sight, world.by_id("record", internal))
            case "measure":
                return measure(self.sight, world.by_id("measure", internal))
        return None

    def _looked_up(self, by: Given) -> tuple[Row | None, Kind | None]:
        """The row, and the kind that the look-up means whether or not anyone is found; none for an id."""
        [(way, value)] = by.items()
        world, sealer = self.sight.world, self.sight.sealer
        if way == "id":
            opened = self.sight.opened(value)
            return (world.by_id("subject", opened[1]) if opened and opened[0] == "subject" else None), None
        if way == "uscc":
            return world.with_uscc(value), Kind.ORGANISATION
        digest = sealer.person_digest(value["idType"], value["idNumber"], value["name"])
        return world.with_digest(digest), Kind.PERSON

    def _standing(self, by: Given) -> Standing | None:
        row, kind = self._looked_up(by)
        part = None if row is None else self.sight.part_of_subject(row)
        if row is not None and self.sight.is_known(row):
            return Standing(sight=self.sight, row=row, kind=kind_of(row), part=part)
        return None if kind is None else Standing(sight=self.sight, kind=kind)
