"""Checks the chains of the writers in leaves of a tree, in the tree's order: verify or raise.

The tree shows that nothing changed since a leaf was sequenced; the chains show that nothing was lost before. A gap
passes only where an alert of the same log names it. Where leaves begin in the middle, so may the chains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from .canonical import CanonicalError, read
from .chains import FIRST_PREVIOUS
from .errors import ChainError, FormatError
from .tree import leaf_hash

MISSING = "leaves-missing"  # the action of an alert that names gaps


@dataclass(frozen=True, slots=True)
class _Tip:
    wseq: int
    hash: bytes


@dataclass(frozen=True, slots=True, order=True)
class _Gap:
    """Counters of a writer without a leaf, from ``first`` to ``last``."""

    writer: UUID
    first: int
    last: int


class Runs:
    """What the leaves seen so far say of their writers. ``whole``: they begin where a log begins."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._tips: dict[UUID, _Tip] = {}
        self._gaps: set[_Gap] = set()
        self._named: set[_Gap] = set()
        self.replaced = 0
        """Heads that had been signed and are lost, as the first leaf says after a backup was restored."""

    @property
    def writers(self) -> int:
        """How many writers were seen."""
        return len(self._tips)

    @property
    def missing(self) -> int:
        """How many leaves the log itself has named as missing."""
        return sum(gap.last - gap.first + 1 for gap in self._named)

    def add(self, data: bytes) -> None:
        """The next leaf of the tree.

        Raises:
            FormatError: it is not a leaf of this kind of log.
            ChainError: it does not follow its writer's last one.
        """
        leaf = stated(data)
        writer, wseq = _writer(leaf["writer"]), _counter(leaf["wseq"])
        if not self._tips:
            self._open(leaf)
        tip = self._tips.get(writer)
        if tip is None:
            self._begin(writer, wseq, leaf)
        else:
            self._follow(writer, wseq, leaf, tip)
        self._tips[writer] = _Tip(wseq, leaf_hash(data))
        if (leaf["kind"], leaf.get("action")) == ("alert", MISSING):
            self._named |= set(map(_gap, _list(_details(leaf).get("missing"))))

    def close(self) -> None:
        """Raises ``ChainError`` for a gap that no alert names."""
        for gap in sorted(self._gaps):
            expected = gap.first
            for named in sorted(one for one in self._named if one.writer == gap.writer):
                if named.first <= expected:
                    expected = max(expected, named.last + 1)
            if expected <= gap.last:
                raise ChainError("a leaf is missing", gap.writer, expected)

    def _open(self, leaf: Mapping[str, object]) -> None:
        """The first leaf of a log that follows another says so: its writers go on."""
        details = _details(leaf)
        self._whole = self._whole and details.get("previous") is None
        self.replaced = len(_list(details.get("lost", [])))

    def _begin(self, writer: UUID, wseq: int, leaf: Mapping[str, object]) -> None:
        if wseq == 0 and leaf["wprev"] != FIRST_PREVIOUS.hex():
            raise ChainError("the leaf does not belong at its place", writer, wseq)
        if wseq and self._whole:
            self._gaps.add(_Gap(writer, 0, wseq - 1))

    def _follow(self, writer: UUID, wseq: int, leaf: Mapping[str, object], tip: _Tip) -> None:
        if wseq <= tip.wseq or (wseq == tip.wseq + 1 and leaf["wprev"] != tip.hash.hex()):
            raise ChainError("the leaf does not belong at its place", writer, wseq)
        if wseq > tip.wseq + 1:
            self._gaps.add(_Gap(writer, tip.wseq + 1, wseq - 1))


def stated(data: bytes) -> Mapping[str, object]:
    """What a leaf says. Raises ``FormatError`` for anything that is not one."""
    try:
        leaf = read(data)
    except CanonicalError:
        leaf = None
    if not isinstance(leaf, Mapping) or not leaf.keys() >= {"id", "kind", "t", "v", "wprev", "writer", "wseq"}:
        raise FormatError("a leaf is not one of this kind of log")
    return leaf


def _details(leaf: Mapping[str, object]) -> Mapping[str, object]:
    """What the log says of itself in a leaf of its own, if it is one."""
    told = leaf.get("details")
    return told if isinstance(told, Mapping) else {}


def _list(told: object) -> Sequence[object]:
    if not isinstance(told, list):
        raise FormatError("a leaf of the log itself is malformed")
    return told


def _gap(told: object) -> _Gap:
    if not isinstance(told, Mapping) or told.keys() != {"first", "last", "writer"}:
        raise FormatError("an alert does not name its gap")
    return _Gap(_writer(told["writer"]), _counter(told["first"]), _counter(told["last"]))


def _writer(text: object) -> UUID:
    try:
        writer = UUID(str(text))
    except ValueError:
        writer = UUID(int=0)
    if str(writer) != text:
        raise FormatError("a leaf does not name its writer")
    return writer


def _counter(number: object) -> int:
    if type(number) is not int or number < 0:
        raise FormatError("a leaf does not count")
    return number
