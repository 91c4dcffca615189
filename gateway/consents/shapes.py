"""Shapes of JSON values, each read strictly and told as JSON Schema from one declaration, so that they never differ.

Nothing is coerced: a number in quotes is no number, true is no 1, and a member that is not named is refused. A refusal
names the member in our own words and never repeats a value.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

FIRST_DAY = date(1949, 10, 1)
LAST_DAY = date(2200, 12, 31)
Described = dict[str, Any]


class NotOfShapeError(ValueError):
    """``member``: its path in our names, empty for the whole; ``says``: what it must be."""

    def __init__(self, member: str, says: str) -> None:
        super().__init__(f"{member}: {says}" if member else says)
        self.member = member
        self.says = says


class Shape(Protocol):
    """``read`` gives the value as we use it. Errors: ``NotOfShapeError`` for the path that it was given."""

    def read(self, value: object, path: str) -> Any: ...

    def schema(self) -> Described: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``form``: a regular expression that Python and ECMA-262 read alike, without anchors."""

    form: str
    says: str
    shortest: int = 1
    longest: int

    def read(self, value: object, path: str) -> str:
        good = isinstance(value, str) and self.shortest <= len(value) <= self.longest
        if not good or not re.fullmatch(self.form, str(value), re.ASCII):
            raise NotOfShapeError(path, self.says)
        return str(value)

    def schema(self) -> Described:
        bounds = {"minLength": self.shortest, "maxLength": self.longest}
        return {"type": "string", **bounds, "pattern": f"^{self.form}$", "description": self.says}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One of a few words."""

    words: tuple[str, ...]
    says: str

    def read(self, value: object, path: str) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise NotOfShapeError(path, self.says)
        return value

    def schema(self) -> Described:
        return {"enum": list(self.words), "description": self.says}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number from 1."""

    most: int
    says: str

    def read(self, value: object, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= self.most:
            raise NotOfShapeError(path, self.says)
        return value

    def schema(self) -> Described:
        return {"type": "integer", "minimum": 1, "maximum": self.most, "description": self.says}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    says: str

    def read(self, value: object, path: str) -> bool:
        if not isinstance(value, bool):
            raise NotOfShapeError(path, self.says)
        return value

    def schema(self) -> Described:
        return {"type": "boolean", "description": self.says}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date as YYYY-MM-DD: one that a record can have."""

    says: str

    def read(self, value: object, path: str) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise NotOfShapeError(path, self.says)
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise NotOfShapeError(path, self.says) from None
        if not FIRST_DAY <= found <= LAST_DAY:
            raise NotOfShapeError(path, self.says)
        return found

    def schema(self) -> Described:
        pattern = "^(19[4-9][0-9]|20[0-9]{2}|21[0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$"
        return {"type": "string", "format": "date", "pattern": pattern, "description": self.says}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Texts, each once."""

    of: Text
    most: int
    says: str

    def read(self, value: object, path: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise NotOfShapeError(path, self.says)
        found = tuple(self.of.read(each, path) for each in value)
        if len(set(found)) != len(found):
            raise NotOfShapeError(path, self.says)
        return found

    def schema(self) -> Described:
        bounds = {"minItems": 1, "maxItems": self.most, "uniqueItems": True}
        return {"type": "array", **bounds, "items": self.of.schema(), "description": self.says}


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """An object with exactly these members; of each group in ``one_of`` exactly one, of ``some_of`` at least one."""

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    says: str

    def read(self, value: object, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise NotOfShapeError(path, self.says)
        for fault in self._faults(value, path):
            raise fault
        shapes = {**self.required, **self.optional}
        prefix = f"{path}." if path else ""
        return {name: shape.read(value[name], prefix + name) for name, shape in shapes.items() if name in value}

    def _faults(self, value: Mapping[str, object], path: str) -> Iterator[NotOfShapeError]:
        prefix = f"{path}." if path else ""
        if not value.keys() <= {*self.required, *self.optional}:
            yield NotOfShapeError(path, "There is a member that is not known here.")
        for name in self.required:
            if name not in value:
                yield NotOfShapeError(prefix + name, "It is missing.")
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            yield NotOfShapeError(path, self.says)
        if self.some_of and not any(name in value for name in self.some_of):
            yield NotOfShapeError(path, self.says)

    def schema(self) -> Described:
        shapes = {**self.required, **self.optional}
        found: Described = {
            "type": "object",
            "properties": {name: each.schema() for name, each in shapes.items()},
            "required": list(self.required),
            "additionalProperties": False,
            "description": self.says,
        }
        if self.one_of:
            found["oneOf"] = [{"required": [name]} for name in self.one_of]
        if self.some_of:
            found["anyOf"] = [{"required": [name]} for name in self.some_of]
        return found
