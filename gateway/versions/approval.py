"""Named persons and cited articles -> the approvals of a change, or the reason why it is not approved.

Whoever approves is a registered operator of the city's own credit office (信用办), with agreement and training
(WH-二(六)1). A change that could show more needs two of them and an article; one that goes back to an earlier version
needs one and a reason. It proves nobody's identity: whoever runs the command answers for the names that it was given.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from authz.matrix.widening import Weighed
from gateway.approvals.officers import NotAnOfficer, Officer, Officers
from gateway.identity.clients import Clients
from schema.regulations.sources import Sources
from schema.vocabulary.administration import BasisStatus

NEEDED = 2
"""Approvers of a change that could show more."""
SHOWN = 5
"""How many of the things that differ beside the cells a refusal names."""


class Lack(StrEnum):
    """Why a change is not approved; a permanent code of the log."""

    APPROVER_MISSING = "APPROVER_MISSING"
    APPROVER_NOT_VALID = "APPROVER_NOT_VALID"
    TWO_APPROVERS = "TWO_APPROVERS"
    BASIS_MISSING = "BASIS_MISSING"
    BASIS_UNKNOWN = "BASIS_UNKNOWN"
    REASON_MISSING = "REASON_MISSING"


_SENTENCES = {
    Lack.APPROVER_MISSING: "to go back needs an approver (--approver CLIENT/NUMBER)",
    Lack.APPROVER_NOT_VALID: (
        "an approver is named CLIENT/NUMBER: an operator registered for the city's own credit office, whose agreement "
        "and training hold today"
    ),
    Lack.TWO_APPROVERS: "this policy could show more: it needs two different approvers (--approver, twice)",
    Lack.BASIS_MISSING: "this policy could show more: it needs the article that it rests on (--basis)",
    Lack.BASIS_UNKNOWN: "a basis is an article of the policy's sources.toml, of an instrument that is not repealed",
    Lack.REASON_MISSING: "to go back needs a reason (--reason)",
}


class NotApproved(Exception):  # noqa: N818  # it says what became of the change
    """Nothing has been changed."""

    def __init__(self, lack: Lack, about: str = "") -> None:
        super().__init__(_SENTENCES[lack] + about)
        self.lack = lack


async def approvers(named: Iterable[str], clients: Clients, *, jurisdiction: str, today: date) -> tuple[Officer, ...]:
    """Everybody who is named, each of them registered and fit to approve. Errors: ``NotApproved``."""
    officers = Officers(clients=clients, jurisdiction=jurisdiction, today=today)
    try:
        return tuple([await officers.of_office(each) for each in named])
    except NotAnOfficer:
        raise NotApproved(Lack.APPROVER_NOT_VALID) from None


def check_change(weighed: Weighed, found: Sequence[Officer], basis: Sequence[str], sources: Sources) -> None:
    """Refuse a change that could show more without two persons and an article. Errors: ``NotApproved``."""
    if any(each not in sources or sources[each].instrument.status is BasisStatus.REPEALED for each in basis):
        raise NotApproved(Lack.BASIS_UNKNOWN)
    if not weighed.widens:
        return
    if len({each.person for each in found}) < NEEDED:
        raise NotApproved(Lack.TWO_APPROVERS, _widened(weighed))
    if not basis:
        raise NotApproved(Lack.BASIS_MISSING, _widened(weighed))


def check_return(weighed: Weighed, found: Sequence[Officer], reason: str | None, *, chosen: bool) -> None:
    """Refuse to go back without a person and a reason; to a version that was ``chosen``, and may be one that was left
    for good cause, without two persons where it shows more. Errors: ``NotApproved``."""
    if not found:
        raise NotApproved(Lack.APPROVER_MISSING)
    if chosen and weighed.widens and len({each.person for each in found}) < NEEDED:
        raise NotApproved(Lack.TWO_APPROVERS, _widened(weighed))
    if not (reason or "").strip():
        raise NotApproved(Lack.REASON_MISSING)


def _widened(weighed: Weighed) -> str:
    beside = "".join(f", {each}" for each in weighed.beside[:SHOWN])
    return f"; {weighed.widened} cells{beside}{', ...' if len(weighed.beside) > SHOWN else ''}"
