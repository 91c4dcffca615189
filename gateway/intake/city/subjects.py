"""A seed and an index -> an invented organisation or person, and the rows that register it.

Nobody bears these identifiers: their county suffix is 99. A subject depends on its own index alone, so a larger city
begins with the smaller one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gateway.intake.city.mix import Mix
from gateway.intake.city.names import address, organisation_name, person_name, trade
from gateway.intake.city.places import MARKET, TODAY, WHERE, Place, Row, credit_code, office_name
from schema.identifiers import resident_check

PERSONS = frozenset({3, 6, 9})
"""Of ten subjects in a row these are natural persons; the first of them stands before most organisations."""

_KINDS = Mix({"LEGAL_PERSON": 56, "SOLE_PROPRIETOR": 36, "FARMER_COOP": 2, "SOCIAL_ORG": 4, "PUBLIC_INSTITUTION": 2})
_PREFIXES = {
    "LEGAL_PERSON": "91",
    "SOLE_PROPRIETOR": "92",
    "FARMER_COOP": "93",
    "SOCIAL_ORG": "52",
    "PUBLIC_INSTITUTION": "12",
}
_STATUSES = Mix({"ACTIVE": 90, "SUSPENDED": 3, "REVOKED": 3, "DEREGISTERED": 4})
_CAPITALS = Mix({10: 20, 50: 25, 100: 25, 500: 15, 1000: 10, 5000: 4, 20000: 1})
_PROFESSIONS = Mix(
    {"工人": 30, "教师": 8, "医师": 4, "建造师": 4, "会计师": 4, "驾驶员": 10, "个体经营": 30, "农民": 20}
)
_FIRST_BIRTH = date(1945, 1, 1)
_BIRTH_DAYS = 24_000  # to 2010: some acted as minors


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Who answers for a subject. ``number``: empty for somebody of whom the city has the name alone."""

    name: str
    number: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """``number``: credit code of an organisation, resident identity number of a person; ``since``: founded, or old
    enough to answer; ``head``: who represents an organisation, a person's own self; ``chance``: its dice."""

    index: int
    name: str
    number: str
    kind: str
    place: Place
    phone: str
    address: str
    since: date
    chance: Random
    head: Head

    @property
    def natural(self) -> bool:
        return self.kind == "NATURAL_PERSON"

    def happens(self, share: float) -> bool:
        """One throw: true for this share of the throws."""
        return self.chance.random() < share

    def named(self) -> dict[str, object]:
        """The columns by which a record names its subject."""
        kinds = {"NATURAL_PERSON": "NATURAL_PERSON", "SOLE_PROPRIETOR": "SOLE_PROPRIETOR"}
        return {
            "subject_name": self.name,
            "subject_kind": kinds.get(self.kind, "ORGANISATION"),
            "uscc": "" if self.natural else self.number,
            "id_type": "RESIDENT_ID" if self.natural else "",
            "id_number": self.number if self.natural else "",
        }


def is_person(index: int) -> bool:
    return index % 10 in PERSONS


