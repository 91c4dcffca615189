"""The most that may be shown -> what is shown beyond it. Statute and the table of minimum necessity both speak so.

A limit never opens anything: it is a bound on what rules open. One bit for each field.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from authz.grant import Level
from authz.matrix.axes import Box
from authz.matrix.decision import Decision
from authz.rows import RowName


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """The fields that may be shown at each level at most; each of the four holds the one before it. ``rows`` names the
    rows of which anything may be shown, None: any."""

    clear: int = 0
    masked: int = 0
    summary: int = 0
    verdict: int = 0
    rows: frozenset[RowName] | None = None

    def beyond(self, decision: Decision, verdicts: int) -> Iterator[tuple[Level, int]]:
        """What the decision shows beyond this, by level; ``verdicts`` are the fields of Standing."""
        rows, counted = self._allows(decision.row), self._allows(decision.verdict_row)
        wrong = (0 if rows else ~verdicts) | (0 if counted else verdicts)
        for level, shown, most in (
            (Level.CLEAR, decision.clear, self.clear),
            (Level.MASKED, decision.masked, self.masked),
            (Level.SUMMARY, decision.summary, self.summary),
            (Level.VERDICT, decision.verdict, self.verdict),
        ):
            if shown & (~most | wrong):
                yield level, shown & (~most | wrong)

    def joined(self, other: "Most") -> "Most":
        """Whatever one of the two allows."""
        return Most(
            clear=self.clear | other.clear,
            masked=self.masked | other.masked,
            summary=self.summary | other.summary,
            verdict=self.verdict | other.verdict,
            rows=None if self.rows is None or other.rows is None else self.rows | other.rows,
        )

    def _allows(self, row: RowName | None) -> bool:
        return self.rows is None or row is None or row in self.rows


NOTHING_AT_ALL = Most(rows=frozenset())


def up_to(level: Level, fields: int, rows: frozenset[RowName] | None = None) -> Most:
    """These fields at that level and below, and no other."""
    return Most(
        clear=fields if level >= Level.CLEAR else 0,
        masked=fields if level >= Level.MASKED else 0,
        summary=fields if level >= Level.SUMMARY else 0,
        verdict=fields if level >= Level.VERDICT else 0,
        rows=rows,
    )


def held_to(level: Level, fields: int) -> Most:
    """These fields at most at that level, and every other field freely."""
    return up_to(level, fields).joined(up_to(Level.CLEAR, ~fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What may be shown to these askers at most."""

    askers: Box
    most: Most
