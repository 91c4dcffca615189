"""The database's one row of state -> the policy in force, the business date, what is frozen, and the reference objects
of that date.

A process answers only under the version that the database names, and builds it beside what it applies until then: one
reference is swapped when it is ready. A version it cannot build is refused: it then answers nothing
(``PolicyNotHereError``) and is not ready. It never guesses a date and never falls back to an older version.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from authz.frozen import Frozen
from authz.grants import Grants
from authz.policy import Policy
from resolvers.reference import References

STATE = "SELECT policy_version, catalogue_version, business_date, freezes FROM authz_state"

VERSIONS_KEPT = 4
"""Versions that a process remembers, so that going back takes no time: each holds its decisions and its grants."""


NOTHING_FROZEN = Frozen()


class PolicyNotHereError(Exception):
    """The database names a policy version that this process cannot apply."""

    def __init__(self, why: str = "no bundle of it is stored (credit-gateway migrate founds what has none)") -> None:
        super().__init__(f"the policy version in force cannot be applied here: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """``fixed_date``: the business date is set in the database; otherwise it is today, in Asia/Shanghai."""

    policy: Policy
    grants: Grants
    today: date
    fixed_date: bool
    references: References
    frozen: Frozen = NOTHING_FROZEN


async def _nothing_else(version: str) -> Policy | None:
    return None


async def _nothing_frozen() -> Frozen:
    return NOTHING_FROZEN


class State:
    """What is in force, read once and again whenever a statement finds it changed."""

    def __init__(
        self,
        *,
        read: Callable[[], Awaitable[Mapping[str, object] | None]],
        today: Callable[[], date],
        versions: Mapping[str, Policy] | None = None,
        find: Callable[[str], Awaitable[Policy | None]] = _nothing_else,
        find_frozen: Callable[[], Awaitable[Frozen]] = _nothing_frozen,
    ) -> None:
        """``read`` fetches the row of ``authz_state``; ``versions`` are policies that this process has at hand;
        ``find`` gets any other version that the row names, or None where it names it no longer; ``find_frozen``
        gets what is frozen, and is asked where its revision is another."""
        self._read = read
        self._today = today
        self._at_hand = {version: Grants(policy) for version, policy in (versions or {}).items()}
        self._find = find
        self._find_frozen = find_frozen
        self._frozen = NOTHING_FROZEN
        self._kept: OrderedDict[str, Grants] = OrderedDict()
        self._building = asyncio.Lock()
        self._row: tuple[str, date | None] | None = None
        self._found: InForce | None = None

    async def current(self) -> InForce:
        """Errors: ``PolicyNotHereError``; those of the database."""
        missed = None
        while True:
            if self._row is None:
                await self.refresh()
            row = self._row or ("", None)
            grants = await self._grants(row[0])
            if grants is not None:
                return self._as_of(grants, row[1])
            self._row = None  # asked again next time: the database may go back to a version that is here
            if missed == row[0]:
                raise PolicyNotHereError
            missed = row[0]  # it may have been replaced between the two look-ups

    async def refresh(self) -> None:
        """Ask the database again."""
        row = await self._read()
        if row is None:
            raise PolicyNotHereError
        if row["freezes"] != self._frozen.revision:
            self._frozen = await self._find_frozen()
        fixed = row["business_date"]
        self._row = (str(row["policy_version"]), fixed if isinstance(fixed, date) else None)

    async def business_date(self) -> date:
        return (await self.current()).today

    async def frozen(self) -> Frozen:
        """What is frozen at this moment."""
        await self.refresh()
        return self._frozen

    async def _grants(self, version: str) -> Grants | None:
        """The grants of a version, built by one while others who need it wait."""
        if version in self._at_hand:
            return self._at_hand[version]
        if version in self._kept:
            self._kept.move_to_end(version)
            return self._kept[version]
        async with self._building:
            if version not in self._kept:
                policy = await self._find(version)
                if policy is None:
                    return None
                self._kept[version] = Grants(policy)
                while len(self._kept) > VERSIONS_KEPT:
                    self._kept.popitem(last=False)
            return self._kept[version]

    def _as_of(self, grants: Grants, fixed: date | None) -> InForce:
        today, is_fixed = fixed or self._today(), fixed is not None
        found = self._found
        if found is None or (found.grants, found.today, found.fixed_date) != (grants, today, is_fixed):
            policy = grants.policy
            references = References(policy.catalogue, policy.regulation, today)
            found = InForce(policy=policy, grants=grants, today=today, fixed_date=is_fixed, references=references)
        if found.frozen is not self._frozen:
            found = replace(found, frozen=self._frozen)
        self._found = found
        return found
