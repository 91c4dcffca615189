"""The public, an agency and the subject itself -> callers, as the line knows them, each with what it states.

The agency is an invented one: any department of the jurisdiction that asks for the purpose in a matter of its own. What
each may see is decided by the grant, never here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from authz.principal import NATION, PUBLIC, SUBJECT_ROLE, Caller, Matter, Operator, Party, Principal, Subject
from schema.regulations.purposes import Purpose
from schema.regulations.regulation import Regulation

INVENTED = "(preview)"
"""Client, staff number and matter of the invented agency; no registered one can be called so."""

DEPARTMENT = "dept.administrative_approval"
"""A leaf of policies/trees/roles.csv for which no rule makes an exception: what it sees, others see as well."""

CUSTOMARY = ("PM-301", "PM-601")
"""Tenders and recruitment: what agencies most often ask for, of organisations and of persons."""


class NoSuchPurposeError(Exception):
    """The purpose is on no list of the jurisdiction, or covers no subject."""

    def __init__(self) -> None:
        super().__init__("the jurisdiction's list of matters has no such purpose, or it covers no subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Of one jurisdiction; ``purposes`` by whether the subject is a natural person."""

    jurisdiction: str
    purposes: Mapping[bool, Purpose]

    def caller(self) -> Caller:
        codes = frozenset(purpose.code for purpose in self.purposes.values())
        who = Principal(
            client=INVENTED,
            organisation=INVENTED,
            role=DEPARTMENT,
            jurisdiction=self.jurisdiction,
            purposes=codes,
        )
        return Caller(
            principal=who, operator=Operator(staff_number=INVENTED, agreement_until=date.max, trained_until=date.max)
        )

    def matters(self, subjects: Iterable[Subject], today: date) -> Iterable[Matter]:
        """One for each purpose, naming all the subjects that it covers."""
        named = sorted(subjects, key=lambda subject: subject.digest)
        for purpose in {each.code: each for each in self.purposes.values()}.values():
            parties = (
                Party(digest=subject.digest, role=role_of(purpose), natural=subject.natural)
                for subject in named
                if self.purposes.get(subject.natural) == purpose
            )
            yield Matter(
                number=matter_number(purpose),
                client=INVENTED,
                purpose=purpose.code,
                opened_on=today,
                closed_on=None,
                operators=frozenset({INVENTED}),
                parties=tuple(parties),
            )


def agency(regulation: Regulation, jurisdiction: str, today: date, code: str | None = None) -> Agency:
    """``code``: the one purpose to ask for; otherwise a customary one for each kind of subject, where the jurisdiction
    offers it, or the first that it offers. Errors: ``NoSuchPurposeError``."""
    offered = {each.code: each for each in regulation.offered(jurisdiction, today) if not each.own_list}
    customary = tuple(offered[each] for each in CUSTOMARY if each in offered)
    asked = (offered.get(code),) if code is not None else (*customary, *offered.values())
    fitting = [each for each in asked if each is not None and (each.roles or each.any_role)]
    purposes = {
        natural: found
        for natural in (False, True)
        if (found := next((each for each in fitting if _covers(each, natural=natural)), None)) is not None
    }
    if not purposes:
        raise NoSuchPurposeError
    return Agency(jurisdiction=jurisdiction, purposes=purposes)


def public() -> Caller:
    return Caller(principal=PUBLIC)


def itself(subject: Subject) -> Caller:
    """The subject, signed in to see its own data."""
    name = f"{INVENTED}{subject.id}"
    who = Principal(client=name, organisation=name, role=SUBJECT_ROLE, jurisdiction=NATION)
    return Caller(principal=who, subject=subject)


def matter_number(purpose: Purpose) -> str:
    return f"{INVENTED}{purpose.code}"


def role_of(purpose: Purpose) -> str:
    return str(purpose.roles[0]) if purpose.roles else "party"


def _covers(purpose: Purpose, *, natural: bool) -> bool:
    return purpose.persons if natural else purpose.organisations
