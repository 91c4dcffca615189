"""What a statement is given at run time: slots of the demand and facts of the caller -> bound values, in order.

Identifiers never stand in a statement: a person's number becomes a keyed digest, an id of ours is opened for this
viewer, here and nowhere else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from authz.scopes import ALWAYS
from resolvers.cursors import Position, position_of
from resolvers.plan import Paging
from resolvers.sealer import Sealer
from resolvers.where import AGENCY, CLIENT, FREEZES, FROM, MATTER, REVISION, ROLE, SUBJECT, UNTIL
from schema.demands.demand import Slot, value_of
from schema.errors import Code, DataError
from schema.names import fold, grams

NOBODY = -1
"""An internal id that no row has: what an id means that is not ours to open."""


class Convert(StrEnum):
    """How the value of a slot becomes a bound value."""

    PLAIN = "plain"
    LIST = "list"
    DATE = "date"
    USCC = "uscc"
    PERSON = "person"
    SUBJECT = "subject"  # ids of ours, by what they must be an id of
    RECORD = "record"
    MEASURE = "measure"
    AGENCY = "agency"
    FOLDED = "folded"
    GRAMS = "grams"
    GRAM_COUNT = "gram_count"
    LIMIT = "limit"  # one more row than asked, to know whether there is a next page
    CURSOR = "cursor"
    EACH_USCC = "each_uscc"
    EACH_PERSON = "each_person"
    EACH_SUBJECT = "each_subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    convert: Convert
    slot: Slot
    paging: Paging | None = None  # for CURSOR: the connection,
    part: int = 0  # and which of the position's numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The caller's side of a statement. ``viewer`` is the organisation for which ids are sealed; ``binding`` names
    scope, purpose, matter and consent, so that a cursor is good for nothing else. ``revision`` is the state of the
    matter under which the grant was made, ``freezes`` that of what is frozen. ``subject`` is the one who consented
    or who asks, ``period`` the data that a consent is about."""

    viewer: str
    binding: str
    client: str
    agency: int | None
    matter: str | None
    role: str | None
    revision: int | None = None
    freezes: int = 0
    subject: int | None = None
    period: tuple[date, date] = ALWAYS


def bind(
    names: tuple[str, ...],
    parameters: Mapping[str, Parameter],
    asking: Asking,
    variables: Mapping[str, object],
    sealer: Sealer,
) -> list[object]:
    """The bound values in the order of the statement's parameters. Errors: CURSOR_INVALID."""
    own: dict[str, object] = {CLIENT: asking.client, AGENCY: asking.agency, MATTER: asking.matter, ROLE: asking.role}
    own |= {REVISION: asking.revision, FREEZES: asking.freezes, SUBJECT: asking.subject}
    own |= {FROM: asking.period[0], UNTIL: asking.period[1]}
    return [own[name] if name in own else _value(parameters[name], asking, variables, sealer) for name in names]


def continued_use(
    parameters: Iterable[Parameter], asking: Asking, variables: Mapping[str, object], sealer: Sealer
) -> int | None:
    """The one use of a consent that all cursors were given under; None where there is no cursor, or they are of several
    uses. Errors: CURSOR_INVALID."""
    cursors = (parameter for parameter in parameters if parameter.convert is Convert.CURSOR)
    found = {_position(parameter, asking, variables, sealer).use for parameter in cursors}
    return found.pop() if len(found) == 1 else None


def _value(parameter: Parameter, asking: Asking, variables: Mapping[str, object], sealer: Sealer) -> object:
    value = value_of(parameter.slot, variables)
    match parameter.convert:
        case Convert.PLAIN:
            return value
        case Convert.LIST:
            return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        case Convert.DATE:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        case Convert.USCC:
            return str(value).strip().upper()
        case Convert.PERSON:
            return _person(value, sealer)
        case Convert.SUBJECT | Convert.RECORD | Convert.MEASURE | Convert.AGENCY:
            return open_as(parameter.convert, value, asking.viewer, sealer)
        case Convert.FOLDED:
            return fold(str(value))
        case Convert.GRAMS:
            return sorted(grams(str(value)))
        case Convert.GRAM_COUNT:
            return len(grams(str(value)))
        case Convert.LIMIT:
            return value + 1 if isinstance(value, int) else 1
        case Convert.CURSOR:
            return _cursor(parameter, asking, variables, sealer)
        case Convert.EACH_USCC:
            return [_each(item, "uscc", lambda found: str(found).strip().upper()) for item in _items(value)]
        case Convert.EACH_PERSON:
            return [_each(item, "person", lambda found: _person(found, sealer)) for item in _items(value)]
        case Convert.EACH_SUBJECT:
            return [
                _each(item, "id", lambda found: open_as(Convert.SUBJECT, found, asking.viewer, sealer))
                for item in _items(value)
            ]


def open_as(kind: Convert, text: object, viewer: str, sealer: Sealer) -> int:
    """The internal id, or NOBODY for whatever is not an id of that kind for this viewer."""
    try:
        found, internal = sealer.open_id(viewer, str(text))
    except ValueError:
        return NOBODY
    return internal if found == kind.value else NOBODY


def _person(value: object, sealer: Sealer) -> bytes:
    if not isinstance(value, Mapping):
        return b""
    return sealer.person_digest(str(value.get("idType", "RESIDENT_ID")), str(value["idNumber"]), str(value["name"]))


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _each(item: object, key: str, convert: Callable[[object], object]) -> object:
    found = item.get(key) if isinstance(item, Mapping) else None
    return None if found is None else convert(found)


def _cursor(parameter: Parameter, asking: Asking, variables: Mapping[str, object], sealer: Sealer) -> object:
    place = _position(parameter, asking, variables, sealer).place
    number = place[parameter.part]
    return date.fromordinal(number) if parameter.part < len(place) - 1 else number


def _position(parameter: Parameter, asking: Asking, variables: Mapping[str, object], sealer: Sealer) -> Position:
    text = value_of(parameter.slot, variables)
    if parameter.paging is None or not isinstance(text, str):
        raise DataError(Code.CURSOR_INVALID, "the cursor is not one of this connection")
    return position_of(text, parameter.paging, asking.binding, variables, sealer)
