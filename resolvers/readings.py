"""What generated shapers call: the state of one request (``Reading``), and the small conversions of stored values.

Money is yuan with two places, as a string; dates are ISO 8601; nothing is rounded and nothing is guessed.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from authz.grant import Scope
from resolvers.cursors import binding_of, cursor_of
from resolvers.plan import ColumnCell, Paging, Released, RowNode
from resolvers.sealer import Sealer
from resolvers.sorting import sort_column
from resolvers.statements import COUNT_LIMIT
from resolvers.verdicts import describe
from schema.demands.demand import Slot, value_of

SMALL_GROUP = 5
"""BASIS: open point U-10. Fewer natural persons than this are not counted in public."""


@dataclass(slots=True, kw_only=True)
class Page:
    """One connection of this request: how many rows, and what its cursors are bound to, once one is asked for."""

    first: int
    continued: bool
    paging: Paging
    binding: bytes | None = None


class Shown(NamedTuple):
    """One row that was released: what kind of row, whose, and what of it."""

    source: str
    type: str
    internal: int
    subject: int
    natural: bool
    item: str | None
    released: Released


@dataclass(slots=True, kw_only=True)
class Reading:
    """One request while its answer is shaped. ``use`` of a consent is what its cursors go on with; ``shown`` is what
    the log will say was released, ``verdicts`` how many of each answer were given."""

    sealer: Sealer
    viewer: str
    asking: str
    scope: Scope
    variables: Mapping[str, object]
    today: date
    years: int
    now: datetime
    use: int | None = None
    shown: list[Shown] = field(default_factory=list)
    pages: dict[int, Page] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)

    def seal(self, kind: str, internal: int | None) -> str | None:
        return None if internal is None else self.sealer.seal_id(self.viewer, kind, internal)

    def open(self, sealed: bytes) -> str:
        return self.sealer.open_value(sealed)

    def language(self, slot: Slot) -> str:
        return str(value_of(slot, self.variables) or "ZH")

    def note(self, source: str, type_name: str, row: Sequence[Any], released: Released) -> None:
        """A row enters the answer, so it enters the log."""
        subject, natural = (row[0], row[1]) if source == "subject" else (row[1], row[2])
        item = row[4] if source == "record" else None
        self.shown.append(Shown(source, type_name, row[0], subject, natural, item, released))

    def bound(self, paging: Paging) -> Page:
        found = self.pages.get(id(paging))
        if found is None:
            first = value_of(paging.first, self.variables)
            found = self.pages[id(paging)] = Page(
                first=first if isinstance(first, int) else 0,
                continued=paging.after is not None,
                paging=paging,
            )
        return found

    def cursor(self, dates: Sequence[date | None], internal: int, page: Page) -> str:
        if page.binding is None:
            page.binding = binding_of(page.paging, self.asking, self.variables)
        return cursor_of(dates, internal, page.binding, self.sealer, self.use)


def money(fen: int | None) -> str | None:
    """12500000 -> "125000.00"."""
    if fen is None:
        return None
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def json_of(text: str | None) -> object:
    return None if text is None else json.loads(text)


def codes(stored: Sequence[str] | None) -> list[dict[str, str]] | None:
    """ "KIND value" -> {kind, value}."""
    if stored is None:
        return None
    return [{"kind": kind, "value": value} for kind, _, value in (text.partition(" ") for text in stored)]


def label(words: Mapping[str, Mapping[str, str]], stored: Any, language: str) -> Any:
    """The label of a stored word, or of each word of a list."""
    known = words.get(language, {})
    if isinstance(stored, list | tuple):
        return [known.get(word) for word in stored]
    return known.get(stored)


def term(cell: Sequence[Any] | None) -> dict[str, Any] | None:
    """(from, until, expired) -> a publication term."""
    if cell is None:
        return None
    start, until, expired = cell
    return {"from": start and start.isoformat(), "until": until and until.isoformat(), "expired": expired}


def verdict(name: str, hit: bool | None, basis: Sequence[Any], reading: Reading) -> dict[str, Any] | None:
    """A verdict with its basis; null where this kind of subject gets no answer."""
    if hit is None:
        return None
    said = describe(name, hit, today=reading.today, years=reading.years, now=reading.now)
    reading.verdicts[str(said["answer"])] += 1
    return {**said, "label": said["answer"], "basis": list(basis)}


def total(cell: Sequence[int] | None, reading: Reading) -> int | None:
    """The count of visible rows: not above the limit, and in public not of a small group of persons."""
    if cell is None or cell[0] > COUNT_LIMIT:
        return None
    if reading.scope is Scope.PUBLICATION and 0 < cell[1] < SMALL_GROUP:
        return None
    return cell[0]


def page_info(
    found: Sequence[Any], rows: Sequence[Any], cursor: Callable[[Any], str], page: Page
) -> dict[str, bool | str | None]:
    return {
        "hasNextPage": len(found) > len(rows),
        "hasPreviousPage": page.continued,
        "startCursor": cursor(rows[0]) if rows else None,
        "endCursor": cursor(rows[-1]) if rows else None,
    }


def sort_cells(node: RowNode) -> list[int]:
    """Which cells hold the dates that the connection is ordered by."""
    sorts = node.paging.sorts if node.paging is not None else ()
    return [node.cells.index(ColumnCell(sort_column(sort.coordinate))) for sort in sorts]


NAMES: Mapping[str, Any] = {
    "money": money,
    "json_of": json_of,
    "codes": codes,
    "label": label,
    "term": term,
    "verdict": verdict,
    "total": total,
    "page_info": page_info,
}
"""What a generated shaper may name besides its own functions."""
