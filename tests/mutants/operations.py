"""How operations of the edge city begin, whom they look up, and how their answers are read."""

from typing import Any

from tests.generation.identities import person, uscc
from tests.mutants import edge_city as city
from tests.mutants.town import Told, Town

PUBLIC = "query Q($by: SubjectLookup!)"
SUPERVISED = PUBLIC + ' @purpose(code: "PM-401", matter: "CASE-401", role: "supervised")'
TENDER = PUBLIC + ' @purpose(code: "PM-301", matter: "CASE-301", role: "bidder")'
EXPERT = PUBLIC + ' @purpose(code: "PM-302", matter: "CASE-302", role: "review_expert")'
ARCHIVE = PUBLIC + ' @purpose(code: "PM-834")'
TARGETED = PUBLIC + ' @purpose(code: "PM-831", matter: "CASE-831", role: "listed_target")'
CANDIDATE = PUBLIC + ' @purpose(code: "PM-601", matter: "CASE-601", role: "candidate")'
AWARD = PUBLIC + ' @purpose(code: "PM-812", matter: "CASE-812", role: "candidate")'
HANDLED = PUBLIC + ' @purpose(code: "PM-813", matter: "CASE-813", role: "party")'
CLEAN = PUBLIC + ' @purpose(code: "PM-821", matter: "CASE-821", role: "applicant")'
SUPPLIER = PUBLIC + ' @purpose(code: "PM-805", matter: "CASE-805", role: "supplier")'
NAME = PUBLIC + "{ subject(by: $by) { name } }"
NODES = "records(first: 100) { edges { node { __typename documentNumber } } }"
RECORDS = f"{{ subject(by: $by) {{ {NODES} }} }}"
MEASURES = "{ subject(by: $by) { measures(first: 100) { edges { node { id } } } } }"


HIDDEN_OF_PERSONS = {"channel": "publication", "item": "any", "kind": "person", "level": "VERDICT", "effect": "deny"}
"""One more rule: a field of a natural person's records is not public at all."""


def organisation(number: int) -> dict[str, object]:
    return {"by": {"uscc": uscc(number)}}


def natural(number: int) -> dict[str, object]:
    who = person(number)
    return {"by": {"person": {"idNumber": who.number, "name": who.name}}}


def numbers(told: Told, type_name: str | None = None) -> set[str]:
    """The document numbers of the records that were shown of the subject."""
    nodes = [edge["node"] for edge in (told.data["subject"] or {"records": {"edges": []}})["records"]["edges"]]
    return {node["documentNumber"] for node in nodes if type_name in (None, node["__typename"])}


def measures(told: Told, town: Town, client: str | None = None) -> set[str]:
    """The names of the measures that were shown of the subject."""
    names = {number: name for name, number in city.MEASURE.items()}
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    return {names[town.opened(client, node["id"])] for node in nodes}


def by_number(told: Told) -> dict[str, dict[str, Any]]:
    """The records of the subject by document number."""
    nodes = [edge["node"] for edge in told.data["subject"]["records"]["edges"]]
    return {node["documentNumber"]: node for node in nodes}
