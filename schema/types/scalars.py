"""Text on the wire to dates, moments, money and JSON, and back, strictly.

A text that does not fit is refused in fixed words: nothing a caller sent is repeated.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

Json = NewType("Json", object)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_MONEY = re.compile(r"-?\d{1,15}(\.\d{1,2})?", re.ASCII)

_JSON_DEPTH = 20


def date_from(value: object) -> date:
    """A calendar date written YYYY-MM-DD."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError("A Date is a calendar date written YYYY-MM-DD.")


def moment_from(value: object) -> datetime:
    """A moment with its offset, as in RFC 3339."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError("A DateTime is a moment with its offset, such as 2026-05-20T10:00:00+08:00.")


def money_from(value: object) -> Decimal:
    """An amount of yuan, written as a string with at most two places."""
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return Decimal(value)
    raise GraphQLError("A Decimal is a string of digits with at most two places.")


def json_from(value: object) -> object:
    """A JSON value of limited depth."""
    if _is_json(value, _JSON_DEPTH):
        return value
    raise GraphQLError("This is not a JSON value, or it is nested too deeply.")


def _is_json(value: object, depth: int) -> bool:
    match value:
        case None | bool() | int() | str():
            return True
        case float():
            return isfinite(value)
        case list():
            return depth > 0 and all(_is_json(part, depth - 1) for part in value)
        case dict():
            return depth > 0 and all(isinstance(key, str) and _is_json(part, depth - 1) for key, part in value.items())
        case _:
            return False


def money_text(value: object) -> str:
    """Yuan with exactly two places."""
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:.2f}"
    raise GraphQLError("An amount must be a decimal number.")


def iso_text(value: object) -> str:
    """A date or moment in ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    raise GraphQLError("A date or moment is expected.")


SCALARS: Mapping[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date", description="A calendar date, YYYY-MM-DD.", serialize=iso_text, parse_value=date_from
    ),
    datetime: strawberry.scalar(
        name="DateTime", description="A moment with its offset (RFC 3339).", serialize=iso_text, parse_value=moment_from
    ),
    Decimal: strawberry.scalar(
        name="Decimal", description="Yuan with two places, as a string.", serialize=money_text, parse_value=money_from
    ),
    Json: strawberry.scalar(name="JSON", description="Any JSON value.", parse_value=json_from),
}
