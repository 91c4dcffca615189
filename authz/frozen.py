"""What is frozen now -> the refusal of whoever it stops: an agency, an operator, an item of the catalogue, a scope.

A freeze stops whole operations: leaving an item out of an answer would say that nothing stands against its subject.
It says what is stopped, never why or by whom.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum

from authz.grant import Scope
from authz.principal import Caller
from schema.errors import Code, PolicyError


class Target(StrEnum):
    AGENCY = "AGENCY"
    OPERATOR = "OPERATOR"
    ITEM = "ITEM"
    SCOPE = "SCOPE"


_STOPPED = {
    Target.AGENCY: "access is suspended for this agency",
    Target.OPERATOR: "access is suspended for this operator",
    Target.ITEM: "an item of the catalogue that the operation reads is suspended",
    Target.SCOPE: "this way of access is suspended",
}
EVERY_ITEM = "*"
"""In place of items: rows of whatever item are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """``name``: an organisation, a person (``person_of``), a code of the catalogue, or a scope; ``ends``: ms since the
    epoch, None where it has to be lifted."""

    target: Target
    name: str
    ends: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """All freezes that were in force at a ``revision`` of the register of freezes; one that has ended stops nothing."""

    revision: int = 0
    freezes: tuple[Freeze, ...] = field(default=())

    def refuse_caller(self, caller: Caller, now: int) -> None:
        """``now``: ms since the epoch. Errors: FROZEN."""
        organisation = caller.principal.organisation
        self._refuse(Target.AGENCY, (organisation,), now)
        if caller.operator is not None:
            self._refuse(Target.OPERATOR, (person_of(organisation, caller.operator.staff_number),), now)

    def refuse_reach(self, scope: Scope, items: frozenset[str], now: int) -> None:
        """``items``: whose rows the operation reads, or counts for a verdict. Errors: FROZEN."""
        self._refuse(Target.SCOPE, (scope.value,), now)
        self._refuse(Target.ITEM, items, now)

    def _refuse(self, target: Target, names: Container[str], now: int) -> None:
        for freeze in self.freezes:
            standing = freeze.target is target and (freeze.ends is None or now < freeze.ends)
            if standing and (freeze.name in names or EVERY_ITEM in names):
                raise PolicyError(Code.FROZEN, _STOPPED[target])


def person_of(organisation: str, staff_number: str) -> str:
    """A member of staff, whatever client of the organisation the number is used with."""
    return f"{organisation}/{staff_number}"
