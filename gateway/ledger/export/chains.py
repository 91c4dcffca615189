"""The stored chains of every writer, each read and verified to its end."""

import asyncpg

from gateway.ledger.proof.chains import StoredLeaf, StoredWriter, verify_chain
from gateway.ledger.proof.errors import ProofError

_WRITERS = "SELECT writer, last_wseq FROM audit_writer"
_LEAVES = "SELECT writer, wseq, id, leaf, leaf_hash, t FROM audit_pending WHERE writer = $1 ORDER BY wseq"
_STRAY = """
    SELECT count(*) FROM audit_pending AS leaf
    WHERE NOT EXISTS (SELECT FROM audit_writer WHERE writer = leaf.writer)
"""


async def check_chains(connection: asyncpg.Connection) -> int:
    """How many leaves there are. Errors: ``ProofError``, the first step that fails."""
    total = 0
    for row in await connection.fetch(_WRITERS):
        leaves = [StoredLeaf(**leaf) for leaf in await connection.fetch(_LEAVES, row["writer"])]
        verify_chain(leaves, StoredWriter(**row))
        total += len(leaves)
    if await connection.fetchval(_STRAY):
        raise ProofError("a leaf belongs to no writer")
    return total
