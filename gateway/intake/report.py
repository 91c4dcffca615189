"""What became of the files of one load: counted, and every row that was set aside with its reasons.

A report names files, lines and columns; it never repeats a value.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.intake.check import Reasons
from gateway.intake.read import PassedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """``stored``: kept in quarantine, where its source sees it; otherwise not stored at all."""

    line: int
    reasons: Reasons
    stored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """``passed``: what of it is no data; ``refused``: why none of its rows was taken, None for a file that was read."""

    name: str
    layout: str | None = None
    loaded: int = 0
    unchanged: int = 0
    corrected: int = 0
    aside: tuple[SetAside, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    files: tuple[FileReport, ...]

    @property
    def loaded(self) -> int:
        return sum(file.loaded for file in self.files)

    @property
    def unchanged(self) -> int:
        return sum(file.unchanged for file in self.files)

    @property
    def corrected(self) -> int:
        return sum(file.corrected for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows set aside, and files refused."""
        return sum(len(file.aside) + (file.refused is not None) for file in self.files)

    def summary(self) -> dict[str, object]:
        """For machines: totals, and the files with the reasons."""
        return {
            "loaded": self.loaded,
            "unchanged": self.unchanged,
            "corrected": self.corrected,
            "quarantined": self.quarantined,
            "files": [_summary(file) for file in self.files],
        }

    def lines(self) -> list[str]:
        """For people: one line a file, then its rows set aside and what of it is no data."""
        return [line for file in self.files for line in _lines(file)]


def _summary(file: FileReport) -> dict[str, object]:
    return {
        "name": file.name,
        "layout": file.layout,
        "loaded": file.loaded,
        "unchanged": file.unchanged,
        "corrected": file.corrected,
        "refused": file.refused,
        "quarantined": [
            {"line": each.line, "reasons": list(each.reasons), "stored": each.stored} for each in file.aside
        ],
        "not_data": [{"line": each.line, "what": each.sentence} for each in file.passed],
    }


def _lines(file: FileReport) -> Iterator[str]:
    if file.refused is not None:
        yield f"{file.name}: refused: {file.refused}"
        return
    yield (
        f"{file.name}: loaded {file.loaded}, unchanged {file.unchanged}, corrected {file.corrected}, "
        f"quarantined {len(file.aside)}"
    )
    for each in file.aside:
        yield f"  line {each.line}: {'；'.join(each.reasons)}"
    for passed in file.passed:
        yield f"  {'file' if passed.line is None else f'line {passed.line}'}: {passed.sentence}"
