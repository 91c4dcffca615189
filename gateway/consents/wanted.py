"""The body of ``POST /consents`` -> ``Wanted``, or BAD_REQUEST with a sentence that names the member, never its value.

An authorization details object (RFC 9396) of one purpose. What no consent may be is refused by its form: one without an
end, for several purposes, or of "everything". It never asks whether the subject is known to anybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gateway import strict_json
from gateway.consents.records import LONGEST_DAYS, MOST_USES
from gateway.consents.shapes import Day, Described, Flag, Listed, Members, NotOfShapeError, Text, Whole, Word
from gateway.keys.sealing import normalised, normalised_number
from schema.errors import Code, Refusal
from schema.identifiers import is_resident_id, is_uscc
from schema.vocabulary.subjects import IdType

TYPE = "credit-consent/1"
DEPTH = 4
LONGEST_KEPT = 1826
"""Days for which a client may keep what it was given: five years. BASIS: CRR-16."""

_UNSEEN = r"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""Controls, and what breaks, turns round or hides text that the applicant reads."""
_PLAIN = f"[^{_UNSEEN}]"
_INK = f"[^ {_UNSEEN}]"
_RESIDENT = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
"""What looks like a resident identity number, whether or not it is one."""
_CODE = Text(form=r"[A-Z][A-Z0-9_]*", longest=64, says="Codes of the catalogue, in capital letters.")
_PERSON = Members(
    required={
        "idType": Word(words=tuple(IdType), says="One of the types of identity documents."),
        "idNumber": Text(form=r"[0-9A-Za-z]+", shortest=5, longest=20, says="The number of the identity document."),
        "name": Text(form=f"{_PLAIN}+", longest=60, says="The name, as the identity document has it."),
    },
    says="The type and number of an identity document, and the name in it.",
)
_SUBJECT = Members(
    required={},
    optional={
        "person": _PERSON,
        "uscc": Text(form=r"[0-9A-Za-z]+", shortest=18, longest=18, says="A unified social credit code."),
    },
    one_of=("person", "uscc"),
    says="Either a person or the uscc of an organisation: exactly one subject.",
)
_PERIOD = Members(
    required={
        "from": Day(says="The first day of the decisions, YYYY-MM-DD."),
        "until": Day(says="The last day of the decisions, YYYY-MM-DD: not after the end of the consent."),
    },
    says="The data that are asked for, by the day of the decision: its first and its last day.",
)
_FIELD = Text(form=r"[A-Z][A-Za-z]*\.[a-z][A-Za-z]*", longest=80, says="Fields of the schema, as Type.field.")
REQUEST = Members(
    required={
        "type": Word(words=(TYPE,), says=f"The text {TYPE}."),
        "purpose": Text(form=r"PM-[0-9]{3}", longest=6, says="The code of one purpose, as one text."),
        "manner": Word(words=("check", "monitoring"), says="One manner of the purpose: check, or monitoring."),
        "matter": Text(
            form=f"{_INK}({_PLAIN}*{_INK})?", longest=64, says="One business reference, which names nobody."
        ),
        "subject": _SUBJECT,
        "fields": Listed(of=_FIELD, most=200, says="The fields, each by its name and once; there is no word for all."),
        "period": _PERIOD,
        "uses": Whole(most=MOST_USES, says=f"A whole number of uses from 1 to {MOST_USES}."),
        "expires_in": Whole(most=LONGEST_DAYS, says=f"A whole number of days from 1 to {LONGEST_DAYS}."),
        "retention_days": Whole(most=LONGEST_KEPT, says=f"A whole number of days from 1 to {LONGEST_KEPT}."),
        "necessity": Text(form=f"{_PLAIN}+", longest=500, says="Why it is needed, in one to 500 characters."),
        "service_depends": Flag(says="True or false: whether the service cannot be given without it (PIPL-16)."),
    },
    optional={
        "categories": Listed(of=_CODE, most=30, says="Categories of the catalogue, each once; no word for all."),
        "items": Listed(of=_CODE, most=60, says="Items of the catalogue, each once; there is no word for all."),
        "via": Text(form=f"{_PLAIN}+", longest=100, says="The name of the platform that stands between."),
    },
    some_of=("categories", "items"),
    says="A request for one consent; categories, items or both say which records.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A request as it was read. ``person``: type, number and name, the numbers in the one form that is matched; either
    it or ``uscc``. ``body``: all of it but the subject, in canonical form."""

    purpose: str
    manner: str
    matter: str
    person: tuple[str, str, str] | None = field(repr=False)
    uscc: str | None = field(repr=False)
    categories: tuple[str, ...]
    items: tuple[str, ...]
    fields: tuple[str, ...]
    period: tuple[date, date]
    uses: int
    days: int
    retention_days: int
    necessity: str
    service_depends: bool
    via: str | None
    body: bytes = field(repr=False)


def read_wanted(raw: bytes) -> Wanted:
    """What is asked for. Errors: BAD_REQUEST."""
    try:
        sent = strict_json.read(raw, depth=DEPTH)
    except strict_json.NotStrictError:
        raise refused("The body is not JSON in UTF-8, or nests too deep.") from None
    try:
        return _wanted(REQUEST.read(sent, ""), sent)
    except NotOfShapeError as fault:
        raise refused(str(fault)) from None


def schema() -> Described:
    """The shape as JSON Schema 2020-12: docs/consent-request.schema.json."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Request for a consent"}
    return {**head, **REQUEST.schema()}


