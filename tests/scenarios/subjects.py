"""Subjects that are signed in, as the portal hands its callers over."""

from authz.principal import NATION, SUBJECT_ROLE, Caller, Principal, Subject
from tests.city import City


def person(town: City, who: dict[str, str]) -> Caller:
    sealer, number = town.installation.sealer, who["idNumber"]
    digest = sealer.person_digest("RESIDENT_ID", number, who["name"])
    return _signed_in(Subject(id=sealer.internal_id("person", f"RESIDENT_ID:{number}"), digest=digest, natural=True))


def firm(town: City, uscc: str) -> Caller:
    sealer = town.installation.sealer
    internal = sealer.internal_id("organisation", uscc)
    return _signed_in(Subject(id=internal, digest=sealer.organisation_digest(uscc), natural=False))


def _signed_in(subject: Subject) -> Caller:
    who = Principal(client="portal", organisation=f"subject-{subject.id}", role=SUBJECT_ROLE, jurisdiction=NATION)
    return Caller(principal=who, subject=subject)
