"""A message on its way, and what may become of sending it. Plain values.

A message holds nothing of any person: it says that something happened, and where to look it up. ``recipient`` is a name
that the sender of its channel turns into an address.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID


class Channel(StrEnum):
    WEBHOOK = "WEBHOOK"
    EMAIL = "EMAIL"
    SMS = "SMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``topic``: one line; ``body``: JSON for a webhook, text for people. ``queued_at``: ms since the epoch."""

    id: UUID
    channel: Channel
    recipient: str
    topic: str
    body: str
    queued_at: int


class NotDelivered(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """``code`` is a word of ours; ``for_good``: trying again would not help."""

    def __init__(self, code: str, *, for_good: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good


Send: TypeAlias = Callable[[Message], Awaitable[None]]
"""Delivers one message; whoever receives it may see it twice, under the same id. Errors: ``NotDelivered``."""
