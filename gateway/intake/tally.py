"""Outcomes of rows -> what became of each line of a file, counted, and the lines that are set aside with reasons."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.intake.layouts.column import Layout
from gateway.intake.prepare import Built, Prepared
from gateway.intake.read import PassedOver
from gateway.intake.reasons import Reason
from gateway.intake.report import FileReport, SetAside
from gateway.intake.write import Outcome

_MOST = (Outcome.REPEATED, Outcome.MISSING, Outcome.CORRECTED, Outcome.LOADED, Outcome.UNCHANGED)
_SET_ASIDE = {
    Outcome.REPEATED: Reason.REPEATED_ROW,
    Outcome.MISSING: Reason.RECORD_UNKNOWN,
}


@dataclass(slots=True)
class Tally:
    """What became of the rows of one file."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    aside: list[SetAside] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.outcomes.total() + len(self.aside)

    def count(self, chunk: Prepared, outcomes: Sequence[Outcome]) -> tuple[tuple[Built, Outcome], ...]:
        """What became of each line. ``outcomes``: one for each row that the chunk brought, in order."""
        self.aside += chunk.aside
        each = iter(outcomes)
        return tuple((built, self._count(built, [next(each) for _ in built.rows])) for built in chunk.built)

    def _count(self, built: Built, outcomes: Sequence[Outcome]) -> Outcome:
        """A line of the file counts once, by the most that became of what it brought."""
        outcome = next(most for most in _MOST if most in outcomes)
        reasons = tuple(reason for row in built.rows for reason in row.quarantined)
        if outcome in _SET_ASIDE:
            self.aside.append(SetAside(line=built.line, reasons=(_SET_ASIDE[outcome],), stored=False))
        elif reasons:
            self.aside.append(SetAside(line=built.line, reasons=reasons, stored=True))
        else:
            self.outcomes[outcome] += 1
        return outcome

    def report(self, name: str, layout: Layout, passed: Iterable[PassedOver]) -> FileReport:
        return FileReport(
            name=name,
            layout=layout.name,
            loaded=self.outcomes[Outcome.LOADED],
            unchanged=self.outcomes[Outcome.UNCHANGED],
            corrected=self.outcomes[Outcome.CORRECTED],
            aside=tuple(sorted(self.aside, key=lambda each: each.line)),
            passed=tuple(passed),
        )
