"""As much of JSON Schema 2020-12 as the compiled schemas beside the tests use; a word that is not known is an error."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_KNOWN = {
    *("$schema", "$comment", "$defs", "$ref", "type", "enum", "pattern", "items"),
    *("properties", "required", "additionalProperties", "anyOf", "oneOf"),
    *("title", "description", "format", "minimum", "maximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems"),
}


def problems(value: Any, schema: Mapping[str, Any], at: str = "", root: Mapping[str, Any] | None = None) -> list[str]:
    """Where ``value`` is not what the schema wants."""
    root = schema if root is None else root
    if not schema.keys() <= _KNOWN:
        raise ValueError(f"words that are not known here: {sorted(schema.keys() - _KNOWN)}")
    if "$ref" in schema:
        return problems(value, root["$defs"][schema["$ref"].rpartition("/")[2]], at, root)
    found = list(_simple(value, schema, at))
    if isinstance(value, dict) and not found:
        found += _members(value, schema, at, root)
    if isinstance(value, list) and "items" in schema:
        found += [each for n, one in enumerate(value) for each in problems(one, schema["items"], f"{at}[{n}]", root)]
    for word, wanted in (("anyOf", range(1, 1000)), ("oneOf", range(1, 2))):
        parts = [problems(value, part, at, root) for part in schema.get(word, ())]
        if parts and sum(not part for part in parts) not in wanted:
            found += sorted(parts, key=lambda part: len(part))[0] or [f"{at}: fits more than one"]
    return found


def _simple(value: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    wanted = schema.get("type")
    if wanted and (not isinstance(value, _TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean")):
        yield f"{at}: is no {wanted}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: is none of the allowed"
    elif "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: does not match"
    elif not all(_within(value, schema)):
        yield f"{at}: is not within its bounds"


def _within(value: Any, schema: Mapping[str, Any]) -> Iterator[bool]:
    """Bounds are of the type that the schema wants, which the value has."""
    size = len(value) if isinstance(value, str | list) else 0
    for least, most in (("minLength", "maxLength"), ("minItems", "maxItems")):
        yield schema.get(least, size) <= size <= schema.get(most, size)
    if isinstance(value, int | float):
        yield schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list) and schema.get("uniqueItems"):
        yield all(each not in value[:place] for place, each in enumerate(value))


def _members(value: dict[str, Any], schema: Mapping[str, Any], at: str, root: Mapping[str, Any]) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{at}.{name}: is missing" for name in schema.get("required", ()) if name not in value)
    for name, one in value.items():
        if name in properties:
            yield from problems(one, properties[name], f"{at}.{name}", root)
        elif schema.get("additionalProperties") is False:
            yield f"{at}.{name}: is not known"
