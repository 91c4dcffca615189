"""Names of row scopes in the rules -> RowScope over the columns of the tables, under the regulations of one day.

Visibility follows the state of a row: the record state machine, publication terms, repair, objection, sealing and
minority, per jurisdiction profile and date. A date of an event means "from the start of that day"; the last day of a
term is one of the term. Knows columns by name only, never SQL; what the scopes mean is ``authz.scopes.holds``.
"""

from datetime import date, timedelta
from enum import StrEnum

from authz.grant import Kind, Relation, Scope
from authz.regime import Regime
from authz.scopes import (
    EVERY,
    NOTHING,
    OF_AGE,
    RECORDED,
    TRIGGERED,
    After,
    All,
    Any,
    By,
    Empty,
    In,
    Is,
    MyAgency,
    MyPeriod,
    MySubject,
    MyTarget,
    Not,
    RowScope,
    Trigger,
    effective,
    standing,
    triggered,
)


class RowName(StrEnum):
    """What a rule may say in its column ``row``."""

    PUBLISHED = "published"
    SHARED = "shared"
    SHARED_3Y = "shared_3y"
    OWN_MEASURE = "own_measure"
    SOURCE = "source"
    INITIATED = "initiated"
    PUSHED = "pushed"
    REGISTERED = "registered"
    CONSENTED = "consented"
    OWN = "own"
    OWN_STANDING = "own_standing"


class RowSource(StrEnum):
    """The kind of row that an item speaks of."""

    SUBJECT = "subject"
    RECORD = "record"
    MEASURE = "measure"


LISTS = frozenset({"ListEntry", "AbnormalOperation"})
"""Families that are shown only while the subject is listed."""

_OF_MEASURES = frozenset({RowName.INITIATED, RowName.PUSHED})

MEANING = {
    RowSource.SUBJECT: frozenset(RowName) - _OF_MEASURES - {RowName.SOURCE, RowName.OWN_STANDING},
    RowSource.RECORD: frozenset(RowName) - _OF_MEASURES - {RowName.REGISTERED},
    RowSource.MEASURE: frozenset(RowName) - {RowName.REGISTERED, RowName.SHARED_3Y},
}
"""Which names say anything of which rows; the loader refuses a rule that pairs them otherwise."""

OF_CHANNEL = {RowName.CONSENTED: Scope.CONSENT, RowName.OWN: Scope.SELF, RowName.OWN_STANDING: Scope.SELF}
"""Names that say something of one subject, for which a caller asks in that channel alone; refused in any other."""


def rows_of(name: RowName, source: RowSource, kind: Kind, family: str | None, regime: Regime) -> RowScope:
    """The scope that ``name`` means for rows of this source, kind of subject and family (None: any)."""
    match source:
        case RowSource.SUBJECT:
            return _subjects(name, kind, regime)
        case RowSource.RECORD:
            return _records(name, kind, family, regime)
        case RowSource.MEASURE:
            return _measures(name, kind, regime)


def relation_of(
    relation: Relation,
    source: RowSource,
    supervision_field: str | None,
    today: date,
    reporting: frozenset[str] = frozenset(),
) -> RowScope:
    """The condition under which a row has the relation to the caller's agency; NOTHING where none can have it.
    ``reporting``: the jurisdictions whose measures are fed back to it."""
    match relation, source:
        case Relation.OTHER, _:
            return EVERY
        case Relation.SELF, _:
            return _mine(source)
        case Relation.SOURCE, RowSource.RECORD:
            return _provided()
        case Relation.SOURCE, RowSource.MEASURE:
            return MyAgency("initiated_by_id")
        case Relation.TARGET, RowSource.MEASURE:
            return MyAgency("executed_by_id")
        case Relation.TARGET, _:
            return MyTarget(today)
        case Relation.OWN_FIELD, RowSource.RECORD if supervision_field is not None:
            return Is("supervision_field", supervision_field)
        case Relation.REPORTED, RowSource.MEASURE if reporting:
            return _within(reporting)
    return NOTHING


# Subjects ------------------------------------------------------------------------------------------------------------


