"""A queued notice -> sent to the address that its consent, or its relation, has stored sealed. By the sending process.

E-mail goes by the installation's mail server; text messages, and those of the city's own message service, to one
address that takes both, signed as webhooks are. Whatever goes to somebody else is handed on as it is.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from gateway.consents.contacts import Contact, opened
from gateway.consents.notices import TO_CONSENT, TO_RELATION
from gateway.outbox.mail import Mail
from gateway.outbox.messages import Channel, Message, NotDelivered, Send
from gateway.outbox.webhook import Webhook

GATEWAY = "messages"
"""The name of the address that takes text messages."""
_STORED = {
    TO_CONSENT: "SELECT contact FROM consent WHERE id = $1",
    TO_RELATION: "SELECT contact FROM relation WHERE id = $1",
}
Fetch = Callable[..., Awaitable[Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A ``Send`` for every channel. ``fetch`` runs a statement as the watcher; ``opens``: a sealed value; ``mail`` and
    ``gateway`` are those of the installation, None where it has none; ``others``: who sends what is no notice."""

    fetch: Fetch
    opens: Callable[[bytes], str]
    mail: Mail | None
    gateway: Webhook | None
    others: Mapping[Channel, Send]

    async def __call__(self, message: Message) -> None:
        statement = next((text for prefix, text in _STORED.items() if message.recipient.startswith(prefix)), None)
        if statement is not None:
            await self._post(message, await self._contact(message, statement))
        elif (send := self.others.get(message.channel)) is not None:
            await send(message)
        else:
            raise NotDelivered("CHANNEL_NOT_SET_UP", for_good=True)

    async def _contact(self, message: Message, statement: str) -> Contact:
        found = await self.fetch(statement, UUID(message.recipient.partition(":")[2]))
        if not found or found[0]["contact"] is None:
            raise NotDelivered("NO_ADDRESS", for_good=True)
        try:
            return opened(found[0]["contact"], self.opens)
        except ValueError:
            raise NotDelivered("ADDRESS_NOT_OPENED", for_good=True) from None

    async def _post(self, message: Message, contact: Contact) -> None:
        if contact.channel is Channel.EMAIL and self.mail is not None:
            await replace(self.mail, addresses={message.recipient: contact.address})(message)
        elif contact.channel is not Channel.EMAIL and self.gateway is not None:
            body = {"channel": contact.channel, "to": contact.address, "topic": message.topic, "text": message.body}
            text = json.dumps(body, ensure_ascii=False, sort_keys=True)
            await self.gateway(replace(message, recipient=GATEWAY, body=text))
        else:
            raise NotDelivered("CHANNEL_NOT_SET_UP", for_good=True)
