"""Which rows may be seen in which state, checked on the row scopes themselves: S16, S17, S22.

A row that stands is put into one state after another; a scope that still holds of it is a breach. Entries without
document, notice, contents or level are held back where data comes in (``gateway.intake`` loads them QUARANTINED); here
it is shown that no rule can show a row in that state, or in any other that does not stand, to anybody but its source.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from authz.grant import Kind
from authz.matrix.breach import Broken, Fault
from authz.matrix.days import sample_days
from authz.matrix.world import World
from authz.regime import Regime
from authz.rows import MEANING, RowName, RowSource, rows_of
from authz.scopes import NOTHING, RowScope, holds

AGENCY = SUBJECT = 7
FAMILIES = (None, "Penalty", "ListEntry", "AbnormalOperation")


class _Row(dict[str, object]):
    """Facts that are not given are null."""

    def __missing__(self, fact: str) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Something that ends what a row may be used for; ``of`` names the scopes that it ends."""

    says: str
    facts: Mapping[str, object]
    of: frozenset[RowName]


PUBLIC = frozenset({RowName.PUBLISHED})
CONSENTED = frozenset({RowName.CONSENTED})
USED = frozenset({RowName.SHARED, RowName.SHARED_3Y, RowName.OWN_STANDING}) | PUBLIC | CONSENTED
TOLD = USED | {RowName.OWN}
"""Also what a subject is told of itself: it sees what has ended, and not what never was a record."""


def quarantined(world: World) -> Broken:
    """S16. An entry without effective document, notice, contents or level is quarantined: neither public nor shared."""
    states = (State(says="is quarantined", facts={"state": "QUARANTINED"}, of=TOLD),)
    yield from _still_seen(world, lambda day: states)


def kept_to_the_source(world: World) -> Broken:
    """S17. What is sealed is for the source alone, and what a minor did for the minor besides."""
    states = (
        State(says="is sealed", facts={"sealed": True}, of=TOLD),
        State(says="is of a minor", facts={"minor_at_event": True}, of=USED),
        State(says="has no basis", facts={"publication_basis": None}, of=PUBLIC),
    )
    yield from _still_seen(world, lambda day: states)


def ended(world: World) -> Broken:
    """S22. What is repaired, removed, revoked or past its term is used no longer, and nothing of the dead is."""
    yield from _still_seen(world, _ended)


REPAIR_ENDS_SHARING = date(2026, 4, 1)
"""BASIS: ORDER36-修复效力. Repair ends sharing and use as well; before, it ended publication."""


def _ended(day: date) -> tuple[State, ...]:
    repaired = USED if day >= REPAIR_ENDS_SHARING else PUBLIC | CONSENTED
    return (
        State(says="is revoked", facts={"revoked_on": day, "state": "REVOKED"}, of=USED),
        State(says="is deleted", facts={"state": "DELETED"}, of=TOLD),
        State(says="is of someone who has died", facts={"subject_died_on": day}, of=TOLD),
        State(
            says="is repaired",
            facts={"repaired_on": day, "repair_stops_publication": True, "repair_stops_sharing": False},
            of=repaired,
        ),
        State(says="is past its term", facts={"publication_until": day - timedelta(days=1)}, of=PUBLIC),
        State(says="is of slight dishonesty", facts={"severity": "MINOR"}, of=PUBLIC),
    )


def _standing(day: date) -> _Row:
    """A record that everybody who may see the like of it sees on that day."""
    before, after = day - timedelta(days=30), day + timedelta(days=300)
    facts: dict[str, object] = {
        "state": "ACTIVE", "decided_on": before, "published_from": before, "publication_until": after,
        "severity": "SERIOUS", "sealed": False, "minor_at_event": False, "publication_basis": "CPL-266",
        "repair_stops_publication": False, "repair_stops_sharing": False, "jurisdiction": "420100",
        "pushed_on": before, "natural": False, "market_subject": True, "party": True, "subject_id": SUBJECT,
    }  # fmt: skip
    return _Row({**facts, "my_target": (_Row(facts),)})


def _still_seen(world: World, states: Callable[[date], tuple[State, ...]]) -> Broken:
    """Each kind of row that is seen in a state in which it may not be, with the first day on which it is."""
    found: dict[str, date] = {}
    for day in sample_days(world.policy):
        for says in _seen_on(day, world.policy.regime(day), states(day)):
            found.setdefault(says, day)
    return (Fault(f"{says}, {day}") for says, day in found.items())


def _seen_on(day: date, regime: Regime, states: tuple[State, ...]) -> Iterator[str]:
    standing = _standing(day)
    for name, kind, family, scope in _scopes(regime):
        for state in states:
            of_persons_only = "publication_basis" in state.facts and kind is not Kind.PERSON
            if name in state.of and not of_persons_only and _seen(scope, standing, state):
                yield f"{name} still shows a row ({family or 'of any family'}, {kind}) that {state.says}"


def _seen(scope: RowScope, standing: _Row, state: State) -> bool:
    row = _Row({**standing, **state.facts})
    return holds(scope, _Row({**row, "trigger": row}), agency=AGENCY, subject=SUBJECT)


def _scopes(regime: Regime) -> Iterator[tuple[RowName, Kind, str | None, RowScope]]:
    for name, kind, family in product(sorted(MEANING[RowSource.RECORD]), Kind, FAMILIES):
        scope = rows_of(name, RowSource.RECORD, kind, family, regime)
        if scope != NOTHING:
            yield name, kind, family, scope
