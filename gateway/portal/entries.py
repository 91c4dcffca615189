"""A sign-in, its renewal, its end, or its refusal -> what the log says of it.

Who signed in stands beside the leaf, sealed, as the one who acts: by the internal id, never by name or number.
"""

from enum import StrEnum

from authz.principal import SUBJECT_ROLE, Subject
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Shown
from schema.errors import Code

PORTAL = "portal"
"""The principal of whatever persons do here."""
METHOD = "oidc"


class Step(StrEnum):
    """The ``action`` of an entry."""

    SIGN_IN = "sign-in"
    SIGN_IN_ANEW = "sign-in-anew"  # authenticated anew for one act
    SIGN_OUT = "sign-out"


def acting(person: Subject) -> Operator:
    """A natural person as the one who acts, in an entry of the portal."""
    return Operator(number=str(person.id), role=SUBJECT_ROLE, method=METHOD)


def stepped(step: Step, person: Subject, subject: Subject, *, address: str | None, act: str | None = None) -> Entry:
    """``subject``: as whom it signed in; ``act``: what it authenticated itself anew for."""
    return Entry(
        kind=Kind.ADMIN,
        principal=PORTAL,
        decision=Decision.ALLOW,
        action=step,
        operator=acting(person),
        variables=(
            Shown(name="natural", type="Boolean", value=subject.natural),
            Hidden(name="subject", type="String", value=str(subject.id)),
            *(() if act is None else (Hidden(name="act", type="String", value=act),)),
        ),
        address=address,
    )


def refused(step: Step, *, address: str | None) -> Entry:
    """Somebody whom the provider knows, and who is not verified as is needed, or is another one than before."""
    return Entry(
        kind=Kind.ADMIN,
        principal=PORTAL,
        decision=Decision.DENY,
        action=step,
        reasons=(Code.UNAUTHENTICATED.value,),
        address=address,
    )
