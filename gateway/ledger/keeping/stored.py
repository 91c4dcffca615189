"""Leaves and side rows as a reader of the ledger finds them, page by page, in the order of their entries.

All pages are read in one snapshot, which the caller opens: a row never arrives without its leaf.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.ledger.keeping.subject_keys import Fetch, SubjectKey, find
from gateway.ledger.proof.canonical import read

PAGE = 500
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)

_LEAVES = "SELECT id, leaf FROM audit_pending WHERE id > $1 ORDER BY id LIMIT $2"
_DISCLOSURES = """
    SELECT entry_id, n, subject_ref, record_refs, clear_coordinates, salt, ct, dek_id, commitment
    FROM audit_disclosure WHERE entry_id > $1 AND entry_id <= $2 ORDER BY entry_id, n
"""
_ACTORS = """
    SELECT entry_id, operator_ref, matter_ref, seed, ct, dek_id
    FROM audit_actor WHERE entry_id > $1 AND entry_id <= $2
"""
_OF_KIND = "SELECT id, leaf FROM audit_pending WHERE position($1::bytea IN leaf) > 0 ORDER BY id"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StoredDisclosure:
    """A row of ``audit_disclosure``."""

    entry_id: UUID
    n: int
    subject_ref: bytes | None
    record_refs: Sequence[bytes]
    clear_coordinates: Sequence[str]
    salt: bytes | None
    ct: bytes | None
    dek_id: str
    commitment: bytes | None

    @property
    def place(self) -> bytes:
        """The associated data of its sealed text."""
        return self.entry_id.bytes + self.n.to_bytes(4, "big")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StoredActor:
    """A row of ``audit_actor``."""

    entry_id: UUID
    operator_ref: bytes | None
    matter_ref: bytes | None
    seed: bytes | None
    ct: bytes | None
    dek_id: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Page:
    """Some entries that follow each other, and every side row between the first and the last of them; also such as
    belong to no leaf. ``keys``: those of ``disclosures`` that were not destroyed."""

    leaves: Mapping[UUID, Mapping[str, Any]]
    disclosures: Mapping[UUID, Sequence[StoredDisclosure]]
    actors: Mapping[UUID, StoredActor]
    keys: Mapping[UUID, SubjectKey]


async def pages(fetch: Fetch, size: int = PAGE) -> AsyncIterator[Page]:
    """The whole log."""
    after, ended = FIRST, False
    while not ended:
        leaves = {row["id"]: members(row["leaf"]) for row in await fetch(_LEAVES, after, size)}
        ended = len(leaves) < size
        until = LAST if ended else max(leaves)
        yield await _page(fetch, leaves, after, until)
        after = until


async def of_kind(fetch: Fetch, kind: str) -> Mapping[UUID, Mapping[str, Any]]:
    """The leaves of one rare kind."""
    rows = await fetch(_OF_KIND, f'"kind":"{kind}"'.encode())
    return {row["id"]: leaf for row in rows if (leaf := members(row["leaf"])).get("kind") == kind}


async def actors(fetch: Fetch, ids: Iterable[UUID]) -> Mapping[UUID, StoredActor]:
    """Who acted in these entries."""
    found = [StoredActor(**row) for each in ids for row in await fetch(_ACTORS, UUID(int=each.int - 1), each)]
    return {actor.entry_id: actor for actor in found}


def subject_key_id(dek_id: str) -> UUID | None:
    """Subject keys are named by an id, all others by a word."""
    try:
        return UUID(dek_id)
    except ValueError:
        return None


def members(leaf: bytes) -> Mapping[str, Any]:
    """What a leaf says. Errors: ``CanonicalError``."""
    value = read(leaf)
    return value if isinstance(value, Mapping) else {}


async def _page(fetch: Fetch, leaves: Mapping[UUID, Mapping[str, Any]], after: UUID, until: UUID) -> Page:
    disclosures: dict[UUID, list[StoredDisclosure]] = {}
    for row in await fetch(_DISCLOSURES, after, until):
        disclosures.setdefault(row["entry_id"], []).append(StoredDisclosure(**row))
    acting = [StoredActor(**row) for row in await fetch(_ACTORS, after, until)]
    named = {subject_key_id(one.dek_id) for rows in disclosures.values() for one in rows}
    return Page(
        leaves=leaves,
        disclosures=disclosures,
        actors={actor.entry_id: actor for actor in acting},
        keys=await find(fetch, [each for each in named if each is not None]),
    )
