"""The stated purpose, the registered matter or the consent -> the scope in which to answer, or a refusal.

Pure and blind: it knows the caller, the regulations and the matter, and whether persons or organisations are looked up;
whom only as keyed digests, and never whether anyone looked up is known. Matters that do not exist and matters of others
are refused in the same words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from authz.grant import Scope
from authz.principal import (
    AUDITOR_ROLE,
    BY_CONSENT,
    PUBLIC_ROLE,
    SUBJECT_ROLE,
    Caller,
    Consent,
    Matter,
    Principal,
    Rights,
)
from schema.errors import Code, PolicyError
from schema.regulations.regulation import Purpose, Regulation

PUBLIC_ENQUIRY = "PM-903"
SECURITY_AUDIT = "PM-904"
SUBJECT_ACCESS = "PM-902"
_NEVER_STATED = frozenset({SUBJECT_ACCESS, PUBLIC_ENQUIRY, SECURITY_AUDIT})
"""Purposes that follow from who asks and how, and cannot be claimed: of subjects, of the public, of auditors."""
_STATES_NOTHING = frozenset({SUBJECT_ROLE, PUBLIC_ROLE, AUDITOR_ROLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """@purpose with the run-time value of its matter."""

    code: str
    role: str | None = None
    matter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The scope, purpose and role under which the grant is compiled, and the rights of a consent that narrow it."""

    scope: Scope
    purpose: str
    role: str | None = None
    rights: Rights | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which kinds of subject are looked up by identifier, and whether organisations are searched for: never by whom,
    and never what was found."""

    persons: bool = False
    organisations: bool = False
    searched: bool = False


def admit(
    caller: Caller,
    stated: Statement | None,
    matter: Matter | None,
    asked: Asked,
    regulation: Regulation,
    today: date,
) -> Admission:
    """The scope of an operation. ``matter`` is the registered matter of the number that was stated, or under a consent
    of its business reference; None where there is none.

    Raises PolicyError, the first that applies: PURPOSE_REQUIRED, CONSENT_ENDED, OUT_OF_CONSENT, PURPOSE_NOT_ALLOWED,
    SUBJECT_NOT_COVERED, ROLE_REQUIRED, MATTER_REQUIRED, MATTER_NOT_OPEN. BASIS: WC-二(二), WC-二(三), EZ-5, EZ-17,
    WH-二(六).
    """
    if caller.principal.role == AUDITOR_ROLE:
        return _audit(stated, asked)
    if caller.principal.role == SUBJECT_ROLE:
        return _own(caller, stated, asked)
    if stated is None:
        return _public(asked)
    consent = _consent(caller, stated, asked) if caller.consent is not None else None
    purpose = _purpose(caller, stated, regulation, today)
    _subjects(purpose, asked)
    _role(purpose, stated)
    if consent is None:
        _matter(caller, purpose, stated, matter, asked, today)
    else:
        _reference(caller, purpose, consent, matter, today)
    return Admission(
        scope=Scope.SHARING if consent is None else Scope.CONSENT,
        purpose=purpose.code,
        role=stated.role,
        rights=None if consent is None else consent.rights,
    )


def open_to(principal: Principal, regulation: Regulation, today: date) -> tuple[Purpose, ...]:
    """The purposes that the principal may state at all: on the jurisdiction's list and on its own (WC-二(二))."""
    if principal.role in _STATES_NOTHING:
        return ()
    offered = regulation.offered(principal.jurisdiction, today)
    return tuple(each for each in offered if each.code in principal.purposes - _NEVER_STATED)


def cover(matter: Matter | None, role: str | None, digests: Iterable[bytes]) -> None:
    """Refuse unless every natural person looked up is a party of the matter in that role. Raises PolicyError."""
    named = {party.digest for party in matter.parties if party.natural and party.role == role} if matter else set()
    if not named.issuperset(digests):
        raise PolicyError(Code.SUBJECT_NOT_COVERED, "A natural person must be named in the matter in the stated role.")


def cover_one(caller: Caller, scope: Scope, digests: Iterable[bytes]) -> None:
    """Refuse unless everyone looked up by identifier, in consent or self scope, is the one subject that the scope is
    about: whoever consented, or the caller itself. ``digests``: of persons and of organisations. Raises PolicyError."""
    if scope is Scope.CONSENT and not _is_one(caller, digests):
        raise PolicyError(Code.OUT_OF_CONSENT, "A consent opens nothing about anyone but its subject.")
    if scope is Scope.SELF and not _is_one(caller, digests):
        raise PolicyError(Code.SUBJECT_NOT_COVERED, "A subject sees its own data and nobody else's.")


def _is_one(caller: Caller, digests: Iterable[bytes]) -> bool:
    return caller.about is not None and {caller.about.digest}.issuperset(digests)


