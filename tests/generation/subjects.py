"""Organisations, persons and their links of the generated city, with every form of a value that is stored.

Masked forms are made by the shipped masks, as intake makes them. Persons may be minors, dead, or without most of their
values; links may be past, to come, or to nobody.
"""

import json
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from authz.masks import MASKS
from gateway.keys.sealing import KeyedSealer
from schema.names import fold, grams
from schema.vocabulary.subjects import LinkRole
from tests.generation.identities import ORGANISATIONS, PERSONS, organisation_name, person, uscc
from tests.generation.states import TODAY, TOMORROW, YESTERDAY

Row = dict[str, Any]

PLACES = ("420100", "420111", "420700", "370115", "420106")
_ORGANISATION_KINDS = ("LEGAL_PERSON", "SOLE_PROPRIETOR", "FARMER_COOP", "SOCIAL_ORG")
_DEATHS = {22: YESTERDAY, 23: TODAY, 24: TOMORROW}


def organisation_id(index: int, sealer: KeyedSealer) -> int:
    return sealer.internal_id("organisation", uscc(index))


def person_id(index: int, sealer: KeyedSealer) -> int:
    return sealer.internal_id("person", person(index).number)


def organisations(random: Random, sealer: KeyedSealer) -> list[Row]:
    return [_organisation(index, random, sealer) for index in range(ORGANISATIONS)]


def _organisation(index: int, random: Random, sealer: KeyedSealer) -> Row:
    name, phone, tax = organisation_name(index), f"027-8{index:03}5678", f"4201991990060600{index:02}L0"
    contact = person(index % PERSONS).name
    row: Row = {
        "id": organisation_id(index, sealer),
        "natural": False,
        "kind": random.choice(_ORGANISATION_KINDS),
        "status": random.choice(("ACTIVE", "SUSPENDED", "REVOKED", None)),
        "jurisdiction": random.choice((*PLACES, None)),
        "name": name,
        "name_folded": fold(name),
        "uscc": uscc(index),
    }
    if index % 8 == 7:
        return row
    return row | {
        "former_names": random.choice((None, [], [f"旧名{index}"])),
        "other_codes": random.choice((None, [], [f"ORG_CODE MA9G{index}"])),
        "tax_registration_number": tax,
        "tax_registration_number__tax_no": MASKS["MASK_TAX_NO"](tax),
        "organisation_form": random.choice(("有限责任公司", "")),
        "industry": f"行业·{index}",
        "business_scope": f"经营·{index}",
        "registration_authority": f"登记机关·{index}",
        "registered_address": f"湖北省武汉市洪山区测试路{index}号",
        "registered_capital": random.choice((None, 0, 100_000_001 * index)),
        "established_on": date(2000 + index % 20, 1, 31),
        "office_phone": phone,
        "office_phone__landline": MASKS["MASK_LANDLINE"](phone),
        "contact_person_ct": sealer.seal_value(contact),
        "contact_person__name_surname": MASKS["MASK_NAME_SURNAME"](contact),
        "contact_phone_ct": sealer.seal_value(f"138001{index:05}"),
        "financials": random.choice((None, json.dumps({"assets": index, "mark": f"财务·{index}"}))),
    }


def persons(random: Random, sealer: KeyedSealer) -> list[Row]:
    return [_person(index, random, sealer) for index in range(PERSONS)]


def _person(index: int, random: Random, sealer: KeyedSealer) -> Row:
    who, died = person(index), _DEATHS.get(index)
    row: Row = {
        "id": person_id(index, sealer),
        "natural": True,
        "kind": "NATURAL_PERSON",
        "status": "DECEASED" if died is not None and died <= TODAY else random.choice(("ACTIVE", None)),
        "jurisdiction": random.choice((*PLACES, None)),
        "person_digest": sealer.person_digest("RESIDENT_ID", who.number, who.name),
        "person_number_digest": sealer.number_digest("RESIDENT_ID", who.number),
        "person_id_type": "RESIDENT_ID",
        "person_death_date": died,
    }
    if index % 9 == 8:
        return row
    number = {f"person_id_number__{mask}": MASKS[f"MASK_{mask.upper()}"](who.number) for mask in _NUMBER_MASKS}
    return row | number | _particulars(index, sealer) | {
        "person_sex": random.choice(("MALE", "FEMALE", None)),
        "person_nationality": "CHN",
        "person_profession": random.choice((f"职业·{index}", "", None)),
        "person_birth_year": who.born.year,
        "person_adult_on": who.born.replace(year=who.born.year + 18),
    }  # fmt: skip


_NUMBER_MASKS = ("id_birth8", "id_court", "id_1_1", "id_full")


def _particulars(index: int, sealer: KeyedSealer) -> Row:
    who, phone, email = person(index), f"139001{index:05}", f"p{index}@example.org"
    home = f"湖北省武汉市洪山区测试路{index}号"
    return {
        "person_name_ct": sealer.seal_value(who.name),
        "person_name__name_surname": MASKS["MASK_NAME_SURNAME"](who.name),
        "person_id_number_ct": sealer.seal_value(who.number),
        "person_birth_date_ct": sealer.seal_value(who.born.isoformat()),
        "person_ethnicity_ct": sealer.seal_value("汉族"),
        "person_phone_ct": sealer.seal_value(phone),
        "person_phone__phone": MASKS["MASK_PHONE"](phone),
        "person_email_ct": sealer.seal_value(email),
        "person_email__email": MASKS["MASK_EMAIL"](email),
        "person_home_address_ct": sealer.seal_value(home),
        "person_home_address__addr_county": MASKS["MASK_ADDR_COUNTY"](home),
    }


def links(random: Random, sealer: KeyedSealer) -> list[Row]:
    """Of every role; those of organisations that have a legal representative have exactly one at a time."""
    found = []
    for index in range(ORGANISATIONS):
        found.append(_link(f"{index}-LEGAL_REP", "LEGAL_REP", index, (date(2026, 1, 1), None), random, sealer))
        found.append(_link(f"{index}-BEFORE", "LEGAL_REP", index, (date(2020, 1, 1), date(2026, 1, 1)), random, sealer))
        for number in range(2):
            role = random.choice([each.value for each in LinkRole if each != "LEGAL_REP"])
            term = random.choice(_TERMS)
            found.append(_link(f"{index}-{number}", role, index, term, random, sealer))
    return found


_TERMS = (
    (date(2024, 2, 29), None),
    (date(2024, 2, 29), TODAY),
    (date(2024, 2, 29), TOMORROW),
    (TODAY, None),
    (TOMORROW, None),
    (None, None),
)


def _link(
    key: str, role: str, index: int, term: tuple[date | None, date | None], random: Random, sealer: KeyedSealer
) -> Row:
    other = random.randrange(PERSONS)
    name = random.choice((person(other).name, person(other).name, organisation_name(other), ""))
    return {
        "id": sealer.internal_id("link", key),
        "organisation_id": organisation_id(index, sealer),
        "person_id": None if random.random() < 0.2 else person_id(other, sealer),
        "role": role,
        "name": name,
        "name__name_surname": MASKS["MASK_NAME_SURNAME"](name),
        "from_date": term[0],
        "to_date": term[1],
        "source": f"来源·{key}",
    }


def name_grams(rows: list[Row]) -> Iterator[Row]:
    """What the search by name looks in."""
    for row in rows:
        for gram in sorted(grams(str(row["name"]))):
            yield {"gram": gram, "subject_id": row["id"]}
