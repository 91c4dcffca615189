"""Rows with defaults for all that must be filled: ``await insert(owner, "record", record(1, severity="MINOR"))``.

The defaults are a world in which everything is published: an organisation with one serious penalty, decided and
published long ago and until long after any date of the tests. A test names only what makes its row different.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import asyncpg

Row: TypeAlias = Mapping[str, Any]

JURISDICTION = "420100"
AGENCY = 900
ITEM = "CAT-03-PENALTY"


async def insert(connection: asyncpg.Connection, table: str, *rows: Row) -> None:
    for row in rows:
        columns = ", ".join(f'"{column}"' for column in row)
        places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())  # noqa: S608


def agency(id_: int = AGENCY, **values: Any) -> Row:
    row = {"id": id_, "uscc": f"AGENCY-{id_}", "name": "武汉市市场监督管理局", "kind": "GOV_DEPT"}
    return {**row, "jurisdiction": JURISDICTION, **values}


def organisation(id_: int, **values: Any) -> Row:
    row = {"id": id_, "natural": False, "kind": "LEGAL_PERSON", "status": "ACTIVE", "jurisdiction": JURISDICTION}
    return {**row, "name": f"武汉测试{id_}号有限公司", "uscc": f"USCC-{id_}", **values}


def person(id_: int, **values: Any) -> Row:
    row = {"id": id_, "natural": True, "kind": "NATURAL_PERSON", "status": "ACTIVE", "jurisdiction": JURISDICTION}
    digest = id_.to_bytes(32, "big")
    return {**row, "person_digest": digest, "person_number_digest": digest[::-1], **values}


def record(id_: int, subject_id: int = 1, **values: Any) -> Row:
    """A published penalty of an organisation; ``natural=True`` for a person's, which then also has a basis."""
    row: dict[str, Any] = {
        "id": id_,
        "subject_id": subject_id,
        "natural": False,
        "family": "Penalty",
        "item": ITEM,
        "category": "CAT-03",
        "jurisdiction": JURISDICTION,
        "document_number": f"测罚〔2024〕{id_}号",
        "decided_on": date(2024, 1, 10),
        "authority_id": AGENCY,
        "source_unit_id": AGENCY,
        "severity": "SERIOUS",
        "polarity": "NEGATIVE",
        "state": "ACTIVE",
        "published_from": date(2024, 1, 15),
        "publication_until": date(2034, 1, 10),
    }
    if values.get("natural"):
        row["publication_basis"] = "LAW-X-1"
    return {**row, **values}


def measure(id_: int, subject_id: int = 1, record_id: int | None = 1, **values: Any) -> Row:
    row: dict[str, Any] = {"id": id_, "subject_id": subject_id, "natural": False, "record_id": record_id}
    row |= {"list_entry": "ADM-09", "category": "ADM", "force": "COMPULSORY", "legal_basis": "LAW-X-2"}
    row |= {"pushed_on": date(2024, 1, 20)}
    return {**row, "jurisdiction": JURISDICTION, "initiated_by_id": AGENCY, "executed_by_id": AGENCY, **values}


def feedback(id_: int, measure_id: int = 1, **values: Any) -> Row:
    return {"id": id_, "measure_id": measure_id, "executed_by_id": AGENCY, "action": "APPLIED", **values}


def link(id_: int, organisation_id: int = 1, **values: Any) -> Row:
    row = {"id": id_, "organisation_id": organisation_id, "role": "LEGAL_REP", "name": "李测试"}
    return {**row, "name__name_surname": "李**", **values}
