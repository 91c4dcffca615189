"""Mutations -> changes of the register of matters, by the agencies' own approval systems.

An agency changes only its own matters, for purposes on its own list. Which matters exist elsewhere cannot be told from
any refusal.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from authz.principal import Caller, Matter, Party
from gateway import matters
from gateway.in_force import InForce
from resolvers.sealer import Sealer
from schema.errors import CallerError, Code, PolicyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """``transaction`` opens a transaction of the registry's role."""

    transaction: Callable[[], AbstractAsyncContextManager[matters.Connection]]
    sealer: Sealer

    async def apply(self, field: str, arguments: Mapping[str, Any], caller: Caller, in_force: InForce) -> Matter | None:
        """The matter as it is after the change. Errors: UNAUTHENTICATED, PURPOSE_NOT_ALLOWED, MATTER_NOT_OPEN."""
        if caller.operator is None or caller.principal.agency_id is None:
            raise CallerError(Code.UNAUTHENTICATED, "only an agency keeps matters")
        change: Mapping[str, Callable[..., Awaitable[str]]] = {
            "openMatter": self._open,
            "closeMatter": self._close,
            "addMatterParties": self._add,
        }
        async with self.transaction() as connection:
            number = await change[field](connection, arguments, caller, in_force)
            return await matters.find(connection, number)

    async def _open(
        self, connection: matters.Connection, arguments: Mapping[str, Any], caller: Caller, in_force: InForce
    ) -> str:
        given = arguments["input"]
        if given["purpose"] not in caller.principal.purposes:
            raise PolicyError(Code.PURPOSE_NOT_ALLOWED, "the purpose is not on the agency's own list")
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
        matter = await matters.find(connection, arguments["number"])
        if matter is None or matter.client != caller.principal.client or not matter.is_open(in_force.today):
            raise PolicyError(Code.MATTER_NOT_OPEN, "the matter is not open to this operation")
        await matters.add_parties(connection, matter.number, tuple(self._parties(arguments["parties"])))
        return matter.number

    def _parties(self, given: Iterable[Mapping[str, Any]]) -> Iterable[Party]:
        for party in given:
            by = party["by"]
            if (person := by.get("person")) is not None:
                digest = self.sealer.person_digest(person["idType"], person["idNumber"], person["name"])
                yield Party(digest=digest, role=party["role"], natural=True)
            else:
                yield Party(digest=self.sealer.organisation_digest(by["uscc"]), role=party["role"], natural=False)
