"""Whom an act concerned: protected persons (A5), one person under two purposes (A13), one person again and again (A12).
Pure."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from gateway.watch.acts import Act, Fired, Rule, Scene, agency_key, fired
from gateway.watch.thresholds import DAY


def protected(scene: Scene) -> Iterator[Fired]:
    """A5: any look-up of a protected person, whatever was shown."""
    for act in scene.new():
        for person in sorted(scene.protected.intersection(act.persons)):
            who = act.operator.hex() if act.operator is not None else act.client
            yield _about(person, fired(Rule.PROTECTED, (act,), quiet=DAY, about=f"person:{person.hex()}:{who}"))


def purposes(scene: Scene) -> Iterator[Fired]:
    """A13: one agency has looked one person up for two purposes, through whatever client or account."""
    seen = {(person, act.agency): act for act in scene.new() if act.reads for person in act.persons}
    for (person, agency), found in scene.purposes.items():
        act = seen.get((person, agency))
        if act is not None and len(found) > 1:
            about = f"person:{person.hex()}:{agency_key(agency)}"
            quiet = scene.thresholds.purposes.days * DAY
            one = fired(Rule.PURPOSES, (act,), quiet=quiet, about=about, purposes=len(found))
            yield _about(person, one, *found.values())


def auditors(scene: Scene) -> Iterator[Fired]:
    """A12: whoever watches is watched: one reader of the log who looks one person up too often."""
    reading = [(person, act) for act in scene.acts if act.kind == "read-log" for person in set(act.persons)]
    looks: dict[tuple[bytes, bytes | None], list[Act]] = {}
    for person, act in reading:
        looks.setdefault((person, act.operator), []).append(act)
    for (person, operator), acts in looks.items():
        if len(acts) > scene.thresholds.log.looks_at_one:
            who = operator.hex() if operator is not None else acts[-1].client
            yield _about(
                person, fired(Rule.LOG, acts, quiet=DAY, about=f"reader:{who}:{person.hex()}", looks=len(acts))
            )


def _about(person: bytes, found: Fired, *more: UUID) -> Fired:
    evidence = tuple(dict.fromkeys((*more, *found.evidence)))
    return replace(found, refs={**found.refs, "person": person.hex()}, evidence=evidence)
