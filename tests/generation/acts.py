"""Records, the measures that follow from them, and feedback: every family in every state that it can be in.

``random`` chooses whom an act is about and how it is filled; which states there are is ``states``. Rows keep what
intake keeps: a family fills its own columns, a person is named only in a person's record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from authz.masks import MASKS
from gateway.keys.sealing import KeyedSealer
from schema.catalogue import Catalogue, CatalogueItem
from schema.vocabulary.administration import SupervisionField
from schema.vocabulary.measures import FeedbackAction
from schema.vocabulary.records import DocumentKind, LeniencyFlag, Polarity
from tests.generation.agencies import agency_id
from tests.generation.families import FAMILIES, any_day, sealed, some, word
from tests.generation.identities import ORGANISATIONS, PERSONS, Person, person
from tests.generation.states import (
    LIST_STATES,
    LONG_AGO,
    MEASURE_STATES,
    RECORD_STATES,
    SOON,
    TERM_STATES,
    TODAY,
    State,
)
from tests.generation.subjects import PLACES, organisation_id, person_id

Row = dict[str, Any]

_PROVIDERS = ("A4", "A4", "A1", "A2", "A5", "A7", "A3")
_IN_EVERY_STATE = frozenset({"PENALTY", "SERIOUS_LIST", "DEFAULTER"})
_STATES_OF_OTHERS = 5
_LIST_TYPES = {"RED_LIST": "RED", "SERIOUS_LIST": "SERIOUS"}
_MEASURES = (
    ("ADM-09", "ADM", "COMPULSORY", "HS-14(四)"),
    ("ADM-16", "ADM", "COMPULSORY", "EZ-12"),
    ("INC-02", "INC", "COMPULSORY", "HS-8"),
    ("MKT-02", "MKT", "VOLUNTARY", "HS-15(二)"),
    ("SOC-01", "SOC", "VOLUNTARY", "HS-17(一)"),
)
MEASURES = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """A subject of the city; ``person`` is None for an organisation."""

    id: int
    person: Person | None

    @property
    def natural(self) -> bool:
        return self.person is not None


def records(random: Random, sealer: KeyedSealer, catalogue: Catalogue) -> list[Row]:
    found: list[Row] = []
    for item in catalogue.items.values():
        if item.family is not None:
            for state in _states(item, random):
                found.append(_record(item, state, f"{item.code}-{len(found)}", random, sealer))
    return found


def _states(item: CatalogueItem, random: Random) -> Iterator[State]:
    if item.code in _IN_EVERY_STATE:
        yield from RECORD_STATES
    else:
        yield {}
        yield from random.sample(RECORD_STATES, _STATES_OF_OTHERS)
    if item.family in {"ListEntry", "AbnormalOperation"}:
        yield from LIST_STATES
    if item.family == "ListEntry":
        yield from TERM_STATES


def _record(item: CatalogueItem, state: State, mark: str, random: Random, sealer: KeyedSealer) -> Row:
    whom, decided = _whom(item, random, sealer), TODAY - timedelta(days=random.randint(30, 1200))
    row: Row = {
        "id": sealer.internal_id("record", mark),
        "subject_id": whom.id,
        "natural": whom.natural,
        "family": str(item.family),
        "item": item.code,
        "category": item.category.value,
        "subcategory": item.subcategory.value if item.subcategory is not None else None,
        "jurisdiction": random.choice(PLACES),
        "document_number": f"测字_{mark}%号",
        "document_kind": word(random, DocumentKind),
        "decided_on": decided,
        "document_effective_on": any_day(random),
        "valid_until": any_day(random),
        "authority_id": agency_id(sealer, random.choice(_PROVIDERS)),
        "source_unit_id": agency_id(sealer, random.choice(_PROVIDERS)),
        "severity": random.choice(("GENERAL", "SERIOUS", "SERIOUS", None)),
        "polarity": word(random, Polarity),
        "supervision_field": random.choice(("TENDER_PROCUREMENT", "FOOD_DRUG_SAFETY", word(random, SupervisionField))),
        "state": "ACTIVE",
        "published_from": decided + timedelta(days=5),
        "publication_until": SOON + timedelta(days=random.randint(0, 400)),
        "publication_basis": "WH-二(二)2" if whom.natural else None,
        "leniency": some(random, LeniencyFlag),
        "attachments": [f"附件·{mark}"],
        "attachments__redact_text": random.choice((None, [f"附件[已隐去]·{mark}"])),
        **sealed("facts", mark, sealer.seal_value),
        **(sealed("content", mark, sealer.seal_value) if random.random() < 0.8 else {}),
        **sealed("remark", mark, sealer.seal_value, None),
        **sealed("handler", mark, sealer.seal_value, None),
        **FAMILIES[str(item.family)](random, mark, sealer.seal_value),
    }
    if item.family == "ListEntry":
        row["list_type"] = _LIST_TYPES.get(item.code, "JOINT_SANCTION")
        row["recognising_department_id"] = agency_id(sealer, random.choice(_PROVIDERS))
    row |= state
    return row | _as_named(row, item, whom.person, sealer)


def _whom(item: CatalogueItem, random: Random, sealer: KeyedSealer) -> Whom:
    """Mostly those whom matters name, so that look-ups find something."""
    kind = random.choice(sorted(item.kinds))
    if kind == "person":
        index = random.choice((random.randrange(9), random.randrange(PERSONS)))
        return Whom(id=person_id(index, sealer), person=person(index))
    index = random.choice((random.randrange(10), random.randrange(ORGANISATIONS)))
    return Whom(id=organisation_id(index, sealer), person=None)


def _as_named(row: Row, item: CatalogueItem, who: Person | None, sealer: KeyedSealer) -> Row:
    """The person as named in this record, in the forms that the item allows."""
    if who is None or row["publication_basis"] is None:
        return {}
    named: Row = {"party_name__name_surname": MASKS["MASK_NAME_SURNAME"](who.name)}
    if row["family"] in {"Defaulter", "Honour"} or row.get("list_type") == "RED":
        named["party_name_ct"] = sealer.seal_value(who.name)
    if row["family"] == "Defaulter":
        home = "湖北省武汉市洪山区测试路1号"
        named |= {
            "party_id_number__id_court": MASKS["MASK_ID_COURT"](who.number),
            "party_sex": "MALE",
            "party_home_address__addr_county": MASKS["MASK_ADDR_COUNTY"](home),
            "party_age": TODAY.year - who.born.year,
        }
    return named


def measures(random: Random, sealer: KeyedSealer, of: list[Row]) -> list[Row]:
    """Most follow from a record and are about its subject; one in five has none."""
    found = []
    for number in range(MEASURES):
        record, (entry, category, force, basis) = random.choice(of), random.choice(_MEASURES)
        row: Row = {
            "id": sealer.internal_id("measure", str(number)),
            "subject_id": record["subject_id"],
            "natural": record["natural"],
            "record_id": None if number % 5 == 4 else record["id"],
            "list_entry": entry,
            "category": category,
            "force": force,
            "mandatory": random.random() < 0.5,
            "market_subject": not record["natural"],
            "legal_basis": basis,
            "jurisdiction": random.choice(PLACES),
            "initiated_by_id": agency_id(sealer, random.choice(("A1", "A5", "A6", "A4"))),
            "executed_by_id": random.choice((None, *(agency_id(sealer, each) for each in ("A7", "A7", "A1")))),
            "pushed_on": LONG_AGO,
            "in_force_on": date(2026, 1, 5),
            "starts_on": date(2026, 1, 5) + timedelta(days=number % 7),
            "ends_on": SOON,
            **sealed("human_decision", f"measure-{number}", sealer.seal_value, None),
        }
        found.append({**row, **MEASURE_STATES[number % len(MEASURE_STATES)]})
    return found


def feedback(random: Random, sealer: KeyedSealer, of: list[Row]) -> list[Row]:
    found = []
    for number, measure in enumerate(random.sample(of, 50)):
        day = random.choice((None, YEAR_START + timedelta(days=number)))
        found.append(
            {
                "id": sealer.internal_id("feedback", str(number)),
                "measure_id": measure["id"],
                "executed_by_id": measure["executed_by_id"] or agency_id(sealer, "A7"),
                "action": random.choice([each.value for each in FeedbackAction]),
                "applied_on": day,
                "reported_on": day and day + timedelta(days=number % 4 * 30),
                "matter_number": random.choice((None, f"EZJY-{number}")),
                **sealed("result", f"feedback-{number}", sealer.seal_value),
            }
        )
    return found


YEAR_START = date(2026, 1, 1)


def person_targets(random: Random, records: list[Row], links: list[Row]) -> list[Row]:
    """The persons answerable for an entry of an organisation on a list: links of that organisation."""
    found: list[Row] = []
    for record in records:
        own = [link for link in links if link["organisation_id"] == record["subject_id"]]
        if record["family"] == "ListEntry" and own:
            found += [{"record_id": record["id"], "link_id": link["id"]} for link in random.sample(own, 2)]
    return found
