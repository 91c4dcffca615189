"""Turns the bytes of a request body into a ``GraphQLRequest``, or refuses them as BAD_REQUEST.

One operation, one object: no batches, no other shapes. It never looks into the document, and no refusal repeats
anything that was sent.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from gateway import strict_json
from gateway.exchange import GraphQLRequest
from schema.errors import Code, Refusal

JSON_DEPTH = 32
_NOTHING: Mapping[str, object] = MappingProxyType({})


def _nothing() -> Mapping[str, object]:
    return _NOTHING


def read_request(raw: bytes) -> GraphQLRequest:
    """``query`` is text; ``operationName``, ``variables`` and ``extensions`` may be absent or null."""
    try:
        body = strict_json.read(raw, depth=JSON_DEPTH)
    except strict_json.NotStrictError:
        raise _refused("The body is not JSON in UTF-8, or nests too deep.") from None
    if isinstance(body, list):
        raise _refused("The body must be one request; batches are not taken.")
    if not isinstance(body, dict):
        raise _refused("The body must be a JSON object.")
    query = body.get("query")
    if not isinstance(query, str):
        raise _refused("The request must have a query, and it must be text.")
    name = body.get("operationName")
    if not (name is None or isinstance(name, str)):
        raise _refused("The operation name must be text.")
    return GraphQLRequest(
        query=query,
        operation_name=name,
        variables=_object(body, "variables", "The variables must be a JSON object."),
        extensions=_object(body, "extensions", "The extensions must be a JSON object."),
    )


def _object(body: Mapping[str, object], key: str, refusal: str) -> Mapping[str, object]:
    value = body.get(key)
    if value is None:
        return _NOTHING
    if not isinstance(value, dict):
        raise _refused(refusal)
    return cast(Mapping[str, object], value)


def _refused(detail: str) -> Refusal:
    return Refusal(Code.BAD_REQUEST, detail)
