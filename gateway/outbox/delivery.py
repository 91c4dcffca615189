"""Due messages -> sent, tried again later, or given up: each round takes a few, and no failure stops the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.outbox import store
from gateway.outbox.messages import Channel, NotDelivered, Send
from gateway.outbox.store import Claimed, Connection

AT_ONCE = 20
CLAIM = 120_000
"""Ms for which a claim holds: longer than the slowest sender tries."""
FIRST_PAUSE, LONGEST_PAUSE = 30_000, 3_600_000
"""Ms before the second attempt, twice as many before each further one; and at most."""
ATTEMPTS = 12
"""The last one comes about seven hours after the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``senders`` of the channels that this installation has; ``clock``: ms since the epoch."""

    connection: Connection
    senders: Mapping[Channel, Send]
    clock: Callable[[], int]

    async def round(self) -> int:
        """How many messages were tried."""
        now = self.clock()
        claimed = await store.claim(self.connection, now, until=now + CLAIM, most=AT_ONCE)
        for each in claimed:
            await self._try(each)
        return len(claimed)

    async def _try(self, claimed: Claimed) -> None:
        message, send = claimed.message, self.senders.get(claimed.message.channel)
        try:
            if send is None:
                raise NotDelivered("CHANNEL_NOT_SET_UP", for_good=True)
            await send(message)
        except NotDelivered as failure:
            now = self.clock()
            if failure.for_good or claimed.attempts >= ATTEMPTS:
                await store.given_up(self.connection, message.id, now, failure.code)
            else:
                await store.again(self.connection, message.id, now + pause_after(claimed.attempts), failure.code)
        else:
            await store.sent(self.connection, message.id, self.clock())


def pause_after(attempts: int) -> int:
    """Ms until the next attempt."""
    return min(FIRST_PAUSE << (attempts - 1), LONGEST_PAUSE)
