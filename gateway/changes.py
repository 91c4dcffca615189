"""Mutations -> changes of the register of matters, by the agencies' own approval systems.

An agency changes only its own matters, for purposes on its own list. Whose a number is that is not its own cannot be
told from any refusal. The changes of one operation stand or fall together, and with its entry in the log.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from authz.principal import AUDITOR_ROLE, BY_CONSENT, Caller, Matter, Party
from gateway import matters
from gateway.identity.tokens import NAME
from gateway.in_force import InForce
from resolvers.sealer import Sealer
from schema.errors import CallerError, Code, DocumentError, PolicyError

_NUMBER = re.compile(r"\S(?:.{0,62}\S)?")
"""Numbers of matters are the agencies' own; but each is a key of a table, and shows its form in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """``transaction`` opens a transaction of the registry's role."""

    transaction: Callable[[], AbstractAsyncContextManager[matters.Connection]]
    sealer: Sealer

    @asynccontextmanager
    async def begun(self) -> AsyncIterator["Changing"]:
        """The changes of one operation: kept where the block ends well, undone where it does not."""
        async with AsyncExitStack() as stack:
            yield Changing(self.transaction, self.sealer, stack)


class Changing:
    """One transaction, opened with the first change."""

    def __init__(
        self,
        transaction: Callable[[], AbstractAsyncContextManager[matters.Connection]],
        sealer: Sealer,
        stack: AsyncExitStack,
    ) -> None:
        self._transaction = transaction
        self._sealer = sealer
        self._stack = stack
        self._connection: matters.Connection | None = None
        self._number: str | None = None

    async def apply(self, field: str, arguments: Mapping[str, Any], caller: Caller, in_force: InForce) -> Matter | None:
        """The matter as it is after the change. Errors: UNAUTHENTICATED, PURPOSE_NOT_ALLOWED, MATTER_NOT_OPEN;
        DOCUMENT_INVALID for what can be no number of a matter or of staff."""
        _check_keeper(caller)
        self._check_one(arguments.get("input", arguments)["number"])
        change: Mapping[str, Callable[..., Awaitable[str]]] = {
            "openMatter": self._open,
            "closeMatter": self._close,
            "addMatterParties": self._add,
        }
        if self._connection is None:
            self._connection = await self._stack.enter_async_context(self._transaction())
        number = await change[field](self._connection, arguments, caller, in_force)
        return await matters.find(self._connection, caller.principal.client, number)

    def _check_one(self, number: str) -> None:
        """INVARIANT: an operation changes one matter, since its entry in the log names one."""
        if self._number not in (None, number):
            raise PolicyError(Code.MATTER_NOT_OPEN, "one operation changes one matter")
        self._number = number

    async def _open(
        self, connection: matters.Connection, arguments: Mapping[str, Any], caller: Caller, in_force: InForce
    ) -> str:
        given = arguments["input"]
        if given["purpose"] not in caller.principal.purposes:
            raise PolicyError(Code.PURPOSE_NOT_ALLOWED, "the purpose is not on the agency's own list")
        if not _NUMBER.fullmatch(given["number"]) or not all(map(NAME.fullmatch, given["operators"])):
            raise DocumentError(Code.DOCUMENT_INVALID, "this can be no number of a matter, or of its staff")
        matter = Matter(
            number=given["number"],
            client=caller.principal.client,
            purpose=given["purpose"],
            opened_on=in_force.today,
            closed_on=None,
            operators=frozenset(given["operators"]),
            parties=tuple(self._parties(given["parties"])),
        )
        await matters.register(connection, matter)
        return matter.number

    async def _close(
        self, connection: matters.Connection, arguments: Mapping[str, Any], caller: Caller, in_force: InForce
    ) -> str:
        await matters.close(connection, arguments["number"], caller.principal.client, in_force.today)
        return str(arguments["number"])

    async def _add(
        self, connection: matters.Connection, arguments: Mapping[str, Any], caller: Caller, in_force: InForce
    ) -> str:
        client = caller.principal.client
        matter = await matters.find(connection, client, arguments["number"])
        if matter is None or not matter.is_open(in_force.today):
            raise PolicyError(Code.MATTER_NOT_OPEN, "the matter is not open to this operation")
        await matters.add_parties(connection, client, matter.number, tuple(self._parties(arguments["parties"])))
        return matter.number

    def _parties(self, given: Iterable[Mapping[str, Any]]) -> Iterable[Party]:
        for party in given:
            by = party["by"]
            if (person := by.get("person")) is not None:
                digest = self._sealer.person_digest(person["idType"], person["idNumber"], person["name"])
                yield Party(digest=digest, role=party["role"], natural=True)
            else:
                yield Party(digest=self._sealer.organisation_digest(by["uscc"]), role=party["role"], natural=False)


def _check_keeper(caller: Caller) -> None:
    """Agencies keep matters; banks and credit services have consents, and auditors the log."""
    if caller.operator is None:
        raise CallerError(Code.UNAUTHENTICATED, "only an agency keeps matters")
    if caller.principal.agency_id is None or caller.principal.role in {*BY_CONSENT, AUDITOR_ROLE}:
        raise PolicyError(Code.PURPOSE_NOT_ALLOWED, "only an agency keeps matters")
