"""What the rules look at: acts as the log tells them, and what surrounds them; and what a rule finds. Plain values.

Persons, operators and matters are keyed digests here. Agencies are organisations, by their codes.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from authz.frozen import Target
from gateway.watch.thresholds import Thresholds

NO_NETWORK = b""
"""In place of a network: the command line."""
EVIDENCE = 50
"""Entries that a finding names, at most."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry of the log. ``t``: ms since the epoch; ``kind``, ``action``, ``reasons``, ``purpose`` as in its leaf;
    ``agency``: the organisation, or the client where it has none; ``persons`` who were looked up, ``missed`` of whom
    nothing is known; ``subjects``: of whatever kind; ``step``: ms by which its clock stood behind the entry before;
    ``times``: for how many refusals it stands."""

    entry: UUID
    t: int
    kind: str
    agency: str
    client: str
    action: str = "query"
    reasons: tuple[str, ...] = ()
    purpose: str | None = None
    demand: str | None = None
    operator: bytes | None = None
    matter: bytes | None = None
    network: bytes | None = None
    persons: tuple[bytes, ...] = ()
    missed: int = 0
    subjects: int = 0
    step: int = 0
    times: int = 1

    @property
    def reads(self) -> bool:
        """Whether credit data were asked for and the answer left."""
        return self.kind == "release" and self.action == "query"

    @property
    def denied(self) -> bool:
        return self.kind == "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``acts`` of the last day, oldest first; ``fresh``: entries that no earlier look has seen. ``habits``: the usual
    busiest hour by ``operator_key`` or ``agency_key``; ``parties`` of matters with many subjects; ``purposes``: of each
    person looked up since, by agency, every purpose of the last weeks with one entry; ``last_seen`` of the operators
    that acted since, and ``networks`` they are known from; ``protected`` persons; ``unsealed``: age in ms of the
    oldest entry that has no place in the tree."""

    now: int
    thresholds: Thresholds
    acts: tuple[Act, ...]
    fresh: frozenset[UUID] = frozenset()
    habits: Mapping[str, int] = field(default_factory=dict)
    parties: Mapping[bytes, int] = field(default_factory=dict)
    purposes: Mapping[tuple[bytes, str], Mapping[str, UUID]] = field(default_factory=dict)
    last_seen: Mapping[str, int] = field(default_factory=dict)
    networks: Mapping[str, frozenset[bytes]] = field(default_factory=dict)
    protected: frozenset[bytes] = frozenset()
    unsealed: int = 0

    def since(self, age: int) -> tuple[Act, ...]:
        """The acts of the last ``age`` ms."""
        return tuple(act for act in self.acts if self.now - act.t < age)

    def new(self) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.entry in self.fresh)


class Rule(StrEnum):
    """The rules by their permanent names."""

    BULK = "A1"
    ENUMERATION = "A2"
    MATTERS = "A4"
    PROTECTED = "A5"
    DORMANT = "A7"
    SCRAPING = "A8"
    DENIALS = "A9"
    CONSENTS = "A11"
    LOG = "A12"
    PURPOSES = "A13"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Freeze the operator, or the agency, of the newest act for so many ms."""

    target: Target
    lasts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """``about``: whom, the same for what is found again; ``quiet``: ms for which the same is not told again; ``refs``
    are keyed digests, and agencies; ``figures`` what was counted; ``evidence`` the newest entries, oldest first."""

    rule: Rule
    about: str
    refs: Mapping[str, str]
    figures: Mapping[str, int]
    evidence: tuple[UUID, ...]
    quiet: int
    stop: Stop | None = None


def operator_key(operator: bytes) -> str:
    return f"operator:{operator.hex()}"


def agency_key(agency: str) -> str:
    return f"agency:{agency}"


def by_operator(acts: Iterable[Act]) -> dict[bytes, list[Act]]:
    """Acts of persons, by who acted."""
    found: dict[bytes, list[Act]] = {}
    for act in acts:
        if act.operator is not None:
            found.setdefault(act.operator, []).append(act)
    return found


def grouped(acts: Iterable[Act], key: Callable[[Act], Key]) -> dict[Key, list[Act]]:
    found: dict[Key, list[Act]] = {}
    for act in acts:
        found.setdefault(key(act), []).append(act)
    return found


def fired(
    rule: Rule, acts: Iterable[Act], *, quiet: int, stop: Stop | None = None, about: str | None = None, **figures: int
) -> Fired:
    """A finding about the operator of these acts where there is but one, else about their agency."""
    evidence = tuple(acts)
    operators = {act.operator for act in evidence}
    refs = {"agency": evidence[-1].agency}
    (operator, *others) = operators
    whom = agency_key(evidence[-1].agency)
    if operator is not None and not others:
        refs["operator"] = operator.hex()
        whom = operator_key(operator)
    return Fired(
        rule=rule,
        about=about or whom,
        refs=refs,
        figures=figures,
        evidence=tuple(act.entry for act in evidence[-EVIDENCE:]),
        quiet=quiet,
        stop=stop,
    )
