"""A matrix -> one page of HTML for people: a part for each catalogue item and each class of fields, line by line.

Self-contained: no script, nothing fetched. Made from the listing alone, so it shows what is open and says nothing else;
restricted to publication scope it may itself be published (WH-二(二)3).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from types import MappingProxyType

from authz.matrix.listing import COLUMNS, Line, everything, listings
from authz.matrix.rectangles import Extent
from authz.matrix.world import World
from authz.trees import ROOT

_HEADS: Mapping[str, str] = MappingProxyType(
    {
        "channel": "scope 范围", "who": "who 单位", "jurisdictions": "where 辖区", "purposes": "for 事项",
        "consent": "consent 授权", "items": "items 信息项", "kinds": "about 主体", "relations": "relation 关系",
        "level": "level 层级", "mask": "form 脱敏", "rows": "rows 记录范围", "fields": "fields 字段",
        "basis": "basis 依据",
    }
)  # fmt: skip
_STYLE = """
  body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100% }
  th, td { border: 1px solid #ccd; padding: .25rem .5rem; text-align: left; vertical-align: top }
  th { background: #f2f4f8; font-weight: 600 } td { overflow-wrap: break-word } code { font-size: 90% }
  nav a { margin-right: .75rem; white-space: nowrap }
"""


def page(world: World, channel: str | None = None) -> str:
    """The page; of one channel, or of all."""
    items, classes = sorted(world.policy.space.facts), _classes(world)
    abouts = (*(_of_item(world, item) for item in items), *(_of_fields(world, name) for name in classes))
    names = (*(_item_name(world, item) for item in items), *classes)
    parts = [
        (f"part-{number}", name, tuple(line for line in lines if channel in (None, line.shown.channel)))
        for number, (name, lines) in enumerate(zip(names, listings(world, abouts), strict=True))
    ]
    return "\n".join(_page(world, parts, len(items)))


def _of_item(world: World, item: str) -> Extent:
    return everything(world)._replace(items=1 << sorted(world.policy.space.facts).index(item))


def _of_fields(world: World, name: str) -> Extent:
    return everything(world)._replace(fields=world.fields(name))


def _classes(world: World) -> tuple[str, ...]:
    tree = world.policy.space.fields
    return tuple(child for child, _ in tree.links if child.startswith("class:"))


def _item_name(world: World, item: str) -> str:
    found = world.policy.catalogue.items.get(item)
    return item if found is None else f"{item} {found.zh}"


def _page(world: World, parts: Sequence[tuple[str, str, tuple[Line, ...]]], items: int) -> Iterator[str]:
    policy = world.policy
    yield f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>披露矩阵</title><style>{_STYLE}</style>'
    yield "<h1>Who sees what, for which purpose, on which basis · 披露矩阵</h1>"
    yield f"<p>Policy <code>{policy.version}</code>, catalogue <code>{policy.catalogue.digest}</code>. "
    yield "What is in no line is closed. 未列出的一律不开放。</p>"
    halves = (("Items 信息项", parts[:items], "items"), ("Classes of fields 字段类别", parts[items:], None))
    for title, of, left_out in halves:
        yield f"<h2>{title}</h2><nav>"
        yield from (f'<a href="#{anchor}">{escape(name)}</a>' for anchor, name, _ in of)
        yield "</nav>"
        for anchor, name, lines in of:
            yield f'<h3 id="{anchor}">{escape(name)}</h3>'
            yield from _table(lines, [name for name in COLUMNS if name not in ("cells", left_out)])


def _table(lines: Iterable[Line], columns: Sequence[str]) -> Iterator[str]:
    rows = [_cells(line, columns) for line in lines]
    if not rows:
        yield "<p>Closed. 不开放。</p>"
        return
    yield f"<table><tr>{''.join(f'<th>{_HEADS[name]}</th>' for name in columns)}</tr>"
    yield from (f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in rows)
    yield "</table>"


def _cells(line: Line, columns: Sequence[str]) -> tuple[str, ...]:
    found = dict(zip(COLUMNS, line.row(), strict=True))
    return tuple("" if found[name] == ROOT else found[name] for name in columns)
