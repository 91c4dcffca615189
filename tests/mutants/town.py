"""The edge city as a probe sees it: who asks what on which day, answered by a line whose memories are empty.

The planner stands alone: statements run as the owner of the database, whom neither rights nor row policies bind, so
that what a mutant of the planner lets through is not caught by the wall. The wall has mutants of its own.
"""

import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import asyncpg

from authz.grant import Grant
from authz.policy import Policy
from authz.principal import PUBLIC, Caller
from gateway.activation import set_business_date
from gateway.exchange import Arrival, GraphQLRequest, Reply
from gateway.in_force import State
from gateway.installation import KEPT
from gateway.pipeline import Pipeline
from gateway.recent_matters import RecentMatters
from resolvers.fetch import Connection
from resolvers.prepared import Plans
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.errors import Code
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.mutants import edge_city
from tests.mutants.amending import amended, fresh
from tests.mutants.edge_city import TODAY, build
from tests.mutants.watching import Reader, lent


class BrokenError(Exception):
    """The code does not work at all any more: that is no proof that a probe looks at the check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One city, kept for all mutants of a process."""

    city: City
    owner: asyncpg.Connection
    lines: dict[object, "Line"] = field(default_factory=dict)
    amended: dict[object, Policy] = field(default_factory=dict)  # by the rule that was added
    rows: list[object] = field(default_factory=list)  # the last statement, and what it read
    numbers: Iterator[str] = field(
        default_factory=lambda: (f"N-{each}" for each in itertools.count(1))
    )  # of new matters

    async def ask(
        self,
        document: str,
        variables: Mapping[str, object] | None = None,
        *,
        client: str | Caller | None = None,
        day: date = TODAY,
        rule: Mapping[str, str] | None = None,
    ) -> "Told":
        """Ask as a client of the edge city, or as the public, of the policies with one more rule, if any. Errors:
        ``BrokenError`` for an INTERNAL refusal."""
        asker = edge_city.caller(client) if isinstance(client, str) else client or Caller(principal=PUBLIC)
        key = (day, None if rule is None else tuple(rule.items()))
        line = self.lines.get(key)
        if line is None:
            line = self.lines[key] = self.line(day, rule)
        return await line.ask(document, variables, asker)

    def forget(self) -> None:
        """Before another mutant: no line remembers what an earlier one decided."""
        self.lines.clear()

    def line(self, day: date = TODAY, rule: Mapping[str, str] | None = None, *, fixed: bool = False) -> "Line":
        """A line that remembers nothing yet; ``fixed``: it believes that the database sets the day."""
        policy = fresh(self._policy(rule))
        return Line(pipeline=self._pipeline(_state(policy, day, fixed=fixed)), town=self)

    def _policy(self, rule: Mapping[str, str] | None) -> Policy:
        known = self.city.installation.policy
        if rule is None:
            return known
        key = tuple(rule.items())
        if key not in self.amended:
            self.amended[key] = amended(known, rule)
        return self.amended[key]

    def _pipeline(self, state: State) -> Pipeline:
        return replace(
            self.city.installation.pipeline,
            state=state,
            plans=Plans(KEPT),
            matters=RecentMatters(self.city.installation.pipeline.matters.find),
            demands=Demands(graphql_schema(), KEPT),
            connection=self._connection,
        )

    def seal(self, client: str | None, kind: str, internal: int) -> str:
        """The id under which a client of the city, or the public, knows a row."""
        return self.city.installation.sealer.seal_id(_viewer(client), kind, internal)

    def opened(self, client: str | None, sealed: str) -> int:
        """The row that a client of the city was given an id of."""
        return self.city.installation.sealer.open_id(_viewer(client), sealed)[1]

    def kind(self, client: str | None, sealed: str) -> str:
        """What that id says it is an id of."""
        return self.city.installation.sealer.open_id(_viewer(client), sealed)[0]

    @property
    def read(self) -> str:
        """The last statement, and all that it read."""
        return str(self.rows)

    def _connection(self, grant: Grant, caller: Caller) -> AbstractAsyncContextManager[Connection]:
        return lent(Reader(connection=self.owner, rows=self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    pipeline: Pipeline
    town: Town

    async def ask(self, document: str, variables: Mapping[str, object] | None, caller: Caller) -> "Told":
        told = await self.told(document, variables, caller)
        if told.code is Code.INTERNAL:
            raise BrokenError
        return told

    async def told(self, document: str, variables: Mapping[str, object] | None, caller: Caller) -> "Told":
        """The same, with whatever code."""
        request = GraphQLRequest(query=document, variables=dict(variables or {}))
        reply = await self.pipeline(request, caller, Arrival(address="192.0.2.7"))
        return Told(reply=reply, town=self.town)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    reply: Reply
    town: Town

    @property
    def code(self) -> Code | None:
        return self.reply.code

    @property
    def raw(self) -> bytes:
        return self.reply.body

    @property
    def data(self) -> dict[str, Any]:
        """The answer's data. Errors: AssertionError where the operation was refused."""
        assert self.code is None, self.code
        found: dict[str, Any] = json.loads(self.reply.body)["data"]
        return found

    @property
    def extensions(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.reply.body)["extensions"]
        return found

    @property
    def disclosure(self) -> Mapping[str, Mapping[str, Any]]:
        """What the answer says of each path; the last, where kinds differ."""
        return {each["path"]: each for each in self.extensions["disclosure"]["fields"]}

    async def entry(self) -> dict[str, Any]:
        """The leaf that was written for this answer. Errors: AssertionError where none was."""
        assert self.reply.entry is not None
        return await self.town.city.entry(self.reply.entry)


def _viewer(client: str | None) -> str:
    return PUBLIC.organisation if client is None else edge_city.caller(client).principal.organisation


def _state(policy: Policy, day: date, *, fixed: bool) -> State:
    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": day if fixed else None, "freezes": 0}

    return State(read=read, versions={policy.version: policy}, today=lambda: day)


@asynccontextmanager
async def edge_town(database: FreshDatabase) -> AsyncIterator[Town]:
    async with city(database, at=TODAY, empty=True) as found, database.owner() as owner:
        await owner.fetchval("SELECT array[row(1)]")  # as the pools do: asyncpg learns the type of composites
        await build(owner, found.installation.sealer)
        await set_business_date(owner, None)  # lines bring a day of their own
        await owner.execute("ANALYZE")
        yield Town(city=found, owner=owner)
