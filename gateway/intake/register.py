"""The rows of one file -> what they refer to in the database, fetched with one statement for each kind of row.

Holds agencies, subjects, links, records, measures, clients and matters as far as these rows name them. It writes
nothing and decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from gateway.intake.check import Checked
from gateway.intake.storing_sealer import StoringSealer
from schema.names import fold

Found: TypeAlias = Mapping[str, Any]

_AGENCY = "SELECT id, uscc, name, kind, department, level, jurisdiction, supervision_field FROM agency WHERE "
AGENCIES = f"{_AGENCY}uscc = ANY($1)"
NAMED_AGENCIES = f"{_AGENCY}name = ANY($1)"
_SUBJECT = (
    'SELECT id, "natural", kind, name, former_names, uscc, person_digest, person_number_digest, person_adult_on, '
    "person_death_date, person_sex, person_home_address__addr_county FROM subject WHERE "
)
ORGANISATIONS = f"{_SUBJECT} uscc = ANY($1)"
PERSONS = f"{_SUBJECT} person_number_digest = ANY($1)"
LINKS = (
    "SELECT id, organisation_id, person_id, role, name, from_date, to_date FROM link WHERE organisation_id = ANY($1)"
)
RECORDS = (
    "SELECT id, subject_id, item, family, jurisdiction, authority_id, source_unit_id, document_number, decided_on, "
    "severity, objection_from, objection_doubtful_from, objection_until FROM record WHERE document_number = ANY($1)"
)
MEASURES = "SELECT id, executed_by_id, record_id, in_force_on, lifted_on FROM measure WHERE id = ANY($1)"
CLIENTS = "SELECT client_id FROM client WHERE client_id = ANY($1)"
MATTERS = "SELECT client_id, number FROM matter WHERE number = ANY($1)"


class Connection(Protocol):
    """What intake needs of a connection (asyncpg's)."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...

    async def execute(self, query: str, /, *args: object) -> object: ...

    async def executemany(self, command: str, args: Iterable[Sequence[object]], /) -> object: ...

    def transaction(self) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    agencies: Mapping[str, Found]  # by credit code
    named_agencies: Mapping[str, Found]  # by name, where one alone bears it
    organisations: Mapping[str, Found]  # by credit code
    persons: Mapping[bytes, Found]  # by number digest
    links: Mapping[int, tuple[Found, ...]]  # by organisation
    records: Mapping[str, tuple[Found, ...]]  # by document number
    measures: Mapping[int, Found]
    clients: frozenset[str]
    matters: Mapping[str, tuple[str, ...]]  # the clients that use a number

    def agency(self, code: str | None, name: str | None) -> Found | None:
        """By credit code; without one by name."""
        if code is not None:
            return self.agencies.get(code)
        return None if name is None else self.named_agencies.get(fold(name))


async def look_up(connection: Connection, sealer: StoringSealer, rows: Sequence[Checked], *, asking: bool) -> Register:
    """Everything that these rows refer to. ``asking``: they are about clients and matters, and the connection may read
    those; otherwise about subjects."""
    agencies = await connection.fetch(AGENCIES, _texts(rows, *_CODES))
    named = await connection.fetch(NAMED_AGENCIES, _texts(rows, "authority_name", "source_unit_name"))
    if asking:
        clients = await connection.fetch(CLIENTS, _texts(rows, "client_id"))
        matters = await connection.fetch(MATTERS, _texts(rows, "matter_number"))
        return _register(agencies, named, clients=clients, matters=matters)
    organisations = await connection.fetch(ORGANISATIONS, _texts(rows, "uscc"))
    digests = {sealer.number_digest(row.id_type, number) for row in rows if (number := row.text("id_number"))}
    return _register(
        agencies,
        named,
        organisations=organisations,
        persons=await connection.fetch(PERSONS, sorted(digests)),
        links=await connection.fetch(LINKS, [row["id"] for row in organisations]),
        records=await connection.fetch(RECORDS, _texts(rows, "document_number")),
        measures=await connection.fetch(MEASURES, _measures(rows, sealer)),
    )


def measure_id(sealer: StoringSealer, number: str) -> int:
    return sealer.internal_id("measure", number)


_CODES = ("authority_uscc", "source_unit_uscc", "initiated_by_uscc", "executed_by_uscc", "accepted_by_uscc")


def _texts(rows: Sequence[Checked], *names: str) -> list[str]:
    return sorted({text for row in rows for name in names if (text := row.text(name)) is not None})


def _measures(rows: Sequence[Checked], sealer: StoringSealer) -> list[int]:
    return [measure_id(sealer, number) for number in _texts(rows, "measure_number")]


def _register(
    agencies: Iterable[Found],
    named: Iterable[Found],
    *,
    organisations: Iterable[Found] = (),
    persons: Iterable[Found] = (),
    links: Iterable[Found] = (),
    records: Iterable[Found] = (),
    measures: Iterable[Found] = (),
    clients: Iterable[Found] = (),
    matters: Iterable[Found] = (),
) -> Register:
    return Register(
        agencies={row["uscc"]: row for row in agencies},
        named_agencies={name: those[0] for name, those in _grouped(named, "name").items() if len(those) == 1},
        organisations={row["uscc"]: row for row in organisations},
        persons={bytes(row["person_number_digest"]): row for row in persons},
        links=_grouped(links, "organisation_id"),
        records=_grouped(records, "document_number"),
        measures={row["id"]: row for row in measures},
        clients=frozenset(row["client_id"] for row in clients),
        matters={
            number: tuple(row["client_id"] for row in those) for number, those in _grouped(matters, "number").items()
        },
    )


def _grouped(rows: Iterable[Found], column: str) -> dict[Any, tuple[Found, ...]]:
    found: defaultdict[Any, list[Found]] = defaultdict(list)
    for row in rows:
        found[fold(row[column]) if column == "name" else row[column]].append(row)
    return {key: tuple(those) for key, those in found.items()}
