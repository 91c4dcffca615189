"""Compiled grants of one policy, kept for those who ask alike: a bounded memory in front of ``compile_grant``.

A grant is kept under everything that it was compiled from, the rights of a consent included, so a policy, a day or a
purpose that changes is another grant. Another policy is another memory. Not shared between threads while it is written
to by two of them; the gateway has one loop for each process.
"""

from collections import OrderedDict
from datetime import date

from authz.compile import compile_grant
from authz.grant import Grant, Scope
from authz.policy import Policy
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission

_Key = tuple[str, str, str | None, Admission, date]


class Grants:
    """The grants last asked for, at most ``capacity`` of them."""

    def __init__(self, policy: Policy, capacity: int = 1024) -> None:
        self.policy = policy
        self._capacity = capacity
        self._kept: OrderedDict[_Key, Grant] = OrderedDict()

    def grant(self, who: Principal, admission: Admission, today: date) -> Grant:
        """The grant of this principal for the admitted purpose on that day. Raises KeyError, as ``compile_grant``."""
        if admission.scope is Scope.PUBLICATION:
            who = PUBLIC  # one grant for all of them
        key = (who.role, who.jurisdiction, who.supervision_field, admission, today)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        found = self._kept[key] = compile_grant(self.policy, who, admission, today)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._kept)
