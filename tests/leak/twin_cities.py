"""Two installations that differ only in what one caller may not see, with the same keys, policies, day and clock.

``both`` asks them the same and gives both replies. They share documents, demands, plans and the state of the policies:
none of it depends on a row.
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
from schema.errors import LedgerError
from tests.city import TODAY, City, city
from tests.fresh_database import FreshDatabase
from tests.generation.askers import Asker, viewer_ids
from tests.generation.rows import Rows, generate, write
from tests.leak.eye import Eye
from tests.leak.planted import Widen, granting
from tests.leak.twin import Different, TwinMaker, different
from tests.reference.regulations import Regulations
from tests.reference.sight import Sight
from tests.reference.wall import behind
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

    async def both(self, text: str, variables: Mapping[str, Any]) -> tuple[Reply, Reply]:
        request = GraphQLRequest(query=text, variables=dict(variables), operation_name=None)
        one, two = await asyncio.gather(self._asked(self.first, request), self._asked(self.second, request))
        return one, two

    async def _asked(self, pipeline: Pipeline, request: GraphQLRequest) -> Reply:
        """The reply; asked again while the log is too slow to take the entry, for then nothing was disclosed."""
        for _ in range(TRIES):
            with suppress(LedgerError):
                return await pipeline(request, self.caller, ARRIVAL)
            await asyncio.sleep(PAUSE)
        return await pipeline(request, self.caller, ARRIVAL)


@asynccontextmanager
async def twin_cities(
    one: FreshDatabase, two: FreshDatabase, asker: Asker, *, seed: int = 1, narrow: Widen | None = None
) -> AsyncIterator[TwinCities]:
    """Founded in these two databases. ``seed`` decides the city and how its twin differs; ``narrow`` makes every part
    of every grant another, as other policies would."""
    async with city(one, empty=True) as first, city(two, empty=True) as second:
        rows = generate(seed, first.installation.sealer)
        async with one.owner() as owner:
            await write(owner, rows)
        caller = asker.standing_for(await first.caller(asker.client), first.installation.sealer)
        grant = granted(first.installation, caller, asker)
        if narrow is not None:
            grant = replace(grant, parts=tuple(map(narrow, grant.parts)))
        eye = Eye(sight=sight(first.installation, rows, caller, grant, asker))
        twin = TwinMaker(base=rows, eye=eye, random=Random(seed), sealer=first.installation.sealer).make()
        async with two.owner() as owner:
            await write(owner, twin)
        pipeline = at_ten(first.installation.pipeline)
        if narrow is not None:
            pipeline = granting(narrow)(pipeline)
        shared = {name: getattr(pipeline, name) for name in ("documents", "demands", "plans", "state")}
        yield TwinCities(
            asker=asker,
            caller=caller,
            grant=grant,
            one=first,
            two=second,
            first=pipeline,
            second=replace(at_ten(second.installation.pipeline), **shared),
            ids=viewer_ids(rows, first.installation.sealer, caller.principal.organisation),
            differing=different(rows, twin),
        )


def at_ten(pipeline: Pipeline) -> Pipeline:
    """With a clock that stands still, and incidents that all bear one name."""
    return replace(pipeline, clock=lambda: NOW, new_incident=lambda: "incident")


def granted(installation: Installation, caller: Caller, asker: Asker) -> Grant:
    """The grant under which this caller's operations are answered, if they are."""
    return compile_grant(installation.policy, caller.principal, asker.admission(), TODAY)


def sight(installation: Installation, rows: Rows, caller: Caller, grant: Grant, asker: Asker) -> Sight:
    """What the reference model needs to see the rows as this caller does."""
    policy = installation.policy
    return Sight(
        world=behind(World(tables=rows), grant.scope, policy.catalogue),
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
