"""What was rehearsed -> tables in Chinese for whoever sends the files, or plain values for machines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from gateway.intake.report import FileReport
from gateway.intake.write import Outcome
from gateway.preview.questions import Seen
from gateway.preview.rehearsal import Line, Rehearsed, View
from gateway.preview.terms import Term

_OUTCOMES = {
    Outcome.LOADED: "新增",
    Outcome.CORRECTED: "更正已登记的信息",
    Outcome.UNCHANGED: "与已登记的一致",
}
_VIEWERS = {"public": "公众", "agency": "机关", "subject": "主体本人"}


def machine(rehearsed: Rehearsed) -> dict[str, object]:
    """The report, with the lines of each file."""
    lines = {name: [_plain(line) for line in found] for name, found in rehearsed.lines.items()}
    return {**rehearsed.report.summary(), "preview": lines}


def show(rehearsed: Rehearsed, console: Console) -> None:
    """Every file, its lines as three viewers see them, and what is set aside."""
    for file in rehearsed.report.files:
        console.rule(file.name)
        if file.refused is not None:
            console.print(f"整个文件不予接收：{file.refused}")
        for line in rehearsed.lines.get(file.name, ()):
            _show(line, console)
        for sentence in _aside(file):
            console.print(sentence)
    console.print("以上为预览，尚未入库。")


def _show(line: Line, console: Console) -> None:
    told = _OUTCOMES.get(line.outcome)
    if told is None:  # it stands among what is set aside
        return
    console.print(f"第 {line.number} 行：{told}{_term(line.term)}")
    if line.views:
        console.print(_table(line.views))
        nobody = "、".join(_to_nobody(line.views))
        if nobody:
            console.print(f"不向以上任何一方提供：{nobody}")


def _aside(file: FileReport) -> Iterator[str]:
    for each in file.aside:
        kept = "暂存待核实，仅来源单位可见" if each.stored else "不予入库"
        yield f"第 {each.line} 行：{kept}：{'；'.join(each.reasons)}"


def _term(term: Term | None) -> str:
    if term is None:
        return ""
    left = f"还剩 {term.left} 个工作日" if term.left >= 0 else f"已超过 {-term.left} 个工作日"
    return f"；最迟应于 {term.last.isoformat()} 公示，{left}"


def _table(views: Sequence[View]) -> Table:
    table = Table(show_lines=False)
    table.add_column("字段", no_wrap=True)
    for view in views:
        table.add_column(_heading(view), overflow="fold")
    by_field = [{each.field: each for each in view.fields} for view in views]
    for field, zh in _fields(views).items():
        cells = [_cell(found.get(field)) for found in by_field]
        if any(cell not in (_NOTHING, _WITHHELD) for cell in cells):
            table.add_row(zh, *cells)
    return table


def _heading(view: View) -> str:
    name = _VIEWERS[view.viewer]
    if view.purpose is not None:
        name += f"（{view.purpose.code} {view.purpose.zh}）"
    return name if view.fields else f"{name}：看不到此条"


def _fields(views: Sequence[View]) -> Mapping[str, str]:
    return {each.field: each.zh for view in views for each in view.fields}


def _to_nobody(views: Sequence[View]) -> Iterator[str]:
    seen = [{each.field: each.level for each in view.fields} for view in views if view.fields]
    for field, zh in _fields(views).items():
        if all(levels.get(field) == "WITHHELD" for levels in seen):
            yield zh


_NOTHING, _WITHHELD = "", "不提供"


def _cell(seen: Seen | None) -> str:
    if seen is None:
        return _NOTHING
    if seen.value is None:
        return _WITHHELD if seen.level == "WITHHELD" else _NOTHING
    return _text(seen.value) + ("（脱敏）" if seen.level == "MASKED" else "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping) and "until" in value:
        return f"{value['from']} 至 {value['until']}" + ("（已届满）" if value["expired"] else "")
    if isinstance(value, Mapping):
        return "，".join(_text(each) for each in value.values() if each is not None)
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(line: Line) -> dict[str, object]:
    return {
        "line": line.number,
        "outcome": line.outcome.value,
        "type": line.type,
        "publishBy": line.term.last if line.term is not None else None,
        "workingDaysLeft": line.term.left if line.term is not None else None,
        "views": [
            {
                "viewer": view.viewer,
                "purpose": view.purpose.code if view.purpose is not None else None,
                "visible": bool(view.fields),
                "fields": {each.field: {"value": each.value, "level": each.level} for each in view.fields},
            }
            for view in line.views
        ],
    }
