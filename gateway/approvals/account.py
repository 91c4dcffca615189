"""Each step of an act that needs approval -> what the log says of it: which act, by whom; the rest as commitments."""

from enum import StrEnum

from gateway.approvals.officers import Officer
from gateway.approvals.store import Request
from gateway.exchange import COMMAND_LINE
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Shown


class Step(StrEnum):
    """The ``action`` of an entry."""

    ASKED = "approval-asked"
    GIVEN = "approval-given"
    USED = "approval-used"


INSTALLATION = "installation"
"""The principal of what is done to the installation by those who run it, where no officer is named."""


def stepped(step: Step, request: Request, officer: Officer | None, *, refused: str | None = None) -> Entry:
    """``refused``: the permanent code of why the step was not taken."""
    return Entry(
        kind=Kind.ADMIN,
        principal=INSTALLATION if officer is None else officer.client,
        decision=Decision.ALLOW if refused is None else Decision.DENY,
        action=step,
        operator=None if officer is None else Operator(number=officer.number, role=None, method=COMMAND_LINE),
        reasons=() if refused is None else (refused,),
        variables=(
            Shown(name="act", type="ApprovedAct", value=request.act),
            Shown(name="needed", type="Int", value=request.needed),
            Hidden(name="request", type="ID", value=str(request.id)),
            Hidden(name="about", type="String", value=request.about),
            Hidden(name="reason", type="String", value=request.reason),
        ),
    )
