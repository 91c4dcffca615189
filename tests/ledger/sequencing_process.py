"""A process that sequences for ever; to be killed."""

import asyncio
import os
import secrets
import time
from pathlib import Path

import asyncpg

from gateway.ledger.sequence.notes import Notes
from gateway.ledger.sequence.sequencer import Pace, Sequencer
from gateway.ledger.sequence.signer import Signer
from tests.ledger.logs import LOG, log_key

asyncio.run(
    Sequencer(
        connect=lambda: asyncpg.connect(
            os.environ["DATABASE"], user=os.environ["USER"], password=os.environ["PASSWORD"]
        ),
        signer=Signer(log=LOG, keys=lambda: [log_key(1)], notes=Notes(Path(os.environ["NOTES"]))),
        clock=lambda: time.time_ns() // 1_000_000,
        random=secrets.token_bytes,
        pace=Pace(round=0.001, standby=0.001, batch=50),
    ).run(asyncio.Event())
)
