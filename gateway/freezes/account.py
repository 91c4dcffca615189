"""Each step of a freeze -> what the log says of it: that it was done, by whom, and until when.

What was frozen and why stand in the leaf as commitments; the register of freezes holds what they commit to.
"""

from enum import StrEnum

from authz.frozen import Freeze
from gateway.approvals.officers import Officer
from gateway.exchange import COMMAND_LINE
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Shown

WATCH = "watch"
"""The principal of what alert rules do by themselves."""


class Step(StrEnum):
    """The ``action`` of an entry."""

    IMPOSED = "freeze-imposed"
    LIFTED = "freeze-lifted"


def stepped(step: Step, freeze: Freeze, reason: str, now: int, *, officer: Officer | None) -> Entry:
    """``officer`` is None where an alert rule froze by itself; ``now``: ms since the epoch."""
    lasts = () if freeze.ends is None else (Shown(name="minutes", type="Int", value=(freeze.ends - now) // 60_000),)
    return Entry(
        kind=Kind.ADMIN,
        principal=officer.client if officer is not None else WATCH,
        decision=Decision.ALLOW,
        action=step,
        operator=None if officer is None else Operator(number=officer.number, role=None, method=COMMAND_LINE),
        variables=(
            Shown(name="target", type="FreezeTarget", value=freeze.target.value),
            *lasts,
            Hidden(name="name", type="String", value=freeze.name),
            Hidden(name="reason", type="String", value=reason),
        ),
    )
