"""How a command that runs on is told to end: by a signal, or by the end of the process that started it."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable


def can_be_told_to_end(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until-input-ends", action="store_true", help="end with the process that holds the input")


async def told_to_end(options: argparse.Namespace) -> asyncio.Event:
    """It is set when this process is to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    if options.until_input_ends:
        await _hear_the_end(loop, ended.set)
    return ended


async def _hear_the_end(loop: asyncio.AbstractEventLoop, ended: Callable[[], None]) -> None:
    """The other end of the input is closed when its process is gone, however that ended."""

    class Input(asyncio.Protocol):
        def connection_lost(self, exc: Exception | None) -> None:
            ended()

    await loop.connect_read_pipe(Input, sys.stdin)
