"""Generated operations, asked of both twins: nothing that leaves may differ.

Every document is asked with many draws of its variables, and pages are followed by the cursors that both cities gave.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
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


DRAWS, REFUSED = 100, 4
"""Of the variables of one document, for a document costs a plan and another draw next to nothing; and of one that is
refused at first, for then it mostly is whatever is drawn."""
LOOKING = 25
"""Of how many operations one is looked at: each costs two more statements, and most another plan."""

_NOTHING_ASKED = b'{"data":{},'
"""So begins an answer to a document whose every field is skipped."""


@dataclass(kw_only=True)
class Tally:
    """``told``: operations answered with data; ``looked``: those, refused or not, of which it was asked whether
    they touch a differing cell."""

    documents: int = 0
    operations: int = 0
    told: int = 0
    codes: Counter[Code | None] = field(default_factory=Counter)
    looked: int = 0
    touching: int = 0

    def count(self, *replies: Reply) -> None:
        self.operations += len(replies)
        self.codes.update(reply.code for reply in replies)
        self.told += sum(reply.code is None and not reply.body.startswith(_NOTHING_ASKED) for reply in replies)

    def look(self, touches: bool) -> None:
        self.looked += 1
        self.touching += touches

    @property
    def share(self) -> float:
        """Of the operations that were looked at, those that touch a cell in which the twins differ; refusals do not."""
        return self.touching / max(1, self.looked)


async def replay(
    cities: TwinCities, random: Random, *, operations: int, draws: int = DRAWS, eyes: OpenEyes | None = None
) -> Tally:
    """Ask that many times at least, a document with ``draws`` values. Errors: Leak, with the operation that tells."""
    tally = Tally()
    while tally.operations < operations:
        question = ask(random, cities.asker, cities.ids)
        drawn, replies = await _drawn(cities, question, random, draws)
        followed = await _compared(cities, question, list(_following(question, drawn[0], replies[0])))
        for number, variables, reply in zip(count(tally.operations), drawn, replies, strict=False):
            if eyes is not None and number % LOOKING == 0:
                tally.look(reply.code is None and await eyes.touches(question.text, variables))
        tally.count(*replies, *followed)
        tally.documents += 1
    return tally


async def _drawn(
    cities: TwinCities, question: Question, random: Random, draws: int
) -> tuple[list[Variables], list[Reply]]:
    """Values for the document, no two of them the same, and the replies to them."""
    first = question.variables(random)
    [reply] = await _compared(cities, question, [first])
    most = draws if reply.code is None else min(draws, REFUSED)
    different = {_written(each): each for each in (first, *(question.variables(random) for _ in range(most - 1)))}
    more = list(different.values())[1:]
    return [first, *more], [reply, *await _compared(cities, question, more)]


def _written(variables: Variables) -> str:
    return json.dumps(dict(variables), ensure_ascii=False, sort_keys=True)


async def _compared(cities: TwinCities, question: Question, drawn: Sequence[Variables]) -> Sequence[Reply]:
    """The replies of both cities to all draws, asked at once."""
    pairs = await asyncio.gather(*(cities.both(question.text, variables) for variables in drawn))
    for variables, (one, two) in zip(drawn, pairs, strict=True):
        if (one.body, one.code) != (two.body, two.code):
            raise Leak(_told(question, variables, one, two))
    return [one for one, _ in pairs]


def _following(question: Question, variables: Variables, reply: Reply) -> Iterator[Variables]:
    """What asks for the next page of each connection that has one."""
    for name, path in question.pages.items():
        end = _end_of(reply, path)
        if end is not None:
            yield {**variables, name: end}


def _end_of(reply: Reply, path: tuple[str, ...]) -> str | None:
    found = json.loads(reply.body).get("data")
    for key in (*path, "pageInfo", "endCursor"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def _told(question: Question, variables: Variables, one: Reply, two: Reply) -> str:
    return f"{question.text}\n{_written(variables)}\n{_around(one.body.decode(), two.body.decode())}"


def _around(one: str, two: str) -> str:
    """Both texts from a little before the first difference."""
    at = next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    start = max(0, at - 300)
    return f"{one[start : at + 200]}\n{two[start : at + 200]}"
