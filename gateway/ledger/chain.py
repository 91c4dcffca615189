"""One writer's chain of leaves in the database: how it is opened, extended and closed, one statement each.

Every leaf names the hash of the leaf before it, so within a chain nothing can be lost or exchanged unseen; chains share
no lock. Nothing here begins or ends a transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from gateway.ledger.leaf import Draft, link
from gateway.ledger.proof.chains import FIRST_PREVIOUS
from gateway.ledger.proof.tree import leaf_hash
from gateway.ledger.receipt import Receipt

# A session may ask for more durability than "on" (remote_apply, where a standby serves reads), never for less.
_DURABLE = """
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
"""
# A connection lost in the middle of a transaction must not keep its chain's row locked.
_IMPATIENT = "SELECT set_config('idle_in_transaction_session_timeout', $1, false)"
_OPEN = "INSERT INTO audit_writer (writer, process, started, last_wseq, late) VALUES ($1, $2, $3, -1, $4)"
_CLOSE = "UPDATE audit_writer SET closed = $2 WHERE writer = $1 AND closed IS NULL"
# The chain's row is taken before anything is written, so that whoever closes this chain waits for a commit under way,
# and a closed chain stays closed.
_EXTEND = """
    WITH chain AS (
        UPDATE audit_writer SET last_wseq = $2 WHERE writer = $1 AND last_wseq = $3 AND closed IS NULL RETURNING writer
    ), leaves AS (
        INSERT INTO audit_pending (writer, wseq, id, leaf, leaf_hash, t)
        SELECT one.writer, one.wseq, one.id, one.leaf, one.leaf_hash, one.t
        FROM chain, unnest($4::audit_pending[]) AS one
    ), actors AS (
        INSERT INTO audit_actor (entry_id, operator_ref, matter_ref, seed, ct, dek_id)
        SELECT one.entry_id, one.operator_ref, one.matter_ref, one.seed, one.ct, one.dek_id
        FROM chain, unnest($5::audit_actor[]) AS one
    ), disclosures AS (
        INSERT INTO audit_disclosure (
            entry_id, n, subject_ref, record_refs, clear_coordinates, salt, ct, dek_id, commitment
        )
        SELECT one.entry_id, one.n, one.subject_ref, one.record_refs, one.clear_coordinates, one.salt, one.ct,
            one.dek_id, one.commitment
        FROM chain, unnest($6::audit_disclosure[]) AS one
    )
    SELECT freezes_standing() FROM chain
"""
_FIND = "SELECT id FROM audit_pending WHERE id = ANY($1::uuid[])"


class ChainLost(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """The chain was closed or extended by somebody else: this writer must not write another leaf."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Placed:
    """A leaf at its place, with its side rows and the receipt that holds once it is committed."""

    leaf: bytes
    draft: Draft
    receipt: Receipt


class Chain:
    """The tip of an open chain. ``place`` gives the next leaves their places; only ``advance`` makes them its past."""

    def __init__(self, writer: UUID) -> None:
        self.writer = writer
        self._next = 0
        self._tip = FIRST_PREVIOUS

    def place(self, drafts: Iterable[Draft]) -> tuple[Placed, ...]:
        """The next leaves of the chain, in order."""
        placed = []
        previous = self._tip
        for wseq, draft in enumerate(drafts, self._next):
            leaf = link(draft, writer=self.writer, wseq=wseq, wprev=previous)
            previous = leaf_hash(leaf)
            placed.append(Placed(leaf=leaf, draft=draft, receipt=self._receipt(draft, wseq, previous)))
        return tuple(placed)

    async def extend(self, connection: asyncpg.Connection, placed: Sequence[Placed]) -> int | None:
        """Write leaves and side rows, at least one: one statement, which is a transaction where the caller has none.
        The state of what is frozen, which stays so until that transaction ends; None where there is none.

        Raises:
            ChainLost: the row of the chain does not stand where this writer left it.
        """
        leaves = [_leaf(one) for one in placed]
        actors = [_actor(one.draft) for one in placed]
        disclosures = [row for one in placed for row in _disclosures(one.draft)]
        last = placed[-1].receipt.wseq
        row = await connection.fetchrow(_EXTEND, self.writer, last, self._next - 1, leaves, actors, disclosures)
        if row is None:
            raise ChainLost
        freezes: int | None = row[0]
        return freezes

    def advance(self, placed: Sequence[Placed]) -> None:
        """The leaves are committed: the next one follows the last of them."""
        for one in placed:
            self._next, self._tip = one.receipt.wseq + 1, one.receipt.leaf_hash

    def _receipt(self, draft: Draft, wseq: int, digest: bytes) -> Receipt:
        return Receipt(
            entry_id=draft.entry_id, leaf_hash=digest, writer=self.writer, wseq=wseq, t=draft.t, nonce=draft.nonce
        )


async def prepare(connection: asyncpg.Connection, patience: float) -> None:
    """Make a new session durable; ``patience``: seconds after which the server ends a transaction that stands still."""
    await connection.execute(_DURABLE)
    await connection.execute(_IMPATIENT, f"{patience}s")


async def open_chain(
    connection: asyncpg.Connection, writer: UUID, process: str, started: int, *, late: bool = False
) -> None:
    """Register a writer: its chain is empty. ``started``: ms since the epoch; ``late``: its leaves are sequenced after
    those of other chains that were committed by then."""
    await connection.execute(_OPEN, writer, process, started, late)


async def close_chain(connection: asyncpg.Connection, writer: UUID, closed: int) -> None:
    """No leaf follows. Waits for a commit of this chain that is still under way on the server."""
    await connection.execute(_CLOSE, writer, closed)


async def find(connection: asyncpg.Connection, entries: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the entries that are committed."""
    return frozenset(row["id"] for row in await connection.fetch(_FIND, list(entries)))


def _leaf(one: Placed) -> tuple[object, ...]:
    receipt = one.receipt
    return receipt.writer, receipt.wseq, receipt.entry_id, one.leaf, receipt.leaf_hash, receipt.t


def _actor(draft: Draft) -> tuple[object, ...]:
    actor = draft.actor
    return draft.entry_id, actor.operator_ref, actor.matter_ref, actor.seed, actor.ct, actor.dek_id


def _disclosures(draft: Draft) -> Iterator[tuple[object, ...]]:
    for n, row in enumerate(draft.disclosures):
        refs = row.subject_ref, row.record_refs, row.clear
        yield draft.entry_id, n, *refs, row.salt, row.ct, row.dek_id, row.commitment
