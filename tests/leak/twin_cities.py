"""Two installations that differ only in what one caller may not see, with the same keys, policies, day and clock.

    async with founded(one, two) as pair:              # the costly part: once for many kinds of caller
        cities = await pair.twins_for(asker)           # rewrites the second city, and it alone
        replies = await cities.both(text, variables)

They share documents, demands, plans and the state of the policies: none of it depends on a row. Each answers out of one
connection, for a connection plans every statement for itself.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from authz.compile import compile_grant
from authz.grant import Grant
from authz.principal import Caller
from gateway.exchange import Arrival, GraphQLRequest, Reply
from gateway.installation import Installation
from gateway.pipeline import Pipeline
from resolvers.fetch import Connection
from schema.errors import LedgerError
from tests.city import TODAY, City, city
from tests.consents.endless import EndlessConsent
from tests.consents.unguarded import unguarded
from tests.fresh_database import FreshDatabase
from tests.generation.askers import Asker, viewer_ids
from tests.generation.rows import TABLES, Rows, generate, write
from tests.leak.eye import Eye
from tests.leak.planted import Widen, granting
from tests.leak.twin import Different, TwinMaker, different
from tests.reference.regulations import Regulations
from tests.reference.sight import Sight
from tests.reference.world import World

NOW = datetime(2026, 5, 20, 10, tzinfo=timezone(timedelta(hours=8)))
ARRIVAL = Arrival(address="192.0.2.7")
TRIES, PAUSE = 200, 0.05
"""How often a log that does not keep up is asked again, and after how many seconds."""


@dataclass(frozen=True, kw_only=True)
class TwinCities:
    asker: Asker
    caller: Caller
    grant: Grant
    one: City
    two: City
    first: Pipeline
    second: Pipeline
    ids: tuple[str, ...]
    differing: Different
    consent: EndlessConsent

    async def both(self, text: str, variables: Mapping[str, Any]) -> tuple[Reply, Reply]:
        request = GraphQLRequest(query=text, variables=dict(variables), operation_name=None)
        async with self.consent.use():
            one, two = await asyncio.gather(self._asked(self.first, request), self._asked(self.second, request))
        return one, two

    async def _asked(self, pipeline: Pipeline, request: GraphQLRequest) -> Reply:
        """The reply; asked again while the log is too slow to take the entry, for then nothing was disclosed."""
        for _ in range(TRIES):
            with suppress(LedgerError):
                return await pipeline(request, self.caller, ARRIVAL)
            await asyncio.sleep(PAUSE)
        return await pipeline(request, self.caller, ARRIVAL)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """``rows`` are those of the first city, made from ``seed``; the second has whichever it was given last."""

    one: City
    two: City
    rows: Rows
    seed: int

    async def twins_for(self, asker: Asker, *, narrow: Widen | None = None) -> TwinCities:
        """The second city becomes the first one's twin for this caller, and for the caller before it no longer is.
        ``narrow`` makes every part of every grant another, as other policies would."""
        installation = self.one.installation
        caller = asker.standing_for(await self.one.caller(asker.client), installation.sealer)
        grant = granted(installation, caller, asker)
        if narrow is not None:
            grant = replace(grant, parts=tuple(map(narrow, grant.parts)))
        eye = Eye(sight=sight(installation, self.rows, caller, grant, asker))
        twin = TwinMaker(base=self.rows, eye=eye, random=Random(self.seed), sealer=installation.sealer).make()
        await rewrite(self.two.database, twin)
        first = answering(installation)
        if narrow is not None:
            first = granting(narrow)(first)
        shared = {name: getattr(first, name) for name in ("documents", "demands", "plans", "state")}
        return TwinCities(
            asker=asker,
            caller=caller,
            grant=grant,
            one=self.one,
            two=self.two,
            first=first,
            second=replace(answering(self.two.installation), **shared),
            ids=viewer_ids(self.rows, installation.sealer, caller.principal.organisation),
            differing=different(self.rows, twin),
            consent=EndlessConsent((self.one, self.two), caller),
        )


@asynccontextmanager
async def founded(one: FreshDatabase, two: FreshDatabase, *, seed: int = 1) -> AsyncIterator[Pair]:
    """Two cities in these databases: the first as ``seed`` decides, the second without a row as yet."""
    await plan_once(one)
    await plan_once(two)
    async with city(one, empty=True) as first, city(two, empty=True) as second:
        rows = generate(seed, first.installation.sealer)
        await rewrite(one, rows)
        yield Pair(one=first, two=second, rows=rows, seed=seed)


@asynccontextmanager
async def twin_cities(
    one: FreshDatabase, two: FreshDatabase, asker: Asker, *, narrow: Widen | None = None
) -> AsyncIterator[TwinCities]:
    """Founded in these two databases for one caller alone."""
    async with founded(one, two) as pair:
        yield await pair.twins_for(asker, narrow=narrow)


async def plan_once(database: FreshDatabase) -> None:
    """For the sessions to come: every statement is planned once, for whatever values; it answers the same."""
    async with database.owner() as owner:
        await owner.execute(f"ALTER DATABASE {database.name} SET plan_cache_mode = force_generic_plan")


async def rewrite(database: FreshDatabase, rows: Rows) -> None:
    """The city has these rows and no others; what was logged and decided in it stays."""
    async with database.owner() as owner:
        names = [table.name for table in TABLES]
        async with unguarded(owner, *names):  # consents go with the clients that hold them
            await owner.execute(f"TRUNCATE {', '.join(names)} CASCADE")
        await write(owner, rows)
        await owner.execute("ANALYZE")


def answering(installation: Installation) -> Pipeline:
    """The pipeline with a clock that stands still, incidents that all bear one name, and one connection at a time."""
    pipeline, alone = installation.pipeline, asyncio.Semaphore(1)

    @asynccontextmanager
    async def connection(grant: Grant, caller: Caller) -> AsyncIterator[Connection]:
        async with alone, pipeline.connection(grant, caller) as found:
            yield found

    return replace(pipeline, clock=lambda: NOW, new_incident=lambda: "incident", connection=connection)


def granted(installation: Installation, caller: Caller, asker: Asker) -> Grant:
    """The grant under which this caller's operations are answered, if they are."""
    return compile_grant(installation.policy, caller.principal, asker.admission(), TODAY)


def sight(installation: Installation, rows: Rows, caller: Caller, grant: Grant, asker: Asker) -> Sight:
    """What the reference model needs to see the rows as this caller does."""
    policy = installation.policy
    return Sight(
        world=World(tables=rows),
        grant=grant,
        catalogue=policy.catalogue,
        regulations=Regulations(catalogue=policy.catalogue, regulation=policy.regulation, today=grant.today),
        sealer=installation.sealer,
        viewer=caller.principal.organisation,
        agency=caller.principal.agency_id,
        matter=asker.matter.number if asker.matter is not None else None,
        role=grant.role,
        now=NOW,
        subject=caller.about.id if caller.about is not None else None,
        period=caller.period,
    )
