"""The fixture's persons, and the organisations that they are the representatives of -> whom one can sign in as.

Invented, all of them. Whoever the fixture says is dead signs in no more, and nobody signs in for an organisation that
it represented once.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

FILES = resources.files("gateway.intake.fixture")
LEVEL = "real-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """``key`` names it in a form; ``claims`` are what an ID token says of it."""

    key: str
    name: str
    number: str
    speaks_for: str | None
    claims: Mapping[str, object] = field(repr=False)


@cache
def personas() -> tuple[Persona, ...]:
    """Persons first, in the order of the fixture; then those who speak for an organisation."""
    return (*_persons(), *_representatives())


def _persons() -> Iterator[Persona]:
    for row in _rows("persons.csv"):
        if row["存续状态"] == "存续":
            yield _persona(row["证件号码"], row["姓名"], row["联系电话"])


def _representatives() -> Iterator[Persona]:
    names = {row["统一社会信用代码"]: row["名称"] for row in _rows("organisations.csv")}
    phones = {row["证件号码"]: row["联系电话"] for row in _rows("persons.csv")}
    for row in _rows("links.csv"):
        if not row["任职截止日期"]:
            number, code = row["证件号码"], row["统一社会信用代码"]
            yield _persona(number, row["姓名"], phones.get(number, ""), code, names[code])


def _persona(number: str, name: str, phone: str, uscc: str | None = None, organisation: str | None = None) -> Persona:
    claims: dict[str, object] = {"acr": LEVEL, "name": name, "id_type": "RESIDENT_ID", "id_number": number}
    if phone:
        claims |= {"phone_number": phone, "phone_number_verified": True}
    if uscc is not None and organisation is not None:
        claims |= {"org_uscc": uscc, "org_name": organisation}
    key = number if uscc is None else f"{number}.{uscc}"
    return Persona(key=key, name=name, number=number, speaks_for=organisation, claims=claims)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(FILES.joinpath(name).read_text("utf-8").splitlines()))
