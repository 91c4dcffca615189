"""Work on several things at a time -> their results in the order of the things, as soon as each is due."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


async def in_order(
    work: Callable[[Thing], Awaitable[Result]], things: Iterable[Thing], ahead: int
) -> AsyncGenerator[Result, None]:
    """At most ``ahead`` results are under way or waiting. When the caller closes it, what is under way comes to its end
    and is forgotten: nobody is left in the middle of an answer."""
    waiting: deque[asyncio.Future[Result]] = deque()
    try:
        for thing in things:
            waiting.append(asyncio.ensure_future(work(thing)))
            if len(waiting) == ahead:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        await asyncio.gather(*waiting, return_exceptions=True)
