"""Parts of a demand -> one SHA-256 that is equal exactly where they are.

Every value is rendered with its kind. A level that is shared within the tree is rendered once, so the work follows the
tree as it is held and not as it would be written out.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from schema.demands.demand import Selection


def digest_of(*parts: object) -> str:
    """SHA-256, hex. Errors: TypeError for a value that no demand holds."""
    return _Rendering().digest(parts)


class _Rendering:
    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def digest(self, value: object) -> str:
        return sha256(self._text(value).encode()).hexdigest()

    def _text(self, value: object) -> str:
        if isinstance(value, Selection):
            if id(value) not in self._known:
                self._known[id(value)] = self.digest(self._mapping(value.types))
            return f"selection {self._known[id(value)]}"
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, tuple | list):
            return f"[{','.join(self._text(part) for part in value)}]"
        if is_dataclass(value) and not isinstance(value, type):
            parts = (f"{part.name}={self._text(getattr(value, part.name))}" for part in fields(value))
            return f"{type(value).__name__}({','.join(parts)})"
        return _atom(value)

    def _mapping(self, value: Mapping[Any, object]) -> str:
        """In its own order: the order of fields in the answer, or of keys as the schema declares them."""
        return f"{{{','.join(f'{self._text(key)}:{self._text(part)}' for key, part in value.items())}}}"


def _atom(value: object) -> str:
    if value is None or isinstance(value, bool | int | float):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, str):
        return f"str {len(value)} {value}"
    if isinstance(value, date):
        return f"{type(value).__name__} {value.isoformat()}"
    raise TypeError("a demand holds no such value")
