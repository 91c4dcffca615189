"""Leaves, places, tiles, heads and notes held against each other: what does not fit, as sentences for the operator.

It looks at everything, in one snapshot, and changes nothing. What the leaves themselves say is ``log verify``'s.
"""

from collections.abc import AsyncIterator, Iterator, Sequence

import asyncpg

from gateway.ledger.export.trees import check_tree
from gateway.ledger.proof.checkpoint import opened
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import key
from gateway.ledger.sequence import store
from gateway.ledger.sequence.errors import NotSigned
from gateway.ledger.sequence.notes import Notes, NotesError
from gateway.ledger.sequence.shards import origin
from gateway.ledger.sequence.signer import Signer
from gateway.ledger.sequence.store import Head

_PASSED_OVER = """
    SELECT w.writer, count(*) AS number FROM audit_pending AS p JOIN audit_writer AS w USING (writer)
    WHERE NOT EXISTS (SELECT FROM audit_seq AS s WHERE s.writer = p.writer AND s.wseq = p.wseq)
    AND (w.sealed OR p.wseq < (SELECT max(s.wseq) FROM audit_seq AS s WHERE s.writer = p.writer))
    GROUP BY w.writer ORDER BY w.writer
"""
_WITHOUT_LEAF = """
    SELECT s.shard, count(*) AS number FROM audit_seq AS s LEFT JOIN audit_pending AS p USING (writer, wseq)
    WHERE p.writer IS NULL GROUP BY s.shard ORDER BY s.shard
"""
_BEYOND = """
    SELECT s.shard, count(*) AS number FROM audit_seq AS s LEFT JOIN audit_head AS h USING (shard)
    WHERE h.shard IS NULL OR s.idx >= h.size GROUP BY s.shard ORDER BY s.shard
"""
_MISSING = "SELECT writer, first, last, alert FROM audit_missing ORDER BY writer, first"


async def findings(connection: asyncpg.Connection, signer: Signer, public: Sequence[bytes]) -> tuple[str, ...]:
    """What is amiss; nothing in a log that is in order. ``public``: every key the log has had; the connection is in a
    transaction of one snapshot."""
    heads = {head.shard: head for head in await store.heads(connection)}
    found = [each async for each in _places(connection)]
    for head in heads.values():
        found += [each async for each in _tree(connection, head, signer.log, public)]
    for shard in signer.notes.shards():
        found += _notes(signer.notes, shard, signer.log, public)
        try:
            await signer.check(connection, shard, heads.get(shard))
        except (NotSigned, NotesError) as failure:
            found.append(str(failure))
    return tuple(dict.fromkeys(found))


async def _places(connection: asyncpg.Connection) -> AsyncIterator[str]:
    for row in await connection.fetch(_PASSED_OVER):
        yield f"{row['number']} leaves of writer {row['writer']} were passed over: they have no place"
    for row in await connection.fetch(_WITHOUT_LEAF):
        yield f"{row['number']} places of {row['shard']} have no leaf"
    for row in await connection.fetch(_BEYOND):
        yield f"{row['number']} places of {row['shard']} lie beyond its head"
    for row in await connection.fetch(_MISSING):
        yield (
            f"leaves {row['first']} to {row['last']} of writer {row['writer']} were removed before they had a place "
            f"(entry {row['alert']})"
        )


async def _tree(connection: asyncpg.Connection, head: Head, log: str, public: Sequence[bytes]) -> AsyncIterator[str]:
    name = origin(log, head.shard)
    try:
        signed = await check_tree(connection, head, name, [key(name, each) for each in public])
    except ProofError as failure:
        yield str(failure)
        return
    if (0 if signed is None else signed.size) != head.noted:
        yield f"the note of {head.shard} is of another size than the head says"


def _notes(notes: Notes, shard: str, log: str, public: Sequence[bytes]) -> Iterator[str]:
    name = origin(log, shard)
    keys = [key(name, each) for each in public]
    try:
        for each in notes.all(shard):
            opened(each.note, name, keys)
    except NotesError as failure:
        yield str(failure)
    except ProofError:
        yield f"the notes of {shard} on this host hold one that the log has not signed"
