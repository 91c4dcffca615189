"""The one queue of acts that need other persons: asked for, approved by each of them, used once before its end.

Nobody approves what he or she asked for, and one person counts once, whatever client names it. Every step is durable in
the log before it is taken; one that is refused is entered too.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import asyncpg

from authz.frozen import person_of
from gateway.approvals import store
from gateway.approvals.account import INSTALLATION, Step, stepped
from gateway.approvals.officers import Officer
from gateway.approvals.store import Request
from gateway.ledger.entry import Entry
from gateway.ledger.receipt import Receipt


class Act(StrEnum):
    """What is done through the queue."""

    POLICY = "policy-change"
    UNSEAL = "unseal"
    TEST = "test-identifier"


class Lack(StrEnum):
    """Why a step is not taken; a permanent code of the log."""

    NO_SUCH_REQUEST = "NO_SUCH_REQUEST"
    REQUEST_ENDED = "REQUEST_ENDED"
    REQUEST_USED = "REQUEST_USED"
    OWN_REQUEST = "OWN_REQUEST"
    APPROVED_ALREADY = "APPROVED_ALREADY"
    APPROVALS_MISSING = "APPROVALS_MISSING"
    NOT_THE_ASKER = "NOT_THE_ASKER"


_SENTENCES = {
    Lack.NO_SUCH_REQUEST: "nothing of that id, for that act, was asked for",
    Lack.REQUEST_ENDED: "its time is over: ask anew",
    Lack.REQUEST_USED: "it was done already: ask anew",
    Lack.OWN_REQUEST: "who asked for it cannot approve it",
    Lack.APPROVED_ALREADY: "this person has approved it already: another one is needed",
    Lack.APPROVALS_MISSING: "not enough persons have approved it yet",
    Lack.NOT_THE_ASKER: "only who asked for it may do it",
}


class NotGranted(Exception):  # noqa: N818  # it says what became of the act
    """Nothing has been done."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(_SENTENCES[lack])
        self.lack = lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """``connection``: the owner's; ``append``: of the ledger; ``clock``: ms since the epoch."""

    connection: asyncpg.Connection
    append: Callable[[Entry], Awaitable[Receipt]]
    clock: Callable[[], int]
    new_id: Callable[[], UUID]

    async def ask(self, act: Act, about: str, by: Officer, reason: str, *, lasts: int, needed: int = 2) -> Request:
        """Ask for an act that has to be done within ``lasts`` ms. Errors: ``NotWritten``."""
        now = self.clock()
        request = Request(
            id=self.new_id(),
            act=act,
            about=about,
            asked_by=str(by),
            asker=person_of(*by.person),
            reason=reason,
            asked_at=now,
            ends_at=now + lasts,
            needed=needed,
        )
        receipt = await self.append(stepped(Step.ASKED, request, by))
        # COMMIT POINT: the step is durable in the log.
        await store.ask(self.connection, request, receipt.entry_id)
        return request

    async def approve(self, request: UUID, by: Officer) -> Request:
        """Errors: ``NotGranted``, ``NotWritten``."""
        async with self.connection.transaction():
            found = await self._found(request)
            await self._check(Step.GIVEN, found, by, _lack_of_approval(found, by, self.clock()))
            receipt = await self.append(stepped(Step.GIVEN, found, by))
            # COMMIT POINT: the step is durable in the log.
            person, now = person_of(*by.person), self.clock()
            await store.approve(
                self.connection, request, approver=person, given_by=str(by), at=now, entry=receipt.entry_id
            )
        return await self._found(request)

    async def use(self, request: UUID, act: Act, about: str, by: Officer | None) -> Request:
        """Let whoever asked do it, once: it is done after this has returned. ``by``: None where an act is not done by
        a person, but to the installation. Errors: ``NotGranted``, ``NotWritten``."""
        async with self.connection.transaction():
            found = await self._found(request)
            if (found.act, found.about) != (act, about):
                raise NotGranted(Lack.NO_SUCH_REQUEST)
            await self._check(Step.USED, found, by, _lack_of_use(found, by, self.clock()))
            receipt = await self.append(stepped(Step.USED, found, by))
            # COMMIT POINT: the step is durable in the log.
            await store.use(self.connection, request, self.clock(), receipt.entry_id)
        return found

    async def asked(self, request: UUID, act: Act, about: str) -> Request:
        """What was asked for, and is still to be done. Errors: ``NotGranted``."""
        found = await self._found(request)
        lack = Lack.NO_SUCH_REQUEST if (found.act, found.about) != (act, about) else _over(found, self.clock())
        if lack is not None:
            raise NotGranted(lack)
        return found

    async def enter(
        self, act: Act, about: str, reason: str, given: Sequence[tuple[Officer, UUID]], *, needed: int, entry: UUID
    ) -> None:
        """Enter an act whose approvals were all given with the command that does it, ``given`` with the entries that
        tell of them; ``entry`` tells that it was done. It belongs to the caller's transaction."""
        now = self.clock()
        request = Request(
            id=self.new_id(),
            act=act,
            about=about,
            asked_by=INSTALLATION,
            asker=INSTALLATION,
            reason=reason,
            asked_at=now,
            ends_at=now + 1,
            needed=needed,
        )
        await store.ask(self.connection, request, entry)
        for officer, told in {person_of(*each.person): (each, told) for each, told in given}.values():
            person = person_of(*officer.person)
            await store.approve(self.connection, request.id, approver=person, given_by=str(officer), at=now, entry=told)
        await store.use(self.connection, request.id, now, entry)

    async def _found(self, request: UUID) -> Request:
        await store.lock(self.connection, request)
        found = await store.find(self.connection, request)
        if found is None:
            raise NotGranted(Lack.NO_SUCH_REQUEST)
        return found

    async def _check(self, step: Step, request: Request, by: Officer | None, lack: Lack | None) -> None:
        if lack is not None:
            await self.append(stepped(step, request, by, refused=lack))
            raise NotGranted(lack)


def _lack_of_approval(request: Request, by: Officer, now: int) -> Lack | None:
    person = person_of(*by.person)
    if person == request.asker:
        return Lack.OWN_REQUEST
    if person in request.approvers:
        return Lack.APPROVED_ALREADY
    return _over(request, now)


def _lack_of_use(request: Request, by: Officer | None, now: int) -> Lack | None:
    if by is not None and person_of(*by.person) != request.asker:
        return Lack.NOT_THE_ASKER
    if len(request.approvers) < request.needed:
        return Lack.APPROVALS_MISSING
    return _over(request, now)


def _over(request: Request, now: int) -> Lack | None:
    if request.used_at is not None:
        return Lack.REQUEST_USED
    return Lack.REQUEST_ENDED if now >= request.ends_at else None
