"""Too much: persons looked up (A1), subjects under one matter (A4), operations in an hour (A8).

Scaled to the parties that others have registered: an examination of four hundred candidates is no alarm, and parties
that an operator registers itself excuse nothing it reads. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence

from authz.frozen import Target
from gateway.watch.acts import (
    Act,
    Fired,
    Rule,
    Scene,
    Stop,
    agency_key,
    by_operator,
    fired,
    grouped,
    operator_key,
)
from gateway.watch.thresholds import DAY, HOUR


def bulk(scene: Scene) -> Iterator[Fired]:
    """A1, of each operator, and of each agency: persons spread over accounts are counted together."""
    reading = [act for act in scene.acts if act.reads and act.persons]
    for operator, acts in by_operator(reading).items():
        yield from _bulk(scene, acts, operator_key(operator), stop=True)
    for agency, acts in grouped(reading, lambda act: act.agency).items():
        if len({act.operator for act in acts}) > 1:
            yield from _bulk(scene, acts, agency_key(agency), stop=False)


def _bulk(scene: Scene, acts: Sequence[Act], who: str, *, stop: bool) -> Iterator[Fired]:
    limit = scene.thresholds.bulk
    usual = scene.habits.get(who, 0)
    counting = [act for act in acts if not _excused(act, scene)]
    hour = [act for act in counting if scene.now - act.t < HOUR]
    in_hour, in_day = _persons(hour), _persons(counting)
    if stop and in_day > limit.stop_per_day:
        until = Stop(target=Target.OPERATOR, lasts=DAY)
        yield fired(Rule.BULK, counting, quiet=DAY, stop=until, about=f"{who}:stop", persons=in_day)
    elif in_hour > max(limit.per_hour, limit.times * usual):
        yield fired(Rule.BULK, hour, quiet=HOUR, about=who, persons=in_hour, usual=usual)
    elif in_day > max(limit.per_day, limit.times * usual):
        yield fired(Rule.BULK, counting, quiet=DAY, about=f"{who}:day", persons=in_day, usual=usual)


def _excused(act: Act, scene: Scene) -> bool:
    """Whether it reads the parties of a mass matter that others have registered."""
    if act.matter is None:
        return False
    return _registered(scene, act.matter, act.operator) >= scene.thresholds.bulk.mass_matter


def _registered(scene: Scene, matter: bytes, operator: bytes | None) -> int:
    """The parties of a matter without those that this very operator has registered within the day."""
    own = sum(act.subjects for act in scene.acts if act.action == "mutation" and _is(act, matter, operator))
    return max(scene.parties.get(matter, 0) - own, 0)


def _is(act: Act, matter: bytes, operator: bytes | None) -> bool:
    return act.kind == "release" and act.matter == matter and act.operator == operator


def matters(scene: Scene) -> Iterator[Fired]:
    """A4: one matter for more subjects than others have registered, or one number after another that is none."""
    limit = scene.thresholds.matters
    reading = [act for act in scene.acts if act.reads and act.matter is not None and act.operator is not None]
    for (matter, operator), acts in grouped(reading, lambda act: (act.matter, act.operator)).items():
        subjects = _persons(acts)
        if matter is not None and subjects > max(limit.subjects, _registered(scene, matter, operator)):
            yield fired(Rule.MATTERS, acts, quiet=DAY, about=f"matter:{matter.hex()}", subjects=subjects)
    refused = [act for act in scene.since(HOUR) if act.denied and "MATTER_NOT_OPEN" in act.reasons]
    for acts in grouped(refused, lambda act: act.agency).values():
        numbers = len({act.matter for act in acts})
        if numbers >= limit.unknown_per_hour:
            yield fired(Rule.MATTERS, acts, quiet=HOUR, about=f"{agency_key(acts[0].agency)}:numbers", numbers=numbers)


def scraping(scene: Scene) -> Iterator[Fired]:
    """A8: more operations of one agency on one matter, or without any, than its parties can need; under whatever
    names and accounts."""
    limit = scene.thresholds.scraping
    reading = [act for act in scene.since(HOUR) if act.reads and act.subjects and act.operator is not None]
    for (agency, matter), acts in grouped(reading, lambda act: (act.agency, act.matter)).items():
        parties = scene.parties.get(matter, 0) if matter is not None else 0
        if len(acts) > max(limit.per_hour, limit.per_party * parties):
            about = f"{agency_key(agency)}:{matter.hex() if matter is not None else 'no matter'}"
            stop = Stop(target=Target.OPERATOR, lasts=limit.stop * 60_000)
            yield fired(Rule.SCRAPING, acts, quiet=limit.stop * 60_000, stop=stop, about=about, operations=len(acts))


def _persons(acts: Iterable[Act]) -> int:
    return len({person for act in acts for person in act.persons})
