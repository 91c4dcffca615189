"""A search of the log -> one SQL statement with its values, and what it reads of each entry.

The newest come first; an entry's id is its place in that order. Sealed actors and side rows are read only where what is
asked and shown needs them. Everything of the caller is a bound parameter.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Uuid, func, literal, literal_column, null, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from resolvers.log.search import Search
from resolvers.log.tables import ACTOR, FINDING, INDEX, LEAF, PLACE, TOLD
from resolvers.statements import COUNT_LIMIT
from resolvers.where import Condition

_DIALECT = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Told(NamedTuple):
    """A side row of an entry. ``n``: its place among what the leaf says was released; ``ct``: sealed under the key of
    ``dek_id``, read of a subject's own rows alone, and null once erased."""

    n: int
    subject_ref: bytes | None
    record_refs: list[bytes]
    clear: list[str]
    ct: bytes | None
    dek_id: str


class Found(NamedTuple):
    """An entry as the database holds it. ``actor``: ciphertext and id of its key; ``told``: its side rows; ``alerts``:
    the rules that found it."""

    id: UUID
    leaf: bytes
    leaf_hash: bytes
    place: int | None
    actor: tuple[bytes | None, str] | None
    told: list[Any] | None
    alerts: list[str] | None = None

    def rows(self) -> tuple[Told, ...]:
        return tuple(Told(*each) for each in self.told or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """Which parts of an entry are needed."""

    place: bool
    actor: bool
    told: bool
    alerts: bool
    total: bool


def log_statement(search: Search, wants: Wants, *, rows: int, after: UUID | None) -> tuple[str, list[object]]:
    """The text and its values: one row of (an array of entries, how many there are in all or null). ``rows``: the most
    entries; ``after``: the entry after which they begin."""
    met = _met(search)
    begun = [INDEX.c.id < literal(after, Uuid())] if after is not None else []
    page = select(INDEX.c.id).where(*met, *begun).order_by(INDEX.c.id.desc()).limit(literal(rows, BigInteger()))
    found = page.subquery("page")
    cells: tuple[ColumnElement[Any], ...] = (
        LEAF.c.id,
        LEAF.c.leaf,
        LEAF.c.leaf_hash,
        _place() if wants.place else null(),
        _actor() if wants.actor else null(),
        _told(search) if wants.told else null(),
        _alerts() if wants.alerts else null(),
    )
    entries = select(func.row(*cells)).select_from(found.join(LEAF, LEAF.c.id == found.c.id))
    listed = func.array(entries.order_by(found.c.id.desc()).scalar_subquery())
    compiled = select(listed, _total(met) if wants.total else null()).compile(dialect=_DIALECT)
    return compiled.string, [compiled.params[name] for name in compiled.positiontup or ()]


def _met(search: Search) -> tuple[Condition, ...]:
    if not search.told:
        return search.entries
    # INVARIANT: all of them hold of one side row: this field of this record of this subject.
    # Found first and for itself: what is sought is rare, and looking for it entry by entry would pass the whole log.
    told = select(TOLD.c.entry_id).where(*search.told).cte("about").prefix_with("MATERIALIZED")
    return (*search.entries, INDEX.c.id.in_(select(told.c.entry_id)))


def _place() -> ColumnElement[Any]:
    return select(PLACE.c.idx).where(PLACE.c.writer == LEAF.c.writer, PLACE.c.wseq == LEAF.c.wseq).scalar_subquery()


def _actor() -> ColumnElement[Any]:
    return select(func.row(ACTOR.c.ct, ACTOR.c.dek_id)).where(ACTOR.c.entry_id == LEAF.c.id).scalar_subquery()


def _told(search: Search) -> ColumnElement[Any]:
    """The side rows of the entry: of a subject's own entries its own, and no others."""
    sealed = TOLD.c.ct if search.own else null()
    rows = select(
        func.row(TOLD.c.n, TOLD.c.subject_ref, TOLD.c.record_refs, TOLD.c.clear_coordinates, sealed, TOLD.c.dek_id)
    )
    rows = rows.where(TOLD.c.entry_id == LEAF.c.id, *search.own).order_by(TOLD.c.n)
    return func.array(rows.scalar_subquery())


def _alerts() -> ColumnElement[Any]:
    rules = select(FINDING.c.rule).where(FINDING.c.evidence.op("@>")(array([LEAF.c.id]))).distinct()
    return func.array(rules.order_by(FINDING.c.rule).scalar_subquery())


def _total(met: tuple[Condition, ...]) -> ColumnElement[Any]:
    counted = select(INDEX.c.id).where(*met).limit(literal_column(str(COUNT_LIMIT + 1))).subquery("counted")
    return select(func.count()).select_from(counted).scalar_subquery()
