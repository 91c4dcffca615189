"""The database's one row of state -> the policy in force, the business date, and the reference objects of that date.

A process answers only under the version that the database names. A version it cannot build is refused: it then answers
nothing (``PolicyNotHereError``) and is not ready. It never guesses a date and never falls back to an older version.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from authz.grants import Grants
from authz.policy import Policy
from resolvers.reference import References

STATE = "SELECT policy_version, catalogue_version, business_date FROM authz_state"


class PolicyNotHereError(Exception):
    """The database names a policy version that this process does not have."""

    def __init__(self) -> None:
        super().__init__(
            "the database names a policy version that is not here; credit-gateway migrate activates this one"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """``fixed_date``: the business date is set in the database; otherwise it is today, in Asia/Shanghai."""

    policy: Policy
    grants: Grants
    today: date
    fixed_date: bool
    references: References


class State:
    """What is in force, read once and again whenever a statement finds it changed."""

    def __init__(
        self,
        *,
        read: Callable[[], Awaitable[Mapping[str, object] | None]],
        versions: Mapping[str, Policy],
        today: Callable[[], date],
    ) -> None:
        """``read`` fetches the row of ``authz_state``; ``versions`` are the policies that this process can apply."""
        self._read = read
        self._versions = {version: Grants(policy) for version, policy in versions.items()}
        self._today = today
        self._row: tuple[str, date | None] | None = None
        self._found: InForce | None = None

    async def current(self) -> InForce:
        """Errors: ``PolicyNotHereError``; those of the database."""
        if self._row is None:
            await self.refresh()
        version, fixed = self._row or ("", None)
        today = fixed or self._today()
        if self._found is None or self._found.policy.version != version or self._found.today != today:
            self._found = self._build(version, today, fixed is not None)
        return self._found

    async def refresh(self) -> None:
        """Ask the database again."""
        row = await self._read()
        if row is None:
            raise PolicyNotHereError
        fixed = row["business_date"]
        self._row = (str(row["policy_version"]), fixed if isinstance(fixed, date) else None)

    async def business_date(self) -> date:
        return (await self.current()).today

    def _build(self, version: str, today: date, fixed: bool) -> InForce:
        grants = self._versions.get(version)
        if grants is None:
            self._row = None  # asked again next time: the database may go back to a version that is here
            raise PolicyNotHereError
        policy = grants.policy
        references = References(policy.catalogue, policy.regulation, today)
        return InForce(policy=policy, grants=grants, today=today, fixed_date=fixed, references=references)
