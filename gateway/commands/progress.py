"""How far a load has come -> lines for whoever waits: on a terminal one for each file, written over; elsewhere one for
each step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from gateway.intake.load import Step


@dataclass(slots=True)
class Progress:
    """Called for each step of a load."""

    out: TextIO
    terminal: bool
    clock: Callable[[], float]
    _began: float = field(default=0.0, init=False)
    _open: bool = field(default=False, init=False)

    def __call__(self, step: Step) -> None:
        if not step.lines:
            self.end()
            self._began = self.clock()
            return
        seconds = self.clock() - self._began
        rate = f", {step.lines / seconds:,.0f} rows/s" if seconds > 0 else ""
        self._open = self.terminal
        end = "\r" if self.terminal else "\n"
        print(f"{step.name}: {step.lines:,} rows{rate}", end=end, file=self.out, flush=True)

    def end(self) -> None:
        """Leave the line that is written over."""
        if self._open:
            print(file=self.out)
            self._open = False
