"""The agencies of the register as a report speaks of them: by id, with their place in the tree of territories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from gateway.in_force import InForce
from gateway.usage.suppression import Path
from resolvers.readings import Reading
from schema.regulations.jurisdictions import NATION

T = TypeVar("T")

_AGENCIES = "SELECT id, uscc, name, kind, level, supervision_field, jurisdiction FROM agency ORDER BY jurisdiction, id"


class Connection(Protocol):
    """One snapshot of what may be counted."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...

    def cursor(self, query: str, /, *args: object, prefetch: int) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Departments:
    """``agencies``: ``Agency`` objects by id, in the order of territories; ``places``: where each stands; ``shown``:
    of whom is told."""

    agencies: Mapping[int, Mapping[str, Any]]
    places: Mapping[int, Path]
    shown: frozenset[int]

    def in_order(self, counted: Iterable[tuple[int, T]]) -> list[tuple[int, T]]:
        """What was counted of agencies that are shown, by territory and agency, else as it was."""
        return sorted((each for each in counted if each[0] in self.shown), key=lambda each: self._order(each[0]))

    def _order(self, agency: int) -> tuple[Path, str]:
        return self.places[agency][:-1], str(self.agencies[agency]["uscc"])


async def departments(
    connection: Connection, asked: str, own: int | None, in_force: InForce, reading: Reading
) -> Departments:
    """``asked``: a territory; ``own``: the one agency of which is told, if only one is."""
    rows = await connection.fetch(_AGENCIES)
    places = {row["id"]: place_of(row["jurisdiction"], in_force) for row in rows}
    return Departments(
        agencies={row["id"]: _agency(row, in_force, reading) for row in rows},
        places={agency: (*place, str(agency)) for agency, place in places.items()},
        shown=frozenset(agency for agency, place in places.items() if asked in place and own in (None, agency)),
    )


def place_of(jurisdiction: str, in_force: InForce) -> Path:
    """The territory and those above it, the nation first."""
    regulation = in_force.policy.regulation
    return regulation.lineage(jurisdiction) if jurisdiction in regulation.jurisdictions else (NATION,)


def _agency(row: Mapping[str, Any], in_force: InForce, reading: Reading) -> Mapping[str, Any]:
    return {
        **row,
        "id": reading.seal("agency", row["id"]),
        "supervisionField": row["supervision_field"],
        "jurisdiction": in_force.references.jurisdictions.get(row["jurisdiction"]),
    }
