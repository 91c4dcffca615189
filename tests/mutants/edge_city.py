"""A city in which every condition has a row that fails it alone, beside rows that hold: what mutants are looked for in.

A record is named in its ``document_number``, and the tables here say who may see it: ``P`` the public, ``S`` agencies
that share, ``Y`` those who look back three years, ``A`` the agency that provided it. The day is 2026-05-20.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg

from gateway.keys.sealing import KeyedSealer
from schema.names import grams
from tests.generation.identities import person as person_of
from tests.generation.identities import uscc
from tests.mutants.edge_askers import AUDITOR, BANK, REGISTERED, askers, caller, digest
from tests.mutants.edge_days import (
    CLOSED,
    DEAD,
    DIED_TODAY,
    EMPTY,
    FIELD,
    FINED,
    FINED_MUCH,
    LINKED,
    MAIN,
    MEASURED,
    NAMED_ELSEWHERE,
    NOBODY,
    OTHER_ROLE,
    PARTY,
    PRAISED,
    REWARDED,
    SEEN,
    STRANGER,
    TARGET,
    TODAY,
    TOLD,
    TOMORROW,
    YESTERDAY,
)
from tests.mutants.edge_measures import ANSWERED, EXECUTED, MEASURE, MEASURES, link_rows, measure_rows
from tests.mutants.edge_records import FIELDS, NUMBER, OWN, PERSONS, SECRET, STATES, names, record_rows
from tests.rows import Row, agency, insert, organisation, person

__all__ = [
    "ANSWERED",
    "AUDITOR",
    "BANK",
    "CLOSED",
    "DEAD",
    "DIED_TODAY",
    "EMPTY",
    "EXECUTED",
    "FIELD",
    "FIELDS",
    "FINED",
    "FINED_MUCH",
    "LINKED",
    "MAIN",
    "MEASURE",
    "MEASURED",
    "MEASURES",
    "NAMED_ELSEWHERE",
    "NOBODY",
    "NUMBER",
    "OTHER_ROLE",
    "OWN",
    "PARTY",
    "PERSONS",
    "PRAISED",
    "REGISTERED",
    "REWARDED",
    "SECRET",
    "SEEN",
    "STATES",
    "STRANGER",
    "TARGET",
    "TODAY",
    "TOLD",
    "TOMORROW",
    "YESTERDAY",
    "build",
    "caller",
    "names",
]


def _subjects(sealer: KeyedSealer) -> Iterator[tuple[str, Row]]:
    for number in range(1, 14):
        named = {"name": f"武汉测试{number}号有限公司", "name_folded": f"武汉测试{number}号有限公司"}
        yield "subject", organisation(number, uscc=uscc(number), **named, **(_MAIN if number == MAIN else {}))
        for gram in sorted(grams(named["name"])):
            yield "organisation_name_gram", {"gram": gram, "subject_id": number}
    for number in range(PARTY, DIED_TODAY + 1):
        who = person_of(number)
        values: dict[str, Any] = {"person_digest": digest(sealer, number), "person_number_digest": number.to_bytes(32)}
        values |= {"person_name_ct": sealer.seal_value(who.name), "person_name__name_surname": who.name[0] + "**"}
        values |= {"person_id_number_ct": sealer.seal_value(who.number), "person_id_number__id_birth8": "4201**"}
        values |= {"person_phone_ct": sealer.seal_value("13800138000"), "person_phone__phone": "138****8000"}
        values |= {"person_home_address__addr_county": "湖北省武汉市洪山区***", "person_sex": "MALE"}
        values |= {"person_adult_on": who.born.replace(year=who.born.year + 18)}
        values |= _DEATHS.get(number, {})
        yield "subject", person(number, **values)


_DEATHS: Mapping[int, Mapping[str, Any]] = {DEAD: {"status": "DECEASED"}, DIED_TODAY: {"person_death_date": TODAY}}
_MAIN: Mapping[str, Any] = {
    "office_phone": "027-87000001",
    "office_phone__landline": "027-****0001",
    "financials": '{"debt": 1}',
    "tax_registration_number": "420199199006060079L0",
    "tax_registration_number__tax_no": None,
}


async def build(owner: asyncpg.Connection, sealer: KeyedSealer) -> None:
    await insert(owner, "agency", agency())
    for table, row in (*askers(sealer), *_subjects(sealer), *record_rows(sealer), *measure_rows(), *link_rows()):
        await insert(owner, table, row)