def _audit(stated: Statement | None, asked: Asked) -> Admission:
    """BASIS: WH-二(六)1. A security officer reads the log, never the data; the purpose need not be said."""
    if stated is not None and stated.code != SECURITY_AUDIT:
        raise _not_allowed()
    if asked.persons or asked.organisations:
        raise PolicyError(Code.SUBJECT_NOT_COVERED, "An auditor reads the log and looks up no subject.")
    return Admission(scope=Scope.AUDIT, purpose=SECURITY_AUDIT)


def _own(caller: Caller, stated: Statement | None, asked: Asked) -> Admission:
    """BASIS: PIPL-44, PIPL-45. A subject signed in sees its own data, and claims no other purpose."""
    if caller.subject is None or (stated is not None and stated.code != SUBJECT_ACCESS):
        raise _not_allowed()
    if asked.searched or (asked.organisations if caller.subject.natural else asked.persons):
        raise PolicyError(Code.SUBJECT_NOT_COVERED, "A subject sees its own data and nobody else's.")
    return Admission(scope=Scope.SELF, purpose=SUBJECT_ACCESS)


def _consent(caller: Caller, stated: Statement, asked: Asked) -> Consent:
    """BASIS: WH-二(六)2, PIPL-14, PIPL-15, PIPL-23. A token that is bound to a consent reads under that consent, for
    its one purpose and business reference, about its one subject, while it is in force."""
    consent = caller.consented
    if consent is None or consent.id != caller.consent:
        raise PolicyError(Code.CONSENT_ENDED, "The consent is not in force.")
    of_this = (consent.client, consent.purpose) == (caller.principal.client, stated.code)
    of_another_kind = asked.organisations if consent.subject.natural else asked.persons
    if not of_this or asked.searched or of_another_kind or stated.matter not in (None, consent.matter):
        raise PolicyError(Code.OUT_OF_CONSENT, "The consent is for another use, or about another kind of subject.")
    return consent


def _public(asked: Asked) -> Admission:
    if asked.persons:
        raise PolicyError(Code.PURPOSE_REQUIRED, "A natural person can be looked up only for a stated purpose.")
    return Admission(scope=Scope.PUBLICATION, purpose=PUBLIC_ENQUIRY)


def _purpose(caller: Caller, stated: Statement, regulation: Regulation, today: date) -> Purpose:
    """The purpose must stand on the jurisdiction's list and on the agency's own (WC-二(二))."""
    principal = caller.principal
    found = (each for each in open_to(principal, regulation, today) if each.code == stated.code)
    purpose = next(found, None)
    if purpose is None or (principal.role in BY_CONSENT and caller.consent is None):
        raise _not_allowed()
    return purpose


def _not_allowed() -> PolicyError:
    return PolicyError(Code.PURPOSE_NOT_ALLOWED, "The purpose is not open to this caller.")


def _subjects(purpose: Purpose, asked: Asked) -> None:
    if (asked.persons and not purpose.persons) or (asked.organisations and not purpose.organisations):
        raise PolicyError(Code.SUBJECT_NOT_COVERED, "The purpose does not cover this kind of subject.")


def _role(purpose: Purpose, stated: Statement) -> None:
    required = purpose.any_role or bool(purpose.roles)
    if (required or stated.role is not None) and not purpose.allows_role(stated.role):
        raise PolicyError(Code.ROLE_REQUIRED, "The purpose requires one of its roles to be stated.")


def _matter(
    caller: Caller, purpose: Purpose, stated: Statement, matter: Matter | None, asked: Asked, today: date
) -> None:
    if stated.matter is None:
        if purpose.matter_required or asked.persons:
            raise PolicyError(Code.MATTER_REQUIRED, "The purpose requires the number of a registered matter.")
        return
    if matter is None or not _serves(caller, purpose, stated.matter, matter, today):
        raise _not_open()


def _reference(caller: Caller, purpose: Purpose, consent: Consent, matter: Matter | None, today: date) -> None:
    """BASIS: WH-二(六)2, PIPL-14. A consent registers its one business reference by itself, and its subject is all who
    is party to it. Where the holder has a matter of that number besides, that must serve as any other."""
    if matter is not None and not _serves(caller, purpose, consent.matter, matter, today):
        raise _not_open()


def _not_open() -> PolicyError:
    return PolicyError(Code.MATTER_NOT_OPEN, "There is no open matter of this number for this caller and purpose.")


def _serves(caller: Caller, purpose: Purpose, number: str, matter: Matter, today: date) -> bool:
    staff = caller.operator.staff_number if caller.operator else None
    return (
        matter.number == number
        and matter.client == caller.principal.client
        and matter.purpose == purpose.code
        and staff in matter.operators
        and matter.is_open(today)
    )
