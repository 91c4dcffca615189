"""What goes into the line and what comes out of it: a request as sent, how it came, and the reply that was logged.

The wire (``gateway.http``), the pages and the command line make the one and answer with the other. Holds no behaviour.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from authz.principal import Caller
from schema.errors import Code

CLIENT_KEY = "private_key_jwt"
COMMAND_LINE = "command-line"
"""How whoever acts is known: its client proved to hold its key, or those who run the installation named it."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


def _nothing() -> Mapping[str, object]:
    return _NOTHING


def _free(points: int) -> None:
    """Whoever is not counted may ask as much as it likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """What was asked, as sent. Its values stay out of every repr."""

    query: str = field(repr=False)
    operation_name: str | None = field(default=None, repr=False)
    variables: Mapping[str, object] = field(default_factory=_nothing, repr=False)
    extensions: Mapping[str, object] = field(default_factory=_nothing, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How the request came. ``address`` is of the client, for the log's commitment; it is shown nowhere. ``charge``
    takes the points that the operation costs beyond the request itself, or raises RATE_LIMITED. ``method``: by what the
    caller is known to be who it is, for the log."""

    address: str | None = field(repr=False)
    charge: Callable[[int], None] = field(default=_free, repr=False)
    method: str = CLIENT_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the pipeline has fixed and, where it must be, logged. ``code`` is set for a refusal: its status follows from
    it. ``entry`` and ``receipt`` are absent only where nothing is logged (introspection)."""

    body: bytes = field(repr=False)
    code: Code | None = None
    entry: str | None = None
    receipt: str | None = field(default=None, repr=False)


class Execute(Protocol):
    """The pipeline, as the edge sees it. May raise a ``Refusal``, which then is answered unlogged."""

    async def __call__(self, request: GraphQLRequest, caller: Caller, arrival: Arrival) -> Reply: ...
