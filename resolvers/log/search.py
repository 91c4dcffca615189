"""A page of the log that is asked for -> the conditions its entries meet, with the values they are compared with.

Whoever is searched for is a keyed digest here, as the log has it. A value that no entry can have (a digest of another
length, a subject by an id) finds nothing: nobody learns whether it was well formed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, false, func, literal, or_, select
from sqlalchemy import any_ as sql_any
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import LargeBinary

from resolvers.log.tables import ACTOR, FINDING, INDEX, TOLD
from resolvers.where import Condition
from schema.demands.demand import Page, value_of
from schema.errors import Code, DocumentError

DIGEST_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_MOMENT = 2**48 - 1


class Digests(Protocol):
    """The keyed digests by which side rows are found."""

    def subject(self, internal: int) -> bytes: ...

    def operator(self, client: str, number: str) -> bytes: ...

    def matter(self, number: str) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """``entries``: conditions on an entry of the index; ``told``: on one and the same side row of it; ``own``: those
    that make a side row the caller's own, where the caller is a subject."""

    entries: tuple[Condition, ...]
    told: tuple[Condition, ...]
    own: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """A subject by its internal id."""

    internal: int
    natural: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Purposes of which a subject is told only when so many days have passed, and the moment at which it asks."""

    days: Mapping[str, int]
    now: datetime


def search_of(
    page: Page,
    variables: Mapping[str, object],
    digests: Digests,
    *,
    own: Whom | None,
    sought: Whom | None,
    held_back: HeldBack | None = None,
) -> Search:
    """``own``: the subject that reads its trail; ``sought``: whom the filter names, None where it names nobody known
    to have an identifier; ``held_back``: from the subject's own trail. Errors: DOCUMENT_INVALID."""
    given = {each.key: value_of(each.value, variables) for each in page.conditions}
    given = {key: value for key, value in given.items() if value is not None}
    _check(given)
    told = tuple(_told(given, digests, sought))
    mine = () if own is None else (_about(own, digests),)
    entries = [_entry(key, value, given, digests) for key, value in given.items() if key not in _TOLD]
    if "coordinate" in given:
        named = literal([str(given["coordinate"])], ARRAY(Text()))
        if told:
            told += (TOLD.c.clear_coordinates.op("@>")(named),)
        else:
            entries.append(INDEX.c.coordinates.op("@>")(named))
    if own is not None and "kind" not in given:
        entries.append(INDEX.c.kind != _text("read-log"))  # looking at one's trail does not lengthen it
    if own is not None and held_back is not None:
        entries.extend(_told_by_now(held_back))
    return Search(entries=tuple(entries), told=(*mine, *told), own=mine)


def _told_by_now(held_back: HeldBack) -> Iterator[Condition]:
    """BASIS: PIPL-35. What the law keeps from a subject is told it from its day on, without anybody's doing."""
    for purpose, days in sorted(held_back.days.items()):
        latest = literal(_first_of(held_back.now - timedelta(days=days)), Uuid())
        yield or_(INDEX.c.purpose.is_distinct_from(_text(purpose)), INDEX.c.id < latest)


_TOLD = frozenset({"subject", "record", "coordinate"})


def _check(given: Mapping[str, object]) -> None:
    if "coordinate" in given and given.get("level", "CLEAR") != "CLEAR":
        raise DocumentError(Code.DOCUMENT_INVALID, "of single fields the log names those given in clear")


def _entry(key: str, value: object, given: Mapping[str, object], digests: Digests) -> Condition:
    match key:
        case "from":
            return INDEX.c.id >= literal(_first_of(value), Uuid())
        case "to":
            return INDEX.c.id < literal(_first_of(value), Uuid())
        case "kind":
            kinds = value if isinstance(value, list | tuple) else [value]
            return INDEX.c.kind == sql_any(literal([stored_kind(str(each)) for each in kinds], ARRAY(Text())))
        case "agency":
            return INDEX.c.principal == _text(value)
        case "decision":
            return INDEX.c.decision == _text(str(value).lower())
        case "purpose" | "level":
            return INDEX.c[key] == _text(value)
        case "operator":
            return _acted(ACTOR.c.operator_ref, digests.operator(str(given["agency"]), str(value)))
        case "matter":
            return _acted(ACTOR.c.matter_ref, digests.matter(str(value)))
        case "consent":
            consent = _uuid(str(value))
            return false() if consent is None else INDEX.c.consent == literal(consent, Uuid())
        case "documentDigest":
            document = _digest(value)
            return false() if document is None else INDEX.c.document == literal(document, LargeBinary())
        case "alert":
            return INDEX.c.id.in_(select(func.unnest(FINDING.c.evidence)).where(FINDING.c.rule == _text(value)))
    raise KeyError(key)


def _acted(column: ColumnElement[bytes], digest: bytes) -> Condition:
    return INDEX.c.id.in_(select(ACTOR.c.entry_id).where(column == literal(digest, LargeBinary())))


def _told(given: Mapping[str, object], digests: Digests, sought: Whom | None) -> Iterator[Condition]:
    if "subject" in given:
        yield false() if sought is None else _about(sought, digests)
    if "record" in given:
        record = _digest(given["record"])
        yield false() if record is None else _among_records(record)


def _about(whom: Whom, digests: Digests) -> Condition:
    """An organisation stands among the records of its side row."""
    digest = digests.subject(whom.internal)
    return TOLD.c.subject_ref == literal(digest, LargeBinary()) if whom.natural else _among_records(digest)


def _among_records(digest: bytes) -> Condition:
    return TOLD.c.record_refs.op("@>")(literal([digest], ARRAY(LargeBinary())))


def _text(value: object) -> ColumnElement[str]:
    return literal(str(value), Text())


def stored_kind(word: str) -> str:
    """``READ_LOG`` -> ``read-log``."""
    return word.lower().replace("_", "-")


def _first_of(value: object) -> UUID:
    """The smallest id of the first ms that is not before the moment: entries are numbered by time (UUIDv7)."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    ms = -((_EPOCH - moment) // _MILLISECOND)
    return UUID(int=min(max(ms, 0), _LAST_MOMENT) << 80)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _digest(value: object) -> bytes | None:
    try:
        found = bytes.fromhex(str(value))
    except ValueError:
        return None
    return found if len(found) == DIGEST_BYTES else None
