"""A ``UsageReport`` as it was answered -> its parts as tables of texts: what a CSV file and a page are made of.

What may not be told stands as ``NOT_TOLD``; the reader is told of both why it may be so. Whatever a department or an
approval system wrote is a text here, never a formula.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

NOT_TOLD = "*"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Part(NamedTuple):
    """``columns``: field of a row, words of its heading; ``basis``: the articles."""

    name: str
    title: str
    basis: str
    columns: Mapping[str, str]


_WHO = {"department": "department 部门"}
_PURPOSE = {"purpose": "matter 事项"}
_FIGURES = {
    "queries": "queries 查询次数",
    "subjects": "subjects 查询主体数",
    "verdicts": "verdicts 核验次数",
    "hits": "hits 命中次数",
    "measuresApplied": "measures applied 实施措施数",
    "refusals": "refusals 拒绝次数",
}
PARTS: Sequence[Part] = (
    Part("rows", "Use by department and matter · 使用情况", "WC-三(三), EZ-三(三)", _WHO | _PURPOSE | _FIGURES),
    Part(
        "totals",
        "Use in all · 合计",
        "WC-三(三), EZ-三(三)",
        _WHO | {name: words for name, words in _FIGURES.items() if name != "subjects"},
    ),
    Part(
        "duties",
        "Duty to check · 应查必查",
        "EZ-5, EZ-17",
        _WHO | _PURPOSE | {"matters": "registered 办件数", "checked": "checked 已查询"},
    ),
    Part(
        "unchecked",
        "Matters without a check · 应查未查办件",
        "EZ-5, EZ-17",
        _WHO | _PURPOSE | {"number": "number 办件编号", "openedOn": "registered on 受理日期"},
    ),
    Part(
        "measures",
        "Measures to execute · 联合惩戒措施",
        "EZ-16, WC-三(三)",
        _WHO | {"inForce": "in force 生效中", "awaitingFeedback": "without feedback 未反馈"},
    ),
    Part(
        "timeliness",
        "Publication in time · 公示及时性",
        "EZ-4, EZ-13",
        _WHO
        | {
            "duty": "acts 事项",
            "workingDays": "working days 工作日",
            "published": "published 已公示",
            "late": "late 逾期",
        },
    ),
    Part(
        "violations",
        "Attempts beyond the lists · 越权登记",
        "WH-三(二)",
        _WHO | {"beyond": "beyond 超出", "code": "code 代码", "attempts": "attempts 次数"},
    ),
)
COLUMNS = ("part", "department", "uscc", "purpose", "figure", "value")
_KEYS = ("department", "purpose")


def cells(part: Part, row: Mapping[str, Any]) -> tuple[str, ...]:
    """One row of a part, by its columns."""
    return tuple(_text(row, name) for name in part.columns)


def lines(report: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The whole report as one table of ``COLUMNS``: a line for each figure, each cell safe in a spreadsheet."""
    for part in PARTS:
        for row in report[part.name]:
            uscc = (row["department"] or {}).get("uscc") or ""
            key = (part.name, _text(row, "department"), uscc, row.get("purpose") or "")
            for name in part.columns:
                if name not in _KEYS:
                    yield tuple(map(harmless, (*key, name, _text(row, name))))


def harmless(cell: str) -> str:
    """A text that no spreadsheet reads as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _text(row: Mapping[str, Any], name: str) -> str:
    if name == "department":
        return "all 全部" if row[name] is None else str(row[name]["name"])
    if name == "purpose":
        return f"{row[name]} {row['purposeName'] or ''}".strip()
    value = row.get(f"{name}Label") or row[name]
    return NOT_TOLD if value is None else str(value)
