"""Work ahead: results in order, no more under way than allowed, nobody left in the middle."""

import asyncio
from contextlib import aclosing

import pytest

from gateway.intake.in_order import in_order

pytestmark = pytest.mark.anyio


class Work:
    """Ends each thing when it is told to; counts what is under way."""

    def __init__(self) -> None:
        self._ends: dict[int, asyncio.Event] = {}
        self._open = 0
        self.most = 0
        self.ended: list[int] = []

    async def __call__(self, thing: int) -> int:
        self._open += 1
        self.most = max(self.most, self._open)
        await self._end(thing).wait()
        self._open -= 1
        self.ended.append(thing)
        return thing * 10

    def end(self, *things: int) -> None:
        for thing in things:
            self._end(thing).set()

    def _end(self, thing: int) -> asyncio.Event:
        return self._ends.setdefault(thing, asyncio.Event())


async def test_results_come_in_order_however_they_end() -> None:
    work = Work()
    work.end(1, 2, 3, 4)
    found = asyncio.create_task(anext(results := in_order(work, range(5), 2)))
    while not work.ended:
        await asyncio.wait((found,), timeout=0.001)
    assert (work.ended, found.done()) == ([1], False)
    work.end(0)
    assert [await found, *[each async for each in results]] == [0, 10, 20, 30, 40]
    assert work.most == 2


async def test_what_is_under_way_ends_when_the_rest_is_not_wanted() -> None:
    work = Work()
    work.end(0)
    async with aclosing(in_order(work, range(9), 3)) as results:
        assert await anext(results) == 0
        work.end(1, 2)
    assert sorted(work.ended) == [0, 1, 2]


async def test_an_error_comes_where_its_result_would() -> None:
    async def work(thing: int) -> int:
        return 10 // thing

    results = in_order(work, (5, 0, 1), 3)
    assert await anext(results) == 2
    with pytest.raises(ZeroDivisionError):
        await anext(results)


async def test_nothing_to_do() -> None:
    assert [found async for found in in_order(Work(), (), 3)] == []