def refused(sentence: str) -> Refusal:
    return Refusal(Code.BAD_REQUEST, sentence)


def _wanted(read: Mapping[str, Any], sent: object) -> Wanted:
    begins, ends = read["period"]["from"], read["period"]["until"]
    if ends < begins:
        raise NotOfShapeError("period", "It ends before it begins.")
    wanted = Wanted(
        purpose=read["purpose"],
        manner=read["manner"],
        matter=read["matter"],
        person=_person(read["subject"].get("person")),
        uscc=_uscc(read["subject"].get("uscc")),
        categories=read.get("categories", ()),
        items=read.get("items", ()),
        fields=read["fields"],
        period=(begins, ends),
        uses=read["uses"],
        days=read["expires_in"],
        retention_days=read["retention_days"],
        necessity=read["necessity"],
        service_depends=read["service_depends"],
        via=read.get("via"),
        body=_without_subject(sent),
    )
    _check_texts(wanted)
    return wanted


def _without_subject(sent: object) -> bytes:
    told = {name: each for name, each in sent.items() if name != "subject"} if isinstance(sent, dict) else {}
    return strict_json.canonical(told)


def _person(read: Mapping[str, str] | None) -> tuple[str, str, str] | None:
    if read is None:
        return None
    number = normalised_number(read["idNumber"])
    if read["idType"] == IdType.RESIDENT_ID and not is_resident_id(number):
        raise NotOfShapeError("subject.person.idNumber", "It is no resident identity number.")
    name = normalised(read["name"])
    if not name:
        raise NotOfShapeError("subject.person.name", "It is empty.")
    return read["idType"], number, name


def _uscc(read: str | None) -> str | None:
    if read is None:
        return None
    code = normalised_number(read)
    if not is_uscc(code):
        raise NotOfShapeError("subject.uscc", "It is no unified social credit code.")
    return code


def _check_texts(wanted: Wanted) -> None:
    """INVARIANT: what is kept and shown as text names nobody: subjects are kept as keyed digests."""
    named = (wanted.uscc,) if wanted.person is None else wanted.person[1:]
    texts = {"matter": wanted.matter, "necessity": wanted.necessity, "via": wanted.via or ""}
    for member, text in texts.items():
        plain = normalised_number(text)
        if not plain and member == "necessity":
            raise NotOfShapeError(member, "It is empty.")
        if any(each and normalised_number(each) in plain for each in named):
            raise NotOfShapeError(member, "It names the subject, who is named in subject alone.")
        if _RESIDENT.search(plain):
            raise NotOfShapeError(member, "It holds what looks like the number of an identity document.")
