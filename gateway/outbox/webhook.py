"""A message -> a signed POST, as Standard Webhooks has it: whoever knows the secret can tell it is ours, and fresh.

The id is the same at each attempt, so that a receiver can tell a repetition. It follows no redirection, and says
nothing of what the other side answered but the status.
"""

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway.outbox.messages import Message, NotDelivered
from gateway.outgoing import Call, Unreachable, send


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
        try:
            answered = await send(Call(address=address, headers=headers, body=message.body.encode()), most=0)
        except Unreachable:
            raise NotDelivered("UNREACHABLE") from None
        if not 200 <= answered.status < 300:
            raise NotDelivered(f"STATUS_{answered.status}", for_good=answered.status == 410)


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
