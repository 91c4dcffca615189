"""Generated operations, asked of both twins: nothing that leaves may differ.

Every document is asked with many draws of its variables, and pages are followed by the cursors that both cities gave.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from gateway.exchange import Reply
from schema.errors import Code
from tests.generation.documents import Question, ask
from tests.leak.open_eyes import OpenEyes
from tests.leak.twin_cities import TwinCities

Variables = Mapping[str, Any]


class Leak(AssertionError):  # noqa: N818
    """The twins answered differently."""


LOOKING = 2
"""Of how many documents one is looked at: each costs a second plan."""


@dataclass(kw_only=True)
class Tally:
    """``looked``: answered operations of which it was asked whether they touch a differing cell."""

    operations: int = 0
    codes: Counter[Code | None] = field(default_factory=Counter)
    looked: int = 0
    touching: int = 0

    @property
    def share(self) -> float:
        """Of the operations that were looked at, those that touch a cell in which the twins differ; refusals do not."""
        return self.touching / max(1, self.looked)


async def replay(
    cities: TwinCities, random: Random, *, documents: int, draws: int, eyes: OpenEyes | None = None
) -> Tally:
    """Ask ``documents`` questions with ``draws`` values each. Errors: Leak, with the operation that tells."""
    tally = Tally()
    for number in range(documents):
        question = ask(random, cities.asker, cities.ids)
        drawn = [question.variables(random) for _ in range(draws)]
        replies = [await _compared(cities, question, each) for each in drawn]
        followed = [each async for each in _followed(cities, question, drawn[0], replies[0])]
        for reply in (*replies, *followed):
            tally.operations += 1
            tally.codes[reply.code] += 1
        if eyes is not None and number % LOOKING == 0:
            tally.looked += 1
            answered = replies[0].code is None
            tally.touching += answered and await eyes.touches(question.text, drawn[0])
    return tally


async def _compared(cities: TwinCities, question: Question, variables: Variables) -> Reply:
    one, two = await cities.both(question.text, variables)
    if (one.body, one.code) != (two.body, two.code):
        raise Leak(_told(question, variables, one, two))
    return one


async def _followed(cities: TwinCities, question: Question, variables: Variables, reply: Reply) -> AsyncIterator[Reply]:
    """The next page of each connection that has one."""
    for name, path in question.pages.items():
        end = _end_of(reply, path)
        if end is not None:
            yield await _compared(cities, question, {**variables, name: end})


def _end_of(reply: Reply, path: tuple[str, ...]) -> str | None:
    found = json.loads(reply.body).get("data")
    for key in (*path, "pageInfo", "endCursor"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def _told(question: Question, variables: Variables, one: Reply, two: Reply) -> str:
    values = json.dumps(dict(variables), ensure_ascii=False)
    return f"{question.text}\n{values}\n{_around(one.body.decode(), two.body.decode())}"


def _around(one: str, two: str) -> str:
    """Both texts from a little before the first difference."""
    at = next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    start = max(0, at - 300)
    return f"{one[start : at + 200]}\n{two[start : at + 200]}"
