"""Which rows each scope sees, whatever it asks: the planner is not here to help.

Every statement asks for all rows of a table. As the hidden rows are there, a policy that is dropped, or loses one of
its conditions, shows one of them; a policy that is too narrow loses one of the visible.
"""

import pytest

from gateway.database.scopes import DatabaseRole
from tests.fresh_database import FreshDatabase
from tests.wall.hidden_city import (
    CLOSED,
    CURRENT_MEASURES,
    EVERY,
    KEPT,
    MINORS,
    NUMBER,
    PAST_MEASURES,
    PERSON,
    REVOKED,
    UNPUBLISHED,
    VISIBLE,
    build,
)

pytestmark = pytest.mark.anyio

PUBLICATION, SHARING, ARCHIVE, CONSENT, SELF = (
    DatabaseRole.PUBLICATION,
    DatabaseRole.SHARING,
    DatabaseRole.ARCHIVE,
    DatabaseRole.CONSENT,
    DatabaseRole.SELF,
)
SEEN = {
    PUBLICATION: set(VISIBLE),
    SHARING: {*VISIBLE, *UNPUBLISHED, *REVOKED},
    ARCHIVE: {*VISIBLE, *UNPUBLISHED, *REVOKED},  # of nobody; that of an agency stands in test_wall_archive
    CONSENT: {*VISIBLE, *UNPUBLISHED},
    SELF: {*VISIBLE, *UNPUBLISHED, *REVOKED, *MINORS},
}
REGISTERED = {"LEGAL_REP", "PRINCIPAL", "SHAREHOLDER", "OPERATOR"}


async def fetch(city: FreshDatabase, role: DatabaseRole, statement: str, *values: object) -> set[object]:
    async with city.connect(role) as connection:
        return {row[0] for row in await connection.fetch(statement, *values)}


async def test_the_city_holds_every_kind_of_row(city: FreshDatabase) -> None:
    async with city.owner() as owner:
        rows = await owner.fetch("SELECT document_number FROM record")
    assert {row[0] for row in rows} == set(EVERY) == SEEN[SELF] | {*KEPT, *CLOSED}


@pytest.mark.parametrize("role", SEEN)
async def test_records(city: FreshDatabase, role: DatabaseRole) -> None:
    assert await fetch(city, role, "SELECT document_number FROM record") == SEEN[role]


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("name", EVERY)
async def test_a_hidden_record_is_like_one_that_does_not_exist(
    city: FreshDatabase, role: DatabaseRole, name: str
) -> None:
    """By its number, in a count, in an aggregate."""
    async with city.connect(role) as connection:
        number = NUMBER[name]
        by_id = await connection.fetch("SELECT document_number FROM record WHERE id = $1", number)
        counted = await connection.fetchrow("SELECT count(*), max(decided_on) FROM record WHERE id = $1", number)
        joined = await connection.fetch(
            "SELECT s.id FROM subject s JOIN record r ON r.subject_id = s.id WHERE r.id = -1"
        )
    assert [row[0] for row in by_id] == ([name] if name in SEEN[role] else [])
    assert counted[0] == len(by_id)
    assert (counted[1] is None) == (not by_id)
    assert joined == []


@pytest.mark.parametrize("role", SEEN)
async def test_a_measure_is_seen_only_with_its_trigger(city: FreshDatabase, role: DatabaseRole) -> None:
    expected = {NUMBER[name] for name in SEEN[role]} | set(CURRENT_MEASURES)
    if role is PUBLICATION:
        expected.remove(NUMBER["person with a basis"])  # persons' measures are not public, whatever triggered them
    else:
        expected |= {900, 901, *PAST_MEASURES}
    assert await fetch(city, role, "SELECT id FROM measure") == expected


@pytest.mark.parametrize("role", [SHARING, ARCHIVE, SELF])
async def test_feedback_and_persons_reached_are_seen_only_with_their_record(
    city: FreshDatabase, role: DatabaseRole
) -> None:
    expected = {NUMBER[name] for name in SEEN[role]}
    assert await fetch(city, role, "SELECT id FROM feedback") == expected
    assert await fetch(city, role, "SELECT record_id FROM record_person_target") == expected


async def test_the_public_sees_no_person(city: FreshDatabase) -> None:
    assert await fetch(city, PUBLICATION, "SELECT id FROM subject WHERE id = $1", PERSON) == set()
    assert await fetch(city, PUBLICATION, 'SELECT "natural" FROM subject') == {False}
    for role in (SHARING, ARCHIVE, CONSENT, SELF):
        assert await fetch(city, role, 'SELECT "natural" FROM subject') == {True, False}


async def test_only_registered_links_are_public(city: FreshDatabase) -> None:
    for role in (PUBLICATION, CONSENT):
        assert await fetch(city, role, "SELECT role FROM link") == REGISTERED
    for role in (SHARING, ARCHIVE, SELF):
        assert await fetch(city, role, "SELECT role FROM link") > REGISTERED


async def test_names_can_be_searched_for(city: FreshDatabase) -> None:
    for role in (PUBLICATION, SHARING, ARCHIVE):
        assert await fetch(city, role, "SELECT subject_id FROM organisation_name_gram WHERE gram = '武汉'") == {1}


async def test_without_row_security_the_hidden_rows_would_show(database: FreshDatabase) -> None:
    """The tests above are not vacuous: rights alone do not hide a row."""
    async with database.owner() as owner:
        await build(owner)
        for table in ("record", "subject", "measure", "link"):
            await owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert await fetch(database, PUBLICATION, "SELECT document_number FROM record") == set(EVERY)
    assert await fetch(database, PUBLICATION, "SELECT id FROM subject") == {1, PERSON}


async def test_the_day_is_todays_in_shanghai_unless_the_state_says_otherwise(database: FreshDatabase) -> None:
    async with database.connect(PUBLICATION) as public:
        today, shanghai = await public.fetchrow("SELECT wall_today(), (now() AT TIME ZONE 'Asia/Shanghai')::date")
    assert today == shanghai


async def test_the_day_follows_no_search_path_of_the_caller(city: FreshDatabase) -> None:
    async with city.connect(PUBLICATION) as public:
        await public.execute("SET search_path = pg_catalog; SET timezone = 'Pacific/Kiritimati'")
        assert str(await public.fetchval("SELECT public.wall_today()")) == "2026-05-20"
