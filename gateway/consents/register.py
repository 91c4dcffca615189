"""The register of consents: what is asked, granted, used and ended, each change with its entry in the log.

Every change is one transaction with its leaf: when a method has returned, both are durable; when it raises, neither is.
So when a consent has been revoked, no answer under it gets a later place in the log. Times are those of the database.
BASIS: PIPL-14, PIPL-15, PIPL-23, WH-二(六)2.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from gateway.consents import acts, store
from gateway.consents.account import asked, changed, decided
from gateway.consents.acts import Unmoved
from gateway.consents.errors import Beyond, KeyReused, NotPending
from gateway.consents.records import (
    By,
    ConsentRecord,
    Debited,
    Decision,
    Due,
    Event,
    NewRequest,
    Reason,
    Request,
    RequestState,
    State,
    Use,
)
from gateway.consents.restoring import Settlement
from gateway.consents.store import Server
from gateway.ledger.append import Ledger
from gateway.ledger.entry import Entry
from gateway.ledger.queue import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRegister:
    """``ledger``: one whose connections are those of the register's keeper; ``connection`` lends one of them;
    ``new_id``: 128 random bits; ``settlement``: with what the log tells. Whatever changes something raises, besides
    what it says, ``NotWritten``."""

    ledger: Ledger
    connection: Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]
    new_id: Callable[[], UUID]
    settlement: Settlement

    async def open(self, new: NewRequest) -> Request:
        """The request as it stands; sent again under the same key, it is the same one. Errors: ``KeyReused``."""
        before = await self._of_key(new)
        if before is not None:
            return before
        id = self.new_id()
        try:
            await self.ledger.append(asked(id, new), acts.opening(id, new))
        except asyncpg.UniqueViolationError:  # somebody was faster
            before = await self._of_key(new)
            if before is None:
                raise
            return before
        return await self._request(id)

    async def _of_key(self, new: NewRequest) -> Request | None:
        async with self.connection() as connection:
            found = await store.request_of_key(connection, new.client, new.key)
        if found is None:
            return None
        request, body = found
        if body != new.body:
            raise KeyReused
        return request

    async def request(self, id: UUID) -> Request | None:
        async with self.connection() as connection:
            return await store.request(connection, id)

    async def requests_about(self, subject: int) -> tuple[Request, ...]:
        """Newest first."""
        async with self.connection() as connection:
            return await store.requests_about(connection, subject)

    async def show(self, id: UUID) -> None:
        """The subject, signed in, sees the request. Errors: ``NotPending``."""
        request = await self._request(id)
        if request.state is RequestState.REQUESTED:
            await self._decide(request, RequestState.SHOWN, By.SUBJECT)
            request = await self._request(id)
        if request.state is not RequestState.SHOWN:
            raise NotPending

    async def grant(self, id: UUID, decision: Decision) -> ConsentRecord:
        """Errors: ``NotPending``, ``Beyond``."""
        request = await self._request(id)
        if not _within(decision, request):
            raise Beyond
        await self.ledger.append(decided(request, decision), acts.granting(id, decision))
        found = await self.consent(id)
        if found is None:
            raise NotPending
        return found

    async def deny(self, id: UUID, by: By) -> None:
        """Errors: ``NotPending``."""
        if not await self._decide(await self._request(id), RequestState.DENIED, by):
            raise NotPending

    async def lapse(self, id: UUID) -> bool:
        """Nobody has decided it in time. False where that is not so."""
        return await self._decide(await self._request(id), RequestState.LAPSED, By.SYSTEM)

    async def consent(self, id: UUID) -> ConsentRecord | None:
        async with self.connection() as connection:
            return await store.consent(connection, id)

    async def consents_about(self, subject: int) -> tuple[ConsentRecord, ...]:
        """Newest first."""
        async with self.connection() as connection:
            return await store.consents_about(connection, subject)

    async def open_consents(self, client: str | None) -> tuple[ConsentRecord, ...]:
        """Those that have not ended, of one client or of all; newest first."""
        async with self.connection() as connection:
            return await store.open_consents(connection, client)

    async def suspend(self, id: UUID, reason: Reason, by: By) -> bool:
        """False where it was not ACTIVE."""
        return await self._move(id, State.SUSPENDED, by, reason)

    async def resume(self, id: UUID, by: By) -> bool:
        """False where it was not SUSPENDED, or is over. After KEY_CHANGED it is bound to the client's present key."""
        return await self._move(id, State.ACTIVE, by)

    async def revoke(self, id: UUID, reason: Reason, by: By) -> bool:
        """False where it had ended already. When this returns, no answer under it follows in the log."""
        return await self._move(id, State.REVOKED, by, reason)

    async def end(self, id: UUID, state: State) -> bool:
        """EXPIRED or EXHAUSTED, where that is true by the clock of the database; else False."""
        if state not in (State.EXPIRED, State.EXHAUSTED):
            raise ValueError("a consent ends by itself when it is expired or exhausted")
        return await self._move(id, state, By.SYSTEM)

    async def events(self, id: UUID) -> tuple[Event, ...]:
        async with self.connection() as connection:
            return await store.events(connection, id)

    async def uses(self, id: UUID) -> tuple[Use, ...]:
        async with self.connection() as connection:
            return await store.uses(connection, id)

    async def notice(self, record: ConsentRecord) -> str | None:
        """The exact text that was shown, of whose bytes in UTF-8 ``record.notice`` is the SHA-256; None for a consent
        from before such texts were kept."""
        async with self.connection() as connection:
            return await store.notice(connection, record.notice)

    async def due(self) -> Due:
        """What has come to its end by itself, and has no event that says so."""
        async with self.connection() as connection:
            return Due(lapsed=await store.lapsed(connection), over=await store.over(connection))

    async def debit(
        self, id: UUID, *, client: str, thumbprint: str, demand: bytes, use: int | None = None
    ) -> Debited | None:
        """Take a use for a demand, or go on with ``use`` where this is a further page of the same demand, at most 20 in
        ten minutes. None where it is not usable by this client with this key; another key suspends it."""
        server = await self.settle()
        if server is None:
            return None
        asking = store.Asking(client=client, thumbprint=thumbprint, demand=demand, server=server)
        async with self.connection() as connection:
            taken = await store.debit(connection, id, asking, use)
            if taken is not None:
                return taken
            found, present = await store.consent(connection, id), await store.server_of(connection)
        if present != server:  # the database was begun anew, perhaps from a backup
            self.settlement.forget(server)
            return await self.debit(id, client=client, thumbprint=thumbprint, demand=demand, use=use)
        if found is not None and found.request.client == client and found.thumbprint != thumbprint:
            await self.suspend(id, Reason.KEY_CHANGED, By.SYSTEM)
        return None

    async def settle(self) -> Server | None:
        """Hold the register against the log, once for each run of the database server, and end what it has lost the end
        of. None where the database holds less than was signed: then nothing is usable."""

        async def end(id: UUID, state: State) -> None:
            await self._move(id, state, By.SYSTEM, Reason.RESTORED)

        return await self.settlement.server(end)

    async def _request(self, id: UUID) -> Request:
        found = await self.request(id)
        if found is None:
            raise NotPending
        return found

    async def _decide(self, request: Request, to: RequestState, by: By) -> bool:
        return await self._moved(changed(request, to, by), acts.deciding(request.id, to, by))

    async def _move(self, id: UUID, to: State, by: By, reason: Reason | None = None) -> bool:
        request = await self.request(id)
        if request is None:
            return False
        return await self._moved(changed(request, to, by, reason), acts.moving(id, to, by, reason))

    async def _moved(self, entry: Entry, act: Act) -> bool:
        try:
            await self.ledger.append(entry, act)
        except Unmoved:
            return False
        return True


def _within(decision: Decision, request: Request) -> bool:
    """INVARIANT: what is granted never exceeds what was asked, and is something."""
    asked_for, rights = request.terms, decision.rights
    return (
        bool(rights.items and rights.fields)
        and rights.items <= asked_for.rights.items
        and rights.fields <= asked_for.rights.fields
        and asked_for.period[0] <= decision.period[0] <= decision.period[1] <= asked_for.period[1]
        and 1 <= decision.uses <= asked_for.uses
        and 1 <= decision.days <= asked_for.days
    )
