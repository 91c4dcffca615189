"""An entry -> the file that proves it to anybody (c2sp.org/tlog-proof@v1), once the log has signed a head with it."""

from uuid import UUID

import asyncpg

from gateway.ledger.proof.inclusion_file import ProofFile, write
from gateway.ledger.sequence import store
from gateway.ledger.sequence.tree import inclusion_at


class NoSuchEntry(Exception):  # noqa: N818  # an answer to a question
    """The log has no entry of this id."""

    def __init__(self) -> None:
        super().__init__("the log has no entry of this id")


class NotYetProvable(Exception):  # noqa: N818  # an answer to a question
    """The entry is kept, and no signed head holds it yet."""

    def __init__(self) -> None:
        super().__init__("the entry is kept, and no signed checkpoint holds it yet; ask again in a while")


async def proof_of(connection: asyncpg.Connection, entry: UUID) -> bytes:
    """The bytes of the file; the leaf is its ``extra``. Errors: ``NoSuchEntry``, ``NotYetProvable``, ``ProofError``."""
    found = await store.find(connection, entry)
    if found is None:
        raise NoSuchEntry
    head = None if found.shard is None else await store.head(connection, found.shard)
    if head is None or head.note is None or found.idx is None or found.idx >= head.noted:
        raise NotYetProvable
    hashes = await inclusion_at(connection, head, found.idx, head.noted)
    return write(ProofFile(index=found.idx, hashes=hashes, checkpoint=head.note, extra=found.leaf))
