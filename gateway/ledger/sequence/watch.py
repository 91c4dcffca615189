"""Whether everything that was committed gets its signed place in the tree in time, as every gateway process sees it.

The answer to a request looks at one number; a task beside it asks the database every few seconds. Where it cannot ask,
nothing is known, and the age of the last answer counts. A process that answers nobody has no such task, and no limit.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress

import asyncpg

LOOK = 3.0  # seconds between looks

# Of each chain that is not finished the first leaf without a place; of each shard the first that no note covers.
OLDEST_UNSEALED = """
    SELECT min(t) FROM (
        SELECT p.t FROM audit_writer AS w
        CROSS JOIN LATERAL (
            SELECT t FROM audit_pending WHERE writer = w.writer AND wseq > greatest(
                (SELECT max(s.wseq) FROM audit_seq AS s WHERE s.writer = w.writer),
                (SELECT max(m.last) FROM audit_missing AS m WHERE m.writer = w.writer),
                -1
            ) ORDER BY wseq LIMIT 1
        ) AS p WHERE NOT w.sealed
        UNION ALL
        SELECT p.t FROM audit_head AS h JOIN audit_seq AS s ON s.shard = h.shard AND s.idx = h.noted
        JOIN audit_pending AS p USING (writer, wseq) WHERE h.noted < h.size AND NOT h.abandoned
    ) AS unsealed
"""


class SealWatch:
    """``connection`` lends one of the reader's role; ``clock`` gives ms since the epoch; ``limit``: seconds."""

    def __init__(
        self,
        *,
        connection: Callable[[], AbstractAsyncContextManager[asyncpg.Connection]],
        clock: Callable[[], int],
        limit: float,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._limit = limit
        self._sealed_until: int | None = None

    def in_time(self) -> bool:
        """Whether everything older than the limit is known to be sealed (W3)."""
        return self._sealed_until is None or self._clock() - self._sealed_until <= self._limit * 1000

    async def look(self) -> None:
        """Ask once. Errors: those of the database."""
        now = self._clock()
        async with self._connection() as connection:
            oldest = await connection.fetchval(OLDEST_UNSEALED)
        self._sealed_until = now if oldest is None else oldest

    async def run(self) -> None:
        """Ask for ever, and more often while there is something to recover from."""
        self._sealed_until = self._clock()
        while True:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self.look()
            await asyncio.sleep(LOOK if self.in_time() else LOOK / 10)
