"""Turns Content-Type and Accept into what GraphQL over HTTP says about them: taken or not, and which of two answers.

Media types are compared whole, never by a part of their text (``application/jsonp`` is not JSON). It never looks at
the body.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from gateway.problems import GRAPHQL_RESPONSE, JSON

MediaType: TypeAlias = Literal["application/graphql-response+json", "application/json"]

OFFERED: tuple[MediaType, ...] = (GRAPHQL_RESPONSE, JSON)
"""In order of preference; an Accept header that is absent or takes both alike gets the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    kind: str
    subtype: str
    quality: float
    utf8: bool  # no parameter that an answer in UTF-8 JSON would not satisfy

    def specificity(self, media_type: str) -> int:
        """3 for the type itself, 2 for ``application/*``, 1 for ``*/*``, 0 where the range does not hold."""
        kind, subtype = media_type.split("/")
        if not self.utf8:
            return 0
        if (self.kind, self.subtype) == (kind, subtype):
            return 3
        if (self.kind, self.subtype) == (kind, "*"):
            return 2
        return int((self.kind, self.subtype) == ("*", "*"))


def is_json_request(content_types: list[str]) -> bool:
    """Whether the request has exactly one Content-Type, ``application/json``, at most with ``charset=utf-8``."""
    if len(content_types) != 1:
        return False
    media_type, *parameters = (part.strip().lower() for part in content_types[0].split(";"))
    return media_type == JSON and parameters in ([], ["charset=utf-8"], ['charset="utf-8"'])


def chosen(accepts: list[str]) -> MediaType | None:
    """The media type of the answer (RFC 9110 12.5.1); None where neither is acceptable."""
    return _chosen(",".join(accepts))


@lru_cache(maxsize=256)
def _chosen(accept: str) -> MediaType | None:
    if not accept.strip():
        return OFFERED[0]
    ranges = [found for found in map(_range, accept.split(",")) if found]
    best = max(OFFERED, key=lambda offered: _quality(ranges, offered))
    return best if _quality(ranges, best) > 0 else None


def asks_for_html(accepts: list[str]) -> bool:
    """Whether a browser asks: text/html is named, not merely covered by ``*/*``."""
    ranges = (_range(part) for part in ",".join(accepts).split(","))
    return any(found and (found.kind, found.subtype) == ("text", "html") and found.quality > 0 for found in ranges)


def _quality(ranges: list[_Range], media_type: str) -> float:
    """Of the most specific range that holds."""
    held = [(found.specificity(media_type), found.quality) for found in ranges]
    return max((pair for pair in held if pair[0]), default=(0, 0.0))[1]


def _range(text: str) -> _Range | None:
    media_range, *parameters = (part.strip().lower() for part in text.split(";"))
    kind, slash, subtype = media_range.partition("/")
    if not (kind and slash and subtype):
        return None
    named = dict(parameter.partition("=")[::2] for parameter in parameters)
    quality = _number(named.pop("q", "1"))
    return _Range(kind=kind, subtype=subtype, quality=quality, utf8=named in ({}, {"charset": "utf-8"}))


def _number(text: str) -> float:
    """A quality value, 0 to 1 with at most three decimals; 0 for anything else."""
    whole, _, decimals = text.partition(".")
    if (
        whole not in ("0", "1")
        or len(decimals) > 3
        or not (decimals == "" or (decimals.isascii() and decimals.isdigit()))
    ):
        return 0.0
    return min(float(text), 1.0)