def person(seed: int, index: int) -> Subject:
    chance = Random(f"{seed} {index}")  # invented data
    place = WHERE.draw(chance)
    born = _FIRST_BIRTH + timedelta(days=index * 7919 % _BIRTH_DAYS)
    sequence = 100 + 2 * (index // _BIRTH_DAYS) + chance.randrange(2)  # persons of the fixture stand below 100
    body = f"{place.county}{born:%Y%m%d}{sequence:03d}"
    head = Head(
        name=person_name(chance),
        number=body + resident_check(body),
        phone=f"199{index:08d}",
        address=address(place, chance),
    )
    return Subject(
        index=index,
        name=head.name,
        number=head.number,
        kind="NATURAL_PERSON",
        place=place,
        phone=head.phone,
        address=head.address,
        since=born + timedelta(days=14 * 365),
        chance=chance,
        head=head,
    )


def organisation(seed: int, index: int, someone: Subject | None) -> Subject:
    """``someone``: a person of the city, who represents every second organisation that is offered one."""
    chance = Random(f"{seed} {index}")  # invented data
    place = WHERE.draw(chance)
    kind = _KINDS.draw(chance)
    registered = chance.random() < 0.5
    return Subject(
        index=index,
        name=organisation_name(place, kind, chance),
        number=credit_code(_PREFIXES[kind], place.county, f"C{index:07d}"),
        kind=kind,
        place=place,
        phone=f"{place.dialling}-{chance.randrange(80_000_000, 89_999_999)}",
        address=address(place, chance),
        since=TODAY - timedelta(days=int(200 + 9000 * chance.random() ** 2)),
        chance=chance,
        head=someone.head if someone is not None and registered else _outsider(place, chance),
    )


def registration(subject: Subject) -> Iterator[Row]:
    """The rows of the registers of people and of business."""
    if subject.natural:
        yield "persons", _person(subject)
    else:
        yield "organisations", _organisation(subject)
        yield from _links(subject)


def _outsider(place: Place, chance: Random) -> Head:
    phone = f"199{chance.randrange(10**8):08d}"
    return Head(name=person_name(chance), number="", phone=phone, address=address(place, chance))


def _organisation(subject: Subject) -> dict[str, object]:
    chance = subject.chance
    code = subject.number
    return {
        "name": subject.name,
        "uscc": code,
        "kind": subject.kind,
        "status": _STATUSES.draw(chance),
        "jurisdiction": subject.place.county,
        "former_names": organisation_name(subject.place, subject.kind, chance) if subject.happens(0.04) else "",
        "org_code": code[8:17],
        "industry": trade(chance),
        "business_scope": f"{trade(chance)}；{trade(chance)}（依法须经批准的项目，经批准后方可开展经营活动）",
        "registration_authority": office_name(subject.place, MARKET),
        "registered_address": subject.address,
        "registered_capital": _CAPITALS.draw(chance),
        "established_on": subject.since,
        "office_phone": subject.phone,
        "contact_person": person_name(chance),
        "contact_phone": f"199{chance.randrange(10**8):08d}",
    }


def _links(subject: Subject) -> Iterator[Row]:
    first = "OPERATOR" if subject.kind == "SOLE_PROPRIETOR" else "LEGAL_REP"
    since = subject.since
    if subject.happens(0.1):
        until = since + (TODAY - since) / 2
        yield _link(subject, first, person_name(subject.chance), "", since, until - timedelta(days=1))
        since = until
    yield _link(subject, first, subject.head.name, subject.head.number, since, "")
    others = 0 if first == "OPERATOR" else subject.chance.randrange(3)
    for role in ("SHAREHOLDER", "EXECUTIVE")[:others]:
        yield _link(subject, role, person_name(subject.chance), "", subject.since, "")


def _link(subject: Subject, role: str, name: str, number: str, since: date, until: object) -> Row:
    return "links", {
        "uscc": subject.number,
        "role": role,
        "name": name,
        "id_type": "RESIDENT_ID" if number else "",
        "id_number": number,
        "from_date": since,
        "to_date": until,
        "source": "登记",
    }


def _person(subject: Subject) -> dict[str, object]:
    number, chance = subject.number, subject.chance
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    age = (TODAY - born).days / 365
    died = subject.happens(age**4 / 4e9)  # 2 % of the seventy-year-olds and hardly anyone at thirty
    return {
        "name": subject.name,
        "id_type": "RESIDENT_ID",
        "id_number": number,
        "sex": "MALE" if int(number[16]) % 2 else "FEMALE",
        "birth_date": born,
        "death_date": TODAY - timedelta(days=chance.randrange(1, 700)) if died else "",
        "status": "DECEASED" if died else "ACTIVE",
        "jurisdiction": subject.place.county,
        "profession": _PROFESSIONS.draw(chance),
        "phone": subject.phone,
        "email": f"u{subject.index}@example.invalid" if subject.happens(0.3) else "",
        "home_address": subject.address,
    }
