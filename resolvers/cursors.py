"""Keyset positions <-> sealed cursors.

A position is the sort dates of a row, as ordinals, and its id; under a consent also the number of the use that the page
was given under. It is sealed together with everything the page was asked by: client, scope, purpose, matter, consent,
path, arguments and order. Any other use is CURSOR_INVALID, without a word why.
"""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from resolvers.plan import Paging
from resolvers.sealer import Sealer
from schema.demands.demand import value_of
from schema.errors import Code, DataError

LAST_DAY = date(9999, 12, 30)
"""Where rows without a date stand in an order. Not ``date.max``, which asyncpg sends as infinity: that is after it."""


class Position(NamedTuple):
    """``place``: the ordinals of the sort dates, then the id; ``use``: of a consent, that the page was given under."""

    place: tuple[int, ...]
    use: int | None


def binding_of(paging: Paging, asking: str, variables: Mapping[str, object]) -> bytes:
    """What a cursor of this connection is bound to, as a digest: nothing of it can be read back."""
    bound = {
        "asking": asking,
        "path": paging.path,
        "filter": [condition.key for condition in paging.conditions],
        "arguments": [value_of(slot, variables) for slot in paging.bound],
        "order": [(sort.coordinate, sort.descending) for sort in paging.sorts],
    }
    return hashlib.sha256(json.dumps(bound, default=str, sort_keys=True).encode()).digest()


def cursor_of(
    dates: Sequence[date | None], internal: int, binding: bytes, sealer: Sealer, use: int | None = None
) -> str:
    """The cursor of a row: its sort dates in order, then its id. ``use``: of a consent, 1-100."""
    ordinals = [(found or LAST_DAY).toordinal() for found in dates]
    place = struct.pack(f">{len(ordinals)}iq", *ordinals, internal)
    return sealer.seal_cursor(binding, place if use is None else place + bytes((use,)))


def position_of(text: str, paging: Paging, asking: str, variables: Mapping[str, object], sealer: Sealer) -> Position:
    """Errors: CURSOR_INVALID."""
    form = f">{len(paging.sorts)}iq"
    try:
        packed = sealer.open_cursor(binding_of(paging, asking, variables), text)
        place, use = packed[: struct.calcsize(form)], packed[struct.calcsize(form) :]
        return Position(struct.unpack(form, place), use[0] if use else None)
    except (ValueError, struct.error) as error:
        raise DataError(Code.CURSOR_INVALID, "the cursor is not one of this connection") from error
