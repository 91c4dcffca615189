"""A subject that is signed in -> the caller of the pipeline that it is: it sees what is held about itself alone.

An organisation is shown what is held about it through whoever speaks for it, and nothing of that person.
"""

from authz.principal import NATION, SUBJECT_ROLE, Caller, Principal, Subject
from gateway.portal.entries import PORTAL


def caller_of(subject: Subject) -> Caller:
    """For ``Pipeline``. What identifies rows to one subject is of no use to another: each is a viewer of its own."""
    viewer = f"{PORTAL}-{subject.id}"
    who = Principal(client=PORTAL, organisation=viewer, role=SUBJECT_ROLE, jurisdiction=NATION)
    return Caller(principal=who, subject=subject)
