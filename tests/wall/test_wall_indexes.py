"""Row security must not cost the indexes: what a plan filters by stays an index condition, for each reading scope."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.database.scopes import READERS, DatabaseRole
from tests.fresh_database import FreshDatabase
from tests.rows import ITEM, agency, insert

pytestmark = pytest.mark.anyio

READING = sorted(READERS)

ROWS = """
    INSERT INTO subject (id, "natural", kind, name, uscc)
        SELECT n, false, 'LEGAL_PERSON', 'n' || n, 'u' || n FROM generate_series(1, 2000) AS n;
    INSERT INTO record (id, subject_id, "natural", family, item, category, jurisdiction, document_number, decided_on,
                        authority_id, source_unit_id, severity, state, published_from, publication_until)
        SELECT n, 1 + n % 2000, false, 'Penalty', CASE WHEN n % 500 = 0 THEN 'CAT-03-PENALTY' ELSE 'CAT-03-LICENCE' END,
               'CAT-03', '420100', 'd' || n, DATE '2020-01-01' + n % 2000, 900, 900, 'GENERAL', 'ACTIVE',
               DATE '2020-01-01', DATE '2035-01-01'
        FROM generate_series(1, 20000) AS n;
    INSERT INTO measure (id, subject_id, "natural", record_id, list_entry, category, force, legal_basis, jurisdiction,
                         initiated_by_id, executed_by_id)
        SELECT n, 1 + n % 2000, false, n, 'ADM-09', 'ADM', 'COMPULSORY', 'x', '420100', 900, 900
        FROM generate_series(1, 20000) AS n;
    INSERT INTO link (id, organisation_id, role, name)
        SELECT n, 1 + n % 2000, 'LEGAL_REP', 'x' FROM generate_series(1, 10000) AS n;
    INSERT INTO organisation_name_gram SELECT 'g' || n % 5000, 1 + n % 2000 FROM generate_series(1, 20000) AS n
        ON CONFLICT DO NOTHING;
"""


@pytest.fixture(scope="module")
def crowd(module_database: FreshDatabase) -> FreshDatabase:
    async def built() -> None:
        async with module_database.owner() as owner:
            await insert(owner, "authz_state", {"policy_version": "p", "catalogue_version": "c"})
            items = [{"item": item, "published": True} for item in (ITEM, "CAT-03-LICENCE")]
            await insert(owner, "wall_item", *items)
            await insert(owner, "agency", agency())
            await owner.execute(ROWS)
            await owner.execute("ANALYZE")

    asyncio.run(built())
    return module_database


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


async def explained(crowd: FreshDatabase, role: DatabaseRole, statement: str, *values: object) -> list[dict[str, Any]]:
    """The nodes of the plan that serves any value, as a connection comes to use it after some calls."""
    arguments = ", ".join(repr(value) for value in values)
    async with crowd.connect(role) as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE asked AS {statement}")
        text = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked({arguments})")
    return list(nodes(json.loads(text)[0]["Plan"]))


@pytest.mark.parametrize("role", READING)
@pytest.mark.parametrize(
    ("index", "statement", "value"),
    [
        ("record_subject", "SELECT id FROM record WHERE subject_id = $1", 7),
        ("record_subject", "SELECT id FROM record WHERE subject_id = ANY(ARRAY[$1::bigint])", 7),
        ("record_document", "SELECT id FROM record WHERE document_number = $1", "d7"),
        ("record_item", "SELECT id FROM record WHERE item = $1 ORDER BY decided_on DESC, id DESC LIMIT 20", ITEM),
        ("record_pkey", "SELECT document_number FROM record WHERE id = $1", 7),
        ("measure_subject|measure_executed_by|measure_initiated_by", "SELECT id FROM measure WHERE subject_id = $1", 7),
        ("measure_record", "SELECT id FROM measure WHERE record_id = $1", 7),
        ("link_organisation", "SELECT name FROM link WHERE organisation_id = $1", 7),
        ("subject_uscc_key", "SELECT id FROM subject WHERE uscc = $1", "u7"),
        ("subject_pkey|subject_id_natural_key", "SELECT name FROM subject WHERE id = $1", 7),
    ],
)
async def test_an_index_serves(
    crowd: FreshDatabase, role: DatabaseRole, index: str, statement: str, value: object
) -> None:
    plan = await explained(crowd, role, statement, value)
    table = statement.split(" FROM ")[1].split()[0]
    assert {node.get("Index Name") for node in plan}.intersection(index.split("|"))
    assert table not in {node.get("Relation Name") for node in plan if node["Node Type"] == "Seq Scan"}


@pytest.mark.parametrize("role", [DatabaseRole.PUBLICATION, DatabaseRole.SHARING, DatabaseRole.ARCHIVE])
async def test_names_are_found_by_their_grams(crowd: FreshDatabase, role: DatabaseRole) -> None:
    plan = await explained(crowd, role, "SELECT subject_id FROM organisation_name_gram WHERE gram = $1", "g7")
    assert "organisation_name_gram_pkey" in {node.get("Index Name") for node in plan}


async def test_persons_are_found_by_their_digest(crowd: FreshDatabase) -> None:
    for role in (DatabaseRole.SHARING, DatabaseRole.ARCHIVE, DatabaseRole.CONSENT, DatabaseRole.SELF):
        plan = await explained(crowd, role, "SELECT id FROM subject WHERE person_digest = $1::text::bytea", "x")
        assert "subject_person_digest_key" in {node.get("Index Name") for node in plan}


@pytest.mark.parametrize("role", READING)
async def test_the_newest_records_need_no_sort(crowd: FreshDatabase, role: DatabaseRole) -> None:
    statement = "SELECT id FROM record WHERE $1 = 1 ORDER BY decided_on DESC, id DESC LIMIT 20"
    plan = await explained(crowd, role, statement, 1)
    assert "record_newest" in {node.get("Index Name") for node in plan}
    assert "Sort" not in {node["Node Type"] for node in plan}


@pytest.mark.parametrize("role", READING)
async def test_the_day_and_the_agency_are_asked_once_a_statement(crowd: FreshDatabase, role: DatabaseRole) -> None:
    """A function called for each row would show in a filter."""
    plan = await explained(crowd, role, "SELECT id FROM record WHERE subject_id = $1", 7)
    filters = " ".join(node.get("Filter", "") for node in plan)
    assert "wall_today" not in filters
    assert "current_setting" not in filters
