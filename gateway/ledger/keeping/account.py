"""Each act of keeping -> what the log says of it: how much, by whose approval, and never whom it concerned.

What was erased is named by a commitment to the ids of the destroyed keys: whoever checks the side rows can tell an
erasure that was entered from one that was not.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Shown

INSTALLATION = "installation"
"""The principal of what is done to the log by those who run it."""
KEYS, ROWS, RESTRICTED, WHICH, BEFORE = "keys", "rows", "restricted", "which", "before"
"""Names of what an entry counts or names."""


class Act(StrEnum):
    """The ``action`` of an entry."""

    APPROVED = "keeping-approved"
    ERASED = "subject-erased"
    HELD = "subject-held"
    RELEASED = "subject-released"
    PRUNED = "rows-pruned"


def erased(*, keys: Iterable[UUID], rows: int, restricted: int, reason: str) -> Entry:
    """Keys were destroyed, with so many rows under them; others are restricted until their term has run."""
    named = tuple(keys)
    return Entry(
        kind=Kind.KEY,
        principal=INSTALLATION,
        decision=Decision.ALLOW,
        action=Act.ERASED,
        variables=(
            Shown(name=KEYS, type="Int", value=len(named)),
            Shown(name=ROWS, type="Int", value=rows),
            Shown(name=RESTRICTED, type="Int", value=restricted),
            Hidden(name=WHICH, type="ID", value=listed(named)),
            Hidden(name="reason", type="String", value=reason),
        ),
    )


def held(act: Act, *, keys: int, reason: str) -> Entry:
    """Destruction is forbidden, or permitted again."""
    return Entry(
        kind=Kind.KEY,
        principal=INSTALLATION,
        decision=Decision.ALLOW,
        action=act,
        variables=(Shown(name=KEYS, type="Int", value=keys), Hidden(name="reason", type="String", value=reason)),
    )


def pruned(*, before: date, reason: str) -> Entry:
    """Every side row of entries before a day is dropped, those of held subjects excepted."""
    return Entry(
        kind=Kind.KEY,
        principal=INSTALLATION,
        decision=Decision.ALLOW,
        action=Act.PRUNED,
        variables=(
            Shown(name=BEFORE, type="Date", value=before.isoformat()),
            Hidden(name="reason", type="String", value=reason),
        ),
    )


def approved(act: Act, *, client: str, number: str, method: str) -> Entry:
    """One person approved what a later entry tells of."""
    return Entry(
        kind=Kind.KEY,
        principal=client,
        decision=Decision.ALLOW,
        action=Act.APPROVED,
        operator=Operator(number=number, role=None, method=method),
        variables=(Shown(name="act", type="String", value=act),),
    )


def refused(act: Act, reason: str) -> Entry:
    """Nothing was changed. ``reason`` is a permanent code."""
    return Entry(kind=Kind.KEY, principal=INSTALLATION, decision=Decision.DENY, action=act, reasons=(reason,))


def listed(keys: Iterable[UUID]) -> str:
    """The text that stands for destroyed keys in a commitment."""
    return ",".join(sorted(map(str, keys)))
