"""The body of an HTML form (application/x-www-form-urlencoded) -> its fields, or a refusal that repeats nothing of it.

Strict, since two readers that disagree are an attack: one content type, ASCII, well-formed pairs, UTF-8 behind the
escapes, a bounded number of fields. A field is given once unless it is said to be a list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl

MEDIA_TYPE = "application/x-www-form-urlencoded"
_ESCAPED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*+")


class FormError(ValueError):
    """Not a form as it is taken here. ``detail`` is a fixed sentence."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Form:
    """The fields by name, in their order; nothing of them is shown."""

    fields: Mapping[str, tuple[str, ...]] = field(repr=False)

    def one(self, name: str) -> str | None:
        """The value of a field; None where it is absent. Errors: ``FormError`` where it is given twice."""
        values = self.fields.get(name, ())
        if len(values) > 1:
            raise FormError("A parameter is given twice.")
        return values[0] if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a list, for boxes that bear one name."""
        return self.fields.get(name, ())

    def single(self) -> Mapping[str, str]:
        """Every field, each given once (RFC 6749 3.2). Errors: ``FormError``."""
        return {name: self.one(name) or "" for name in self.fields}


NO_FORM = Form(MappingProxyType({}))


def read_form(content_types: list[str], body: bytes, *, most: int) -> Form:
    """``content_types``: every header of that name; ``most``: fields. Errors: ``FormError``."""
    if [text.partition(";")[0].strip().lower() for text in content_types] != [MEDIA_TYPE]:
        raise FormError("The body must be an HTML form.")
    return read_pairs(body, most=most)


def read_pairs(text: bytes, *, most: int) -> Form:
    """The same of bare pairs, as in a query. Errors: ``FormError``."""
    if not text:
        return NO_FORM
    try:
        written = text.decode("ascii")
        if _ESCAPED.fullmatch(written) is None:
            raise ValueError
        pairs = parse_qsl(written, keep_blank_values=True, strict_parsing=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise FormError("The form cannot be read.") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if "\0" in value:
            raise FormError("The form cannot be read.")
        found[name] = (*found.get(name, ()), value)
    return Form(MappingProxyType(found))
