"""The form of a decision -> what the subject grants, or what is still missing, field by field.

A subject may narrow what was asked and never widen it: whoever sends more than the page offered did not use the page.
Nothing is ticked, chosen or agreed to that the form does not say. BASIS: PIPL-14, PIPL-23, PIPL-29, WH-二(六)2.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from authz.principal import Rights
from gateway.consents.records import Request
from schema.demands.demand import Coordinate

ITEM, FIELD = "item.", "field."
"""How the names of boxes begin; what follows is the code of an item, or a coordinate."""
PROVIDE, SENSITIVE = "provide", "sensitive"
"""Boxes of their own: giving the data to whoever asks (PIPL-23), and sensitive data among it (PIPL-29)."""
TICKED = "yes"
USES, DAYS, FROM, UNTIL = "uses", "days", "from", "until"

DAY_CHARACTERS = 64
"""Of a date, as a browser without fields for dates may send it."""

_DAYS = (1, 3, 7, 14, 30, 60, 90, 180, 365)


class BeyondError(Exception):
    """The form holds what the page does not offer."""

    def __init__(self) -> None:
        super().__init__("the form goes beyond what was asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """What the subject grants of a request; as ``records.Decision`` has it."""

    rights: Rights
    period: tuple[date, date]
    uses: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What the policy says of the fields that are asked: which are ``sensitive``, and which stand ``under`` each item
    that is asked, so that either is nothing without the other."""

    sensitive: frozenset[Coordinate]
    under: Mapping[str, frozenset[Coordinate]]

    def items_of(self, coordinate: Coordinate) -> tuple[str, ...]:
        """The items that open the field; none where it goes with every consent."""
        return tuple(sorted(code for code, fields in self.under.items() if coordinate in fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The form as it was sent: what was ticked and chosen, to be shown again, and the keys of texts that say what is
    wrong, by the name of the part they stand beside."""

    ticked: frozenset[str] = frozenset()
    uses: int
    days: int
    period: tuple[str, str]
    wrong: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def untouched(request: Request) -> Choice:
    """The form as it is first shown: no box is ticked."""
    terms = request.terms
    first, last = terms.period
    return Choice(uses=terms.uses, days=terms.days, period=(first.isoformat(), last.isoformat()))


def uses_offered(request: Request) -> Sequence[int]:
    """As asked, or fewer."""
    return range(1, request.terms.uses + 1)


def days_offered(request: Request) -> Sequence[int]:
    """As asked, or earlier."""
    asked = request.terms.days
    return (*(days for days in _DAYS if days < asked), asked)


def boxes(request: Request, *, sensitive: bool) -> Iterator[str]:
    """The names of all boxes of the page."""
    yield from (ITEM + code for code in request.terms.rights.items)
    yield from (FIELD + coordinate for coordinate in request.terms.rights.fields)
    yield PROVIDE
    if sensitive:
        yield SENSITIVE


def read_choice(form: Mapping[str, str], request: Request, particulars: Particulars) -> tuple[Choice, Granting | None]:
    """``form`` without what any form has (token, notice, decision). What is granted is None where something is wrong.
    Errors: ``BeyondError``."""
    offered = frozenset(boxes(request, sensitive=bool(particulars.sensitive)))
    ticked = frozenset(form) - {USES, DAYS, FROM, UNTIL}
    if not ticked <= offered or any(form[name] != TICKED for name in ticked):
        raise BeyondError
    if any(len(form.get(name, "")) > DAY_CHARACTERS for name in (FROM, UNTIL)):
        raise BeyondError
    uses = _offered(form, USES, uses_offered(request))
    days = _offered(form, DAYS, days_offered(request))
    rights = Rights(
        items=frozenset(name.removeprefix(ITEM) for name in ticked if name.startswith(ITEM)),
        fields=frozenset(Coordinate(name.removeprefix(FIELD)) for name in ticked if name.startswith(FIELD)),
    )
    period = _period(form)
    wrong = dict(_wrong(ticked, rights, period, request, particulars))
    choice = Choice(ticked=ticked, uses=uses, days=days, period=(form.get(FROM, ""), form.get(UNTIL, "")), wrong=wrong)
    if wrong or period is None:
        return choice, None
    return choice, Granting(rights=rights, period=period, uses=uses, days=days)


def _offered(form: Mapping[str, str], name: str, offered: Sequence[int]) -> int:
    text = form.get(name, "")
    found = next((each for each in offered if str(each) == text), None)
    if found is None:
        raise BeyondError
    return found


def _wrong(
    ticked: frozenset[str],
    rights: Rights,
    period: tuple[date, date] | None,
    request: Request,
    particulars: Particulars,
) -> Iterator[tuple[str, str]]:
    first, last = request.terms.period
    if not rights.items:
        yield "items", "no_items"
    if not rights.fields:
        yield "fields", "no_fields"
    if period is None:
        yield "period", "no_period"
    elif not first <= period[0] <= period[1] <= last:
        yield "period", "beyond_period"
    if PROVIDE not in ticked:
        yield PROVIDE, "no_provide"
    if rights.fields & particulars.sensitive and SENSITIVE not in ticked:
        yield SENSITIVE, "no_sensitive"
    if rights.items and rights.fields:
        yield from _alone(rights, particulars)


def _alone(rights: Rights, particulars: Particulars) -> Iterator[tuple[str, str]]:
    """Boxes that give nothing as they are ticked: a kind of record without its particulars, and the reverse."""
    for code in rights.items:
        fields = particulars.under.get(code)
        if fields and not fields & rights.fields:
            yield ITEM + code, "idle_item"
    for coordinate in rights.fields:
        items = particulars.items_of(coordinate)
        if items and rights.items.isdisjoint(items):
            yield FIELD + coordinate, "lost_field"


def _period(form: Mapping[str, str]) -> tuple[date, date] | None:
    try:
        found = date.fromisoformat(form.get(FROM, "")), date.fromisoformat(form.get(UNTIL, ""))
    except ValueError:
        return None
    return found if all(len(form[name]) == 10 for name in (FROM, UNTIL)) else None
