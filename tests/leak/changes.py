"""A column and its value -> another value that the column could hold, so that nobody can tell why it is not the same.

Words stay words of their vocabulary and ciphertexts open. What would break a table (references, keys, checks between
columns) is left to ``twin``.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Boolean, Date, LargeBinary

from schema.vocabulary.administration import SupervisionField
from schema.vocabulary.records import DocumentKind, LeniencyFlag, PenaltyKind
from tests.generation.states import TODAY
from tests.generation.subjects import PLACES

Seal = Callable[[str], bytes]

_WORDS: dict[str, tuple[str, ...]] = {
    "severity": ("MINOR", "GENERAL", "SERIOUS"),
    "polarity": ("POSITIVE", "NEGATIVE", "NEUTRAL"),
    "state": ("DRAFT", "QUARANTINED", "ACTIVE", "CORRECTED", "REVOKED", "DELETED"),
    "status": ("ACTIVE", "SUSPENDED", "REVOKED", "DEREGISTERED"),
    "force": ("COMPULSORY", "VOLUNTARY"),
    "role": ("LEGAL_REP", "PRINCIPAL", "EXECUTIVE", "DIRECTOR", "SHAREHOLDER", "PRACTITIONER", "OPERATOR", "GUARDIAN"),
    "action": ("APPLIED", "PARTLY", "LIFTED", "NOT_APPLICABLE"),
    "category": ("INC", "ADM", "MKT"),
    "legal_basis": ("HS-8", "EZ-12", "HS-14(四)"),
    "list_entry": ("ADM-09", "ADM-16", "INC-02", "MKT-02"),
    "person_sex": ("MALE", "FEMALE"),
    "party_sex": ("MALE", "FEMALE"),
    "jurisdiction": PLACES,
    "supervision_field": tuple(each.value for each in SupervisionField),
    "document_kind": tuple(each.value for each in DocumentKind),
    "leniency": tuple(each.value for each in LeniencyFlag),
    "penalty_kinds": tuple(each.value for each in PenaltyKind),
}
_AROUND_TODAY = (-900, -1, 0, 1, 900)


def other(table: Table, column: str, value: Any, random: Random, seal: Seal) -> Any:
    """Anything but ``value``; null now and then where null is allowed."""
    kind, nullable = table.columns[column].type, bool(table.columns[column].nullable)
    if value is not None and nullable and random.random() < 0.1:
        return None
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Date):
        return _another(value, lambda: _day(random))
    if isinstance(kind, BigInteger):
        return _another(value, lambda: random.choice((0, 1, 199_999_999, 200_000_000, random.randrange(10**9))))
    if isinstance(kind, LargeBinary):
        return seal(f"另一个人·{random.randrange(10**9)}") if column.endswith("_ct") else random.randbytes(32)
    draw = _drawing(column, random)
    return _another(value, (lambda: [draw()]) if isinstance(kind, ARRAY) else draw)


def _drawing(column: str, random: Random) -> Callable[[], str]:
    """How a text of the column is drawn: a word, or one of the forms that are read back, or anything."""
    if column in _WORDS:
        return lambda: random.choice(_WORDS[column])
    form = {"financials": '{{"assets": {}}}', "other_codes": "BIZ_REG_NO {}"}.get(column, "变·{}")
    return lambda: form.format(random.randrange(10**9))


def _another(value: Any, draw: Callable[[], Any]) -> Any:
    found = draw()
    while found == value:
        found = draw()
    return found


def _day(random: Random) -> date:
    return TODAY + timedelta(days=random.choice((*_AROUND_TODAY, random.randint(-1500, 1500))))
