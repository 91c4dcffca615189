"""A type of the schema and a purpose -> the document that asks for one row of it whole, and how its answer is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from authz.grant import Kind
from gateway.preview.viewers import matter_number, role_of
from schema.catalogue import Catalogue
from schema.coordinates import coordinate_of
from schema.documents.leaves import leaves
from schema.regulations.purposes import Purpose

_BRANCHES = {
    "subject": "{ name ... on Organisation { uscc } ... on NaturalPerson { idNumber } }",
    "publication": "{ from until expired }",
    "authority": "{ name }",
    "sourceUnit": "{ name }",
}
"""Fields with fields of their own that belong to the row."""


VARIES = "VARIES"
"""The report does not say it of this very row: it depends on more than its item and its kind of subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One field as it is shown. ``level``: CLEAR, MASKED, SUMMARY, VERDICT, WITHHELD, or ``VARIES``."""

    zh: str
    field: str
    value: Any
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The row that is asked for. ``item``: of the catalogue, where the type has several."""

    id: int
    type: str
    kind: str  # of its id
    natural: bool
    item: str | None = None


def document(type_name: str, purpose: Purpose | None) -> str:
    """Variable ``$id``: the row."""
    stated = (
        f'@purpose(code: "{purpose.code}", matter: "{matter_number(purpose)}", role: "{role_of(purpose)}")'
        if purpose is not None
        else ""
    )
    return (
        f"query Preview($id: ID!) {stated} {{ node(id: $id) {{ ... on {type_name} {{ {_selection(type_name)} }} }} }}"
    )


def seen(
    asked: Asked, node: Mapping[str, Any], report: Sequence[Mapping[str, Any]], catalogue: Catalogue
) -> Iterator[Seen]:
    """Every field of the row, in the order of the schema. ``report``: the disclosure report of the answer."""
    side = Kind.PERSON if asked.natural else Kind.ORGANISATION
    levels = {
        str(entry["path"]).removeprefix("node."): _level(entry, asked.item)
        for entry in report
        if entry.get("kind") in (None, side)
    }
    for field in fields(asked.type):
        coordinate = coordinate_of(asked.type, field)
        if coordinate is not None:
            level = levels.get(field, "CLEAR")
            yield Seen(zh=catalogue.fields[coordinate].zh, field=field, value=node.get(field), level=level)


def _level(entry: Mapping[str, Any], item: str | None) -> str:
    variants = [each for each in entry.get("variants", ()) if item is None or item in each["items"]]
    found = {str(each["level"]) for each in variants} or {str(entry["level"])}
    return found.pop() if len(found) == 1 else VARIES


@cache
def fields(type_name: str) -> tuple[str, ...]:
    branches = (name for name in _BRANCHES if coordinate_of(type_name, name) is not None)
    return (*branches, *(name for name in leaves(type_name) if coordinate_of(type_name, name) is not None))


def _selection(type_name: str) -> str:
    return " ".join(f"{name} {_BRANCHES.get(name, '')}".rstrip() for name in fields(type_name))
