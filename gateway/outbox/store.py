"""The table of messages: posted with what they tell of, claimed for a while, settled; one statement each.

A claim that is not settled ends by itself, so a message outlives whoever was delivering it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Protocol
from uuid import UUID

from gateway.outbox.messages import Channel, Message

_POST = (
    "INSERT INTO outbox (id, channel, recipient, topic, body, queued_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $6)"
)
_CLAIM = """
    UPDATE outbox SET attempts = attempts + 1, due_at = $2
    WHERE id IN (
        SELECT id FROM outbox WHERE state = 'QUEUED' AND due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, channel, recipient, topic, body, queued_at, attempts
"""
_SENT = "UPDATE outbox SET state = 'SENT', settled_at = $2, failure = NULL WHERE id = $1 AND state = 'QUEUED'"
_DEAD = "UPDATE outbox SET state = 'DEAD', settled_at = $2, failure = $3 WHERE id = $1 AND state = 'QUEUED'"
_AGAIN = "UPDATE outbox SET due_at = $2, failure = $3 WHERE id = $1 AND state = 'QUEUED'"


class Connection(Protocol):
    """What the table needs of a connection (asyncpg's)."""

    async def execute(self, query: str, /, *args: object) -> str: ...

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """``attempts`` includes the one that begins now."""

    message: Message
    attempts: int


async def post(connection: Connection, message: Message) -> None:
    said = message.id, message.channel.value, message.recipient, message.topic, message.body
    await connection.execute(_POST, *said, message.queued_at)


async def claim(connection: Connection, now: int, *, until: int, most: int) -> tuple[Claimed, ...]:
    """Messages that are due, for this deliverer alone ``until`` then; in the order in which they were queued."""
    return tuple(
        Claimed(
            message=Message(
                id=row["id"],
                channel=Channel(row["channel"]),
                recipient=row["recipient"],
                topic=row["topic"],
                body=row["body"],
                queued_at=row["queued_at"],
            ),
            attempts=row["attempts"],
        )
        for row in sorted(await connection.fetch(_CLAIM, now, until, most), key=itemgetter("queued_at"))
    )


async def sent(connection: Connection, message: UUID, now: int) -> None:
    await connection.execute(_SENT, message, now)


async def given_up(connection: Connection, message: UUID, now: int, failure: str) -> None:
    await connection.execute(_DEAD, message, now, failure)


async def again(connection: Connection, message: UUID, due: int, failure: str) -> None:
    await connection.execute(_AGAIN, message, due, failure)