def _subjects(name: RowName, kind: Kind, regime: Regime) -> RowScope:
    if name is RowName.PUBLISHED and kind is Kind.PERSON:
        return NOTHING  # BASIS: WH-二(二)2. A person is public only as named in a published record
    living = _living(regime) if kind is Kind.PERSON else EVERY
    match name:
        case RowName.OWN_MEASURE:
            return all_of(living, MyTarget(regime.today))
        case RowName.CONSENTED | RowName.OWN:
            return all_of(_mine(RowSource.SUBJECT), living)
    return living


def _living(regime: Regime) -> RowScope:
    return All((Not(Is("status", "DECEASED")), _not_yet("person_death_date", regime)))


# Records -------------------------------------------------------------------------------------------------------------


def _records(name: RowName, kind: Kind, family: str | None, regime: Regime) -> RowScope:
    match name:
        case RowName.PUBLISHED:
            return _published(kind, family, regime)
        case RowName.SOURCE:
            # its own archive: repaired, sealed and quarantined rows too (reference state machine 3.10)
            return all_of(In("state", ("ACTIVE", "CORRECTED", "QUARANTINED", "REVOKED")), _provided())
        case RowName.OWN_MEASURE:
            return all_of(_shared(family, regime), MyTarget(regime.today))
        case RowName.SHARED_3Y:
            return all_of(_shared(family, regime), After("decided_on", years_before(regime.today, 3)))
        case RowName.CONSENTED:
            # a bank sees nothing that was ever repaired, whatever an old repair left to sharing
            still = (_shared(family, regime), _not_yet("repaired_on", regime), MyPeriod("decided_on"))
            return all_of(_mine(RowSource.RECORD), *still)
        case RowName.OWN:
            return all_of(_mine(RowSource.RECORD), *_own(regime))
        case RowName.OWN_STANDING:
            return all_of(_mine(RowSource.RECORD), _shared(family, regime))
    return _shared(family, regime)


def _own(regime: Regime) -> tuple[RowScope, ...]:
    """What a subject may know of itself: in objection, repaired, expired, revoked or of its minority too; not what is
    sealed, and not what no decision has made a record yet. BASIS: PIPL-44, PIPL-45."""
    return (
        By("decided_on", regime.today),
        *RECORDED.parts,
        _not_yet("subject_died_on", regime),
    )


def _published(kind: Kind, family: str | None, regime: Regime) -> RowScope:
    today = regime.today
    conditions: list[RowScope] = [
        *_in_effect(family, regime),
        By("published_from", today),
        After("publication_until", today - timedelta(days=1)),
        Not(Is("severity", "MINOR")),
        _repaired_out(regime, "repair_stops_publication"),
    ]
    if kind is Kind.PERSON:
        conditions.append(Not(Empty("publication_basis")))  # BASIS: WH-二(二)2
    if family in {"ListEntry", None}:
        conditions += _while_verified(kind, regime)
    return All(tuple(conditions))


def _shared(family: str | None, regime: Regime) -> RowScope:
    return All((*_in_effect(family, regime), _repaired_out(regime, "repair_stops_sharing")))


def _in_effect(family: str | None, regime: Regime) -> list[RowScope]:
    """What public and agencies alike see only of decisions that stand (reference state machine 3.10)."""
    conditions: list[RowScope] = [
        By("decided_on", regime.today),
        In("state", ("ACTIVE", "CORRECTED")),
        Is("sealed", False),
        Is("minor_at_event", False),
        _not_yet("revoked_on", regime),
        _not_yet("subject_died_on", regime),
    ]
    if family is None or family in LISTS:
        conditions.append(_not_yet("removed_on", regime))
    if family in {"ListEntry", None}:
        conditions.append(_lasting("term_end", regime))
    return conditions


def _repaired_out(regime: Regime, flag: str) -> RowScope:
    """Not repaired, or under a rule that leaves this use of the record; ``flag`` holds the old rule's effect."""
    unrepaired = _not_yet("repaired_on", regime)
    if not regime.repair_is_final:
        return Any((unrepaired, Is(flag, False)))
    if flag == "repair_stops_publication" or not regime.keeping_old_repairs or regime.repair_stops_sharing_from is None:
        return unrepaired
    old = By("repaired_on", regime.repair_stops_sharing_from - timedelta(days=1))
    kept = In("jurisdiction", tuple(sorted(regime.keeping_old_repairs)))
    return Any((unrepaired, All((kept, old, Is(flag, False)))))


