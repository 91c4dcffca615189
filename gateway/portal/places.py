"""What an address says -> the page of ours that it may lead back to, and what of it may stand in a page.

INVARIANT: of what a caller writes into an address nothing gets into a page, or into where a browser is sent, but the
path of a page that there is, the shape of an id, and a day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

HOME = "/portal/"

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PATH = rf"/portal(?:/(?:consents|access|records)?|/(?:requests|consents)/{_ID})?"
_PLACE = re.compile(rf"{_PATH}(?:\?as={_ID})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEPT: Mapping[str, re.Pattern[str]] = {
    "as": re.compile(_ID),
    "from": _DAY,
    "until": _DAY,
    "show": re.compile("all"),
    "to": _PLACE,
}


def own_path(text: str | None) -> str:
    """Where to go after the sign-in: a page of ours, by its path and for whom one acts; else the first one."""
    return text if text is not None and _PLACE.fullmatch(text) else HOME


def kept(fields: Mapping[str, Sequence[str]], *names: str) -> Iterator[tuple[str, str]]:
    """What of a query goes on to the next address: parameters of ours alone, in the shape that theirs have.
    ``names``: these only."""
    for name, values in fields.items():
        shape = _KEPT.get(name) if not names or name in names else None
        if shape is not None:
            yield from ((name, value) for value in values if shape.fullmatch(value))
