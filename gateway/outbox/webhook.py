"""A message -> a signed POST, as Standard Webhooks has it: whoever knows the secret can tell it is ours, and fresh.

The id is the same at each attempt, so that a receiver can tell a repetition. It follows no redirection, and says
nothing of what the other side answered but the status.
"""

import asyncio
import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from gateway.outbox.messages import Message, NotDelivered

TIMEOUT = 10.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A ``Send``. ``addresses``: by recipient; ``secret`` signs; ``clock``: ms since the epoch."""

    addresses: Mapping[str, str]
    secret: bytes = field(repr=False)
    clock: Callable[[], int]

    async def __call__(self, message: Message) -> None:
        address = self.addresses.get(message.recipient)
        if address is None:
            raise NotDelivered("NO_ADDRESS", for_good=True)
        headers = signed(message, self.secret, self.clock() // 1000)
        status = await asyncio.to_thread(_post, address, message.body.encode(), headers)
        if not 200 <= status < 300:
            raise NotDelivered(f"STATUS_{status}", for_good=status == 410)


def signed(message: Message, secret: bytes, seconds: int) -> Mapping[str, str]:
    """The headers of an attempt. ``seconds`` since the epoch."""
    text = f"{message.id}.{seconds}.{message.body}".encode()
    signature = base64.b64encode(hmac.digest(secret, text, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "Webhook-Id": str(message.id),
        "Webhook-Timestamp": str(seconds),
        "Webhook-Signature": f"v1,{signature}",
    }


def _post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = parts.path or "/"
    try:
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, HTTPException):
        raise NotDelivered("UNREACHABLE") from None
    finally:
        connection.close()
