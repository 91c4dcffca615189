"""Verified claims of an identity provider -> who it is: a person, or an organisation through its representative.

``IdentityAdapter`` is the seam for municipal identity services, each of which has its own names for what it knows;
``StandardClaims`` is what providers are asked for unless an adapter says otherwise. Numbers are turned into internal
ids and keyed digests here, and are kept nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from authz.principal import Subject
from gateway.intake.identifiers import NotAnIdentifierError, personal_number, uscc
from gateway.keys.sealing import KeyedDigests, normalised, normalised_number
from schema.identifiers import ResidentId, birth_date
from schema.vocabulary.subjects import IdType

NAME_CHARACTERS = 100
CONTACT_CHARACTERS = 254


class NotVerified(Exception):  # noqa: N818  # an outcome to be shown
    """The claims do not say who it is, or not at the level of real names. One sentence for every reason."""

    def __init__(self) -> None:
        super().__init__("the identity is not verified at the level that is required")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """A natural person as a document names it."""

    id_type: IdType
    number: str
    name: str
    born: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Organisation:
    uscc: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Identity:
    """``organisation``: for which the person has been verified to speak; ``contact``: verified as well; ``assurance``:
    the level, as the provider calls it (acr)."""

    person: Person
    organisation: Organisation | None
    contact: str | None
    assurance: str


class IdentityAdapter(Protocol):
    """One identity service's way of saying who somebody is."""

    def identity(self, claims: Mapping[str, object]) -> Identity:
        """Of an ID token that has been verified. Errors: ``NotVerified``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardClaims:
    """``name``, ``id_type`` (of ``IdType``), ``id_number``, ``birthdate`` where the number does not say it;
    ``org_uscc`` and ``org_name`` where the person signs in for an organisation; ``email`` with ``email_verified``, or
    ``phone_number`` with ``phone_number_verified``; ``acr``, one of ``levels``."""

    levels: frozenset[str]

    def identity(self, claims: Mapping[str, object]) -> Identity:
        assurance = _text(claims, "acr")
        if assurance not in self.levels:
            raise NotVerified
        try:
            id_type = IdType[_text(claims, "id_type")]
            number = personal_number(id_type, _text(claims, "id_number"))
            organisation = _organisation(claims)
        except (KeyError, NotAnIdentifierError):
            raise NotVerified from None
        born = _born(id_type, number, claims)
        person = Person(id_type=id_type, number=number, name=_text(claims, "name"), born=born)
        return Identity(person=person, organisation=organisation, contact=_contact(claims), assurance=assurance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs in, by internal ids and digests, with the names that are shown to it. ``born``: the birth date of the
    person, where its document or its provider states it."""

    subject: Subject
    person: Subject
    name: str = field(repr=False)
    person_name: str = field(repr=False)
    contact: str | None = field(repr=False)
    born: date | None = field(default=None, repr=False)


def account_of(identity: Identity, digester: KeyedDigests) -> Account:
    """The subject that it is in the register, whether the register knows it or not."""
    person = person_of(identity.person, digester)
    organisation = identity.organisation
    return Account(
        subject=person if organisation is None else organisation_of(organisation, digester),
        person=person,
        name=identity.person.name if organisation is None else organisation.name,
        person_name=identity.person.name,
        contact=identity.contact,
        born=identity.person.born,
    )


def person_of(person: Person, digester: KeyedDigests) -> Subject:
    kind, number = person.id_type.name, normalised_number(person.number)
    return Subject(
        id=digester.internal_id("person", f"{kind}:{number}"),
        digest=digester.person_digest(kind, number, person.name),
        natural=True,
    )


def organisation_of(organisation: Organisation, digester: KeyedDigests) -> Subject:
    number = normalised_number(organisation.uscc)
    return Subject(
        id=digester.internal_id("organisation", number), digest=digester.organisation_digest(number), natural=False
    )


def _organisation(claims: Mapping[str, object]) -> Organisation | None:
    if "org_uscc" not in claims:
        return None
    return Organisation(uscc=uscc(_text(claims, "org_uscc")), name=_text(claims, "org_name"))


def _born(id_type: IdType, number: str, claims: Mapping[str, object]) -> date | None:
    """What a resident's number says goes before what anybody claims."""
    if id_type is IdType.RESIDENT_ID:
        return birth_date(ResidentId(number))
    try:
        return date.fromisoformat(str(claims.get("birthdate", "")))
    except ValueError:
        return None


def _contact(claims: Mapping[str, object]) -> str | None:
    for name in ("email", "phone_number"):
        value = claims.get(name)
        if claims.get(f"{name}_verified") is True and isinstance(value, str) and 0 < len(value) <= CONTACT_CHARACTERS:
            return value
    return None


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    found = normalised(value) if isinstance(value, str) else ""
    if not 0 < len(found) <= NAME_CHARACTERS:
        raise NotVerified
    return found
