"""A ``UsageReport`` as it was answered -> a page of HTML to be printed. Self-contained: no script, nothing fetched."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from gateway.usage.listing import NOT_TOLD, PARTS, Part, cells

_STYLE = """
  body { font: 14px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 62rem }
  h1 { font-size: 1.4rem; margin-bottom: .25rem } h2 { font-size: 1.05rem; margin: 1.5rem 0 .25rem }
  h2 small { color: #556; font-weight: 400 } table { border-collapse: collapse; width: 100% }
  th, td { border: 1px solid #ccd; padding: .2rem .5rem; text-align: left; vertical-align: top }
  th { background: #f2f4f8; font-weight: 600 } td.n { text-align: right; font-variant-numeric: tabular-nums }
  td { overflow-wrap: anywhere } tr { break-inside: avoid } thead { display: table-header-group }
  @page { size: A4; margin: 15mm } @media print { body { margin: 0; max-width: none } h2 { break-after: avoid } }
"""


def page(report: Mapping[str, Any]) -> str:
    """The page."""
    return "\n".join(_page(report))


def _page(report: Mapping[str, Any]) -> Iterator[str]:
    place, quarter = report["jurisdiction"], escape(report["quarter"])
    title = f"{escape(place['name'] or place['code'])} {quarter} 公共信用信息使用情况统计"
    yield f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    yield f"<h1>{title}</h1><p>Use of public credit information, {escape(place['code'])}, {quarter}. "
    yield f"Made {escape(report['generatedAt'])}."
    if not report["complete"]:
        yield " <strong>The quarter has not ended. 本季度尚未结束。</strong>"
    if report["ownPart"]:
        yield " Of the caller's own department only. 仅含本单位。"
    few = report["smallGroup"]
    yield f"</p><p>{NOT_TOLD} fewer than {few}, or left out so that such a number cannot be worked out. "
    yield f"少于{few}，或者为防止推算而不列。</p>"
    for part in PARTS:
        yield f"<h2>{escape(part.title)} <small>{escape(part.basis)}</small></h2>"
        yield from _table(part, report[part.name])


def _table(part: Part, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    if not rows:
        yield "<p>None. 无。</p>"
        return
    yield f"<table><thead><tr>{''.join(f'<th>{escape(words)}</th>' for words in part.columns.values())}</tr></thead>"
    for row in rows:
        yield f"<tr>{''.join(map(_cell, cells(part, row)))}</tr>"
    yield "</table>"


def _cell(text: str) -> str:
    number = text == NOT_TOLD or (text.isascii() and text.isdigit())
    kind = ' class="n"' if number else ""
    return f"<td{kind}>{escape(text)}</td>"
