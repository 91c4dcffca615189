"""Probes of the second wall alone: what each scope role can see, name and change in the hidden city."""

from collections.abc import Mapping

from gateway.database.scopes import DatabaseRole, tables
from tests.mutants.consent_wall_probes import consents_have_bounds, consents_stay_as_they_were
from tests.mutants.entry_probes import (
    changes_leave_history,
    nobody_else_comes_in,
    rows_hold_what_their_kind_may,
    the_ledger_only_grows,
    writers_keep_to_their_tables,
)
from tests.mutants.walled import Probe, Walled
from tests.wall.hidden_city import (
    COMPANY,
    CURRENT_MEASURES,
    HIDDEN_TRIGGERS,
    IN_ARCHIVE,
    MINORS,
    NUMBER,
    PAST_MEASURES,
    PERSON,
    REVOKED,
    UNPUBLISHED,
    VISIBLE,
)
from tests.wall.test_wall_columns import NEVER, PUBLIC

PUBLICATION, SHARING, ARCHIVE, CONSENT, SELF = (
    DatabaseRole.PUBLICATION,
    DatabaseRole.SHARING,
    DatabaseRole.ARCHIVE,
    DatabaseRole.CONSENT,
    DatabaseRole.SELF,
)
SEEN: Mapping[DatabaseRole, frozenset[str]] = {
    PUBLICATION: frozenset(VISIBLE),
    SHARING: frozenset((*VISIBLE, *UNPUBLISHED, *REVOKED)),
    ARCHIVE: frozenset((*VISIBLE, *UNPUBLISHED, *REVOKED, *IN_ARCHIVE)),
    CONSENT: frozenset((*VISIBLE, *UNPUBLISHED)),
    SELF: frozenset((*VISIBLE, *UNPUBLISHED, *REVOKED, *MINORS)),
}
REGISTERED = {"LEGAL_REP", "PRINCIPAL", "SHAREHOLDER", "OPERATOR"}


# Rows -----------------------------------------------------------------------------------------------------------------


def _rows_of(role: DatabaseRole) -> Probe:
    async def probe(wall: Walled) -> None:
        async with wall.role(role):
            await _sees(wall, role)

    return probe


async def _sees(wall: Walled, role: DatabaseRole) -> None:
    numbers = {NUMBER[name] for name in SEEN[role]}
    shared = numbers if role is not ARCHIVE else {NUMBER[name] for name in SEEN[SHARING]}
    persons = {PERSON} if role is not PUBLICATION else set[int]()
    assert await wall.column("SELECT document_number FROM record") == SEEN[role]
    assert await wall.column("SELECT id FROM subject") == {COMPANY} | persons
    assert await wall.column("SELECT id FROM measure") == _measures(role, shared)
    links = await wall.column("SELECT role FROM link")
    assert links == REGISTERED if role in {PUBLICATION, CONSENT} else links > REGISTERED
    if role in {SHARING, ARCHIVE, SELF}:
        assert await wall.column("SELECT id FROM feedback") == shared
        assert await wall.column("SELECT record_id FROM record_person_target") == numbers


def _measures(role: DatabaseRole, numbers: set[int]) -> set[int]:
    """A measure is seen with its trigger, by its initiator in any case; the public sees none on a person, and none that
    is over."""
    if role is PUBLICATION:
        return (numbers - {NUMBER["person with a basis"]}) | set(CURRENT_MEASURES)
    initiated = set(HIDDEN_TRIGGERS) if role is ARCHIVE else set[int]()
    return numbers | set(CURRENT_MEASURES) | {900, 901, *PAST_MEASURES} | initiated


# Columns --------------------------------------------------------------------------------------------------------------

COLUMNS = """
    SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped AND a.attnum > 0
      AND has_column_privilege(c.oid, a.attnum, 'SELECT')
"""


async def columns_of_publication(wall: Walled) -> None:
    """Every column that the public may be shown, and none besides."""
    async with wall.role(PUBLICATION):
        found = await wall.column(COLUMNS)
    assert found == {f"{table}.{column}" for table, columns in PUBLIC.items() for column in columns.split()}


def _columns_of(role: DatabaseRole) -> Probe:
    async def probe(wall: Walled) -> None:
        async with wall.role(role):
            assert not await wall.column(COLUMNS) & NEVER[role]

    return probe


# Writes ---------------------------------------------------------------------------------------------------------------


def _writes_of(role: DatabaseRole) -> Probe:
    async def probe(wall: Walled) -> None:
        async with wall.role(role):
            may = "has_table_privilege($1, 'DELETE') OR has_table_privilege($1, 'TRUNCATE')"
            for right in ("INSERT", "UPDATE"):
                may += f" OR has_any_column_privilege($1, '{right}')"
            for table in sorted(tables()):
                assert not await wall.connection.fetchval(f"SELECT {may}", table), table

    return probe


PROBES: Mapping[str, Probe] = {
    **{f"rows_of_{role}": _rows_of(role) for role in SEEN},
    **{f"columns_of_{role}": _columns_of(role) for role in NEVER},
    **{f"writes_of_{role}": _writes_of(role) for role in (*SEEN, DatabaseRole.LEDGER_READER, DatabaseRole.STATISTICS)},
    "columns_of_publication": columns_of_publication,
    "the_ledger_only_grows": the_ledger_only_grows,
    "writers_keep_to_their_tables": writers_keep_to_their_tables,
    "changes_leave_history": changes_leave_history,
    "rows_hold_what_their_kind_may": rows_hold_what_their_kind_may,
    "nobody_else_comes_in": nobody_else_comes_in,
    "consents_have_bounds": consents_have_bounds,
    "consents_stay_as_they_were": consents_stay_as_they_were,
}
