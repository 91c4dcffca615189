"""A finding, and what was done about it -> what the log says of it: which rule, how much, and nothing of whom."""

from enum import StrEnum

from gateway.approvals.officers import Officer
from gateway.exchange import COMMAND_LINE
from gateway.freezes.account import WATCH
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Shown
from gateway.watch.acts import Fired


class Step(StrEnum):
    """The ``action`` of an entry."""

    FOUND = "finding"
    OWNED = "finding-owned"
    CLOSED = "finding-closed"
    PROTECTED = "person-protected"
    RELEASED = "person-released"


def found(fired: Fired) -> Entry:
    return Entry(
        kind=Kind.ALERT,
        principal=WATCH,
        decision=Decision.ALLOW,
        action=Step.FOUND,
        variables=(
            Shown(name="rule", type="AlertRule", value=fired.rule.value),
            *(Shown(name=name, type="Int", value=value) for name, value in sorted(fired.figures.items())),
        ),
    )


def handled(step: Step, officer: Officer, reason: str) -> Entry:
    return Entry(
        kind=Kind.ADMIN,
        principal=officer.client,
        decision=Decision.ALLOW,
        action=step,
        operator=Operator(number=officer.number, role=None, method=COMMAND_LINE),
        variables=(Hidden(name="reason", type="String", value=reason),) if reason else (),
    )
