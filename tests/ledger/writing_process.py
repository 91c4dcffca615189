"""A process that appends for ever and prints the id of each entry once it is acknowledged; to be killed."""

import asyncio
import os
import secrets
import time

import asyncpg

from gateway.ledger.append import Ledger
from tests.ledger.ledgers import SampleVault, entry

CALLERS = 16


async def main() -> None:
    async def call(ledger: Ledger) -> None:
        while True:
            receipt = await ledger.append(entry())
            print(receipt.entry_id, flush=True)

    ledger = Ledger(
        connect=lambda: asyncpg.connect(
            os.environ["DATABASE"], user=os.environ["USER"], password=os.environ["PASSWORD"]
        ),
        vault=SampleVault(),
        process=f"writing {os.getpid()}",
        clock=lambda: time.time_ns() // 1_000_000,
        random=secrets.token_bytes,
    )
    async with ledger:
        await asyncio.gather(*(call(ledger) for _ in range(CALLERS)))


asyncio.run(main())
