"""A process that prepares rows: a brief, then chunks from its standard input -> what is asked of them, to its output.

Started by ``gateway.intake.desks`` alone. It opens no file and no connection, and ends when nobody speaks to it any
more, also because whoever started it was killed.
"""

import gc
import signal
import sys
from typing import Any, BinaryIO

from gateway.intake.prepare import Desk
from gateway.intake.wire import LENGTH, packed, unpacked


def serve(spoken: BinaryIO, answers: BinaryIO) -> None:
    """``("check", layout, rows)`` and ``("build", layout, register)``, until there is no further message."""
    desk = Desk(_heard(spoken))
    gc.freeze()  # what is there by now stays: nothing to look through each time rows have gone
    while message := _heard(spoken):
        step, *arguments = message
        answers.write(packed(desk.check(*arguments) if step == "check" else desk.build(*arguments)))
        answers.flush()


def _heard(spoken: BinaryIO) -> Any:
    head = spoken.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = spoken.read(length)
    return unpacked(body) if len(body) == length else None


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever loads decides when to stop
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    serve(sys.stdin.buffer, answers)
