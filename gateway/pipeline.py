"""The line: a request and its caller -> an answer that was logged before anyone could see it.

There is no other way to credit data: the endpoint, the pages and the command line all come through ``Pipeline``.
INVARIANT: every road out of ``__call__`` that carries an answer or a refusal of an operation has its receipt from the
ledger (``_reply``), and what leaves is the very bytes that were logged.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from authz.grant import Grant, Scope
from authz.principal import Caller
from gateway.account import Account
from gateway.changes import Changes, Changing
from gateway.consents.using import Consents, question_of
from gateway.exchange import Arrival, GraphQLRequest, Reply
from gateway.explaining import explanation, refused_explanation
from gateway.granting import Granted, grant_for
from gateway.in_force import InForce, State
from gateway.ledger.append import Ledger
from gateway.ledger.errors import LedgerBusy, NotWritten, ReleaseRefused
from gateway.ledger.receipt import Receipt
from gateway.log.reading import LogReader
from gateway.points import points_of
from gateway.problems import describe
from gateway.recent_matters import Recalled, RecentMatters
from gateway.roots import FindAgency, Standpoint, other_roots
from gateway.telemetry import log_incident
from gateway.usage.report import UsageReports
from resolvers.compose import DATA_ROOTS
from resolvers.fetch import Connection, fetch
from resolvers.parameters import Asking, bind, continued_use
from resolvers.prepared import Plans, Prepared
from resolvers.readings import Reading
from resolvers.sealer import Sealer
from schema.demands.asking import Asked, Demands
from schema.demands.demand import Demand
from schema.documents.document import Document, Documents, Operation
from schema.errors import Code, DocumentError, LedgerError, PolicyError, Refusal

ATTEMPTS = 3
"""How often an operation is granted anew because the policy or its matter changed while it was being prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """Not yet logged: what it says, what was in force for it, and what a freeze of could stop it."""

    data: dict[str, Any]
    disclosed: dict[str, Any]
    in_force: InForce
    scope: Scope
    items: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What the line is joined from, by the composition root."""

    introspect: Callable[[Document, Operation, Mapping[str, object]], Mapping[str, object]]
    documents: Documents
    demands: Demands
    state: State
    plans: Plans
    sealer: Sealer
    ledger: Ledger
    matters: RecentMatters
    consents: Consents
    find_agency: FindAgency
    log: LogReader
    usage: UsageReports
    changes: Changes
    connection: Callable[[Grant, Caller], AbstractAsyncContextManager[Connection]]
    receipt: Callable[[Receipt, Caller, bytes], str]
    clock: Callable[[], datetime]
    new_incident: Callable[[], str]

    async def __call__(self, request: GraphQLRequest, caller: Caller, arrival: Arrival) -> Reply:
        """The answer or refusal of one operation. Errors: LEDGER_UNAVAILABLE and RATE_LIMITED, unlogged."""
        self._admit()
        account = Account(caller=caller, address=arrival.address, method=arrival.method, text=request.query)
        try:
            document = account.document = self.documents.prepare(request.query)
            operation = account.operation = document.operation(request.operation_name)
            if operation.introspection_only:
                return Reply(body=_body({"data": self.introspect(document, operation, request.variables)}))
            asked = self.demands.ask(document, operation, request.variables)
            account.demand, account.variables = asked.demand, asked.variables
            arrival.charge(points_of(asked.demand, asked.variables, operation.measured.cost) - 1)
        except Exception as error:
            return await self._refuse(error, account)
        answering = self._answered(asked, account)
        # A change goes to its end whoever still waits for it, so that its entry is true; a read may be given up.
        return await (asyncio.shield(answering) if asked.demand.operation == "mutation" else answering)

    async def _answered(self, asked: Asked, account: Account) -> Reply:
        try:
            async with self.changes.begun() as changing:
                answer = await self._answer(asked, account, changing)
                body = _body({"data": answer.data, "extensions": {"disclosure": answer.disclosed}})
                receipt = await self.ledger.append(account.answered(body))
                if receipt.freezes != answer.in_force.frozen.revision:
                    await self._refuse_frozen(account.caller, answer.scope, answer.items)
                # COMMIT POINT: the entry is durable; only from here on may these bytes leave, and changes be committed.
                return self._reply(receipt, account.caller, body)
        except ReleaseRefused:
            return await self._refuse(_ended(), account)
        except NotWritten as unwritten:
            raise _unavailable(unwritten) from unwritten
        except Exception as error:  # whatever it is, it is logged as a refusal and told without a word of its text
            return await self._refuse(error, account)

    async def _answer(self, asked: Asked, account: Account, changing: Changing) -> _Answer:
        """Grant, plan, rows, answer: under one policy version and state of the matter, or again under the next."""
        account.caller = await self._consented(account.caller, asked.demand)
        for _ in range(ATTEMPTS):
            in_force, recalled = await self.state.current(), self.matters.recalled()
            try:
                granted, prepared = await self._granted(asked, account, in_force, recalled)
            except Refusal:
                if await self._holds(in_force, recalled):
                    raise
                continue  # what the policy before refused, the one in force may permit
            reading = self._reading(granted.grant, account)
            read = await self._read(prepared, granted, in_force, reading, account)
            if prepared.statement is None or read is None:
                holds = await self._holds(in_force, recalled)
                if read is None or not holds:
                    continue
            account.rows, account.verdicts = reading.shown, reading.verdicts
            standpoint = self._standpoint(granted, in_force, account.caller, reading, changing)
            others = await other_roots(asked.demand, DATA_ROOTS, standpoint, reading)
            data = {root.key: read[root.key] if root.key in read else others[root.key] for root in asked.demand.roots}
            return _Answer(
                data=data,
                disclosed=_disclosed(granted.grant, account.report),
                in_force=in_force,
                scope=granted.grant.scope,
                items=prepared.items,
            )
        raise RuntimeError("the policy or the matter changed faster than an operation could be answered")

    async def _granted(
        self, asked: Asked, account: Account, in_force: InForce, recalled: Recalled
    ) -> tuple[Granted, Prepared]:
        """What this policy permits of it. Errors: ``Refusal``, with no grant in the account but its own."""
        account.grant = None
        in_force.frozen.refuse_caller(account.caller, self._now())
        granted = await grant_for(
            account.caller,
            asked.demand,
            asked.variables,
            in_force,
            recalled.find,
            self.sealer,
        )
        account.grant, account.sought = granted.grant, granted.sought
        account.matter = granted.number
        prepared = self._prepared(asked, granted, in_force)
        account.report = prepared.disclosed
        return granted, prepared

    async def _holds(self, in_force: InForce, recalled: Recalled) -> bool:
        """Whether policy and matter still are what they were; both are known anew after it. A statement asks this
        itself; what reads no credit data has to be told."""
        await self.state.refresh()
        unchanged = await recalled.hold()
        return await self.state.current() is in_force and unchanged

    def _prepared(self, asked: Asked, granted: Granted, in_force: InForce) -> Prepared:
        """Errors: FIELD_NOT_FILTERABLE, FROZEN."""
        prepared = self.plans.of(
            asked.demand,
            granted.grant,
            in_force.policy.catalogue,
            in_force.references,
            fixed_date=in_force.fixed_date,
            matter=granted.grant.scope is Scope.SHARING and granted.matter is not None,
        )
        in_force.frozen.refuse_reach(granted.grant.scope, prepared.items, self._now())
        return prepared

    async def _read(
        self, prepared: Prepared, granted: Granted, in_force: InForce, reading: Reading, account: Account
    ) -> dict[str, Any] | None:
        """The data roots, or None where policy or matter are others by now: then nothing was read."""
        if prepared.statement is None:
            return {}
        caller = account.caller
        asking = Asking(
            viewer=reading.viewer,
            binding=reading.asking,
            client=caller.principal.client,
            agency=caller.principal.agency_id,
            matter=granted.number,
            role=granted.grant.role,
            revision=granted.matter.revision if granted.matter is not None else None,
            freezes=in_force.frozen.revision,
            subject=caller.about.id if caller.about is not None else None,
            period=caller.period,
        )
        values = bind(prepared.statement.names, prepared.statement.parameters, asking, reading.variables, self.sealer)
        if reading.scope is Scope.CONSENT:
            parameters = prepared.statement.parameters.values()
            await self._debit(account, continued_use(parameters, asking, reading.variables, self.sealer))
            reading.use = account.use
        async with self.connection(granted.grant, caller) as connection:
            row = await fetch(connection, prepared.statement, values)
        return None if row is None else prepared.shape(row, reading)

    async def _consented(self, caller: Caller, demand: Demand) -> Caller:
        """With the consent that its token is bound to, as the register says at this moment, whatever was said of it
        before. Without a purpose the caller is answered as the public is, whatever its token is bound to."""
        handle = caller.consent if demand.stated is not None else None
        return replace(caller, consented=None if handle is None else await self.consents.stand(handle))

    async def _debit(self, account: Account, continued: int | None) -> None:
        """One use for the operation, however often it is granted anew. Errors: CONSENT_ENDED."""
        if account.use is not None or account.document is None or account.operation is None:
            return
        question = question_of(account.document, account.operation, account.variables, self.sealer)
        # COMMIT POINT: the use is taken, and given back for no reason.
        account.use = await self.consents.debit(account.caller, question, continued)
        if account.use is None:
            raise _ended()

    def _reading(self, grant: Grant, account: Account) -> Reading:
        caller = account.caller
        about = caller.about.id if caller.about is not None else None
        bound = (caller.principal.client, grant.scope, grant.purpose, account.matter, caller.consent, about)
        return Reading(
            sealer=self.sealer,
            viewer=caller.principal.organisation,
            asking="|".join(str(each) for each in bound),
            scope=grant.scope,
            variables=account.variables,
            today=grant.today,
            years=grant.years,
            now=self.clock(),
        )

    def _standpoint(
        self, granted: Granted, in_force: InForce, caller: Caller, reading: Reading, changing: Changing
    ) -> Standpoint:
        return Standpoint(
            caller=caller,
            granted=granted,
            in_force=in_force,
            seal=reading.seal,
            find_agency=self.find_agency,
            find_matter=self.matters.find,
            changing=changing,
            explain=lambda text, variables: self.explain(text, variables, caller),
            read_log=lambda page: self.log.read(page, granted, in_force, caller, reading),
            report_use=lambda root: self.usage.report(root, granted, in_force, caller, reading),
        )

    async def explain(self, text: str, variables: Mapping[str, object], caller: Caller) -> Mapping[str, Any]:
        """An ``Explanation`` of what this caller would be shown of a document; no row is read."""
        in_force = await self.state.current()
        try:
            document = self.documents.prepare(text)
            operation = document.operation()
            if operation.introspection_only:
                raise DocumentError(Code.DOCUMENT_INVALID, "introspection is answered to everyone")
            asked = self.demands.ask(document, operation, variables)
            caller = await self._consented(caller, asked.demand)
            granted = await grant_for(caller, asked.demand, asked.variables, in_force, self.matters.find, self.sealer)
            self._prepared(asked, granted, in_force)
        except Refusal as refusal:
            return refused_explanation(refusal, in_force)
        return explanation(asked.demand, granted, in_force, caller)

    # the log -------------------------------------------------------------------------------------------------------

    def _admit(self) -> None:
        try:
            self.ledger.admit()
        except NotWritten as unwritten:
            raise _unavailable(unwritten) from unwritten

    async def _refuse_frozen(self, caller: Caller, scope: Scope, items: frozenset[str]) -> None:
        """While this was answered something was frozen or unfrozen. Errors: FROZEN, where it concerns this answer: its
        entry then tells of a release that never left."""
        frozen = await self.state.frozen()
        frozen.refuse_caller(caller, self._now())
        frozen.refuse_reach(scope, items, self._now())

    def _reply(self, receipt: Receipt, caller: Caller, body: bytes, code: Code | None = None) -> Reply:
        return Reply(body=body, code=code, entry=str(receipt.entry_id), receipt=self.receipt(receipt, caller, body))

    def _now(self) -> int:
        """In ms since the epoch, as freezes tell when they end."""
        return int(self.clock().timestamp() * 1000)

    async def _refuse(self, error: Exception, account: Account) -> Reply:
        incident = self.new_incident()
        problem = describe(error, incident=incident)
        if problem.code is Code.INTERNAL:
            log_incident(incident, error)
        body = problem.body
        try:
            receipt = await self.ledger.append(account.refused(problem.code, body))
        except NotWritten as unwritten:
            raise _unavailable(unwritten) from unwritten
        return self._reply(receipt, account.caller, body, problem.code)


def _body(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value)


def _disclosed(grant: Grant, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "scope": grant.scope.value,
        "purpose": grant.purpose,
        "policyVersion": grant.policy_version,
        "catalogueVersion": grant.catalogue_version,
        "fields": fields,
    }


def _ended() -> PolicyError:
    return PolicyError(Code.CONSENT_ENDED, "The consent is not in force.")


def _unavailable(error: NotWritten) -> LedgerError:
    if isinstance(error, LedgerBusy):
        return LedgerError(Code.RATE_LIMITED, "the log has too much to write")
    return LedgerError(Code.LEDGER_UNAVAILABLE, "the log could not be written, so nothing is disclosed")
