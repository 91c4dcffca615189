"""A client's purpose -> what it may ask a subject's consent for: items and their fields, as the policy in force has it.

It is the grant the client would have if the subject ticked everything, so that nothing can be asked for that could not
be shown. There is no other list of it, and nobody need be known here to whom it is put.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from authz.consented import BORNE, LEADING
from authz.grant import Grant, Kind, Level
from authz.principal import BY_CONSENT, Caller, Consent, ConsentId, Matter, Rights, Subject
from authz.purpose import Admission, Asked, Statement, admit
from authz.rows import RowSource
from authz.space import Space
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate
from schema.errors import Code, PolicyError
from schema.regulations.regulation import Purpose, Regulation

Askable = Mapping[str, frozenset[Coordinate]]
"""The fields of each item, without those that a shown row bears in any case (``authz.consented``): of some items none,
since their rows alone say it."""

_NO_FIELDS = frozenset[Coordinate]()
_NOTHING = Rights(items=frozenset(), fields=_NO_FIELDS)


def admit_asking(
    caller: Caller,
    purpose: str,
    number: str,
    subject: Subject,
    matter: Matter | None,
    regulation: Regulation,
    today: date,
) -> Admission:
    """As a query under the consent would be admitted on that day, before anything narrows it. ``number`` is its
    business reference; ``matter`` is the registered matter of that number, None where there is none.

    Raises PolicyError: OUT_OF_CONSENT for a caller that reads under a consent already, PURPOSE_NOT_ALLOWED,
    SUBJECT_NOT_COVERED, MATTER_NOT_OPEN. BASIS: WH-二(六)2, PIPL-23, CRR-18.
    """
    if caller.consent is not None:
        raise PolicyError(Code.OUT_OF_CONSENT, "A token that is bound to a consent asks for no other.")
    if caller.principal.role not in BY_CONSENT:
        raise PolicyError(Code.PURPOSE_NOT_ALLOWED, "Only banks and credit services ask for consents.")
    supposed = Consent(
        id=ConsentId("asked for"),
        client=caller.principal.client,
        purpose=purpose,
        matter=number,
        subject=subject,
        rights=_NOTHING,
    )
    admission = admit(
        replace(caller, consent=supposed.id, consented=supposed),
        Statement(code=purpose, role=role_of(regulation.purposes.get(purpose)), matter=number),
        matter,
        Asked(persons=subject.natural, organisations=not subject.natural),
        regulation,
        today,
    )
    return replace(admission, rights=None)


def role_of(purpose: Purpose | None) -> str | None:
    """The part of the subject in queries under a consent for that purpose."""
    return next(iter(purpose.roles), None) if purpose is not None else None


def askable(grant: Grant, kind: Kind, space: Space) -> Askable:
    """What may be asked about subjects of this kind. ``grant``: of an admission that no consent narrows."""
    borne = 0
    for name in (*BORNE, *LEADING):
        borne |= space.bits_of(name)
    implied = {coordinate for coordinate, _ in space.named(borne)}
    found: dict[str, set[Coordinate]] = {}
    for part in grant.parts_of(kind):
        shown = {name for name, each in part.fields.items() if each.level is not Level.NONE}
        found.setdefault(part.item, set()).update(shown - implied)
    return MappingProxyType({item: frozenset(fields) for item, fields in found.items()})


def opened_by(askable: Askable, rights: Rights, space: Space) -> Askable:
    """Of each item in the rights, the fields in them that it opens: without those of the register's row of the subject,
    which goes with every consent."""
    own = (fields for code, fields in askable.items() if space.facts[code].source is RowSource.SUBJECT)
    chosen = rights.fields - _NO_FIELDS.union(*own)
    return MappingProxyType({code: askable.get(code, _NO_FIELDS) & chosen for code in rights.items})


def items_of(category: str, askable: Askable, catalogue: Catalogue) -> frozenset[str]:
    """The items that may be asked for in this category or subcategory."""
    items = catalogue.items
    return frozenset(code for code in askable if category in (items[code].category, items[code].subcategory))
