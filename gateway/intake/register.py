"""Rows of one file -> what they name, and what the database holds of it: one statement for each kind of row.

``wanted`` says what rows refer to and needs no database; ``look_up`` fetches agencies, subjects, links, records,
measures, clients and matters as far as they are named. It writes nothing and decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

from gateway.intake.check import Checked
from gateway.intake.storing_sealer import Digester
from schema.names import fold
from schema.vocabulary.subjects import OtherCodeKind

Found: TypeAlias = Mapping[str, Any]

_AGENCY = "SELECT id, uscc, name, kind, department, level, jurisdiction, supervision_field FROM agency WHERE "
AGENCIES = f"{_AGENCY}uscc = ANY($1)"
NAMED_AGENCIES = f"{_AGENCY}name = ANY($1)"
_SUBJECT = (
    'SELECT id, "natural", kind, name, former_names, uscc, person_digest, person_number_digest, person_adult_on, '
    "person_death_date, person_sex, person_home_address__addr_county, established_on, other_codes FROM subject WHERE "
)
ORGANISATIONS = f"{_SUBJECT} uscc = ANY($1)"
CODED = f"{_SUBJECT} other_codes && $1"
WITH_ORG_CODE = f"{_SUBJECT} substr(uscc, 9, 9) = ANY($1)"
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

    async def copy_records_to_table(
        self, table_name: str, /, *, records: Iterable[Sequence[object]], columns: Sequence[str]
    ) -> object: ...

    def transaction(self) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What rows refer to, as they name it; nothing twice. Persons by the digest of their number."""

    agencies: Sequence[str] = ()
    named_agencies: Sequence[str] = ()
    organisations: Sequence[str] = ()
    codes: Sequence[str] = ()  # of earlier times, with their kind
    persons: Sequence[bytes] = ()
    documents: Sequence[str] = ()
    measures: Sequence[int] = ()
    clients: Sequence[str] = ()
    matters: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    agencies: Mapping[str, Found]  # by credit code
    named_agencies: Mapping[str, Found]  # by name, where one alone bears it
    organisations: Mapping[str, Found]  # by credit code
    coded: Mapping[str, tuple[Found, ...]]  # by codes of earlier times, with their kind
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


def wanted(rows: Sequence[Checked], digester: Digester, *, asking: bool) -> Wanted:
    """``asking``: the rows are about clients and matters; otherwise about subjects."""
    named = Wanted(agencies=_texts(rows, *_CODES), named_agencies=_texts(rows, "authority_name", "source_unit_name"))
    if asking:
        return replace(named, clients=_texts(rows, "client_id"), matters=_texts(rows, "matter_number"))
    numbers = {(row.id_type, number) for row in rows if (number := row.text("id_number")) is not None}
    return replace(
        named,
        organisations=_texts(rows, "uscc"),
        codes=sorted({code for row in rows for code in row.codes}),
        persons=sorted(digester.number_digest(*each) for each in numbers),
        documents=_texts(rows, "document_number"),
        measures=[measure_id(digester, number) for number in _texts(rows, "measure_number")],
    )


async def look_up(connection: Connection, wanted: Wanted) -> Register:
    """What the database holds of it, as far as the connection's role may read it."""

    async def fetch(query: str, named: Sequence[object]) -> Sequence[Found]:
        return await connection.fetch(query, named) if named else ()

    named = await fetch(ORGANISATIONS, wanted.organisations)
    coded = await fetch(CODED, wanted.codes)
    # The organisation code is part of the credit code, and seldom stated again where that is known.
    within = await fetch(WITH_ORG_CODE, [code.removeprefix(_ORG_CODE) for code in wanted.codes if _ORG_CODE in code])
    organisations = tuple({row["id"]: row for row in (*named, *coded, *within)}.values())
    return _register(
        agencies=await fetch(AGENCIES, wanted.agencies),
        named=await fetch(NAMED_AGENCIES, wanted.named_agencies),
        organisations=organisations,
        persons=await fetch(PERSONS, wanted.persons),
        links=await fetch(LINKS, [row["id"] for row in organisations]),
        records=await fetch(RECORDS, wanted.documents),
        measures=await fetch(MEASURES, wanted.measures),
        clients=await fetch(CLIENTS, wanted.clients),
        matters=await fetch(MATTERS, wanted.matters),
    )


_ORG_CODE = f"{OtherCodeKind.ORG_CODE.value} "


def measure_id(digester: Digester, number: str) -> int:
    return digester.internal_id("measure", number)


_CODES = ("authority_uscc", "source_unit_uscc", "initiated_by_uscc", "executed_by_uscc", "accepted_by_uscc")


def _texts(rows: Sequence[Checked], *names: str) -> list[str]:
    return sorted({text for row in rows for name in names if (text := row.text(name)) is not None})


def _register(
    *,
    agencies: Iterable[Found],
    named: Iterable[Found],
    organisations: Iterable[Found],
    persons: Iterable[Found],
    links: Iterable[Found],
    records: Iterable[Found],
    measures: Iterable[Found],
    clients: Iterable[Found],
    matters: Iterable[Found],
) -> Register:
    return Register(
        agencies={row["uscc"]: row for row in agencies},
        named_agencies={name: those[0] for name, those in _grouped(named, "name").items() if len(those) == 1},
        organisations={row["uscc"]: row for row in organisations},
        coded=_by_code(organisations),
        persons={bytes(row["person_number_digest"]): row for row in persons},
        links=_grouped(links, "organisation_id"),
        records=_grouped(records, "document_number"),
        measures={row["id"]: row for row in measures},
        clients=frozenset(row["client_id"] for row in clients),
        matters={
            number: tuple(row["client_id"] for row in those) for number, those in _grouped(matters, "number").items()
        },
    )


def _by_code(organisations: Iterable[Found]) -> dict[str, tuple[Found, ...]]:
    found: defaultdict[str, list[Found]] = defaultdict(list)
    for row in organisations:
        for code in {*(row["other_codes"] or ()), f"{_ORG_CODE}{row['uscc'][8:17]}"}:
            found[code].append(row)
    return {code: tuple(those) for code, those in found.items()}


def _grouped(rows: Iterable[Found], column: str) -> dict[Any, tuple[Found, ...]]:
    found: defaultdict[Any, list[Found]] = defaultdict(list)
    for row in rows:
        found[fold(row[column]) if column == "name" else row[column]].append(row)
    return {key: tuple(those) for key, those in found.items()}
