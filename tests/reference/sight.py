"""One caller's grant over a world -> which rows exist for that caller, and under which part.

The definition of authz.grant, word for word: parts of one item and kind are tried in order, the first whose scope holds
is the part of the row, and a row in no part does not exist. Parts that only count for verdicts show no rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from authz.grant import Grant, Kind, Level, Part, Relation, Scope
from authz.scopes import ALWAYS, holds
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate
from tests.reference.regulations import Regulations
from tests.reference.sealing import Opener
from tests.reference.states import legality_review
from tests.reference.world import Row, World

REGISTRATION = {Kind.ORGANISATION: "REGISTRATION_ORG", Kind.PERSON: "REGISTRATION_PERSON"}
TYPES = {Kind.ORGANISATION: "Organisation", Kind.PERSON: "NaturalPerson"}


@dataclass(frozen=True, kw_only=True)
class Sight:
    """``viewer``: for whom ids are sealed; ``agency``, ``matter``, ``role``, ``subject``, ``period``: the caller's side
    of scopes."""

    world: World
    grant: Grant
    catalogue: Catalogue
    regulations: Regulations
    sealer: Opener
    viewer: str
    agency: int | None
    matter: str | None
    role: str | None
    now: datetime
    subject: int | None = None
    period: tuple[date, date] = ALWAYS

    def seal(self, kind: str, internal: int) -> str:
        return self.sealer.seal_id(self.viewer, kind, internal)

    def opened(self, text: str) -> tuple[str, int] | None:
        """Kind and internal id; None for what was not sealed for this viewer."""
        try:
            return self.sealer.open_id(self.viewer, text)
        except ValueError:
            return None

    # parts of rows ----------------------------------------------------------------------------------------------------

    def part_of_subject(self, row: Row) -> Part | None:
        kind = kind_of(row)
        return self._part(REGISTRATION[kind], kind, f"{TYPES[kind]}.id", row)

    def part_of_record(self, row: Row) -> Part | None:
        return self._part(row["item"], kind_of(row), "Record.id", row)

    def part_of_measure(self, row: Row) -> Part | None:
        return self._part("MEASURE", kind_of(row), "Measure.id", row)

    def is_known(self, row: Row) -> bool:
        """Whether verdicts about the subject say more than that nobody is known. Where the grant answers about subjects
        of its kind and shows none (PM-821), each verdict's own parts decide; a person must be a party of the matter."""
        kind = kind_of(row)
        if (REGISTRATION[kind], kind, f"{TYPES[kind]}.id") in self._showing:
            return self.part_of_subject(row) is not None
        reached = self.grant.scope is not Scope.SHARING or not row["natural"] or self.facts(row)["party"]
        if self.grant.scope in (Scope.CONSENT, Scope.SELF):
            reached = row["id"] == self.subject
        return bool(reached) and any(
            name.startswith("Standing.") and disclosure.level >= Level.VERDICT
            for part in self.grant.parts_of(kind)
            for name, disclosure in part.fields.items()
        )

    def _part(self, item: str, kind: Kind, identity: str, row: Row) -> Part | None:
        parts = self._showing.get((item, kind, identity), ())
        return next((part for part in parts if self.lies_in(part, row)), None)

    def lies_in(self, part: Part, row: Row) -> bool:
        return holds(part.rows, self.facts(row), agency=self.agency, subject=self.subject, period=self.period)

    def may_be_listed(self, row: Row, item: str, identity: str) -> bool:
        """In sharing scope root lists hold no natural persons but targets of the caller's own measures."""
        if self.grant.scope is not Scope.SHARING or not row["natural"]:
            return True
        parts = self._showing.get((item, Kind.PERSON, identity), ())
        return any(part.relation is Relation.TARGET and self.lies_in(part, row) for part in parts)

    def listed_parts(self, identity: str, kinds: frozenset[Kind], *, root: bool) -> tuple[Part, ...]:
        """Every part whose rows a connection can list."""
        hidden = root and self.grant.scope is Scope.SHARING
        return tuple(
            part
            for (_, kind, shown), parts in self._showing.items()
            if shown == identity and kind in kinds
            for part in parts
            if not hidden or kind is Kind.ORGANISATION or part.relation is Relation.TARGET
        )

    @cached_property
    def _showing(self) -> Mapping[tuple[str, Kind, str], tuple[Part, ...]]:
        """The parts that show rows, by item, kind of subject and the id that the rows bear."""
        found: dict[tuple[str, Kind, str], tuple[Part, ...]] = {}
        for part in self.grant.parts:
            identity = self._identity(part)
            if part.of(Coordinate(identity)).level >= Level.MASKED:
                key = (str(part.item), part.kind, identity)
                found[key] = (*found.get(key, ()), part)
        return found

    def _identity(self, part: Part) -> str:
        if self.catalogue.items[part.item].family is not None:
            return "Record.id"
        return "Measure.id" if part.item == "MEASURE" else f"{TYPES[part.kind]}.id"

    # facts of rows ----------------------------------------------------------------------------------------------------

    def facts(self, row: Row) -> Mapping[str, object]:
        """The row with the facts that scopes speak of besides its columns."""
        subject = self.world.by_id("subject", row.get("subject_id", row["id"]))
        return {
            **row,
            "party": subject is not None and subject["natural"] and subject["person_digest"] in self._parties,
            "my_target": self._executed.get(subject["id"], ()) if subject is not None else (),
            "trigger": self._trigger(row),
        }

    def _trigger(self, row: Row) -> Row | None:
        return self.world.by_id("record", row.get("record_id"))

    def legality_review(self, measure: Row) -> bool:
        told = self.world.hanging("feedback", "measure_id", measure["id"])
        return legality_review(measure, told, self.grant.today)

    @cached_property
    def _parties(self) -> frozenset[bytes]:
        return self.world.party_digests(self.matter, self.role)

    @cached_property
    def _executed(self) -> Mapping[Any, tuple[Row, ...]]:
        """The measures that the caller's agency executes, by their subjects."""
        found: dict[Any, tuple[Row, ...]] = {}
        for row in self.world.tables["measure"]:
            if self.agency is not None and row["executed_by_id"] == self.agency:
                own = {**row, "trigger": self._trigger(row)}
                found[row["subject_id"]] = (*found.get(row["subject_id"], ()), own)
        return found


def kind_of(row: Row) -> Kind:
    return Kind.PERSON if row["natural"] else Kind.ORGANISATION