def _while_verified(kind: Kind, regime: Regime) -> list[RowScope]:
    """BASIS: EZ-19 with EZ-13. Disclosure on a list is itself a measure, so it rests while a doubt is verified."""
    where = regime.suspending_lists
    if kind is Kind.PERSON:
        where &= regime.suspending_persons
    return [Not(All((_within(where), *_doubted(regime))))] if where else []


def _doubted(regime: Regime) -> tuple[RowScope, RowScope]:
    return By("objection_doubtful_from", regime.today), _not_yet("objection_until", regime)


def _provided() -> RowScope:
    return Any((MyAgency("source_unit_id"), MyAgency("authority_id")))


# Measures ------------------------------------------------------------------------------------------------------------


def _measures(name: RowName, kind: Kind, regime: Regime) -> RowScope:
    match name:
        case RowName.PUBLISHED:
            # a measure is public as far as what triggered it is, and not while it rests
            of_public_items = In("item", tuple(sorted(regime.published_items)))
            at_rest, trigger = _suspended_measure(regime), all_of(_published(kind, None, regime), of_public_items)
            return all_of(standing(regime.today), Not(at_rest), Trigger(trigger))
        case RowName.OWN_MEASURE:
            return all_of(MyAgency("executed_by_id"), TRIGGERED)
        case RowName.INITIATED:
            return all_of(MyAgency("initiated_by_id"), TRIGGERED)
        case RowName.PUSHED:
            return all_of(By("pushed_on", regime.today), TRIGGERED)
        case RowName.SOURCE:
            return MyAgency("initiated_by_id")  # in its archive also by what is hidden from others
        case RowName.SHARED:
            return effective(regime.today)
        case RowName.CONSENTED:
            # BASIS: WH-二(四)1. Nobody may compel a bank, so it learns of measures that it is free to take
            free = all_of(standing(regime.today), Is("force", "VOLUNTARY"), MyPeriod("pushed_on"))
            return all_of(_mine(RowSource.MEASURE), free, triggered(_unrevoked(regime)))
        case RowName.OWN:
            return all_of(_mine(RowSource.MEASURE), By("pushed_on", regime.today), triggered(RECORDED))
        case RowName.OWN_STANDING:
            return all_of(_mine(RowSource.MEASURE), effective(regime.today))
    return NOTHING


def _unrevoked(regime: Regime) -> RowScope:
    return all_of(RECORDED, OF_AGE, Not(Is("state", "REVOKED")), _not_yet("revoked_on", regime))


def _suspended_measure(regime: Regime) -> RowScope:
    if not regime.suspending:
        return NOTHING
    doubted = _doubted(regime)
    market = All((Is("market_subject", True), _within(regime.suspending), *doubted))
    persons = All((Is("natural", True), _within(regime.suspending_persons), *doubted))
    return Any((market, persons)) if regime.suspending_persons else market


# Pieces --------------------------------------------------------------------------------------------------------------


def years_before(day: date, years: int) -> date:
    """The same day that many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _mine(source: RowSource) -> RowScope:
    """The rows about the one subject for whom the caller asks."""
    return MySubject("id" if source is RowSource.SUBJECT else "subject_id")


def _not_yet(fact: str, regime: Regime) -> RowScope:
    return Any((Empty(fact), After(fact, regime.today)))


def _lasting(last_day: str, regime: Regime) -> RowScope:
    """The last day of a term is one of the term (公示截止期, 期限届满日)."""
    return Any((Empty(last_day), After(last_day, regime.today - timedelta(days=1))))


def _within(jurisdictions: frozenset[str]) -> RowScope:
    return In("jurisdiction", tuple(sorted(jurisdictions)))


def all_of(*scopes: RowScope) -> RowScope:
    """All of them, flat, without repetition; a part that holds of every row is left out."""
    found: dict[RowScope, None] = {}
    for scope in scopes:
        found |= dict.fromkeys(scope.parts if isinstance(scope, All) else (scope,))
    if NOTHING in found:
        return NOTHING
    return next(iter(found)) if len(found) == 1 else All(tuple(found))
