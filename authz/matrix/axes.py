"""Names of those who can ask -> bit sets, and boxes of them: departments x jurisdictions x errands x consents.

An errand is a purpose with the part that the subject plays in it. A box is a product of sets, so a decision that holds
for a hundred thousand askers is one box. Knows no rule.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from authz.grant import Kind
from authz.policy import Policy
from authz.space import NO_ROLE
from schema.regulations.regulation import Purpose
from schema.vocabulary.administration import Role

WITHOUT_CONSENT, WITH_CONSENT = 1, 2


class Errand(NamedTuple):
    """``role`` is ``none`` where none is stated."""

    purpose: str
    role: str


class Box(NamedTuple):
    """Askers: one bit for each name of each dimension. Empty where any of the four is."""

    departments: int
    jurisdictions: int
    errands: int
    consents: int

    @property
    def size(self) -> int:
        counts = (each.bit_count() for each in self)
        return next(counts) * next(counts) * next(counts) * next(counts)

    def common(self, other: "Box") -> "Box | None":
        """The askers of both; None where there are none."""
        found = Box(
            self.departments & other.departments,
            self.jurisdictions & other.jurisdictions,
            self.errands & other.errands,
            self.consents & other.consents,
        )
        return found if all(found) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The values of each dimension, in the order of their bits."""

    departments: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    errands: tuple[Errand, ...]

    @property
    def everyone(self) -> Box:
        """Every asker, with and without a consent."""
        sizes = (len(self.departments), len(self.jurisdictions), len(self.errands), 2)
        return Box(*((1 << size) - 1 for size in sizes))

    def departments_in(self, names: Iterable[str]) -> int:
        return bits_in(self.departments, frozenset(names))

    def jurisdictions_in(self, names: Iterable[str]) -> int:
        return bits_in(self.jurisdictions, frozenset(names))

    def errands_in(self, purposes: Iterable[str]) -> int:
        """The errands of these purposes, in whatever part."""
        wanted = frozenset(purposes)
        return sum(1 << number for number, errand in enumerate(self.errands) if errand.purpose in wanted)


def axes_of(*policies: Policy) -> Axes:
    """The axes of these policies together: whatever one of them knows, in the order of the names."""
    return Axes(
        departments=_names(policy.space.roles.leaves for policy in policies),
        jurisdictions=_names(policy.space.lineages for policy in policies),
        errands=tuple(sorted({errand for policy in policies for errand in admitted_errands(policy)})),
    )


def every_pair(policy: Policy) -> Axes:
    """The axes with every purpose in every part, admitted or not: what Casbin can be asked."""
    axes = axes_of(policy)
    roles = (*sorted(policy.space.parties), NO_ROLE)
    pairs = tuple(Errand(purpose, role) for purpose in sorted(policy.space.purposes.leaves) for role in roles)
    return Axes(departments=axes.departments, jurisdictions=axes.jurisdictions, errands=pairs)


def admitted_errands(policy: Policy) -> Iterator[Errand]:
    """The purposes, each in the parts in which it may be stated (``authz.purpose``)."""
    for purpose in policy.regulation.purposes.values():
        for role in _roles(purpose):
            yield Errand(purpose.code, role)


def covering(policy: Policy, axes: Axes) -> Mapping[Kind, int]:
    """The errands that may concern each kind of subject at all: the hard gate of a purpose's scope."""
    return {kind: _covering(policy, axes, kind) for kind in Kind}


def _covering(policy: Policy, axes: Axes, kind: Kind) -> int:
    admitted = frozenset(admitted_errands(policy))
    purposes = policy.regulation.purposes
    return sum(
        1 << number
        for number, errand in enumerate(axes.errands)
        if errand in admitted and _covers(purposes[errand.purpose], kind)
    )


def _covers(purpose: Purpose, kind: Kind) -> bool:
    return purpose.persons if kind is Kind.PERSON else purpose.organisations


def _roles(purpose: Purpose) -> tuple[str, ...]:
    return tuple(Role) if purpose.any_role else tuple(purpose.roles) or (NO_ROLE,)


def _names(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for each in names for name in each}))


def bits_in(names: tuple[str, ...], wanted: frozenset[str]) -> int:
    return sum(1 << number for number, name in enumerate(names) if name in wanted)


def named(names: tuple[str, ...], bits: int) -> tuple[str, ...]:
    """The names of these bits."""
    return tuple(name for number, name in enumerate(names) if bits >> number & 1)


def first(bits: int) -> int:
    """The number of the lowest bit."""
    return (bits & -bits).bit_length() - 1
