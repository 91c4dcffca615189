"""The table of subject keys: taken for writing, looked up for opening; each key still wrapped.

One key seals what was told of one natural person in one year, until it is retired: then the next disclosure takes a new
one. Nothing here sees a key in clear.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

Fetch: TypeAlias = Callable[..., Awaitable[Sequence[Mapping[str, Any]]]]
"""Runs one statement, with ``$1`` parameters, as a role of the ledger."""

ATTEMPTS = 3

# Sorted, so that two processes that take the same keys never wait for each other. Keys that another process makes at
# the same moment are not seen by this statement, only by the next.
_TAKE = """
    WITH given AS (
        SELECT one.id, one.subject_ref, one.wrapped_dek
        FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (id, subject_ref, wrapped_dek)
        ORDER BY one.subject_ref
    ), made AS (
        INSERT INTO subject_key (id, subject_ref, year, wrapped_dek)
        SELECT id, subject_ref, $4, wrapped_dek FROM given
        ON CONFLICT (subject_ref, year) WHERE retired_at IS NULL DO NOTHING
        RETURNING id, subject_ref, year, wrapped_dek
    )
    SELECT id, subject_ref, year, wrapped_dek FROM made
    UNION ALL
    SELECT stored.id, stored.subject_ref, stored.year, stored.wrapped_dek
    FROM subject_key AS stored JOIN given USING (subject_ref)
    WHERE stored.year = $4 AND stored.retired_at IS NULL
"""
_FIND = "SELECT id, subject_ref, year, wrapped_dek FROM subject_key WHERE id = ANY($1::uuid[]) AND destroyed_at IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKey:
    """A key that was not destroyed. ``wrapped`` opens with the key of its year alone."""

    id: UUID
    subject_ref: bytes
    year: int
    wrapped: bytes


async def take(fetch: Fetch, offered: Iterable[SubjectKey], year: int) -> Mapping[bytes, SubjectKey]:
    """The present key of each subject: the one that is stored, or the one offered, which is then stored. All that are
    offered are of this year. One statement, and another only where another process made a key meanwhile."""
    wanted = {key.subject_ref: key for key in offered}
    found: dict[bytes, SubjectKey] = {}
    for _ in range(ATTEMPTS):
        missing = [key for ref, key in sorted(wanted.items()) if ref not in found]
        ids, refs, wrapped = (
            [key.id for key in missing],
            [key.subject_ref for key in missing],
            [key.wrapped for key in missing],
        )
        found |= {key.subject_ref: key for key in map(_key, await fetch(_TAKE, ids, refs, wrapped, year))}
        if len(found) == len(wanted):
            return found
    raise LookupError("subject keys were made and retired faster than they could be taken")


async def find(fetch: Fetch, ids: Iterable[UUID]) -> Mapping[UUID, SubjectKey]:
    """Those of these keys that exist and were not destroyed."""
    return {key.id: key for key in map(_key, await fetch(_FIND, list(ids)))}


def _key(row: Mapping[str, Any]) -> SubjectKey:
    return SubjectKey(id=row["id"], subject_ref=row["subject_ref"], year=row["year"], wrapped=row["wrapped_dek"])
