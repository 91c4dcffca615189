"""The report as a table and as a page: nothing a department wrote becomes a formula or markup."""

import csv
import io
from typing import Any

import pytest

from gateway.usage.listing import COLUMNS, NOT_TOLD, PARTS, harmless, lines
from gateway.usage.page import page

NASTY = "=HYPERLINK(\"https://credit.test\")<script>alert('1')</script>"
EMPTY: dict[str, Any] = {
    "jurisdiction": {"code": "420100", "name": "武汉市"},
    "quarter": "2026Q2",
    "generatedAt": "2026-07-01T00:00:00+00:00",
    "smallGroup": 5,
    "ownPart": False,
    "complete": True,
    **{part.name: [] for part in PARTS},
}
ROW = {
    "department": {"name": NASTY, "uscc": "1142019900TERT045P"},
    "purpose": "PM-401",
    "purposeName": "食品药品安全",
    "queries": 12,
    "subjects": None,
    "verdicts": 0,
    "hits": 0,
    "measuresApplied": 0,
    "refusals": 3,
}
UNCHECKED = {
    "department": {"name": "鄂州市公共资源交易中心", "uscc": "1242079900TERT07X1"},
    "purpose": "PM-805",
    "purposeName": "政府采购",
    "number": "@SUM(A1)",
    "openedOn": "2026-04-01",
}


def test_each_figure_has_a_line() -> None:
    found = [dict(zip(COLUMNS, line, strict=True)) for line in lines(EMPTY | {"rows": [ROW]})]

    figures = {line["figure"]: line["value"] for line in found}
    assert figures == {
        "queries": "12",
        "subjects": NOT_TOLD,
        "verdicts": "0",
        "hits": "0",
        "measuresApplied": "0",
        "refusals": "3",
    }
    assert {line["uscc"] for line in found} == {"1142019900TERT045P"}
    assert {line["purpose"] for line in found} == {"PM-401"}


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(first: str) -> None:
    assert harmless(f"{first}1+1") == f"'{first}1+1"
    assert harmless("1=1") == "1=1"


def test_what_others_wrote_is_a_text() -> None:
    out = io.StringIO()
    csv.writer(out).writerows(lines(EMPTY | {"rows": [ROW], "unchecked": [UNCHECKED]}))
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue())) for cell in row]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'@SUM(A1)" in cells


def test_the_page_has_no_markup_of_others() -> None:
    made = page(EMPTY | {"rows": [ROW]})

    assert "<script" not in made
    assert "&lt;script&gt;" in made
    assert "https://" not in made.replace("https://credit.test", "")
    assert '<td class="n">12</td>' in made


def test_the_page_says_what_it_is_of() -> None:
    whole = page(EMPTY)
    assert "武汉市 2026Q2" in whole
    assert "fewer than 5" in whole
    assert ("尚未结束" in whole, "仅含本单位" in whole) == (False, False)
    part = page(EMPTY | {"complete": False, "ownPart": True})
    assert ("尚未结束" in part, "仅含本单位" in part) == (True, True)
    assert all(part.title in whole and part.basis in whole for part in PARTS)


def test_a_part_without_rows_says_so() -> None:
    assert page(EMPTY).count("None. 无。") == len(PARTS)
