"""Freezing and lifting: entered in the log, then in the register, with effect on the next request of every process.

When either returns, no answer leaves that was made without knowing of it. It never changes what was entered before.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from authz.frozen import Freeze, Target
from gateway.approvals.officers import Officer
from gateway.freezes import store
from gateway.freezes.account import WATCH, Step, stepped
from gateway.freezes.store import Connection, Imposed
from gateway.ledger.entry import Entry
from gateway.ledger.receipt import Receipt


class NothingFrozen(Exception):  # noqa: N818  # it says what became of the act
    """Nothing has been lifted."""

    def __init__(self) -> None:
        super().__init__("nothing of that name is frozen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezes:
    """``connection``: of the owner, or of whoever watches, who can freeze and not lift; ``append``: of the ledger;
    ``clock``: ms since the epoch; ``new_id``: a fresh one."""

    connection: Connection
    append: Callable[[Entry], Awaitable[Receipt]]
    clock: Callable[[], int]
    new_id: Callable[[], UUID]

    async def impose(self, freeze: Freeze, reason: str, by: Officer | None) -> UUID:
        """The id of the freeze. Errors: ``NotWritten``: then nothing is frozen."""
        now = self.clock()
        receipt = await self.append(stepped(Step.IMPOSED, freeze, reason, now, officer=by))
        new = Imposed(
            id=self.new_id(),
            freeze=freeze,
            reason=reason,
            by=WATCH if by is None else str(by),
            at=now,
            entry=receipt.entry_id,
        )
        # COMMIT POINT: the step is durable in the log.
        await store.impose(self.connection, new)
        return new.id

    async def lift(self, target: Target, name: str, reason: str, by: Officer) -> int:
        """How many freezes of that name were lifted. Errors: ``NothingFrozen``, ``NotWritten``."""
        now = self.clock()
        standing = await store.standing(self.connection, target, name, now)
        if not standing:
            raise NothingFrozen
        entry = stepped(Step.LIFTED, Freeze(target=target, name=name), reason, now, officer=by)
        receipt = await self.append(entry)
        for freeze in standing:
            await store.lift(self.connection, freeze, reason=reason, by=str(by), at=now, entry=receipt.entry_id)
        return len(standing)
