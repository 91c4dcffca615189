"""The first rows of a sheet -> where its header is, which layout it is in, and the column that each place means.

Titles may stand above a header. A header may take several rows: what stands over several columns is then read together
with what stands below (处罚机关 over 名称 and 代码), as far as both together are a header that a layout knows. Nothing
of a file is ever repeated in an error.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from gateway.intake.files.sheet import Line, Merged, Sheet, filled
from gateway.intake.layouts.column import Column, Layout, header_key
from gateway.intake.layouts.recognition import (
    UnknownLayoutError,
    columns_of,
    is_header,
    recognise,
    same_column,
    understands,
)

_LOOKED_AT = 30
"""Rows among which the header must be."""

_DEEPEST = 3

_ABOUT = re.compile(r"(?:基本)?(?:信息|情况|内容|要素|事项|资料|栏)?$")
_SAYS = re.compile("[:：]")
_ANYBODYS = frozenset(
    {
        *("统一社会信用代码", "组织机构代码", "工商注册号", "税务登记号", "事业单位证书号", "社会组织登记证号", "代码"),
        *("名称", "姓名", "性别", "证件类型", "证件号码", "居民身份证号", "住所", "住址", "联系电话"),
        *("经办人", "层级", "备注"),
    }
)
"""Headers that by themselves do not say whose they are."""

_GROUPING = re.compile(
    "(?:(?:行政)?相对人|(?:信用)?主体|当事人|单位|企业|法人(?:及|和)(?:非法人|其他)组织|法人|自然人|个体工商户|个人|登记|基本"
    "|身份|行政处罚|处罚|行政许可|许可|决定|处罚决定|许可决定|文书|公示|名单|列入|认定|案件|裁判|执行|荣誉|承诺|评价|合同"
    "|措施|办件)?(?:代码|证件|决定)?"
)
"""What groups columns without changing what they mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """``layout``: with the columns as this file writes them; ``columns``: for each place, None where nothing is read;
    ``last``: the number of its last row; ``unknown``: how many headers the layout does not know."""

    layout: Layout
    columns: tuple[Column | None, ...]
    last: int
    unknown: int


def header_of(sheet: Sheet) -> Header | None:
    """None for a sheet without any value. Errors: ``UnknownLayoutError``, ``RepeatedColumnError``; those of reading."""
    lines = list(islice(((number, cells) for number, cells in sheet.lines() if any(map(filled, cells))), _LOOKED_AT))
    if not lines:
        return None
    rows = _spread(lines, sheet.merged)
    tried = [_tried(labels, last) for labels, last in _blocks(rows, inherit=sheet.merged is None)]
    return max(tried, key=lambda each: (each.recognised, each.known)).header()


@dataclass(frozen=True, slots=True)
class _Tried:
    labels: tuple[str, ...]
    last: int
    recognised: bool
    known: int

    def header(self) -> Header:
        layout = recognise(self.labels)
        columns = columns_of(layout, self.labels)
        if layout.older & {label.strip().upper() for label in self.labels}:
            columns = tuple(replace(each, codes=()) if each and each.present_codes else each for each in columns)
        here = {column.name: column for column in columns if column is not None}
        return Header(
            layout=replace(layout, columns=tuple(here.get(column.name, column) for column in layout.columns)),
            columns=columns,
            last=self.last,
            unknown=sum(column is None and bool(label) for column, label in zip(columns, self.labels, strict=True)),
        )


def _tried(labels: tuple[str, ...], last: int) -> _Tried:
    try:
        layout, recognised = recognise(labels), True
    except UnknownLayoutError as error:
        layout, recognised = error.nearest, False
    return _Tried(labels, last, recognised, sum(understands(layout, label) for label in labels))


def _blocks(rows: Sequence[tuple[int, list[str]]], *, inherit: bool) -> Iterator[tuple[tuple[str, ...], int]]:
    """What may be the header: one row, or some rows together; earlier and shorter ones first."""
    for start in range(len(rows)):
        if start and _groups(rows[start - 1], rows[start]):
            continue
        labels: list[str] = []
        for number, below in rows[start : start + _DEEPEST]:
            labels = _joined(_inherited(labels, below) if inherit else labels, below) if labels else below
            yield tuple(labels), number


def _groups(above: tuple[int, list[str]], below: tuple[int, list[str]]) -> bool:
    """Whether a row says what groups of the columns below it are about, so that they cannot be read without it."""
    told = set(filter(None, above[1]))
    return above[0] + 1 == below[0] and len(told) > 1 and not any(_SAYS.search(label) for label in told)


def _inherited(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Where merged cells cannot be told, a blank place above a header belongs to what stands to its left."""
    found: list[str] = []
    for place, label in enumerate(above):
        inherits = not label and place < len(below) and below[place] and found
        found.append(found[-1] if inherits else label)
    return found


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(above), len(below))
    both = ((*row, *[""] * (width - len(row))) for row in (above, below))
    return [_label(*pair) for pair in zip(*both, strict=True)]


def _label(above: str, below: str) -> str:
    """One header of two: both together where that is one, else the lower where the upper only groups."""
    if not above or not below or above == below:
        return above or below
    about = _ABOUT.sub("", above)
    for together in (above + below, about + below):
        if is_header(together):
            return together
    says_whose = header_key(below) not in _ANYBODYS or _GROUPING.fullmatch(about) or same_column(above, below)
    return below if says_whose and is_header(below) else f"{above} {below}"


def _spread(lines: Sequence[Line], merged: Sequence[Merged] | None) -> list[tuple[int, list[str]]]:
    """The rows as texts, a merged cell in each place that it covers."""
    rows = {number: [str(cell).strip() if filled(cell) else "" for cell in cells] for number, cells in lines}
    widest = max(map(len, rows.values()))
    for each in merged or ():
        corner = rows.get(each.first_row, [])
        text = corner[each.first_column - 1] if len(corner) >= each.first_column else ""
        for number in rows if text else ():
            if each.first_row <= number <= each.last_row:
                _fill(rows[number], each.first_column - 1, min(each.last_column, widest), text)
    return list(rows.items())


def _fill(cells: list[str], first: int, end: int, text: str) -> None:
    cells += [""] * (end - len(cells))
    cells[first:end] = [cell or text for cell in cells[first:end]]
