"""The sequencer and the watch as processes beside the server: started with it, and again when they end; ended with it.

Each ends when its input does, so it never outlives the server, not even one that was killed. They are processes of
their own, so that none that answers requests reads the log's key, or can keep the alert rules from looking.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from gateway.settings import Settings

COMMAND = "import sys; from gateway.commands.cli import main; main(sys.argv[1:])"
PAUSES = (0.5, 1.0, 5.0, 15.0)
"""Seconds before it is started again, longer each time it ends at once."""
LONG_ENOUGH = 60.0
"""Seconds after which a run counts as a good one."""
GRACE = 5.0
"""Seconds that it is given to end by itself."""

KEPT = {"sequencer": ("log", "sequence"), "watch": ("watch",)}
"""The commands that are run, by name."""


@contextmanager
def beside(settings: Settings, names: Iterable[str] = KEPT) -> Iterator[None]:
    """These run during the block."""
    keepers = [_Keeper(settings, *KEPT[name]) for name in names]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.stop()


class _Keeper(threading.Thread):
    """Waits for the process in a thread: the server's own loop may be uvicorn's, or block."""

    def __init__(self, settings: Settings, *words: str) -> None:
        super().__init__(name=" ".join(words), daemon=True)
        self._words = (
            sys.executable,
            "-c",
            COMMAND,
            *words,
            "--until-input-ends",
            "--home",
            str(settings.home),
        )
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        tries = 0
        while (process := self._begun()) is not None:
            try:
                process.wait(LONG_ENOUGH)
            except subprocess.TimeoutExpired:
                tries = 0
                process.wait()
            self._stopped.wait(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def stop(self) -> None:
        with self._starting:
            self._stopped.set()
            process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
        self.join()

    def _begun(self) -> "subprocess.Popen[bytes] | None":
        with self._starting:
            if self._stopped.is_set():
                return None
            self._process = subprocess.Popen(self._words, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # our own words
            return self._process
