"""A message to a registered client -> a signed POST to the webhook that it registered; others go to their own sender.

Address and secret are asked of the register each time, so that a client which changes them is told at the new ones.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.outbox.messages import Message, NotDelivered, Send
from gateway.outbox.webhook import Webhook
from gateway.webhooks import FIND, secret_of

TO_CLIENT = "client:"
"""Recipients of this sender: followed by the client's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientWebhooks:
    """A ``Send`` for the channel WEBHOOK. ``opens``: a sealed value, ``ValueError`` where it cannot be; ``others``:
    who delivers what is for no client."""

    fetch: Callable[..., Awaitable[Sequence[Mapping[str, Any]]]]
    opens: Callable[[bytes], str]
    clock: Callable[[], int]
    others: Send | None = None

    async def __call__(self, message: Message) -> None:
        if message.recipient.startswith(TO_CLIENT):
            await (await self._webhook(message.recipient))(message)
        elif self.others is not None:
            await self.others(message)
        else:
            raise NotDelivered("CHANNEL_NOT_SET_UP", for_good=True)

    async def _webhook(self, recipient: str) -> Webhook:
        rows = await self.fetch(FIND, recipient.removeprefix(TO_CLIENT))
        if not rows:
            raise NotDelivered("NO_ADDRESS", for_good=True)
        try:
            secret = secret_of(self.opens(rows[0]["secret"]))
        except ValueError:
            raise NotDelivered("SECRET_NOT_OPENED", for_good=True) from None
        return Webhook(addresses={recipient: rows[0]["address"]}, secret=secret, clock=self.clock)
