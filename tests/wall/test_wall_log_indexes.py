"""Searching a long log reads indexes: no search of an officer or a subject passes over its tables."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from gateway.database.scopes import DatabaseRole
from resolvers.log.search import Search, Whom
from resolvers.log.statement import Wants, log_statement
from tests import log_searches
from tests.fresh_database import FreshDatabase
from tests.wall.test_wall_indexes import nodes

pytestmark = pytest.mark.anyio

ENTRIES = 30_000
TABLES = {"audit_index", "audit_pending", "audit_disclosure", "audit_actor", "audit_seq"}
# An entry of every ms, by one of 40 agencies for one of 30 purposes; each tells of one record of two.
ROWS = """
    CREATE TEMPORARY TABLE made AS
        SELECT n, (lpad(to_hex(1779242400000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id
        FROM generate_series(1, {entries}) AS n;
    INSERT INTO audit_pending (writer, wseq, id, leaf, leaf_hash, t)
        SELECT '00000000-0000-4000-8000-000000000001', n, id, '{{}}', '', 1779242400000 + n FROM made;
    INSERT INTO audit_seq (shard, idx, writer, wseq)
        SELECT '2026', n, '00000000-0000-4000-8000-000000000001', n FROM made;
    INSERT INTO audit_actor (entry_id, operator_ref, matter_ref, dek_id)
        SELECT id, sha256((n % 300)::text::bytea), sha256((n % 5000)::text::bytea), 'shared-1' FROM made;
    INSERT INTO audit_disclosure (entry_id, n, subject_ref, record_refs, clear_coordinates, dek_id)
        SELECT id, 0, sha256((n % 3000)::text::bytea), ARRAY[sha256((n % 2500)::text::bytea)],
            ARRAY['Record.documentNumber'], 'x' FROM made;
    INSERT INTO audit_index (id, kind, principal, purpose, decision, level, document, coordinates)
        SELECT id, CASE WHEN n % 50 = 0 THEN 'deny' ELSE 'release' END, 'A' || n % 40, 'PM-' || 300 + n % 30,
            CASE WHEN n % 50 = 0 THEN 'deny' ELSE 'allow' END, 'CLEAR', sha256((n % 500)::text::bytea),
            ARRAY['Record.documentNumber'] FROM made;
"""
DIGEST = "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce"
SEARCHES: dict[str, dict[str, object]] = {
    "everything": {},
    "time": {
        "from": datetime(2026, 5, 20, 2, 0, 1, tzinfo=UTC),
        "to": datetime(2026, 5, 20, 2, 0, 2, tzinfo=UTC),
    },
    "agency": {"agency": "A7"},
    "agency and purpose": {"agency": "A7", "purpose": "PM-307"},
    "operator": {"agency": "A7", "operator": "7"},
    "matter": {"matter": "7"},
    "purpose": {"purpose": "PM-307"},
    "refusals": {"decision": "DENY"},
    "kind": {"kind": ["DENY"]},
    "record": {"record": DIGEST},
    "record and field": {"record": DIGEST, "coordinate": "Record.documentNumber"},
    "person": {"subject": {}},
    "document": {"documentDigest": DIGEST},
    "consent": {"consent": str(UUID(int=7))},
    "level": {"level": "VERDICT"},
}


class Digests:
    def subject(self, internal: int) -> bytes:
        return bytes.fromhex(DIGEST)

    def operator(self, client: str, number: str) -> bytes:
        return bytes.fromhex(DIGEST)

    def matter(self, number: str) -> bytes:
        return bytes.fromhex(DIGEST)


@pytest.fixture(scope="module")
def log(module_database: FreshDatabase) -> FreshDatabase:
    async def built() -> None:
        async with module_database.owner() as owner:
            await owner.execute(ROWS.format(entries=ENTRIES))
            await owner.execute("ANALYZE")

    asyncio.run(built())
    return module_database


def search(given: dict[str, object], *, own: Whom | None = None) -> Search:
    return log_searches.searched(given, Digests(), own=own, sought=Whom(internal=7, natural=True), counted=True)


async def plan(log: FreshDatabase, asked: Search, after: UUID | None = None) -> list[dict[str, Any]]:
    wants = Wants(place=True, actor=True, told=True, alerts=False, total=False)
    text, values = log_statement(asked, wants, rows=21, after=after)
    async with log.connect(DatabaseRole.LEDGER_READER) as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        found = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {text}", *values)

    return list(nodes(json.loads(found)[0]["Plan"]))


def passed_over(found: list[dict[str, Any]]) -> set[str]:
    return {each["Relation Name"] for each in found if each["Node Type"] == "Seq Scan"} & TABLES


@pytest.mark.parametrize("given", SEARCHES.values(), ids=SEARCHES)
async def test_an_officer_s_search_uses_indexes(log: FreshDatabase, given: dict[str, object]) -> None:
    found = await plan(log, search(given))
    assert passed_over(found) == set()


@pytest.mark.parametrize("natural", [True, False])
async def test_a_trail_is_found_by_its_subject(log: FreshDatabase, natural: bool) -> None:
    found = await plan(log, search({}, own=Whom(internal=7, natural=natural)))
    assert passed_over(found) == set()
    index = "audit_disclosure_subject" if natural else "audit_disclosure_record"
    assert index in {each.get("Index Name") for each in found}


async def test_a_leak_is_traced_by_its_record(log: FreshDatabase) -> None:
    found = await plan(log, search(SEARCHES["record and field"]))
    assert "audit_disclosure_record" in {each.get("Index Name") for each in found}


@pytest.mark.parametrize("given", [{}, {"agency": "A7"}, {"purpose": "PM-307"}], ids=str)
async def test_the_next_page_begins_at_its_place(log: FreshDatabase, given: dict[str, object]) -> None:
    """No entry before it is read: the cursor is a condition of an index, and nothing is sorted but one page."""
    found = await plan(log, search(given), after=UUID(int=1779242410000 << 80))
    scans = [each for each in found if each.get("Relation Name") == "audit_index"]
    assert [each["Node Type"] for each in scans] in (["Index Scan"], ["Index Only Scan"])
    assert "id <" in scans[0]["Index Cond"]


async def test_what_was_sought_is_found(log: FreshDatabase) -> None:
    """The statement itself, on this log: the record of n % 2500 = 3 stands in every 2500th entry."""
    wants = Wants(place=True, actor=True, told=True, alerts=False, total=True)
    text, values = log_statement(search(SEARCHES["record and field"]), wants, rows=5, after=None)
    async with log.connect(DatabaseRole.LEDGER_READER) as connection:
        await connection.fetchval("SELECT array[row(1)], array[''::text], array[''::bytea]")
        entries, total = await connection.fetchrow(text, *values)
    assert (len(entries), total) == (5, ENTRIES // 2500)
    assert [entry[0] for entry in entries] == sorted((entry[0] for entry in entries), reverse=True)
