"""A search of the log as conditions: times, digests, and one side row for all that is said of one subject."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.ledger.append import entry_id
from gateway.ledger.tables import METADATA
from resolvers.log import tables
from resolvers.log.search import Search, Whom
from resolvers.log.statement import Wants, log_statement
from schema.errors import Code, DocumentError
from tests import log_searches

MOMENT = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)
MS = 1_779_242_400_000
DIGEST = bytes(range(32))


class Digests:
    """Digests that say what they are of."""

    def subject(self, internal: int) -> bytes:
        return f"subject {internal}".encode()

    def operator(self, client: str, number: str) -> bytes:
        return f"operator {client}/{number}".encode()

    def matter(self, number: str) -> bytes:
        return f"matter {number}".encode()


def searched(given: Mapping[str, object], *, own: Whom | None = None, sought: Whom | None = None) -> Search:
    return log_searches.searched(given, Digests(), own=own, sought=sought)


def said(search: Search, **wants: bool) -> tuple[str, list[object]]:
    wanted: dict[str, bool] = {"place": False, "actor": False, "told": False, "alerts": False, "total": False} | wants
    return log_statement(search, Wants(**wanted), rows=21, after=None)


@pytest.mark.parametrize(
    ("moment", "ms"),
    [
        (MOMENT, MS),
        (MOMENT + timedelta(microseconds=1), MS + 1),
        (MOMENT - timedelta(microseconds=1), MS),
        (datetime(1969, 1, 1, tzinfo=UTC), 0),
        (datetime(9999, 1, 1, tzinfo=UTC), 253370764800000),
    ],
)
def test_a_moment_is_the_first_entry_at_or_after_it(moment: datetime, ms: int) -> None:
    for key in ("from", "to"):
        _, values = said(searched({key: moment}))
        assert values[0] == UUID(int=ms << 80)


def test_entries_of_a_ms_lie_between_its_moment_and_the_next() -> None:
    low = UUID(int=MS << 80)
    high = UUID(int=(MS + 1) << 80)
    for random in (bytes(10), b"\xff" * 10):
        assert low <= entry_id(MS, random) < high


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"operator": "1001", "agency": "A1"}, b"operator A1/1001"),
        ({"matter": "M-1"}, b"matter M-1"),
        ({"kind": ["READ_LOG", "DENY"]}, ["read-log", "deny"]),
        ({"decision": "PARTIAL"}, "partial"),
        ({"documentDigest": DIGEST.hex()}, DIGEST),
        ({"record": DIGEST.hex()}, [DIGEST]),
        ({"consent": str(UUID(int=7))}, UUID(int=7)),
    ],
)
def test_values_are_bound_as_the_log_has_them(given: dict[str, object], value: object) -> None:
    text, values = said(searched(given))
    assert value in values
    assert str(next(iter(given.values()))) not in text


@pytest.mark.parametrize(
    "given",
    [{"record": "zz"}, {"record": "00"}, {"documentDigest": "x"}, {"consent": "x"}, {"subject": {}}],
)
def test_what_no_entry_can_have_finds_nothing(given: dict[str, object]) -> None:
    text, _ = said(searched(given))
    assert "false" in text


def test_entries_of_a_rule_are_those_that_its_findings_name() -> None:
    text, values = said(searched({"alert": "A9"}), alerts=True)
    assert "unnest(finding.evidence)" in text
    assert "evidence @> ARRAY[audit_pending.id]" in text
    assert "A9" in values


@pytest.mark.parametrize(
    ("whom", "column"),
    [
        (Whom(internal=7, natural=True), "subject_ref = "),
        (Whom(internal=7, natural=False), "record_refs @> "),
    ],
)
def test_a_subject_is_found_among_side_rows(whom: Whom, column: str) -> None:
    for search in (searched({"subject": {}}, sought=whom), searched({}, own=whom)):
        text, values = said(search)
        assert column in text
        assert b"subject 7" in values or [b"subject 7"] in values


def test_record_and_field_are_of_one_side_row() -> None:
    text, _ = said(searched({"record": DIGEST.hex(), "coordinate": "Record.facts"}))
    about = text[text.index("WITH about AS MATERIALIZED") :]
    assert "record_refs @>" in about
    assert "clear_coordinates @>" in about
    assert "audit_index.coordinates" not in about


def test_a_field_alone_is_looked_for_in_the_index() -> None:
    text, _ = said(searched({"coordinate": "Record.facts"}))
    assert "audit_index.coordinates @>" in text
    assert "audit_disclosure" not in text


def test_a_subject_reads_its_own_side_rows_alone() -> None:
    own = Whom(internal=7, natural=True)
    text, values = said(searched({}, own=own), told=True)
    told = text[text.index("audit_disclosure.n") :]
    assert "audit_disclosure.subject_ref =" in told
    assert text.count("audit_disclosure.subject_ref = $1") == 2  # to find the entry by, and its side rows
    assert values[0] == b"subject 7"
    assert "audit_disclosure.ct" in told
    officer, _ = said(searched({}), told=True)
    assert "audit_disclosure.ct" not in officer


def test_viewing_a_trail_is_no_row_of_it_unless_asked_for() -> None:
    own = Whom(internal=7, natural=True)
    assert "read-log" in said(searched({}, own=own))[1]
    assert said(searched({"kind": ["READ_LOG"]}, own=own))[1].count("read-log") == 0
    assert "read-log" not in said(searched({}))[1]


def test_of_a_masked_field_nothing_is_known() -> None:
    with pytest.raises(DocumentError) as refused:
        searched({"coordinate": "Record.facts", "level": "MASKED"})
    assert refused.value.code is Code.DOCUMENT_INVALID


def test_nothing_is_read_that_is_not_wanted() -> None:
    text, _ = said(searched({"agency": "A1"}))
    assert {name for name in METADATA.tables if name in text} == {"audit_index", "audit_pending"}


@pytest.mark.parametrize("table", [tables.INDEX, tables.LEAF, tables.PLACE, tables.ACTOR, tables.TOLD], ids=str)
def test_the_tables_are_those_of_the_ledger(table: Any) -> None:
    known = METADATA.tables[table.name]
    for column in table.columns:
        assert type(column.type) is type(known.c[column.name].type), column
