"""Each step of a change of the policy -> what the log says of it.

The bundle and the diff stand in the leaf as digests (as the document and the demand of a question do), the version that
was replaced and the reason as commitments; the tables of ``gateway.versions.store`` hold what they commit to.
"""

from collections.abc import Iterator
from enum import StrEnum

from gateway.approvals.account import INSTALLATION
from gateway.approvals.officers import Officer
from gateway.exchange import COMMAND_LINE
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Query, Shown
from gateway.versions.store import Act, Change


class Step(StrEnum):
    """The ``action`` of an entry."""

    PROPOSED = "policy-proposed"
    APPROVED = "policy-approved"
    ACTIVATED = "policy-activated"
    ROLLED_BACK = "policy-rolled-back"
    REFUSED = "policy-refused"


STEP_OF_ACT = {Act.FOUNDED: Step.ACTIVATED, Act.ACTIVATED: Step.ACTIVATED, Act.ROLLED_BACK: Step.ROLLED_BACK}


def changed(change: Change, catalogue: str) -> Entry:
    """A version was put in force, or went back in force. ``catalogue`` is the digest of its catalogue."""
    return Entry(
        kind=Kind.ADMIN,
        principal=INSTALLATION,
        decision=Decision.ALLOW,
        action=STEP_OF_ACT[change.act],
        basis=change.basis,
        policy_version=change.version,
        catalogue_version=catalogue,
        query=_about(change.bundle, change.diff),
        variables=(
            Shown(name="widened", type="Int", value=change.widened),
            Shown(name="narrowed", type="Int", value=change.narrowed),
            *_hidden(replaced=change.replaced, reason=change.reason),
        ),
    )


def approved(who: Officer, change: Change) -> Entry:
    """One person approved the change that a later entry tells of."""
    return Entry(
        kind=Kind.ADMIN,
        principal=who.client,
        decision=Decision.ALLOW,
        action=Step.APPROVED,
        operator=Operator(number=who.number, role=None, method=COMMAND_LINE),
        basis=change.basis,
        policy_version=change.version,
        query=_about(change.bundle, change.diff),
    )


def proposed(*, version: str, catalogue: str, bundle: str) -> Entry:
    """A version was stored for others to approve."""
    return Entry(
        kind=Kind.ADMIN,
        principal=INSTALLATION,
        decision=Decision.ALLOW,
        action=Step.PROPOSED,
        policy_version=version,
        catalogue_version=catalogue,
        query=_about(bundle, None),
    )


def refused(reason: str, *, version: str | None) -> Entry:
    """A change was refused and nothing changed. ``reason`` is a permanent code."""
    return Entry(
        kind=Kind.ADMIN,
        principal=INSTALLATION,
        decision=Decision.DENY,
        action=Step.REFUSED,
        policy_version=version,
        reasons=(reason,),
    )


def _about(bundle: str, diff: str | None) -> Query:
    demand = None if diff is None else bytes.fromhex(diff)
    return Query(document=bytes.fromhex(bundle), demand=demand, operation=None, depth=0, cost=0)


def _hidden(**values: str | None) -> Iterator[Hidden]:
    return (Hidden(name=name, type="String", value=value) for name, value in values.items() if value is not None)
