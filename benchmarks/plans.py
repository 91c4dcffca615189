"""A question asked in this very process -> the statements that it became, and what PostgreSQL does for each of them.

The question takes the whole line, as the same caller would by HTTP: what is explained is what is run, with the same
values and as the same database role.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from authz.grant import Grant
from authz.principal import Caller
from gateway.exchange import Arrival, GraphQLRequest
from gateway.installation import Installation
from resolvers.fetch import Connection

GROWING = frozenset({"subject", "record", "measure", "feedback", "link", "organisation_name_gram"})
"""Tables that grow with the city."""

_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "
_GENERIC = "EXPLAIN (GENERIC_PLAN, FORMAT JSON) "


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One statement and its values, and for whom it was run."""

    statement: str
    values: tuple[object, ...]
    grant: Grant
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``pages``: of eight kilobytes, touched while it ran; ``nodes``: as EXPLAIN tells them, the topmost first;
    ``generic``: those of the plan that serves any values."""

    pages: int
    milliseconds: float
    nodes: tuple[Mapping[str, Any], ...]
    generic: tuple[Mapping[str, Any], ...]

    def indexes(self) -> list[str]:
        return sorted({str(node["Index Name"]) for node in self.nodes if "Index Name" in node})

    def walks(self) -> list[str]:
        """Growing tables that either plan reads from end to end: without an index, or with one whose entries it neither
        looks up nor takes in order until it has enough."""
        return sorted({str(node["Relation Name"]) for node in (*self.nodes, *self.generic) if _walks(node)})


@dataclass(slots=True)
class _Recorder:
    connection: Connection
    reads: list[Read]
    grant: Grant
    caller: Caller

    async def fetchrow(self, query: str, /, *args: object) -> Any:
        self.reads.append(Read(statement=query, values=args, grant=self.grant, caller=self.caller))
        return await self.connection.fetchrow(query, *args)


async def reads_of(
    installation: Installation, document: str, variables: Mapping[str, object], caller: Caller
) -> tuple[bytes, list[Read]]:
    """The answer, and the statements that were run for it."""
    reads: list[Read] = []

    @asynccontextmanager
    async def connection(grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
        async with installation.pipeline.connection(grant, caller) as inner:
            yield _Recorder(inner, reads, grant, caller)

    watched = replace(installation.pipeline, connection=connection)
    request = GraphQLRequest(query=document, variables=dict(variables), operation_name=None)
    reply = await watched(request, caller, Arrival(address="127.0.0.1"))
    return reply.body, reads


async def plan_of(installation: Installation, read: Read) -> Plan:
    """How PostgreSQL runs it, run once more to see."""
    async with installation.pipeline.connection(read.grant, read.caller) as connection:
        told = await _explained(connection, _EXPLAIN + read.statement, *read.values)
        generic = await _explained(connection, _GENERIC + read.statement, *read.values)
    top = told["Plan"]
    return Plan(
        pages=top["Shared Hit Blocks"] + top["Shared Read Blocks"],
        milliseconds=told["Execution Time"],
        nodes=tuple(nodes_of(top)),
        generic=tuple(nodes_of(generic["Plan"])),
    )


async def _explained(connection: Connection, query: str, *values: object) -> Mapping[str, Any]:
    row = await connection.fetchrow(query, *values)
    assert row is not None  # EXPLAIN always answers
    found: Mapping[str, Any] = json.loads(str(row[0]))[0]
    return found


def nodes_of(plan: Mapping[str, Any], *, limited: bool = False) -> Iterator[Mapping[str, Any]]:
    """Each node with ``Limited``: whether a limit above it, with nothing between that takes all first, may stop it."""
    yield {**plan, "Limited": limited}
    stops = plan["Node Type"] == "Limit" or (limited and plan["Node Type"] in _PASSING)
    for child in plan.get("Plans", ()):
        yield from nodes_of(child, limited=stops)


_PASSING = frozenset({"Nested Loop", "Result", "Subquery Scan", "Incremental Sort", "LockRows"})
"""Nodes that pass on rows as they come."""


def _walks(node: Mapping[str, Any]) -> bool:
    if node.get("Relation Name") not in GROWING:
        return False
    if node["Node Type"] == "Bitmap Heap Scan":
        return False  # its index nodes, which name no relation, hold the condition
    looked_up = node["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" in node
    in_order = node["Node Type"] in ("Index Scan", "Index Only Scan") and node["Limited"]
    return not (looked_up or in_order)
