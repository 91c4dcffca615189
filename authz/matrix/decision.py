"""The rules that match together -> what they show of one item and kind of subject: one bit for each field.

The levels are those of ``authz.cells``; what is added is what else makes a cell wider: the masked form of a field and
the rows of which it is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from authz.cells import LEVELS, Reach, opened
from authz.compile import row_of
from authz.grant import Level
from authz.rows import RowName
from authz.rules import Entitlement

Masks = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """No field is in two of ``clear``, ``masked``, ``summary`` and ``verdict``. ``masks`` divides ``masked``; ``row``
    names the rows that are shown, ``verdict_row`` those that count for a verdict."""

    clear: int
    masked: int
    summary: int
    verdict: int
    masks: Masks
    row: RowName | None
    verdict_row: RowName | None

    @property
    def shown(self) -> int:
        return self.clear | self.masked | self.summary | self.verdict

    def at(self, level: Level) -> int:
        """The fields shown at exactly this level."""
        return dict(zip(LEVELS, (self.clear, self.masked, self.summary, self.verdict), strict=True)).get(level, 0)

    def level(self, bit: int) -> Level:
        return next((level for level in LEVELS if self.at(level) & bit), Level.NONE)

    def mask(self, bit: int) -> str | None:
        return next((name for name, bits in self.masks if bits & bit), None)

    def pieces(self) -> Iterator[tuple[Level, str | None, int]]:
        """Level, masked form and fields: every field that is shown, once."""
        yield Level.CLEAR, None, self.clear
        for name, bits in self.masks:
            yield Level.MASKED, name, bits
        yield Level.SUMMARY, None, self.summary
        yield Level.VERDICT, None, self.verdict


NOTHING_SHOWN = Decision(clear=0, masked=0, summary=0, verdict=0, masks=(), row=None, verdict_row=None)


def decide(matching: tuple[Reach, ...], bits: int, verdicts: int) -> Decision:
    """What these rules show of these fields; ``verdicts`` are the fields of Standing."""
    clear, masked, summary, verdict = opened(matching, bits)
    if not clear | masked | summary | verdict:
        return NOTHING_SHOWN
    return Decision(
        clear=clear,
        masked=masked,
        summary=summary,
        verdict=verdict,
        masks=tuple(_masks(matching, masked)),
        row=row_of(matching, bits & ~verdicts, Level.SUMMARY),
        verdict_row=row_of(matching, bits & verdicts, Level.VERDICT),
    )


def sole(matching: tuple[Reach, ...], decision: Decision) -> Iterator[Reach]:
    """The allows without which something of this would not be shown, or not at its level.

    An allow on a condition does not stand in for one without: whether it holds is for the catalogue to say.
    """
    for level, _, shown in decision.pieces():
        allows = tuple(opening(matching, level, shown))
        for reach in allows:
            others = 0
            for each in allows:
                if each is not reach and each.rule.entitlement in (Entitlement.ALWAYS, reach.rule.entitlement):
                    others |= each.bits
            if reach.bits & shown & ~others:
                yield reach


def opening(matching: tuple[Reach, ...], level: Level, bits: int) -> Iterator[Reach]:
    """The allows that open any of these fields at the level."""
    return (each for each in matching if each.rule.allows and each.bits & bits and _opens(each, level))


def _opens(reach: Reach, level: Level) -> bool:
    """A masked form is shown only where a rule names the mask, as in ``authz.cells``."""
    return reach.rule.level is level if level is Level.MASKED else reach.rule.level >= level


def _masks(matching: tuple[Reach, ...], masked: int) -> Iterator[tuple[str, int]]:
    """Each masked field under the first mask that a rule names for it."""
    found: dict[str, int] = {}
    for reach in matching:
        if masked and reach.rule.mask is not None and reach.rule.allows:
            bits = reach.bits & masked
            masked &= ~bits
            found[reach.rule.mask] = found.get(reach.rule.mask, 0) | bits
    return ((name, bits) for name, bits in sorted(found.items()) if bits)
