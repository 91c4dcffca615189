"""The small conversions of stored values, and what one request remembers while its answer is shaped."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.grant import Scope
from resolvers.plan import Paging, Released
from resolvers.readings import Reading, codes, json_of, label, money, page_info, term, total, verdict
from schema.demands.demand import Coordinate, Slot
from tests.unit.resolvers.sealers import keys_of, sealer_of

RELEASED = Released(clear=(Coordinate("Record.id"),), masked=(), withheld=0, basis=())
WORDS = {"ZH": {"A": "甲", "B": "乙"}, "EN": {"A": "first"}}


def reading(scope: Scope = Scope.SHARING, **variables: object) -> Reading:
    return Reading(
        sealer=sealer_of(keys_of(1)),
        viewer="A1",
        asking="bound",
        scope=scope,
        variables=variables,
        today=date(2028, 2, 29),
        years=3,
        now=datetime(2028, 2, 29, 10, 0, 0, 123456, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("fen", "yuan"),
    [
        (None, None),
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (12_500_000, "125000.00"),
        (-12_345, "-123.45"),
        (9_007_199_254_740_993, "90071992547409.93"),
    ],
)
def test_money_is_told_to_the_fen(fen: int | None, yuan: str | None) -> None:
    assert money(fen) == yuan


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_money_is_never_rounded(fen: int) -> None:
    assert int((money(fen) or "").replace(".", "")) == fen


def test_json_is_read() -> None:
    assert json_of('{"assets": [1, null]}') == {"assets": [1, None]}
    assert json_of(None) is None


def test_codes_are_kinds_and_values() -> None:
    assert codes(["ORG_CODE MA9G 1", "BIZ_REG_NO "]) == [
        {"kind": "ORG_CODE", "value": "MA9G 1"},
        {"kind": "BIZ_REG_NO", "value": ""},
    ]
    assert codes([]) == []
    assert codes(None) is None


@pytest.mark.parametrize(
    ("stored", "language", "expected"),
    [
        ("A", "ZH", "甲"),
        ("A", "EN", "first"),
        ("B", "EN", None),
        ("A", "FR", None),
        (None, "ZH", None),
        (["A", "?"], "ZH", ["甲", None]),
        ([], "ZH", []),
    ],
)
def test_labels(stored: Any, language: str, expected: Any) -> None:
    assert label(WORDS, stored, language) == expected


def test_a_publication_term() -> None:
    assert term(None) is None
    assert term((date(2024, 1, 1), None, None)) == {"from": "2024-01-01", "until": None, "expired": None}
    assert term((None, date(2024, 1, 1), True)) == {"from": None, "until": "2024-01-01", "expired": True}


@pytest.mark.parametrize(
    ("cell", "scope", "expected"),
    [
        (None, Scope.SHARING, None),
        ((0, 0), Scope.PUBLICATION, 0),
        ((7, 0), Scope.PUBLICATION, 7),
        ((7, 1), Scope.PUBLICATION, None),
        ((7, 4), Scope.PUBLICATION, None),
        ((7, 5), Scope.PUBLICATION, 7),
        ((7, 1), Scope.SHARING, 7),
        ((10_000, 0), Scope.SHARING, 10_000),
        ((10_001, 0), Scope.SHARING, None),
    ],
)
def test_small_groups_and_long_lists_are_not_counted(
    cell: tuple[int, int] | None, scope: Scope, expected: int | None
) -> None:
    assert total(cell, reading(scope)) == expected


def test_a_verdict_says_its_period_from_the_purpose() -> None:
    said = verdict("majorPenalty", True, [{"citation": "x"}], reading())
    assert said is not None
    assert said["answer"] == said["label"] == "YES"
    assert said["period"] == {"from": "2025-02-28", "to": "2028-02-29"}
    assert said["asOf"] == "2028-02-29T10:00:00+00:00"
    assert said["basis"] == [{"citation": "x"}]


def test_no_answer_is_no_verdict() -> None:
    assert verdict("majorPenalty", None, [], reading()) is None


def test_the_language_is_chinese_unless_asked() -> None:
    asked = Slot(name="l")
    assert reading().language(asked) == reading(l=None).language(asked) == "ZH"
    assert reading(l="EN").language(asked) == "EN"


def test_ids_are_sealed_for_the_viewer() -> None:
    found = reading()
    text = found.seal("record", 42)
    assert text is not None
    assert found.sealer.open_id("A1", text) == ("record", 42)
    assert found.seal("record", None) is None


@pytest.mark.parametrize(
    ("source", "row", "subject", "natural", "item"),
    [
        ("subject", (5, True), 5, True, None),
        ("record", (9, 5, False, "Penalty", "PENALTY"), 5, False, "PENALTY"),
        ("measure", (8, 5, True), 5, True, None),
    ],
)
def test_a_row_that_is_shown_is_noted_with_its_subject(
    source: str, row: tuple[Any, ...], subject: int, natural: bool, item: str | None
) -> None:
    found = reading()
    found.note(source, "X", row, RELEASED)
    [shown] = found.shown
    assert (shown.internal, shown.subject, shown.natural, shown.item) == (row[0], subject, natural, item)
    assert shown.released is RELEASED


def paging(after: Slot | None = None) -> Paging:
    return Paging(path="records", conditions=(), sorts=(), first=Slot(name="n"), after=after, counted=True, bound=())


def test_a_connection_is_bound_once_a_request() -> None:
    found, asked = reading(n=2), paging()
    assert found.bound(asked) is found.bound(asked)
    assert found.bound(asked).first == 2
    assert found.bound(asked).continued is False
    assert found.bound(paging(Slot(name="after"))).continued is True


def test_page_info_of_rows_and_of_none() -> None:
    page = reading(n=2).bound(paging())
    info = page_info([1, 2, 3], [1, 2], str, page)
    assert info == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": "1", "endCursor": "2"}
    empty = page_info([], [], str, page)
    assert empty == {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
