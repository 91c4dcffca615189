"""One answer of a thousand rows, shaped again and again: ``python -m benchmarks.shaping HOME``. The row comes from the
database once; what is timed is what a request does with it, from the row to the bytes.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from benchmarks.serving.peers import PEERS
from benchmarks.serving.tokens import CLIENT, OPERATOR
from gateway.app import named_caller
from gateway.exchange import Arrival, GraphQLRequest
from gateway.home import settings_of
from gateway.installation import opened
from resolvers.prepared import Plans, Prepared
from resolvers.readings import Reading

TIMES = 200


class WatchedPlans(Plans):
    """Plans whose shapers keep what they were given."""

    def __init__(self, plans: Plans) -> None:
        super().__init__()
        self._plans = plans
        self.given: list[tuple[Prepared, Sequence[object], Reading]] = []

    def of(self, *arguments: Any, **options: Any) -> Prepared:
        prepared = self._plans.of(*arguments, **options)

        def shape(row: Sequence[object], reading: Reading) -> dict[str, Any]:
            self.given.append((prepared, row, reading))
            return prepared.shape(row, reading)

        return replace(prepared, shape=shape)


async def given(home: Path) -> tuple[Prepared, Sequence[object], Reading]:
    """The shaper, the row and the reading of ten pages of a hundred records."""
    async with opened(settings_of(os.environ, home)) as installation:
        caller = await named_caller(installation, CLIENT, OPERATOR)
        watched = WatchedPlans(installation.pipeline.plans)
        document = (PEERS / "gateway" / "pages.graphql").read_text("utf-8")
        request = GraphQLRequest(query=document, variables={}, operation_name=None)
        await replace(installation.pipeline, plans=watched)(request, caller, Arrival(address="127.0.0.1"))
        return watched.given[-1]


def least(work: Callable[[], object]) -> float:
    """Milliseconds of the quickest of many."""
    found = float("inf")
    for _ in range(TIMES):
        start = perf_counter()
        work()
        found = min(found, perf_counter() - start)
    return found * 1000


def main() -> None:
    prepared, row, reading = asyncio.run(given(Path(sys.argv[1])))

    def shaped() -> Mapping[str, Any]:
        return prepared.shape(row, replace(reading, shown=[], pages={}))

    answer = shaped()
    rows = sum(len(page["edges"]) for page in answer.values())
    print(f"{rows} rows of 8 fields, {len(orjson.dumps(answer)):,} bytes")
    print(f"shaped                 {least(shaped):6.2f} ms")
    print(f"shaped and serialised  {least(lambda: orjson.dumps(shaped())):6.2f} ms")


if __name__ == "__main__":
    main()
