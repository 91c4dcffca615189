"""Compiled grants of one policy, kept for those who ask alike: a bounded memory in front of ``compile_grant``.

A grant is kept under everything that it was compiled from, the rights of a consent included, so a policy, a day or a
purpose that changes is another grant. Another policy is another memory. Not shared between threads while it is written
to by two of them; the gateway has one loop for each process.
"""

from datetime import date

from authz.compile import compile_grant
from authz.grant import Grant, Scope
from authz.policy import Policy
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission
from schema.recent import Recent

_Key = tuple[str, str, str | None, Admission, date]


class Grants:
    """The grants last asked for, at most ``capacity`` of them."""

    def __init__(self, policy: Policy, capacity: int = 1024) -> None:
        self.policy = policy
        self._kept = Recent[_Key, Grant](capacity, capacity)

    def grant(self, who: Principal, admission: Admission, today: date) -> Grant:
        """The grant of this principal for the admitted purpose on that day. Raises KeyError, as ``compile_grant``."""
        if admission.scope is Scope.PUBLICATION:
            who = PUBLIC  # one grant for all of them
        key = (who.role, who.jurisdiction, who.supervision_field, admission, today)
        found = self._kept.get(key)
        if found is None:
            found = self._kept.keep(key, compile_grant(self.policy, who, admission, today), 1)
        return found

    def __len__(self) -> int:
        return len(self._kept)
