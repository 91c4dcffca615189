"""One look at the log: what was written since, judged by every rule; each finding entered, told, and acted upon.

The entry of a finding is durable before the finding is stored; messages are stored with it. What was not stored is
found again at the next look. It reads no credit data.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from authz.frozen import Freeze, Target, person_of
from gateway.freezes.imposing import Freezes
from gateway.ledger.entry import Entry
from gateway.ledger.receipt import Receipt
from gateway.outbox import store as outbox
from gateway.outbox.messages import Channel, Message
from gateway.watch import account, findings
from gateway.watch.acts import Act, Fired, Stop
from gateway.watch.findings import Finding
from gateway.watch.memory import Memory
from gateway.watch.reading import Acts
from gateway.watch.rules import judged
from gateway.watch.thresholds import Thresholds

RECIPIENT = "alerts"
"""Who is told of findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """``connection``: of the watcher's role; ``channels`` by which findings are told."""

    connection: asyncpg.Connection
    acts: Acts
    memory: Memory
    freezes: Freezes
    append: Callable[[Entry], Awaitable[Receipt]]
    thresholds: Thresholds
    channels: tuple[Channel, ...]
    clock: Callable[[], int]
    new_id: Callable[[], UUID]

    async def look(self) -> tuple[Finding, ...]:
        """What was found now. Errors: ``NotWritten``, those of the database."""
        now = self.clock()
        fresh = await self.acts.look(now)
        scene = await self.memory.scene(self.acts, fresh, now, self.thresholds)
        fired = {(each.rule, each.about): each for each in judged(scene)}.values()
        new = [each for each in fired if not await findings.told_of(self.connection, each, now)]
        found = tuple([await self._enter(each, now) for each in new])
        await self.memory.keep(scene)
        return found

    async def _enter(self, fired: Fired, now: int) -> Finding:
        if fired.stop is not None:  # first: a finding that was stored is not acted upon again
            await self._stop(fired, fired.stop, now)
        receipt = await self.append(account.found(fired))
        finding = Finding(id=self.new_id(), fired=fired, at=now, entry=receipt.entry_id)
        async with self.connection.transaction():
            await findings.enter(self.connection, finding)
            for channel in self.channels:
                await outbox.post(self.connection, self._message(finding, channel))
        return finding

    async def _stop(self, fired: Fired, stop: Stop, now: int) -> None:
        acts = [self.acts.acts[entry] for entry in fired.evidence if entry in self.acts.acts]
        for name in sorted(set(self._names(stop.target, acts))):
            freeze = Freeze(target=stop.target, name=name, ends=now + stop.lasts)
            await self.freezes.impose(freeze, f"alert rule {fired.rule}", None)

    def _names(self, target: Target, acts: Iterable[Act]) -> Iterable[str]:
        for act in acts:
            operator = self.acts.told[act.entry].operator
            if target is Target.AGENCY:
                yield act.agency
            elif operator is not None:
                yield person_of(act.agency, operator.partition("/")[2])

    def _message(self, finding: Finding, channel: Channel) -> Message:
        fired = finding.fired
        told = {
            "finding": str(finding.id),
            "rule": fired.rule.value,
            "foundAt": finding.at,
            "entry": str(finding.entry),
            "figures": dict(fired.figures),
            "stopped": fired.stop is not None,
        }
        return Message(
            id=self.new_id(),
            channel=channel,
            recipient=RECIPIENT,
            topic=f"credit-gateway: alert rule {fired.rule.value}",
            body=json.dumps(told, sort_keys=True),
            queued_at=finding.at,
        )
