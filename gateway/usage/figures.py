"""What each department did for each purpose -> the figures that may be told of it: by purpose, in all, by territory.

Pure. Whether a figure is told is decided over all territories at once, whoever asks for whichever of them, so that
reports of a city and of its districts cannot be held against each other. Refusals are always told: nobody was shown
anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gateway.usage.suppression import Group, Path, tellable


class Use(NamedTuple):
    """Of one department for one purpose in one quarter, or of several together. ``hits`` are among the ``verdicts``;
    ``subjects`` are distinct within one department and purpose, and do not add up."""

    queries: int = 0
    subjects: int = 0
    verdicts: int = 0
    hits: int = 0
    applied: int = 0
    refusals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``uses`` by place, with the sums of all that stands below; ``told``: for each figure, where it may be told."""

    uses: Mapping[Path, Use]
    told: Mapping[str, frozenset[Path]]

    def at(self, path: Path) -> dict[str, int | None]:
        """By GraphQL field name; null for what is not told. Where nothing was done it is 0."""
        use = self.uses.get(path)
        if use is None:
            return {**dict.fromkeys(self.told, 0), "refusals": 0}
        counts = {"queries": use.queries, "subjects": use.subjects, "verdicts": use.verdicts, "hits": use.hits}
        counts["measuresApplied"] = use.applied
        found = {name: count if path in self.told[name] else None for name, count in counts.items()}
        return {**found, "refusals": use.refusals}


def figures(leaves: Mapping[Path, Use]) -> Figures:
    """``leaves`` by territories, department and purpose."""
    queries = tellable({path: Group((use.queries,), use.subjects) for path, use in leaves.items()})
    verdicts = tellable({path: Group((use.verdicts,), _persons(use)) for path, use in leaves.items()})
    hits = {path: Group((use.hits, use.verdicts - use.hits), _persons(use)) for path, use in leaves.items()}
    return Figures(
        uses=_summed(leaves),
        told={
            "queries": queries,
            "subjects": queries,
            "verdicts": verdicts,
            # INVARIANT: told only where verdicts are, so that what is left of the verdicts is never small either
            "hits": tellable(hits, within=verdicts),
            "measuresApplied": tellable({path: Group((use.applied,)) for path, use in leaves.items()}),
        },
    )


def _persons(use: Use) -> int:
    return use.subjects if use.verdicts else 0


def _summed(leaves: Mapping[Path, Use]) -> Mapping[Path, Use]:
    found: dict[Path, Use] = {}
    for path, use in leaves.items():
        for length in range(1, len(path) + 1):
            known = found.get(path[:length], Use())
            found[path[:length]] = Use(*(a + b for a, b in zip(known, use, strict=True)))
    return found
