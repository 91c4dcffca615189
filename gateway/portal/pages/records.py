"""The answer of the line about one's own data -> rows to read, each with its particulars, term and ways to object.

Asked whole: every field of every kind of record that the schema has. What the line withholds is not there. BASIS:
PIPL-45, WH-二(三)3, WH-二(五).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from authz.principal import Subject
from gateway.portal.pages.asking import OwnData
from gateway.portal.pages.naming import Names
from gateway.portal.texts import Language
from schema.coordinates import coordinate_of, labelled_by, types_of
from schema.documents.leaves import leaves

PAGE = 100
"""Rows of one answer."""
MOST = 2000
"""Rows of one copy; nobody has so many."""

VERDICTS = ("judgmentDefaulter", "seriousList", "sanctioned", "majorPenalty", "redList", "cleanRecord")

_BRANCHES: Mapping[str, str] = {
    "authority": "{ name }",
    "sourceUnit": "{ name }",
    "publication": "{ from until expired }",
    "catalogueItem": "{ code name category }",
    "recognisingDepartment": "{ name }",
    "court": "{ name }",
    "grantedBy": "{ name }",
}
"""Fields with fields of their own, where a record has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particular:
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """``until``: last day of publication; ``repairable``: whether the catalogue lets it be repaired."""

    kind: str
    item: str | None
    number: str | None
    decided: str | None
    authority: str | None
    status: str | None
    until: str | None
    repair: str | None
    objected: bool
    repairable: bool
    particulars: tuple[Particular, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCopy:
    """``answers``: what the line answered, page by page, as it was logged; ``entries``: their places in the log."""

    about: tuple[Particular, ...]
    verdicts: tuple[Particular, ...]
    records: tuple[OwnRecord, ...]
    answers: tuple[Mapping[str, Any], ...]
    entries: tuple[str, ...]


async def own_copy(data: OwnData, subject: Subject, address: str | None, names: Names) -> OwnCopy:
    """Everything that is known here of the subject. Errors: ``NotAnswered``."""
    answers, entries, after = [], [], None
    while True:
        variables = {"id": data.id_of(subject), "first": PAGE, "after": after}
        found, reply = await data.ask(subject, address, document(names.language, natural=subject.natural), variables)
        answers.append(found)
        entries.append(str(reply.entry))
        page = (found["node"] or {}).get("records") or {"pageInfo": {"hasNextPage": False}}
        after = page["pageInfo"].get("endCursor")
        if not page["pageInfo"]["hasNextPage"] or len(answers) * PAGE >= MOST:
            break
    node = answers[0]["node"] or {}
    rows = [
        edge["node"] for each in answers for edge in ((each["node"] or {}).get("records") or {"edges": ()})["edges"]
    ]
    return OwnCopy(
        about=tuple(_particulars(node, "NaturalPerson" if subject.natural else "Organisation", names)),
        verdicts=tuple(_verdicts(node.get("standing") or {}, names)),
        records=tuple(_record(row, names) for row in rows),
        answers=tuple(answers),
        entries=tuple(entries),
    )


@cache
def document(language: Language, *, natural: bool) -> str:
    """Variables: ``$id``, ``$first``, ``$after``."""
    subject, families = ("NaturalPerson" if natural else "Organisation"), types_of("Record")
    verdicts = " ".join(f"{name} {{ answer label(lang: {_lang(language)}) }}" for name in VERDICTS)
    common = _asked((*_branches(families[0], common=True), *_plain(families[0], common=True)), families[0], language)
    own = " ".join(f"... on {name} {{ {fields} }}" for name in families if (fields := _own(name, language)))
    return f"""query Own($id: ID!, $first: Int!, $after: String) {{ node(id: $id) {{ ... on {subject} {{
        {_asked(leaves(subject), subject, language)} standing {{ {verdicts} }}
        records(first: $first, after: $after) {{ pageInfo {{ hasNextPage endCursor }}
            edges {{ node {{ __typename {common} {own} }} }} }} }} }} }}"""


def _own(family: str, language: Language) -> str:
    return _asked((*_branches(family, common=False), *_plain(family, common=False)), family, language)


def _asked(names: Iterable[str], type_name: str, language: Language) -> str:
    return " ".join(
        f"{name} {_BRANCHES[name]}"
        if name in _BRANCHES and name not in leaves(type_name)
        else f"{name}(lang: {_lang(language)})"
        if labelled_by(type_name, name)
        else name
        for name in names
    )


def _plain(family: str, *, common: bool) -> Iterator[str]:
    """Fields that are values: those that every record has, or those of this family alone."""
    return (name for name in leaves(family) if _is_common(family, name) == common)


def _branches(family: str, *, common: bool) -> Iterator[str]:
    named = (name for name in _BRANCHES if name not in leaves(family) and coordinate_of(family, name) is not None)
    return (name for name in named if _is_common(family, name) == common)


def _is_common(family: str, name: str) -> bool:
    return (coordinate_of(family, name) or "").startswith("Record.")


def _lang(language: Language) -> str:
    return language.value.upper()


def _record(row: Mapping[str, Any], names: Names) -> OwnRecord:
    item = row.get("catalogueItem") or {}
    code = item.get("code")
    known = names.catalogue.items.get(code or "")
    return OwnRecord(
        kind=row["__typename"],
        item=None if code is None else names.item(code),
        number=row.get("documentNumber"),
        decided=row.get("decidedOn"),
        authority=(row.get("authority") or {}).get("name"),
        status=row.get("statusLabel"),
        until=(row.get("publication") or {}).get("until"),
        repair=row.get("repairStateLabel"),
        objected=bool(row.get("underObjection")),
        repairable=known is not None and known.repairable,
        particulars=tuple(_particulars(row, row["__typename"], names)),
    )


_SHOWN_APART = frozenset({"documentNumber", "decidedOn", "statusLabel", "repairStateLabel", "underObjection"})


def _particulars(row: Mapping[str, Any], type_name: str, names: Names) -> Iterator[Particular]:
    for name in leaves(type_name):
        coordinate, value = coordinate_of(type_name, name), row.get(name)
        if coordinate is not None and value not in (None, [], "") and name not in _SHOWN_APART:
            yield Particular(label=names.field(coordinate), value=spelt(value, names.language))


def _verdicts(standing: Mapping[str, Any], names: Names) -> Iterator[Particular]:
    for name, found in standing.items():
        coordinate = coordinate_of("Standing", name)
        if coordinate is not None and isinstance(found, Mapping):
            yield Particular(label=names.field(coordinate), value=str(found["label"]))


def spelt(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return {True: ("是", "yes"), False: ("否", "no")}[value][language is Language.ENGLISH]
    if isinstance(value, Mapping):
        value = [f"{name} {each}" for name, each in value.items()]
    if isinstance(value, list):
        return ("、" if language is Language.CHINESE else ", ").join(str(each) for each in value)
    return str(value)
