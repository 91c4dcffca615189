"""A number of subjects and a seed -> files of an invented city in the intake layouts, the same ones every time.

For demonstrations and tests of some thousand subjects, loaded beside the fixture or alone. Nothing here reads a file or
a clock.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from gateway.intake.city_records import TODAY, Row, records
from gateway.intake.city_subjects import (
    OFFICES,
    PLACES,
    TRADES,
    Subject,
    office_name,
    office_number,
    organisation,
    person,
    person_name,
)
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.recognition import LAYOUTS

_BLOCK = 5
"""Four organisations, then the person who heads some of them."""


def invented(subjects: int, *, seed: int = 1) -> tuple[tuple[str, bytes], ...]:
    """(name, content) of UTF-8 CSV files with that many subjects, in an order in which they can be loaded."""
    if subjects <= 0:
        return ()
    rows: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    for layout, values in (*_agencies(), *_subjects(subjects, seed)):
        rows[layout].append(values)
    return tuple((f"city_{each.name}.csv", _csv(each, rows[each.name])) for each in LAYOUTS if each.name in rows)


def _agencies() -> Iterator[Row]:
    for place in PLACES:
        for office in OFFICES:
            values = {
                "uscc": office_number(place, office),
                "name": office_name(place, office),
                "kind": office.kind,
                "department": office.department,
                "supervision_field": office.field,
                "jurisdiction": place.jurisdiction,
                "level": place.level,
                "agreement_until": date(2027, 12, 31),
            }
            yield "agencies", values


def _subjects(count: int, seed: int) -> Iterator[Row]:
    for start in range(0, count, _BLOCK):
        last = start + _BLOCK - 1
        head = person(seed, last) if last < count else None
        for index in range(start, min(last, count)):
            yield from _organisation(organisation(seed, index), head)
        if head is not None:
            yield from _person(head)


def _organisation(subject: Subject, someone: Subject | None) -> Iterator[Row]:
    chance = subject.chance
    founded = TODAY - timedelta(days=chance.randrange(1800, 9000))
    head = someone if subject.happens(0.5) else None
    values = {
        "name": subject.name,
        "uscc": subject.number,
        "kind": subject.kind,
        "status": chance.choices(("ACTIVE", "SUSPENDED", "REVOKED", "DEREGISTERED"), weights=(94, 2, 2, 2))[0],
        "jurisdiction": subject.place.county,
        "industry": chance.choice(TRADES),
        "registered_address": subject.address,
        "registered_capital": chance.choice((10, 50, 100, 500, 1000)),
        "established_on": founded,
        "office_phone": subject.phone,
    }
    yield "organisations", values
    yield _link(subject, head, founded)
    yield from records(subject, head)


def _link(subject: Subject, head: Subject | None, founded: date) -> Row:
    values = {
        "uscc": subject.number,
        "role": "OPERATOR" if subject.kind == "SOLE_PROPRIETOR" else "LEGAL_REP",
        "name": head.name if head else person_name(subject.chance),
        "from_date": founded,
        "source": "登记",
    }
    return "links", {**values, **({"id_type": "RESIDENT_ID", "id_number": head.number} if head else {})}


def _person(subject: Subject) -> Iterator[Row]:
    died = TODAY - timedelta(days=subject.chance.randrange(1, 700)) if subject.happens(0.01) else None
    number = subject.number
    values = {
        "name": subject.name,
        "id_type": "RESIDENT_ID",
        "id_number": number,
        "sex": "MALE" if int(number[16]) % 2 else "FEMALE",
        "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        "death_date": died or "",
        "status": "DECEASED" if died else "ACTIVE",
        "jurisdiction": subject.place.county,
        "phone": subject.phone,
        "home_address": subject.address,
    }
    yield "persons", values
    yield from records(subject, None)


def _csv(layout: Layout, rows: Sequence[Mapping[str, object]]) -> bytes:
    used = {name for row in rows for name in row}
    columns = [column for column in layout.columns if column.name in used]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.headers[0] for column in columns)
    writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return out.getvalue().encode()
